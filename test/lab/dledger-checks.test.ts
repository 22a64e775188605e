import {describe, expect, test} from 'vitest';
import type {CheckResult} from '../../src/lab/checks/check.ts';
import {DLEDGER_CHECK_NAMES, type DLedgerCheckName} from '../../src/lab/checks/check-names.ts';
import {DLedgerTrack} from '../../src/lab/checks/dledger/dledger-track.ts';
import {RECOVERY_LIMIT_US, RecoveryTrack} from '../../src/lab/checks/recovers.ts';
import {Readers} from '../../src/lab/readers.ts';
import type {TraceEntry} from '../../src/sim/trace.ts';
import {Group} from '../rocketmq/dledger/group.ts';
import {GROUP, MEMBERS, Trio} from './hand-trio.ts';

function judge(entries: readonly TraceEntry[], name: DLedgerCheckName, ...fixes: string[]): CheckResult {
  const track = new DLedgerTrack(() => new Set(fixes));
  const readers = new Readers(track);
  for (const entry of entries) readers.take(entry);
  return track.result(name);
}

const said = ({verdict, flaw}: CheckResult): string => (flaw === undefined ? verdict : `${verdict} ${flaw}`);

test('where nothing happened, every check says that it has looked at nothing', () => {
  for (const name of DLEDGER_CHECK_NAMES) {
    expect(said(judge([], name))).toBe('looked-at-nothing');
    expect(said(judge(new Trio().entries, name))).toBe('looked-at-nothing');
  }
});

test('a group that does as it should holds, and is told how much was looked at', () => {
  const trio = new Trio();
  trio.leads('n0', 1);
  trio.replicate(3, ...MEMBERS);
  trio.leads('n1', 2);
  trio.append('n1', 4, 2, 2004, 'leader');
  trio.append('n2', 4, 2);
  trio.commit('n1', 4, 2);
  trio.commit('n2', 4, 2);
  // What n0 had alone is cut off, and stays away.
  trio.append('n0', 4, 1);
  trio.cut('n0', 'n1', 4, 3, 2);
  trio.restart('n0', false);
  trio.recovered('n0', 3, 2, null, 3);
  for (const name of DLEDGER_CHECK_NAMES) {
    const result = judge(trio.entries, name);
    expect([name, result.verdict, result.looked > 0]).toEqual([name, 'held', true]);
  }
});

describe('cut-stays-cut', () => {
  const risen = (losesPower: boolean): Trio => {
    const trio = new Trio();
    trio.leads('n0', 1);
    trio.replicate(1, 'n0', 'n1');
    for (const index of [2, 3]) trio.append('n0', index, 1);
    trio.cut('n0', 'n1', 3, 1, 2);
    trio.restart('n0', losesPower);
    trio.recovered('n0', 3, 2);
    return trio;
  };

  test('what was cut off is there again after a restart: S3, and a defect with its remedy', () => {
    const result = judge(risen(false).entries, 'cut-stays-cut');
    expect(said(result)).toBe('known-flaw S3');
    expect(result.detail).toContain('entries 2 to 3 of g, which n0 had cut off, are in its log again');
    expect(said(judge(risen(false).entries, 'cut-stays-cut', 'wipe-after-cut'))).toBe('defect');
  });

  test('after a power cut it is not promised', () => {
    expect(said(judge(risen(true).entries, 'cut-stays-cut', 'wipe-after-cut'))).toBe('lost-as-configured');
  });
});

describe('one-leader-per-term', () => {
  test('two leaders of a term, and nobody voted twice: a defect, at the second', () => {
    const trio = new Trio();
    trio.leads('n0', 1);
    trio.leads('n1', 1);
    const result = judge(trio.entries, 'one-leader-per-term');
    expect([said(result), result.brokenAtEntry]).toEqual(['defect', trio.entries.length]);
  });

  test('a voter that forgot its vote in a crash: S8, and a defect with its remedy', () => {
    const trio = new Trio();
    trio.votes('n2', 'n0', 1);
    trio.leads('n0', 1);
    trio.restart('n2', false);
    trio.recovered('n2', -1, 0);
    trio.votes('n2', 'n1', 1);
    trio.leads('n1', 1);
    expect(said(judge(trio.entries, 'one-leader-per-term'))).toBe('known-flaw S8');
    expect(said(judge(trio.entries, 'one-leader-per-term', 'durable-vote'))).toBe('defect');
  });

  test('the same member may lead a term twice', () => {
    const trio = new Trio();
    trio.leads('n0', 1);
    trio.leads('n0', 1);
    expect(said(judge(trio.entries, 'one-leader-per-term'))).toBe('held');
  });
});

