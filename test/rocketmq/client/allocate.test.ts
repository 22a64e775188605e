import {createHash} from 'node:crypto';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {allocateStrategies, allocationProblem} from '../../../src/rocketmq/client/allocate.ts';
import {md5} from '../../../src/rocketmq/client/md5.ts';
import type {MessageQueue} from '../../../src/rocketmq/message/message.ts';

function queues(count: number): MessageQueue[] {
  return Array.from({length: count}, (_, queueId) => ({topic: 'T', brokerName: 'broker-a', queueId}));
}

function consumers(count: number): string[] {
  return Array.from({length: count}, (_, i) => `c${i}`);
}

function shares(strategy: keyof typeof allocateStrategies, queueCount: number, consumerCount: number) {
  return consumers(consumerCount).map((cid) =>
    allocateStrategies[strategy](cid, queues(queueCount), consumers(consumerCount)).map(
      (queue) => queue.queueId,
    ),
  );
}

describe('AVG', () => {
  test('gives contiguous blocks, the remainder to the first', () => {
    expect(shares('AVG', 4, 1)).toEqual([[0, 1, 2, 3]]);
    expect(shares('AVG', 4, 2)).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(shares('AVG', 4, 3)).toEqual([[0, 1], [2], [3]]);
    expect(shares('AVG', 10, 4)).toEqual([
      [0, 1, 2],
      [3, 4, 5],
      [6, 7],
      [8, 9],
    ]);
    expect(shares('AVG', 2, 4)).toEqual([[0], [1], [], []]);
  });
});

describe('AVG_BY_CIRCLE', () => {
  test('deals like cards', () => {
    expect(shares('AVG_BY_CIRCLE', 4, 3)).toEqual([[0, 3], [1], [2]]);
    expect(shares('AVG_BY_CIRCLE', 2, 4)).toEqual([[0], [1], [], []]);
  });
});

describe('every strategy', () => {
  test.each(['AVG', 'AVG_BY_CIRCLE', 'CONSISTENT_HASH'] as const)(
    '%s gives each queue to exactly one consumer',
    (strategy) => {
      fc.assert(
        fc.property(
          fc.integer({min: 1, max: 40}),
          fc.integer({min: 1, max: 12}),
          (queueCount, consumerCount) => {
            const given = shares(strategy, queueCount, consumerCount).flat();
            expect([...given].sort((a, b) => a - b)).toEqual(
              queues(queueCount).map((queue) => queue.queueId),
            );
          },
        ),
        {seed: 30, numRuns: 60},
      );
    },
  );

  test('gives nothing to who is not in the group', () => {
    for (const strategy of Object.values(allocateStrategies)) {
      expect(strategy('stranger', queues(4), consumers(2))).toEqual([]);
    }
  });

  test('is not asked where there is nothing to divide', () => {
    expect(allocationProblem('', queues(1), consumers(1))).toBe('currentCID is empty');
    expect(allocationProblem('c0', [], consumers(1))).toBe('mqAll is null or mqAll empty');
    expect(allocationProblem('c0', queues(1), [])).toBe('cidAll is null or cidAll empty');
    expect(allocationProblem('c0', queues(1), consumers(1))).toBeNull();
  });
});

describe('CONSISTENT_HASH', () => {
  test('moves only the queues of the consumer that left', () => {
    const three = shares('CONSISTENT_HASH', 40, 3);
    const two = shares('CONSISTENT_HASH', 40, 2);
    for (const cid of [0, 1]) expect(two[cid]).toEqual(expect.arrayContaining(three[cid]!));
  });

  test('stands on MD5 as everybody computes it', () => {
    fc.assert(
      fc.property(fc.uint8Array({maxLength: 300}), (bytes) => {
        expect(Buffer.from(md5(bytes)).toString('hex')).toBe(createHash('md5').update(bytes).digest('hex'));
      }),
      {seed: 31, numRuns: 200},
    );
  });
});
