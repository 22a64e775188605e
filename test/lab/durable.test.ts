import {expect, test} from 'vitest';
import type {CheckResult} from '../../src/lab/checks/check.ts';
import {runChecks} from '../../src/lab/checks/checks.ts';
import {LedgerTrack} from '../../src/lab/ledger.ts';
import {ledgerOf} from '../../src/lab/ledger-of.ts';
import {parseScenario} from '../../src/lab/scenario/parse.ts';
import {
  acknowledged,
  appended,
  begun,
  booted,
  flushed,
  type HandTrace,
  Pair,
  recovered,
} from './synthetic.ts';

/** The verdict of `durable-as-promised` over a trace written by hand, with a master and perhaps a slave configured so. */
function judge(trace: HandTrace, master: string, slave: string | null = ''): CheckResult {
  const conf = (text: string): string => JSON.stringify(`brokerName=b\n${text.replaceAll(' ', '\n')}`);
  const slaveLine =
    slave === null ? '' : `  slave: {machine: s, config: ${conf(`brokerRole=SLAVE brokerId=1 ${slave}`)}}\n`;
  const {scenario, problems} = parseScenario(
    `name: s\nduration: 60s\nmachines: {m: {address: 10.0.0.1}, s: {address: 10.0.0.2}}\nnameservers: {n: {machine: m}}\nbrokers:\n  broker: {machine: m, config: ${conf(master)}}\n${slaveLine}checks: [durable-as-promised]\n`,
    's.yaml',
  );
  if (scenario === null) throw new Error(JSON.stringify(problems));
  const store = trace.store();
  const ledger = ledgerOf(scenario, store);
  ledger.update();
  return runChecks({scenario, store, ledger, interventions: []})[0]!;
}

interface Story {
  /** Where the slave is when the producer is told; null: no further than before. */
  readonly replicated?: boolean;
  readonly flushed?: boolean;
  readonly status?: string;
}

/** One message, sent, stored and acknowledged. */
function sent({replicated = false, flushed: isFlushed = false, status = 'SEND_OK'}: Story = {}): Pair {
  const trace = new Pair();
  trace.fact('producer', begun('A'));
  trace.fact('broker', appended('A', 0));
  if (replicated) trace.replicated(100);
  if (isFlushed) trace.fact('broker', flushed(100));
  trace.fact('producer', {...acknowledged('A', 0), status} as never);
  return trace;
}

test('nothing acknowledged: it says nothing', () => {
  expect(judge(new Pair(), '')).toMatchObject({verdict: 'looked-at-nothing', ok: false, looked: 0});
});

test('an acknowledgement promises what its configuration says, before anything breaks', () => {
  expect(judge(sent(), '').verdict).toBe('held');
  expect(judge(sent(), 'flushDiskType=SYNC_FLUSH')).toMatchObject({
    verdict: 'defect',
    detail: expect.stringContaining('with SYNC_FLUSH before its disk had it'),
  });
  expect(judge(sent({flushed: true}), 'flushDiskType=SYNC_FLUSH').verdict).toBe('held');
  expect(judge(sent(), 'brokerRole=SYNC_MASTER')).toMatchObject({
    verdict: 'defect',
    detail: expect.stringContaining('before a slave had it'),
  });
  expect(judge(sent({replicated: true}), 'brokerRole=SYNC_MASTER').verdict).toBe('held');
  // What the producer was told is not promised.
  expect(judge(sent({status: 'SLAVE_NOT_AVAILABLE'}), 'brokerRole=SYNC_MASTER').verdict).toBe('held');
  expect(judge(sent({status: 'FLUSH_DISK_TIMEOUT'}), 'flushDiskType=SYNC_FLUSH').verdict).toBe('held');
});

test('an acknowledgement of what no broker stored is a defect', () => {
  const trace = new Pair();
  trace.fact('producer', begun('A'));
  trace.fact('producer', acknowledged('A', 0));
  expect(judge(trace, '').verdict).toBe('defect');
});

