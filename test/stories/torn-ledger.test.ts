import {describe, expect, test} from 'vitest';
import {LEDGER_WITHOUT_CRC} from '../../src/lab/checks/damaged-records.ts';
import {detailInChinese} from '../../src/lab/checks/detail-zh.ts';
import {TORN_QUEUE_ENTRY} from '../../src/lab/checks/torn-queue-entry.ts';
import {ALL_FIXES} from '../../src/lab/sweep/sweep-timeline.ts';
import {ledgerGroups, type Told} from './ledger-group.ts';

/** A recovery of DLedger 0.2.2 looks at the heads of entries only: what a power cut, or bit rot, has made of their bodies it takes. */

const CHECKS =
  'durable-as-promised, delivered-at-least-once, queues-match-log, replica-is-prefix, offsets-never-run-ahead, logs-match, committed-never-lost';
const CRC = `known-flaw ${LEDGER_WITHOUT_CRC}`;

/** Every remedy is on. A thousand records of three pages each come within a second; all members are back soon, the consumer later. */
function group(seed: string): Told {
  return ledgerGroups({
    groups: [
      {name: 'Raft', size: 3, conf: ['mappedFileSizeCommitLog=4194304', `lab.fix=${ALL_FIXES.join(',')}`]},
    ],
    durationS: 100,
    seed,
    rest: `
topics: {Orders: {queues: 2}}
producers:
  first: {machine: shop, start: 11s, topic: Orders, every: 1s, count: 45, body: 100B}
  p: {machine: shop, start: 60s, topic: Orders, body: 9000B, every: 1ms, count: 1000, tags: [A, B], keys: 3, settings: {compressMsgBodyOverHowmuchBytes: 10000}}
consumers:
  c: {machine: shop, start: 80s, topic: Orders, settings: {consumeFromWhere: CONSUME_FROM_FIRST_OFFSET}}
`,
    checks: CHECKS,
  });
}

/** What is told of it, but for what holds or is lost as page caches allow. */
function told(story: Told): Record<string, string> {
  const {checks} = story.toEnd().report();
  for (const {detail, verdict} of checks) {
    if (verdict !== 'held') expect(detailInChinese(detail), detail).not.toBeNull();
  }
  const named = checks.map(({name, verdict, flaw}) => [
    name,
    flaw === undefined ? verdict : `${verdict} ${flaw}`,
  ]);
  return Object.fromEntries(
    named.filter(([, verdict]) => verdict !== 'held' && verdict !== 'lost-as-configured'),
  );
}

describe('all three lose power while the last records are not on their disks', () => {
  const play = (seed: number): Record<string, string> => {
    const story = group(String(seed)).until(60_500 + seed * 7);
    const {world} = story.run;
    for (const i of [0, 1, 2]) world.intervene({kind: 'lose-power', machine: `m${i}`});
    story.until(61_500 + seed * 7);
    for (const i of [0, 1, 2]) {
      world.intervene({kind: 'restore-power', machine: `m${i}`});
      world.intervene({kind: 'start', process: `Raft-n${i}`});
    }
    for (const process of ['ns-0', 'ns-1']) world.intervene({kind: 'start', process});
    return told(story);
  };

  test('a record torn amid the log is told by its name, also of a member that has another than its leader', () => {
    expect(play(5)).toEqual({'queues-match-log': CRC, 'replica-is-prefix': CRC});
  });

  test('one that its broker cannot read, and a queue entry of which a half is gone; what its leader brings of its last entry is no defect', () => {
    expect(play(4)).toEqual({
      'delivered-at-least-once': CRC,
      'queues-match-log': `known-flaw ${TORN_QUEUE_ENTRY}`,
      'offsets-never-run-ahead': CRC,
    });
  });

  test('one that a leader has passed on as it found it', () => {
    expect(play(9)).toEqual({
      'delivered-at-least-once': CRC,
      'queues-match-log': CRC,
      'offsets-never-run-ahead': CRC,
    });
  });

  test('committed anew by those who got it from there, it is no entry that only its leader has', () => {
    expect(play(12)).toEqual({'queues-match-log': CRC});
  });
});

describe('a bit of the ledger reads the other way round', () => {
  const play = (then: (story: Told, machine: string) => void): Record<string, [string, string]> => {
    const story = group('1').until(66_000);
    const leader = story.masterOf('Raft')!;
    const machine = `m${leader.at(-1)}`;
    const path = `/data/${leader}/dledger-n${leader.at(-1)}/data/${'0'.repeat(20)}`;
    story.run.world.intervene({
      kind: 'disk-fault',
      machine,
      fault: {kind: 'bit-rot', path, positionBytes: 40_000, bit: 3},
    });
    then(story, machine);
    const {checks} = story.toEnd().report();
    return Object.fromEntries(checks.map(({name, verdict, detail}) => [name, [verdict, detail]]));
  };

  test('the record it lies in is named, and since when; nothing else is excused', () => {
    const checks = play(() => undefined);
    const why = /a bit of the record at \d+ of Raft-n2 reads the other way round since 66\.000 000 s/;
    for (const name of ['queues-match-log', 'replica-is-prefix']) {
      expect(checks[name]).toEqual(['lost-as-configured', expect.stringMatching(why)]);
      expect(detailInChinese(checks[name]![1])).not.toBeNull();
    }
    expect(checks['logs-match']![0]).toBe('held');
  });

  test('once it is healed there is nothing to tell', () => {
    const checks = play((story, machine) => {
      story.run.world.intervene({kind: 'heal-disk', machine, fault: 'all'});
    });
    expect(checks['queues-match-log']![0]).toBe('held');
    expect(checks['replica-is-prefix']![0]).toBe('held');
  });
});
