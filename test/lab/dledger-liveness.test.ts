import {describe, expect, test} from 'vitest';
import type {CheckResult} from '../../src/lab/checks/check.ts';
import {AnswerTrack} from '../../src/lab/checks/dledger/answer-track.ts';
import {CatchUpTrack} from '../../src/lab/checks/dledger/catch-up-track.ts';
import {HandOverTrack} from '../../src/lab/checks/dledger/hand-over-track.ts';
import {MajorityTrack} from '../../src/lab/checks/dledger/majority-track.ts';
import {RECOVERY_LIMIT_US} from '../../src/lab/checks/recovers.ts';
import {type Reader, Readers} from '../../src/lab/readers.ts';
import type {EntryBase} from '../../src/sim/trace.ts';
import {GROUP, Trio} from './hand-trio.ts';

// Checks of what must come about turn red on what they are for, call it by its name, and call it a defect with the remedy on.

type Fixes = (process: string) => ReadonlySet<string>;
type Track = Reader & {result(name: string, last: EntryBase): CheckResult};

function judged(make: (fixes: Fixes) => Track, trio: Trio, ...fixes: string[]): string {
  const track = make(() => new Set(fixes));
  const readers = new Readers(track);
  for (const entry of trio.entries) readers.take(entry);
  const {verdict, flaw} = track.result('', trio.entries.at(-1)!);
  return flaw === undefined ? verdict : `${verdict} ${flaw}`;
}

const MINUTE = RECOVERY_LIMIT_US + 1_000_000;
const SECOND = 1_000_000;

describe('sends-answered', () => {
  const answers = (trio: Trio, ...fixes: string[]): string =>
    judged((of) => new AnswerTrack(of), trio, ...fixes);

  /** n0 leads and takes one message in; then something happens, and the producer's patience ends after `waitedUs`. */
  function oneSend(
    then: (trio: Trio) => void,
    waitedUs: number,
    error = 'wait response timeout 3000ms',
    before: (trio: Trio) => void = () => {},
  ): Trio {
    const trio = new Trio();
    trio.add({kind: 'process-added', process: 'p', machine: 'm-p', processKind: 'producer'});
    before(trio);
    trio.leads('n0', 1);
    const message = {
      msgId: 'M',
      group: 'g',
      topic: 'T',
      tags: null,
      keys: null,
      bodyBytes: 1,
      mode: 'sync',
    } as const;
    trio.fact('p', {kind: 'send-begun', ...message});
    trio.append('n0', 0, 1, 7, 'leader');
    trio.fact('n0', {
      kind: 'message-appended',
      topic: 'T',
      queueId: 0,
      queueOffset: 0,
      physicalOffset: 48,
      sizeBytes: 52,
      msgId: 'M',
      storeTimestampMs: 0,
    });
    then(trio);
    trio.atUs += waitedUs;
    trio.fact('p', {kind: 'send-attempt-failed', msgId: 'M', attempt: 1, error, willRetry: false});
    return trio;
  }

  test('the leader stepped down and said nothing: S9', () => {
    const trio = oneSend((one) => one.follows('n0', 'n1', 2), 3 * SECOND);
    expect(answers(trio)).toBe('known-flaw S9');
    expect(answers(trio, 'answer-on-step-down')).toBe('defect');
  });

  test('it was committed, and nobody said so: S10', () => {
    const trio = oneSend((one) => one.commit('n0', 0, 1), 3 * SECOND);
    expect(answers(trio)).toBe('known-flaw S10');
    expect(answers(trio, 'answer-at-quorum')).toBe('defect');
  });

  test('neither, and nobody said so: a defect', () => {
    expect(answers(oneSend(() => {}, 3 * SECOND))).toBe('defect');
  });

  test('an error is an answer; who gives up sooner, is cut off, or talks to one that died has none to expect', () => {
    expect(answers(oneSend(() => {}, 3 * SECOND, 'CODE: 1  DESC: broker busy'))).toBe('held');
    expect(answers(oneSend(() => {}, SECOND))).toBe('looked-at-nothing');
    const cut = (one: Trio): number =>
      one.add({kind: 'link-cut', from: 'm-p', to: 'm-n0', direction: 'one-way'});
    expect(answers(oneSend(cut, 3 * SECOND))).toBe('looked-at-nothing');
    expect(answers(oneSend((one) => one.restart('n0', false), 3 * SECOND))).toBe('looked-at-nothing');
    // Also where it was cut off before the message came.
    expect(answers(oneSend(() => {}, 3 * SECOND, undefined, cut))).toBe('looked-at-nothing');
  });
});

