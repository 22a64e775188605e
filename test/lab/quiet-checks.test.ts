import {describe, expect, test} from 'vitest';
import type {CheckResult} from '../../src/lab/checks/check.ts';
import {detailInChinese} from '../../src/lab/checks/detail-zh.ts';
import {FlushTrack} from '../../src/lab/checks/dledger/flush-track.ts';
import {PatienceTrack} from '../../src/lab/checks/dledger/patience-track.ts';
import {ToldOfSlavesTrack} from '../../src/lab/checks/told-of-slaves.ts';
import {type Reader, Readers} from '../../src/lab/readers.ts';
import {parseScenario} from '../../src/lab/scenario/parse.ts';
import {GROUP, Trio} from './hand-trio.ts';
import {HandTrace} from './synthetic.ts';

// What breaks no promise at once and shows only in times: each check turns red on what it is for, calls it by its name, and calls it a
// defect with the remedy on.

type Track = Reader & {result(): CheckResult};

function judged(track: Track, {entries}: HandTrace): string {
  const readers = new Readers(track);
  for (const entry of entries) readers.take(entry);
  const {verdict, flaw, detail} = track.result();
  expect(detailInChinese(detail), detail).not.toBeNull();
  return flaw === undefined ? verdict : `${verdict} ${flaw}`;
}

const SECOND = 1_000_000;

describe('leaders-are-patient', () => {
  const patience = (trio: Trio, ...fixes: string[]): string =>
    judged(new PatienceTrack(() => new Set(fixes)), trio);

  /** n0 leads for so long, and then makes itself a candidate. */
  function reign(ledUs: number, verdict: 'missed' | 'higher-term', meanwhile: (trio: Trio) => void): Trio {
    const trio = new Trio();
    trio.leads('n0', 1);
    meanwhile(trio);
    trio.atUs += ledUs;
    const round = {term: 1, followers: 0, answers: 2, verdict};
    trio.fact('n0', {kind: 'dledger-heartbeat-missed', group: GROUP, selfId: 'n0', ...round});
    const now = {from: 'LEADER', role: 'CANDIDATE', term: 1, currTerm: 1, leaderId: null} as const;
    trio.fact('n0', {kind: 'dledger-role-changed', group: GROUP, selfId: 'n0', ...now});
    return trio;
  }

  test('who gives up at the first round that nobody answers has judged by something else: S15', () => {
    const trio = reign(2.001 * SECOND, 'missed', () => {});
    expect(patience(trio)).toBe('known-flaw S15');
    expect(patience(trio, 'judge-own-heartbeats')).toBe('defect');
  });

  test('after three rounds it may; and for a higher term at any time; whose clock is set is not judged', () => {
    expect(patience(reign(6.002 * SECOND, 'missed', () => {}))).toBe('held');
    expect(patience(reign(2.001 * SECOND, 'higher-term', () => {}))).toBe('looked-at-nothing');
    const jumped = reign(2.001 * SECOND, 'missed', (trio) =>
      trio.add({kind: 'clock-jumped', machine: 'm-n0', byMs: 10_000}),
    );
    expect(patience(jumped)).toBe('looked-at-nothing');
  });
});

describe('flushes-keep-up', () => {
  const flushes = (trio: Trio, ...fixes: string[]): string =>
    judged(new FlushTrack(() => new Set(fixes)), trio);

  /** n0 has flushed up to `flushed` of ten entries of 100 bytes; then something happens, and time goes by. */
  function tenEntries(flushed: number, then: (trio: Trio) => void): Trio {
    const trio = new Trio();
    for (let index = 0; index < 10; index += 1) trio.append('n0', index, 1);
    if (flushed > 0) trio.fact('n0', {kind: 'log-flushed', physicalOffset: flushed});
    then(trio);
    trio.atUs += 3 * SECOND;
    trio.fact('n0', {kind: 'dledger-term-changed', group: GROUP, selfId: 'n0', from: 1, term: 2});
    return trio;
  }

  test('a cut behind the flush position, and nothing is flushed from then on: known by its name', () => {
    const trio = tenEntries(1000, (one) => {
      one.cut('n0', 'n1', 9, 3, 2);
      one.append('n0', 4, 2);
    });
    expect(flushes(trio)).toBe('known-flaw flush-behind-cut');
    expect(flushes(trio, 'flush-after-cut')).toBe('defect');
  });

  test('so too where it stands at the end of what a start has found', () => {
    const trio = new Trio();
    trio.recovered('n0', 9, 1);
    trio.cut('n0', 'n1', 9, 3, 2);
    trio.append('n0', 4, 2);
    trio.atUs += 3 * SECOND;
    trio.append('n0', 5, 2);
    expect(flushes(trio)).toBe('known-flaw flush-behind-cut');
  });

  test('without a cut it is a defect', () => {
    expect(flushes(tenEntries(500, () => {}))).toBe('defect');
    expect(flushes(tenEntries(0, () => {}))).toBe('defect');
  });

  test('what was flushed is well, and nothing is said of who is down or frozen, or has a sick disk', () => {
    expect(flushes(tenEntries(1000, () => {}))).toBe('held');
    const fault = {
      kind: 'disk-fault-struck',
      machine: 'm-n0',
      name: 'stalled',
      fault: {kind: 'stalled'},
    } as const;
    expect(flushes(tenEntries(500, (one) => one.add(fault)))).toBe('held');
    expect(flushes(tenEntries(500, (one) => one.add({kind: 'process-paused', process: 'n0'})))).toBe('held');
    expect(flushes(tenEntries(500, (one) => one.restart('n0', false)))).toBe('held');
  });
});

describe('told-of-slaves-in-time', () => {
  const told = (
    waitsMs: readonly number[],
    fix = '',
    then: (trace: HandTrace) => void = () => {},
  ): string => {
    const conf = `brokerRole=SYNC_MASTER\\nlab.fix=${fix}`;
    const {scenario} = parseScenario(
      `name: x\nduration: 60s\nmachines: {m: {address: 10.0.0.1}}\nbrokers: {a: {machine: m, config: "${conf}"}}\n`,
      'x.yaml',
    );
    const trace = new HandTrace();
    const beganUs = trace.atUs;
    trace.fact('a', {kind: 'replicated-to', slave: '10.0.0.2:1', physicalOffset: 0});
    then(trace);
    for (const [i, waitedMs] of waitsMs.entries()) {
      trace.atUs = beganUs + waitedMs * 1000;
      const missed = {endOffset: 100 * i, outcome: 'FLUSH_SLAVE_TIMEOUT', waitedMs} as const;
      trace.fact('a', {kind: 'replica-missed', ...missed});
    }
    return judged(new ToldOfSlavesTrack(scenario!), trace);
  };

  test('each waits for those before it, and then as long again: 3827', () => {
    expect(told([5000, 10_000, 15_000])).toBe('known-flaw 3827');
    expect(told([5000, 10_000], 'replica-deadline-from-put')).toBe('defect');
  });

  test('with nobody before it, it is a defect; six seconds are in time; who was frozen is not judged', () => {
    expect(told([12_000])).toBe('defect');
    const again = (trace: HandTrace): void => {
      trace.atUs += 11 * SECOND;
      trace.fact('a', {kind: 'replicated-to', slave: '10.0.0.2:1', physicalOffset: 0});
    };
    expect(told([12_000], '', again)).toBe('defect');
    expect(told([5000, 6000])).toBe('held');
    expect(told([12_000], '', (trace) => trace.add({kind: 'process-resumed', process: 'a'}))).toBe(
      'looked-at-nothing',
    );
  });
});
