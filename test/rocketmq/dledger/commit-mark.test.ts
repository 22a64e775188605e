import {describe, expect, test} from 'vitest';
import {CommitMark} from '../../../src/rocketmq/dledger/commit-mark.ts';
import type {DLedgerEntry} from '../../../src/rocketmq/dledger/entry.ts';
import type {Fact} from '../../../src/rocketmq/facts.ts';

const TERM = 5;

/** The mark of a log of entries of 100 bytes, and what it has told: each move as `index<position`. */
function marked(ledgerBeginIndex: number, ledgerEndIndex: number) {
  const log = {
    ledgerBeginIndex,
    ledgerEndIndex,
    get: (index: number) => ({index, term: 4, pos: index * 100, size: 100}) as DLedgerEntry,
  };
  const told: string[] = [];
  const journal = {
    record: (shape: unknown) => {
      const fact = shape as Fact;
      if (fact.kind === 'dledger-committed') told.push(`${fact.index}<${fact.committedPos}`);
      else if (fact.kind === 'dledger-cut-refused') told.push(`refused at ${fact.index}`);
    },
  };
  const mark = new CommitMark(journal, {group: 'g', selfId: 'n1', currTerm: TERM}, log);
  mark.onMoved(() => told.push('moved'));
  return {log, mark, told};
}

describe('what a leader says is committed', () => {
  test('is clipped to the own end, and moves the mark forward only', () => {
    const {log, mark, told} = marked(0, 9);
    for (const index of [4, 20, 20, 7, -1]) mark.update(TERM, index);
    expect(told).toEqual(['4<500', 'moved', '9<1000', 'moved']);
    expect([mark.index, mark.pos]).toEqual([9, 1000]);
    log.ledgerEndIndex = 12;
    mark.update(TERM, 20);
    expect(mark.index).toBe(12);
  });

  test('is not heard of an older term, by an empty log, and of what has been deleted', () => {
    for (const [begin, end, term, index] of [
      [0, 9, TERM - 1, 4],
      [-1, -1, TERM, 4],
      [6, 9, TERM, 4],
    ] as const) {
      const {mark, told} = marked(begin, end);
      mark.update(term, index);
      expect([mark.index, mark.pos, told]).toEqual([-1, -1, []]);
    }
  });
});

describe('keep-committed', () => {
  const cutTo = (mark: CommitMark, last: number) => () => mark.checkKeeps(last, last + 1, TERM, 'n0');

  test('refuses a cut below what was committed in this life', () => {
    const {mark, told} = marked(0, 9);
    mark.update(TERM, 6);
    expect(cutTo(mark, 6)).not.toThrow();
    expect(cutTo(mark, 5)).toThrow(/INCONSISTENT_STATE/);
    expect(told.at(-1)).toBe('refused at 6');
  });

  test('lets go what only an earlier life has known to be committed', () => {
    const {mark, told} = marked(0, 9);
    mark.recover(6);
    expect(mark.index).toBe(6);
    expect(cutTo(mark, 2)).not.toThrow();
    expect(told).toEqual(['6<700', 'moved']);
  });
});

describe('clamp-commit', () => {
  test('takes the mark back to the last entry that has stayed, and no further', () => {
    const {mark, told} = marked(0, 9);
    mark.update(TERM, 6);
    mark.clampTo(7, 0);
    mark.clampTo(3, 0);
    expect(told).toEqual(['6<700', 'moved', '3<400', 'moved']);
  });

  test('takes it away where nothing of what was committed is left', () => {
    const {mark, told} = marked(4, 9);
    mark.update(TERM, 6);
    mark.clampTo(3, 400);
    expect([mark.index, mark.pos]).toEqual([-1, -1]);
    expect(told).toEqual(['6<700', 'moved', '-1<400']);
  });
});
