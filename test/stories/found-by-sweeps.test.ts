import {describe, expect, test} from 'vitest';
import type {Intervention} from '../../src/sim/intervention.ts';
import {ledgerGroups, type Told} from './ledger-group.ts';

/** What sweeps have found, each as the smallest story that it comes down to. */

const PRODUCER = (rest: string): string => `
topics:
  Orders: {queues: 1}
producers:
  p: {machine: shop, topic: Orders, body: 100B, ${rest}}
consumers:
  c: {machine: shop, start: 11s, topic: Orders, settings: {consumeFromWhere: CONSUME_FROM_FIRST_OFFSET}}
`;

/** Remedies as lines of broker.conf. */
const FIXED = (fixes: readonly string[]): string[] =>
  fixes.length === 0 ? [] : [`lab.fix=${fixes.join(',')}`];

function verdicts(story: Told): Record<string, string> {
  return Object.fromEntries(
    story
      .report()
      .checks.map(({name, verdict, flaw}) => [name, flaw === undefined ? verdict : `${verdict} ${flaw}`]),
  );
}

function doAll(story: Told, deeds: readonly Intervention[]): void {
  for (const deed of deeds) story.run.world.intervene(deed);
}

describe('a leader that has lost its power is back before anybody has missed it, and leads again', () => {
  const play = (fixes: readonly string[]): Told => {
    const story = ledgerGroups({
      groups: [{name: 'Raft', size: 3, conf: FIXED(fixes)}],
      durationS: 90,
      rest: PRODUCER('start: 11s, every: 20ms, count: 1800'),
      checks: 'queue-order-kept, queues-match-log, delivered-at-least-once',
    });
    const leader = story.until(46_000).masterOf('Raft')!;
    const machine = `m${leader.at(-1)}`;
    doAll(story, [
      {kind: 'lose-power', machine},
      {kind: 'restore-power', machine},
      {kind: 'start', process: leader},
    ]);
    return story.toEnd();
  };

  test('as it is, it takes messages before it knows how long its queues are, and gives offsets a second time', () => {
    expect(verdicts(play(['redispatch-after-crash']))).toMatchObject({
      'queue-order-kept': 'known-flaw early-put',
    });
  });

  test('with puts-by-masters-only it refuses them until it is master', () => {
    expect(verdicts(play(['redispatch-after-crash', 'puts-by-masters-only']))).toEqual({
      'queue-order-kept': 'held',
      'queues-match-log': 'held',
      'delivered-at-least-once': 'held',
    });
  });
});

describe("a leader's disk is full for five seconds", () => {
  const play = (fixes: readonly string[]): Told => {
    const story = ledgerGroups({
      // Each message needs a page of its own among so many slots.
      groups: [{name: 'Raft', size: 3, conf: ['maxHashSlotNum=5000000', ...FIXED(fixes)]}],
      durationS: 90,
      rest: PRODUCER('start: 11s, every: 20ms'),
      checks: 'recovers-after-heal, queues-match-log',
    });
    const leader = story.until(13_000).masterOf('Raft')!;
    const machine = `m${leader.at(-1)}`;
    doAll(story, [{kind: 'disk-fault', machine, fault: {kind: 'full'}}]);
    doAll(story.until(18_000), [{kind: 'heal-disk', machine, fault: 'full'}]);
    return story.toEnd();
  };

  test('as it is, it gives an entry of the index up, and takes no message for ever, but leads on', () => {
    const story = play([]);
    expect(story.facts('store-marked-broken').length).toBeGreaterThan(0);
    expect(verdicts(story)).toMatchObject({'recovers-after-heal': 'known-flaw given-up-entry'});
  });

  test('with retry-refused-entries it goes on once there is room', () => {
    const story = play(['retry-refused-entries']);
    expect(story.facts('store-marked-broken')).toEqual([]);
    expect(verdicts(story)).toMatchObject({'recovers-after-heal': 'held', 'queues-match-log': 'held'});
  });
});

describe('a member comes back knowing less to be committed than its queues hold, to a group that has begun anew', () => {
  const play = (fixes: readonly string[]): Told => {
    const links = ['m0', 'm1'].map((from) => ({from, to: 'm2', direction: 'both'}) as const);
    const wipe = (i: number): Intervention[] => [
      {kind: 'kill', process: `Raft-n${i}`},
      {kind: 'destroy-disk', machine: `m${i}`, replace: true},
    ];
    const story = ledgerGroups({
      groups: [{name: 'Raft', size: 3, conf: FIXED(fixes)}],
      durationS: 70,
      rest: PRODUCER('start: 11s, every: 100ms, count: 10').replace(
        'consumers:',
        '  late: {machine: shop, start: 30s, topic: Orders, body: 100B, every: 100ms, count: 4}\nconsumers:',
      ),
      checks: 'queues-match-log, state-machine-order',
    });
    story.until(12_300);
    // Its checkpoint is from before the messages.
    doAll(story, [
      ...links.map((link) => ({kind: 'cut', ...link}) as const),
      {kind: 'kill', process: 'Raft-n2'},
    ]);
    doAll(story.until(15_000), [...wipe(0), ...wipe(1)]);
    doAll(story.until(16_000), [
      {kind: 'start', process: 'Raft-n0'},
      {kind: 'start', process: 'Raft-n1'},
    ]);
    doAll(story.until(38_000), [
      ...links.map((link) => ({kind: 'heal', ...link}) as const),
      {kind: 'start', process: 'Raft-n2'},
    ]);
    return story.toEnd();
  };

  test('as it is, its queues keep entries for what was cut off', () => {
    expect(verdicts(play([]))).toMatchObject({'queues-match-log': 'known-flaw S6'});
  });

  test('with clamp-commit they are cut back with the log', () => {
    expect(verdicts(play(['clamp-commit']))).toMatchObject({'queues-match-log': 'held'});
  });
});

describe('a member that a power cut has left without some queues is stopped in order before it knows anything to be committed', () => {
  const play = (fixes: readonly string[], comesBack = true): Told => {
    const links = ['m0', 'm1'].map((from) => ({from, to: 'm2', direction: 'both'}) as const);
    const story = ledgerGroups({
      groups: [{name: 'Raft', size: 3, conf: FIXED(fixes)}],
      durationS: 60,
      rest: PRODUCER('start: 11s, every: 10ms, count: 60').replace('queues: 1', 'queues: 4'),
      checks: 'queues-match-log',
    });
    // Its checkpoint is from before the messages.
    doAll(story.until(11_700), [
      ...links.map((link) => ({kind: 'cut', ...link}) as const),
      {kind: 'lose-power', machine: 'm2'},
      {kind: 'restore-power', machine: 'm2'},
      {kind: 'start', process: 'Raft-n2'},
    ]);
    if (!comesBack) return story.toEnd();
    doAll(story.until(14_000), [{kind: 'stop', process: 'Raft-n2'}]);
    doAll(story.until(20_000), [
      ...links.map((link) => ({kind: 'heal', ...link}) as const),
      {kind: 'start', process: 'Raft-n2'},
    ]);
    return story.toEnd();
  };

  test('as it is, they are never filled', () => {
    expect(verdicts(play([]))).toMatchObject({'queues-match-log': 'known-flaw 7355'});
  });

  test('with redispatch-after-crash its end was none in order, and the next start fills them', () => {
    expect(verdicts(play(['redispatch-after-crash']))).toMatchObject({'queues-match-log': 'held'});
  });

  test('while it knows nothing to be committed, nothing is missing in its queues', () => {
    expect(verdicts(play(['redispatch-after-crash'], false))).toEqual({'queues-match-log': 'held'});
  });
});