describe('logs-match', () => {
  test('one index and term, two entries: a defect', () => {
    const trio = new Trio();
    trio.leads('n0', 1);
    trio.append('n0', 0, 1, 1, 'leader');
    trio.append('n1', 0, 1, 2);
    expect(said(judge(trio.entries, 'logs-match'))).toBe('defect');
  });

  test('the same entry behind different ones: S4b, and a defect with its remedy', () => {
    const trio = new Trio();
    trio.append('n0', 0, 1);
    trio.append('n1', 0, 2);
    trio.append('n1', 1, 2);
    trio.append('n0', 1, 2);
    expect(said(judge(trio.entries, 'logs-match'))).toBe('known-flaw S4b');
    expect(said(judge(trio.entries, 'logs-match', 'match-first'))).toBe('defect');
  });

  test('a leader that lost power leads its term again and writes other entries: S7', () => {
    const trio = new Trio();
    trio.leads('n0', 1);
    trio.append('n0', 0, 1, 1, 'leader');
    trio.append('n1', 0, 1, 1);
    trio.restart('n0', true);
    trio.recovered('n0', -1, 1, 'n0');
    trio.leads('n0', 1);
    trio.append('n0', 0, 1, 2, 'leader');
    expect(said(judge(trio.entries, 'logs-match'))).toBe('known-flaw S7');
  });
});

describe('leader-complete and committed-never-lost', () => {
  test('a leader without what was committed, though nothing took it: a defect', () => {
    const trio = new Trio();
    trio.leads('n0', 1);
    trio.replicate(3, 'n0', 'n1');
    trio.leads('n2', 2);
    const result = judge(trio.entries, 'leader-complete');
    expect([said(result), result.detail]).toEqual([
      'defect',
      expect.stringContaining('without 4 entries from 0 on'),
    ]);
  });

  test('a power cut took it from one of two that had it: as this configuration allows', () => {
    const trio = new Trio();
    trio.leads('n0', 1);
    trio.replicate(3, 'n0', 'n1');
    trio.restart('n1', true);
    trio.recovered('n1', 1, 1);
    trio.leads('n1', 2);
    expect(said(judge(trio.entries, 'leader-complete'))).toBe('lost-as-configured');
    trio.append('n1', 2, 2, 2002, 'leader');
    trio.append('n2', 0, 1);
    trio.append('n2', 1, 1);
    trio.append('n2', 2, 2, 2002);
    trio.commit('n1', 2, 2);
    expect(said(judge(trio.entries, 'committed-never-lost'))).toBe('lost-as-configured');
  });

  test('a killed process that comes back without it, its machine having kept its power: a defect', () => {
    const trio = new Trio();
    trio.leads('n0', 1);
    trio.replicate(3, 'n0', 'n1');
    trio.restart('n1', false);
    trio.recovered('n1', 1, 1);
    expect(said(judge(trio.entries, 'committed-never-lost'))).toBe('defect');
  });

  test('cut off by a leader that has it itself: S1, and a defect with its remedy', () => {
    const trio = new Trio();
    trio.leads('n0', 1);
    trio.replicate(5, 'n0', 'n1');
    trio.cut('n1', 'n0', 5, 2, 1);
    expect(said(judge(trio.entries, 'committed-never-lost'))).toBe('known-flaw S1');
    expect(said(judge(trio.entries, 'committed-never-lost', 'compare-afresh'))).toBe('defect');
  });

  test('what a power cut may have torn is cut off and fetched again, and that is no flaw', () => {
    const trio = new Trio();
    trio.leads('n0', 1);
    trio.replicate(5, ...MEMBERS);
    trio.restart('n2', true);
    trio.recovered('n2', 5, 1);
    trio.cut('n2', 'n0', 5, 4, 1);
    expect(said(judge(trio.entries, 'committed-never-lost', 'compare-afresh'))).toBe('held');
  });

  test('cut off by a leader whose power cut may have torn its own copy: as this configuration allows', () => {
    const trio = new Trio();
    trio.leads('n0', 1);
    trio.replicate(5, ...MEMBERS);
    trio.restart('n0', true);
    trio.recovered('n0', 5, 1);
    trio.leads('n0', 2);
    trio.cut('n1', 'n0', 5, 4, 1);
    expect(said(judge(trio.entries, 'committed-never-lost', 'compare-afresh'))).toBe('lost-as-configured');
  });

  const trims = (trio: Trio, who: string, beginIndex: number): void => {
    const trimmed = {kind: 'dledger-trimmed', group: GROUP, selfId: who} as const;
    trio.fact(who, {
      ...trimmed,
      fromBeginIndex: 0,
      beginIndex,
      minPhysicalOffset: 100 * beginIndex,
      committedIndex: -1,
    });
  };

  test('dropped with a log that ends before its leader, which has deleted old files, begins: nothing is cut off', () => {
    const told = (isDeleted: boolean): string => {
      const trio = new Trio();
      trio.leads('n0', 1);
      trio.replicate(2, ...MEMBERS);
      for (let index = 3; index <= 6; index += 1) trio.append('n0', index, 1, 1000 + index, 'leader');
      if (isDeleted) trims(trio, 'n0', 5);
      trio.cut('n1', 'n0', 2, 5, 1);
      return said(judge(trio.entries, 'committed-never-lost'));
    };
    expect(told(true)).toBe('held');
    expect(told(false)).toBe('known-flaw S1');
  });

  test('called committed though its leader has deleted it and no other ever had it: deleted-uncommitted', () => {
    const told = (isDeleted: boolean, ...fixes: string[]): string => {
      const trio = new Trio();
      trio.leads('n0', 1);
      for (let index = 0; index <= 6; index += 1) trio.append('n0', index, 1, 1000 + index, 'leader');
      if (isDeleted) trims(trio, 'n0', 5);
      trio.cut('n1', 'n0', -1, 5, 1);
      trio.commit('n0', 5, 1);
      return said(judge(trio.entries, 'committed-never-lost', ...fixes));
    };
    expect(told(true)).toBe('known-flaw deleted-uncommitted');
    expect(told(true, 'keep-uncommitted')).toBe('defect');
    expect(told(false)).toBe('known-flaw S4b');
  });

  test('called committed with one member that has it: broken', () => {
    const trio = new Trio();
    trio.leads('n0', 1);
    trio.append('n0', 0, 1, 1, 'leader');
    trio.commit('n0', 0, 1);
    expect(said(judge(trio.entries, 'committed-never-lost', 'match-first'))).toBe('defect');
  });
});