test('a loss of power takes what ASYNC_FLUSH had not flushed, and nothing else', () => {
  const lose = (trace: Pair): Pair => {
    trace.losePower('m', 'broker');
    trace.fact('broker', recovered(0));
    return trace;
  };
  const result = judge(lose(sent()), '', null);
  expect(result).toMatchObject({
    verdict: 'lost-as-configured',
    reasons: [{process: 'broker', allowance: 'async-flush', by: 'power-loss', count: 1}],
  });
  expect(result.detail).toMatch(
    /^1 of 1 acknowledged messages are gone, 1 because on broker ASYNC_FLUSH acknowledges before the disk has it, and the power went at 0\.000 0\d\d s$/,
  );
  expect(judge(lose(sent({flushed: true})), '', null).verdict).toBe('defect');
  expect(judge(lose(sent({flushed: true})), 'flushDiskType=SYNC_FLUSH', null).verdict).toBe('defect');
  expect(judge(lose(sent({status: 'FLUSH_DISK_TIMEOUT'})), 'flushDiskType=SYNC_FLUSH', null)).toMatchObject({
    verdict: 'lost-as-configured',
    reasons: [{allowance: 'status-told'}],
  });
});

test('the end of a process takes nothing but what is in the store pool', () => {
  const kill = (trace: Pair): Pair => {
    trace.add({kind: 'process-ended', process: 'broker', why: 'killed', reason: ''});
    trace.fact('broker', recovered(0));
    return trace;
  };
  expect(judge(kill(sent()), '', null).verdict).toBe('defect');
  expect(judge(kill(sent()), 'transientStorePoolEnable=true', null)).toMatchObject({
    verdict: 'lost-as-configured',
    reasons: [{allowance: 'store-pool', by: 'process-end'}],
  });
  const committed = sent();
  committed.fact('broker', {kind: 'log-committed', physicalOffset: 100});
  expect(judge(kill(committed), 'transientStorePoolEnable=true', null).verdict).toBe('defect');
  // The pool acts only with ASYNC_FLUSH.
  const flushing = sent({flushed: true});
  expect(judge(kill(flushing), 'transientStorePoolEnable=true flushDiskType=SYNC_FLUSH', null).verdict).toBe(
    'defect',
  );
});

/** The broker is given a setting by hand; with `restart` it has read it. */
function set(trace: HandTrace, key: string, value: string, restart = true, process = 'broker'): void {
  trace.add({kind: 'config-set', process, key, value});
  if (!restart) return;
  trace.add({kind: 'process-ended', process, why: 'stopped', reason: ''});
  trace.add({kind: 'process-started', process, pid: 101});
}

function send(trace: Pair, msgId: string, number: number, status = 'SEND_OK'): void {
  trace.fact('producer', begun(msgId));
  trace.fact('broker', appended(msgId, number));
  trace.fact('producer', {...acknowledged(msgId, number), status} as never);
}

test('an acknowledgement is judged by what its broker had read by then, not by what it was given first or last', () => {
  const stricter = new Pair();
  set(stricter, 'flushDiskType', 'SYNC_FLUSH');
  send(stricter, 'A', 0);
  expect(judge(stricter, '', null)).toMatchObject({
    verdict: 'defect',
    detail: expect.stringContaining('with SYNC_FLUSH before its disk had it'),
  });
  const laxer = new Pair();
  set(laxer, 'flushDiskType', 'ASYNC_FLUSH');
  send(laxer, 'A', 0);
  laxer.losePower('m', 'broker');
  laxer.fact('broker', recovered(0));
  expect(judge(laxer, 'flushDiskType=SYNC_FLUSH', null)).toMatchObject({
    verdict: 'lost-as-configured',
    reasons: [{allowance: 'async-flush', count: 1}],
  });
  // Nothing counts before the next start.
  const unread = new Pair();
  set(unread, 'flushDiskType', 'SYNC_FLUSH', false);
  send(unread, 'A', 0);
  expect(judge(unread, '', null).verdict).toBe('held');
  // What is stricter now was not promised before; what is laxer now was.
  const before = new Pair();
  send(before, 'A', 0);
  set(before, 'flushDiskType', 'SYNC_FLUSH');
  before.losePower('m', 'broker');
  before.fact('broker', recovered(0));
  expect(judge(before, '', null)).toMatchObject({
    verdict: 'lost-as-configured',
    reasons: [{allowance: 'async-flush'}],
  });
});

