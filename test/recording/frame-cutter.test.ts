import fc from 'fast-check';
import {expect, test} from 'vitest';
import {FrameCutter} from '../../src/recording/frame-cutter.ts';

/** A frame with a body of so many bytes. */
function frame(bodyBytes: number): Uint8Array {
  const bytes = new Uint8Array(8 + 2 + bodyBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length - 4);
  view.setUint32(4, 2);
  bytes.set([0x7b, 0x7d], 8);
  return bytes;
}

/** Lengths of the frames that a cutter finds in a stream that comes in these slices. */
function cut(slices: readonly Uint8Array[]): number[] {
  const cutter = new FrameCutter();
  const lengths: number[] = [];
  let open = 0;
  for (const slice of slices) {
    for (let from = 0; from < slice.length; ) {
      const to = cutter.next(slice, from);
      expect(to).toBeGreaterThan(from);
      open += to - from;
      from = to;
      if (!cutter.isWhole) continue;
      lengths.push(open);
      open = 0;
    }
  }
  return lengths;
}

test('however TCP cuts a stream of frames, the same frames are found', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(300), {minLength: 1, maxLength: 12}),
      fc.array(fc.nat(4000), {maxLength: 30}),
      (bodies, cuts) => {
        const frames = bodies.map(frame);
        const stream = Buffer.concat(frames);
        const borders = [...new Set([0, ...cuts.map((at) => at % stream.length), stream.length])];
        borders.sort((a, b) => a - b);
        const slices = borders.slice(1).map((to, i) => stream.subarray(borders[i]!, to));
        expect(cut(slices)).toEqual(frames.map(({length}) => length));
      },
    ),
  );
});

test('a stream of another form is left as it comes', () => {
  // What a slave says to its master: eight bytes of an offset, nothing else.
  const offsets = new Uint8Array(16);
  expect(cut([offsets.subarray(0, 8), offsets.subarray(8)])).toEqual([8, 8]);
});

test('after bytes that cannot be a frame nothing is taken for one any more', () => {
  const broken = frame(4);
  broken[4] = 7; // No such serializer.
  expect(cut([Buffer.concat([frame(1), broken, frame(2)])])).toEqual([11, 14 + 12]);
});