describe('hand-overs-succeed', () => {
  const handOvers = (trio: Trio, ...fixes: string[]): string =>
    judged((of) => new HandOverTrack(of), trio, ...fixes);

  /** n0 leads a log of one entry, an hour old, and asks n2 to take over, each time with that outcome. */
  function asked(codes: readonly number[], isAcknowledged: boolean): Trio {
    const trio = new Trio();
    trio.leads('n0', 1);
    trio.append('n0', 0, 1, 7, 'leader');
    const acknowledged = {group: GROUP, selfId: 'n0', peer: 'n2', term: 1, index: 0};
    if (isAcknowledged) trio.fact('n0', {kind: 'dledger-acknowledged', ...acknowledged});
    for (const code of codes) {
      trio.atUs += 3600 * SECOND;
      const transfer = {
        kind: 'dledger-transfer',
        group: GROUP,
        selfId: 'n0',
        transferee: 'n2',
        term: 1,
      } as const;
      trio.fact('n0', {...transfer, what: 'begun', code: 200});
      trio.fact('n0', {...transfer, what: 'ended', code});
    }
    return trio;
  }

  test('three in vain to one that has not the log: S16; to one that had it: S2', () => {
    expect(handOvers(asked([302, 409, 409], false))).toBe('known-flaw S16');
    expect(handOvers(asked([302, 409, 409], false), 'prefer-who-keeps-up')).toBe('defect');
    expect(handOvers(asked([302, 409, 409], true))).toBe('known-flaw S2');
    expect(handOvers(asked([302, 409, 409], true), 'heed-higher-term')).toBe('defect');
  });

  test('a row goes on under another leader', () => {
    const trio = asked([302, 409], false);
    trio.follows('n0', 'n1', 2);
    trio.leads('n1', 2);
    const transfer = {
      kind: 'dledger-transfer',
      group: GROUP,
      selfId: 'n1',
      transferee: 'n2',
      term: 2,
    } as const;
    trio.fact('n1', {...transfer, what: 'begun', code: 200});
    trio.fact('n1', {...transfer, what: 'ended', code: 418});
    expect(handOvers(trio)).toBe('known-flaw S16');
  });

  test('two in vain are an accident, and one that succeeds ends the row', () => {
    expect(handOvers(asked([302, 409], false))).toBe('held');
    expect(handOvers(asked([302, 409, 200, 409, 409], false))).toBe('held');
  });
});

