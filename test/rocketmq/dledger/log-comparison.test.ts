import {expect, test} from 'vitest';
import {afterCompared, comparedFirst} from '../../../src/rocketmq/dledger/log-comparison.ts';

const OWN = {beginIndex: 10, endIndex: 20};

test('comparing begins where an earlier one left off, if that is in the log, or else at the end (S1)', () => {
  const first = [-1, 9, 10, 15, 20, 21].map((leftOffAt) => comparedFirst(leftOffAt, OWN));
  expect(first).toEqual([20, 20, 10, 15, 20, 20]);
});

const same = true;
const other = false;

test.each([
  ['the follower ends with that very entry: push on', 20, same, 10, 20, 'append 20'],
  ['it has more behind it: that goes, committed or not', 15, same, 10, 20, 'truncate 15'],
  ['it has another one there: look at the one before', 15, other, 10, 20, 'compare 14'],
  ['it ends before: look at its end', 20, other, 10, 16, 'compare 16'],
  ['it has none of what is here: all of it anew', 20, other, 0, 9, 'truncate 10'],
  ['it begins behind all that is here', 20, other, 21, 30, 'truncate 10'],
  ['it is empty', 20, other, -1, -1, 'truncate 10'],
  ['it begins later, and differs from its beginning on', 12, other, 13, 20, 'truncate 10'],
  ['it differs from the very beginning', 10, other, 5, 20, 'truncate 10'],
  ['what was asked about has been deleted since', 8, same, 5, 12, 'truncate 10'],
  ['and so, if it differed', 8, other, 5, 12, 'truncate 10'],
  // Not looked at: that it is where the leader begins no more.
  ['it ends with that very entry, which has been deleted since', 8, same, 5, 8, 'append 8'],
])('%s', (_, index, isEqual, beginIndex, endIndex, step) => {
  const next = afterCompared(index, isEqual, OWN, {beginIndex, endIndex});
  expect(`${next.kind} ${next.index}`).toBe(step);
});