describe('state-machine-order', () => {
  test('a follower hands on what the group threw away: S4a, and a defect with its remedy', () => {
    const trio = new Trio();
    trio.leads('n0', 1);
    trio.replicate(0, 'n0', 'n1');
    trio.append('n2', 0, 0);
    trio.commit('n2', 0, 0);
    expect(said(judge(trio.entries, 'state-machine-order'))).toBe('known-flaw S4a');
    expect(said(judge(trio.entries, 'state-machine-order', 'match-first'))).toBe('defect');
  });
});

test('a real group that loses its leader: all hold; the flaw of dead entries is found by its name, and gone with its remedy', () => {
  const judged = (fixes: ReadonlySet<'match-first' | 'wipe-after-cut'>): string[] => {
    const group = new Group({seed: 's3', config: {fixes}}).start();
    const a = group.toLeader();
    group.append(a, 'first');
    group.run(3000).isolate(a);
    group.append(a, ...Array.from({length: 20}, (_, i) => `alone${i}`));
    group.runTo('another leads', () => group.leader !== null && group.leader !== a, 30_000, 5);
    group.rejoin(a);
    group.runTo('it follows', () => group.server(a).memberState.isFollower, 60_000, 5);
    group.run(4000).do({kind: 'stop', process: a}).run(3000);
    group.append(group.leader!, ...Array.from({length: 5}, (_, i) => `other-longer-text${i}`));
    group.run(3000).start(a).run(4000);
    return DLEDGER_CHECK_NAMES.map(
      (name) => `${name}: ${said(judge(group.world.trace.entries, name, ...fixes))}`,
    );
  };
  expect(judged(new Set())).toContain('state-machine-order: known-flaw S4a');
  for (const line of judged(new Set(['match-first', 'wipe-after-cut']))) expect(line).toMatch(/: held$/);
});