test('a slave that was made a SYNC_MASTER by hand promises as one', () => {
  const promoted = (status?: string): Pair => {
    const trace = new Pair();
    trace.add({kind: 'process-ended', process: 'broker', why: 'killed', reason: ''});
    set(trace, 'brokerId', '0', false, 'slave');
    set(trace, 'brokerRole', 'SYNC_MASTER', true, 'slave');
    trace.fact('slave', booted('b'));
    trace.fact('producer', begun('A'));
    trace.fact('slave', appended('A', 0));
    trace.fact('producer', {...acknowledged('A', 0), ...(status && {status})} as never);
    return trace;
  };
  expect(judge(promoted(), '')).toMatchObject({
    verdict: 'defect',
    detail: expect.stringContaining('by slave, a SYNC_MASTER, before a slave had it'),
  });
  expect(judge(promoted('SLAVE_NOT_AVAILABLE'), '').verdict).toBe('held');
});

test('a clean stop, or nothing at all, takes nothing', () => {
  const trace = sent();
  trace.add({kind: 'process-ended', process: 'broker', why: 'stopped', reason: ''});
  trace.fact('broker', recovered(0));
  expect(judge(trace, '', null).verdict).toBe('defect');
});

test('with the disk goes what no slave has; ASYNC_MASTER did not wait for one', () => {
  const destroy = (trace: Pair): Pair => {
    trace.add({kind: 'disk-destroyed', machine: 'm'});
    return trace;
  };
  expect(judge(destroy(sent({flushed: true})), '')).toMatchObject({
    verdict: 'lost-as-configured',
    reasons: [{allowance: 'disk-gone', by: 'disk-destroyed'}],
    detail: expect.stringContaining('no slave had it yet, for which ASYNC_MASTER does not wait'),
  });
  expect(judge(destroy(sent({replicated: true})), 'brokerRole=SYNC_MASTER').verdict).not.toBe(
    'lost-as-configured',
  );
  expect(judge(destroy(sent({status: 'FLUSH_SLAVE_TIMEOUT'})), 'brokerRole=SYNC_MASTER').detail).toContain(
    'no slave had it, as FLUSH_SLAVE_TIMEOUT had told',
  );
});

test('both machines lose power: the slave too had it in its page cache only', () => {
  const trace = sent({replicated: true});
  trace.losePower('m', 'broker');
  trace.losePower('s', 'slave');
  trace.fact('broker', recovered(0));
  expect(judge(trace, 'brokerRole=SYNC_MASTER').verdict).toBe('unavailable-as-designed');
  trace.fact('slave', recovered(0));
  expect(judge(trace, 'brokerRole=SYNC_MASTER')).toMatchObject({
    verdict: 'lost-as-configured',
    detail: expect.stringContaining('on slave a slave confirms what is in its page cache'),
  });
  // With SYNC_FLUSH on the master one copy was promised to stay.
  expect(judge(trace, 'brokerRole=SYNC_MASTER flushDiskType=SYNC_FLUSH').verdict).toBe('defect');
});

test('a slave that loses what it had flushed is a defect even where its master may lose it', () => {
  const trace = sent({replicated: true});
  trace.fact('slave', flushed(100));
  trace.losePower('m', 'broker');
  trace.losePower('s', 'slave');
  trace.fact('broker', recovered(0));
  trace.fact('slave', recovered(0));
  expect(judge(trace, 'brokerRole=SYNC_MASTER').verdict).toBe('defect');
});

test('a slave ahead of its restarted master confirms what it has not got: issue 3015, and a defect where the fix is on', () => {
  const trace = new Pair();
  trace.replicated(500);
  trace.link(500, 0);
  trace.fact('producer', begun('A'));
  trace.fact('broker', appended('A', 0));
  trace.fact('producer', acknowledged('A', 0));
  expect(judge(trace, 'brokerRole=SYNC_MASTER')).toMatchObject({
    verdict: 'known-flaw',
    flaw: '3015',
    detail: expect.stringContaining('1 were confirmed by a slave that never got them'),
  });
  expect(judge(trace, 'brokerRole=SYNC_MASTER lab.fix=slave-offset-checked').verdict).toBe('defect');
});

