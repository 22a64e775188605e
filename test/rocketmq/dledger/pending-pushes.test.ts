import {expect, test} from 'vitest';
import {PENDING_MAX, PendingPushes} from '../../../src/rocketmq/dledger/pending-pushes.ts';

const TIMEOUT_MS = 1000;
const left = (pending: PendingPushes, upTo: number): number[] =>
  Array.from({length: upTo}, (_, index) => index).filter((index) => pending.get(index) !== undefined);

test('a push is late a millisecond after its time, counted from when it was sent last', () => {
  const pending = new PendingPushes(TIMEOUT_MS, false, 0);
  pending.sent(7, 1, 100);
  expect(pending.get(7)?.lateMs).toBe(1101);
  pending.sent(7, 1, 1101);
  expect(pending.get(7)?.lateMs).toBe(2102);
  pending.answered(7);
  expect(pending.get(7)).toBeUndefined();
});

test('leaks are looked for each second, or as soon as the list is full', () => {
  const pending = new PendingPushes(TIMEOUT_MS, false, 0);
  expect([1000, 1001].map((nowMs) => pending.isLeakCheckDue(nowMs))).toEqual([false, true]);
  for (let index = 0; index < PENDING_MAX; index++) pending.sent(index, 1, 0);
  expect([pending.isFull, pending.isLeakCheckDue(0)]).toEqual([true, true]);
  pending.dropAcknowledged(PENDING_MAX - 2, 500);
  expect([pending.isFull, pending.leakCheckDueMs]).toEqual([false, 1501]);
});

test('a look drops what is acknowledged; of entries pushed one by one, not the last of them, which its answer takes out', () => {
  const single = new PendingPushes(TIMEOUT_MS, false, 0);
  for (const index of [0, 1, 2, 3]) single.sent(index, 1, 0);
  single.dropAcknowledged(2, 0);
  expect(left(single, 10)).toEqual([2, 3]);
  const batches = new PendingPushes(TIMEOUT_MS, true, 0);
  for (const index of [0, 3, 6]) batches.sent(index, 3, 0);
  batches.dropAcknowledged(5, 0);
  expect(left(batches, 10)).toEqual([6]);
});
