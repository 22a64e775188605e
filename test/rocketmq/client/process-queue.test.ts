import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {ProcessQueue} from '../../../src/rocketmq/client/process-queue.ts';
import type {MessageExt} from '../../../src/rocketmq/message/message.ts';

function message(queueOffset: number): MessageExt {
  return {
    topic: 'T',
    flag: 0,
    properties: new Map(),
    body: new Uint8Array((queueOffset % 7) + 1),
    transactionId: null,
    brokerName: 'broker-a',
    queueId: 0,
    storeSize: 0,
    queueOffset,
    sysFlag: 0,
    bornTimestampMs: 0,
    bornHost: '10.0.0.1:1',
    storeTimestampMs: 0,
    storeHost: '10.0.0.1:1',
    msgId: `${queueOffset}`,
    commitLogOffset: 0,
    bodyCrc: 0,
    reconsumeTimes: 0,
    preparedTransactionOffset: 0,
  };
}

function filled(...offsets: number[]): ProcessQueue {
  const queue = new ProcessQueue(0);
  queue.putMessages(offsets.map(message));
  return queue;
}

describe('a process queue', () => {
  test('commits the smallest offset not done with', () => {
    // What is committed is where another consumer would begin: nothing unfinished may lie before it.
    const queue = filled(0, 1, 2, 3);
    expect(queue.removeMessages([message(2)], 1)).toBe(0);
    expect(queue.removeMessages([message(0)], 1)).toBe(1);
    expect(queue.removeMessages([message(1)], 1)).toBe(3);
    expect(queue.removeMessages([message(3)], 1)).toBe(4);
    expect(queue.removeMessages([message(3)], 1)).toBe(-1);
  });

  test('is expired two minutes after its last pull', () => {
    const queue = new ProcessQueue(1000);
    expect(queue.isPullExpired(121_000)).toBe(false);
    expect(queue.isPullExpired(121_001)).toBe(true);
  });

  test('does whatever a sorted map would do', () => {
    const step = fc.oneof(
      fc.record({
        op: fc.constant('put' as const),
        offsets: fc.array(fc.nat(60), {minLength: 1, maxLength: 12}),
      }),
      fc.record({
        op: fc.constant('next' as const),
        offsets: fc.array(fc.constant(0), {minLength: 1, maxLength: 40}),
      }),
      fc.record({op: fc.constant('remove' as const), offsets: fc.array(fc.nat(200), {maxLength: 20})}),
      fc.record({op: fc.constant('clear' as const), offsets: fc.constant([] as number[])}),
    );
    fc.assert(
      fc.property(fc.array(step, {maxLength: 60}), (steps) => {
        const queue = new ProcessQueue(0);
        const model = new Map<number, MessageExt>();
        let highest = 0;
        let end = 0;
        for (const {op, offsets} of steps) {
          if (op === 'clear') {
            queue.clear();
            model.clear();
            highest = 0;
          } else if (op === 'remove') {
            const wasEmpty = model.size === 0;
            for (const offset of offsets) model.delete(offset);
            const first = Math.min(...model.keys());
            const expected = wasEmpty ? -1 : model.size === 0 ? highest + 1 : first;
            expect(queue.removeMessages(offsets.map(message), 1)).toBe(expected);
          } else {
            const put = op === 'next' ? offsets.map((_, i) => end + i) : offsets;
            end = Math.max(end, ...put.map((offset) => offset + 1));
            for (const offset of put) {
              if (!model.has(offset)) highest = offset;
              model.set(offset, message(offset));
            }
            queue.putMessages(put.map(message));
          }
          const offsetsNow = [...model.keys()].sort((a, b) => a - b);
          expect(queue.cachedCount).toBe(model.size);
          expect(queue.cachedBytes).toBe(offsetsNow.reduce((sum, offset) => sum + (offset % 7) + 1, 0));
          expect(queue.firstOffset()).toBe(offsetsNow[0] ?? 0);
          expect(queue.lastOffset()).toBe(offsetsNow[offsetsNow.length - 1] ?? 0);
          expect(queue.maxSpan()).toBe(
            model.size === 0 ? 0 : offsetsNow[offsetsNow.length - 1]! - offsetsNow[0]!,
          );
        }
      }),
      {seed: 40, numRuns: 300},
    );
  });
});