describe('members-catch-up', () => {
  const catchUps = (trio: Trio, ...fixes: string[]): string =>
    judged((of) => new CatchUpTrack(of, []), trio, ...fixes);

  /** n0 leads, n0 and n1 have three entries, committed; of n2 it depends. A minute and more goes by. */
  function left(before: (trio: Trio) => void, after: (trio: Trio) => void = () => {}): Trio {
    const trio = new Trio();
    trio.leads('n0', 1);
    trio.follows('n2', 'n0', 1);
    before(trio);
    for (const index of [0, 1, 2]) {
      trio.append('n0', index, 1, 1000 + index, 'leader');
      trio.append('n1', index, 1);
      trio.commit('n0', index, 1);
    }
    after(trio);
    trio.atUs += MINUTE;
    trio.fact('n0', {kind: 'warned', text: 'a minute later'});
    return trio;
  }
  const all = (trio: Trio): void => {
    for (const index of [0, 1, 2]) trio.append('n2', index, 1);
  };

  test('it has all: held; it has not, and nothing says why: a defect', () => {
    expect(catchUps(left(() => {}, all))).toBe('held');
    expect(catchUps(left(() => {}))).toBe('defect');
  });

  test('a candidate of a higher term: S2', () => {
    const now = {from: 'FOLLOWER', role: 'CANDIDATE', term: 2, currTerm: 2, leaderId: null} as const;
    const trio = left(
      () => {},
      (one) => one.fact('n2', {kind: 'dledger-role-changed', group: GROUP, selfId: 'n2', ...now}),
    );
    expect(catchUps(trio)).toBe('known-flaw S2');
    expect(catchUps(trio, 'transfer-when-caught-up')).toBe('defect');
  });

  test('pushes to it are refused as repeated: S12', () => {
    const text = '[Push-n2]Get error response code 413 term=1';
    const trio = left(
      () => {},
      (one) => one.fact('n0', {kind: 'warned', text}),
    );
    expect(catchUps(trio)).toBe('known-flaw S12');
    expect(catchUps(trio, 'forget-answered-gap')).toBe('defect');
  });

  test('it came back empty after the last append: S13', () => {
    const trio = left(all, (one) => {
      one.restart('n2', false);
      one.recovered('n2', -1, 1);
    });
    expect(catchUps(trio)).toBe('known-flaw S13');
    expect(catchUps(trio, 'heed-commit-reply')).toBe('defect');
  });

  test('it matches its leader again and again and takes nothing: S21, or half an append where its index was refused', () => {
    const matching = (told: string | null): Trio =>
      left(
        () => {},
        (one) => {
          if (told !== null) one.fact('n2', {kind: 'warned', text: told});
          const compared = {leaderId: 'n0', term: 1, index: 0, isSame: true, endIndex: 0} as const;
          for (let i = 0; i < 20; i += 1)
            one.fact('n2', {kind: 'dledger-compared', group: GROUP, selfId: 'n2', ...compared});
        },
      );
    const half = matching('ENOSPC: write /data/dledger-n2/index/00000000000000000000');
    expect(catchUps(matching(null))).toBe('known-flaw S21');
    expect(catchUps(matching('ENOSPC: write /data/dledger-n2/data/00000000000000000000'))).toBe(
      'known-flaw S21',
    );
    expect(catchUps(half)).toBe('known-flaw half-append');
    expect(catchUps(half, 'undo-half-append')).toBe('defect');
  });

  test('nothing is claimed of who is down, while a fault lasts, or before a minute is over', () => {
    const down = left(
      () => {},
      (one) => {
        one.add({kind: 'process-ended', process: 'n2', why: 'killed', reason: ''});
      },
    );
    expect(catchUps(down)).toBe('looked-at-nothing');
    const soon = left(() => {});
    soon.add({kind: 'link-cut', from: 'm-n0', to: 'm-n1', direction: 'both'});
    soon.add({kind: 'link-healed', from: 'm-n0', to: 'm-n1', direction: 'both'});
    expect(catchUps(soon)).toBe('looked-at-nothing');
  });
});

describe('majority-leads', () => {
  const majorities = (trio: Trio, ...fixes: string[]): string =>
    judged((of) => new MajorityTrack(of), trio, ...fixes);

  /** n0 led, and is dead; what else happens, and then a minute and more. */
  function leaderless(then: (trio: Trio) => void): Trio {
    const trio = new Trio();
    trio.leads('n0', 1);
    trio.add({kind: 'process-ended', process: 'n0', why: 'killed', reason: ''});
    then(trio);
    trio.atUs += MINUTE;
    trio.fact('n1', {kind: 'warned', text: 'a minute later'});
    return trio;
  }

  test('two of three and no leader for a minute: a defect; with network threads stuck S11', () => {
    expect(majorities(leaderless(() => {}))).toBe('defect');
    const stuck = {group: GROUP, selfId: 'n2', blocked: 4, threads: 4};
    const trio = leaderless((one) => one.fact('n2', {kind: 'dledger-thread-blocked', ...stuck}));
    expect(majorities(trio)).toBe('known-flaw S11');
    expect(majorities(trio, 'never-block-network')).toBe('defect');
  });

  test('one of them leads: held', () => {
    expect(majorities(leaderless((one) => one.leads('n1', 2)))).toBe('held');
  });

  test('nothing is claimed of two that do not hear each other, of one, or with a sick disk', () => {
    const deeds: readonly ((trio: Trio) => void)[] = [
      (one) => one.add({kind: 'link-cut', from: 'm-n1', to: 'm-n2', direction: 'one-way'}),
      (one) => one.add({kind: 'process-paused', process: 'n2'}),
      (one) => one.add({kind: 'disk-destroyed', machine: 'm-n2'}),
    ];
    // The election before n0 died is what each has looked at.
    for (const deed of deeds) expect(majorities(leaderless(deed))).toBe('held');
  });
});
