import {describe, expect, test} from 'vitest';
import {freshBytes, slab} from '../../../src/rocketmq/message/slab.ts';

describe('the slab', () => {
  test('gives every piece to one receiver alone, all of it zeros', () => {
    const pieces = Array.from({length: 500}, (_, i) => {
      const length = [0, 1, 300, 8192, 8193, 70_000][i % 6]!;
      const piece = freshBytes(length);
      expect(piece.length).toBe(length);
      expect(piece.every((byte) => byte === 0)).toBe(true);
      piece.fill(1 + (i % 250));
      return piece;
    });
    for (const [i, piece] of pieces.entries())
      expect(new Set(piece)).toEqual(piece.length === 0 ? new Set() : new Set([1 + (i % 250)]));
  });

  test('cuts off what was written, and no more of the room that was asked for', () => {
    for (const room of [100, 9000]) {
      slab.begin(room);
      slab.bytes.fill(7, slab.at, slab.at + 3);
      expect([...slab.end(slab.at + 3)]).toEqual([7, 7, 7]);
      expect([...freshBytes(2)]).toEqual([0, 0]);
    }
  });
});