test('files deleted after their time, and a disk that lied, are told as what they are', () => {
  const cleaned = sent({flushed: true});
  cleaned.fact('broker', {kind: 'log-cleaned', minPhysicalOffset: 200, why: 'expired', queues: []});
  expect(judge(cleaned, '', null)).toMatchObject({
    verdict: 'lost-as-configured',
    reasons: [{allowance: 'expired'}],
  });
  const lied = new Pair();
  lied.add({kind: 'disk-fault-struck', machine: 'm', name: 'sync-errors', fault: {kind: 'sync-errors'}});
  lied.fact('producer', begun('A'));
  lied.fact('broker', appended('A', 0));
  lied.fact('producer', acknowledged('A', 0));
  lied.losePower('m', 'broker');
  lied.fact('broker', recovered(0));
  expect(judge(lied, 'flushDiskType=SYNC_FLUSH', null)).toMatchObject({
    verdict: 'lost-as-configured',
    reasons: [{allowance: 'disk-fault'}],
  });
});

test('the ledger tells at each moment what is out of reach, until a broker that has it can be asked', () => {
  const trace = sent();
  const counts = (): {lost: number; outOfReach: number} => {
    const ledger = new LedgerTrack(trace.store());
    ledger.update();
    const {lost, outOfReach} = ledger.counts;
    return {lost, outOfReach};
  };
  expect(counts()).toEqual({lost: 0, outOfReach: 0});
  trace.add({kind: 'process-ended', process: 'broker', why: 'killed', reason: ''});
  expect(counts()).toEqual({lost: 0, outOfReach: 1});
  trace.add({kind: 'process-started', process: 'broker', pid: 1});
  expect(counts()).toEqual({lost: 0, outOfReach: 1});
  trace.fact('broker', recovered(100));
  expect(counts()).toEqual({lost: 0, outOfReach: 0});
  trace.add({kind: 'process-paused', process: 'broker'});
  expect(counts()).toEqual({lost: 0, outOfReach: 1});
  trace.add({kind: 'process-resumed', process: 'broker'});
  expect(counts()).toEqual({lost: 0, outOfReach: 0});
});

test('nobody asks a slave for what its master came back without', () => {
  const trace = sent({replicated: true});
  const outOfReach = (): number => {
    const ledger = new LedgerTrack(trace.store());
    ledger.update();
    return ledger.counts.outOfReach;
  };
  trace.losePower('m', 'broker');
  expect(outOfReach()).toBe(0);
  trace.fact('broker', recovered(0));
  expect(outOfReach()).toBe(1);
});

test('a slave has what it has told of, in pieces of records too, but not what it was ahead with', () => {
  const trace = new Pair();
  const held = (): string[] => {
    const ledger = new LedgerTrack(trace.store());
    ledger.update();
    return [...ledger.messages.values()].flatMap(({msgId, holdings}) =>
      holdings.filter(({process}) => process === 'slave').map(() => msgId),
    );
  };
  for (const [number, id] of ['A', 'B', 'C', 'D', 'E'].entries()) {
    trace.fact('producer', begun(id));
    trace.fact('broker', appended(id, number));
  }
  trace.replicated(150);
  expect(held()).toEqual(['A']);
  trace.replicated(220);
  expect(held()).toEqual(['A', 'B']);
  trace.replicated(300);
  expect(held()).toEqual(['A', 'B', 'C']);
  // The master comes back with less, and writes other records where the slave has its own.
  trace.losePower('m', 'broker');
  trace.fact('broker', recovered(100));
  trace.link(300, 100);
  for (const [number, id] of [
    [1, 'F'],
    [2, 'G'],
    [3, 'H'],
  ] as const) {
    trace.fact('producer', begun(id));
    trace.fact('broker', appended(id, number));
  }
  trace.replicated(400);
  expect(held()).toEqual(['A', 'B', 'C', 'H']);
});