describe('recovers-after-heal', () => {
  const NONE: readonly string[] = [];

  function verdictAfter(healedTo: (trio: Trio) => void, waitUs: number, fixes = NONE): string {
    const trio = new Trio();
    trio.leads('n0', 1);
    trio.add({kind: 'process-ended', process: 'n0', why: 'killed', reason: ''});
    trio.add({kind: 'process-started', process: 'n0', pid: 2});
    healedTo(trio);
    trio.atUs += waitUs;
    trio.add({kind: 'timer-ran', process: 'n1'});
    const track = new RecoveryTrack([], () => new Set(fixes));
    new Readers(track).takeAll(trio.store());
    return said(track.result('', trio.entries.at(-1)!));
  }

  function progress(trio: Trio): void {
    trio.leads('n1', 2);
    trio.append('n1', 0, 2, 1, 'leader');
    trio.commit('n1', 0, 2);
    trio.follows('n0', 'n1', 2);
  }

  test('a leader, a commit of something new, and everybody follows: held', () => {
    const recovers = (trio: Trio): void => {
      progress(trio);
      trio.follows('n2', 'n1', 2);
    };
    expect(verdictAfter(recovers, RECOVERY_LIMIT_US + 1)).toBe('held');
  });

  test('a member that follows nobody: a defect; in a higher term S2, with its network threads stuck S11, and a defect with the remedy', () => {
    const after = RECOVERY_LIMIT_US + 1;
    const alone =
      (term: number) =>
      (trio: Trio): void => {
        progress(trio);
        const now = {role: 'CANDIDATE', term, currTerm: term, leaderId: null} as const;
        trio.fact('n2', {kind: 'dledger-role-changed', group: GROUP, selfId: 'n2', from: 'FOLLOWER', ...now});
      };
    const stuck = (trio: Trio): void => {
      alone(3)(trio);
      trio.fact('n2', {kind: 'dledger-thread-blocked', group: GROUP, selfId: 'n2', blocked: 4, threads: 4});
    };
    expect(verdictAfter(alone(2), after)).toBe('defect');
    expect(verdictAfter(alone(3), after)).toBe('known-flaw S2');
    expect(verdictAfter(alone(3), after, ['heed-higher-term'])).toBe('defect');
    expect(verdictAfter(stuck, after)).toBe('known-flaw S11');
    expect(verdictAfter(stuck, after, ['never-block-network'])).toBe('defect');
  });

  test('no leader, or a leader that commits nothing of what it appends, within the stated time: a defect', () => {
    expect(verdictAfter(() => {}, RECOVERY_LIMIT_US + 1)).toBe('defect');
    const stuck = (trio: Trio): void => {
      trio.leads('n1', 2);
      trio.append('n1', 0, 2, 1, 'leader');
    };
    expect(verdictAfter(stuck, RECOVERY_LIMIT_US + 1)).toBe('defect');
  });

  test('a leader whose index was refused commits nothing more: half-append, and a defect with the remedy', () => {
    const after = RECOVERY_LIMIT_US + 1;
    const half =
      (who: 'n1' | 'n2') =>
      (trio: Trio): void => {
        trio.leads('n1', 2);
        trio.follows('n0', 'n1', 2);
        trio.follows('n2', 'n1', 2);
        const text = 'ENOSPC: write /data/dledger-n1/index/00000000000000000000';
        trio.fact(who, {kind: 'warned', text});
        trio.append('n1', 0, 2, 1, 'leader');
      };
    expect(verdictAfter(half('n1'), after)).toBe('known-flaw half-append');
    expect(verdictAfter(half('n1'), after, ['undo-half-append'])).toBe('defect');
    expect(verdictAfter(half('n2'), after)).toBe('defect');
  });

  test('a run that ends earlier says nothing; nor does one whose fault lasts, or in which nothing broke', () => {
    expect(verdictAfter(() => {}, 1000)).toBe('looked-at-nothing');
    const dies = (trio: Trio): void =>
      void trio.add({kind: 'process-ended', process: 'n2', why: 'killed', reason: ''});
    expect(verdictAfter(dies, RECOVERY_LIMIT_US + 1)).toBe('looked-at-nothing');
    const track = new RecoveryTrack([], () => new Set());
    const trio = new Trio();
    new Readers(track).takeAll(trio.store());
    expect(said(track.result('', trio.entries.at(-1)!))).toBe('looked-at-nothing');
  });
});
