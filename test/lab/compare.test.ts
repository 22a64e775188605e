import {expect, test} from 'vitest';
import {columnOf} from '../../src/lab/compare/column.ts';
import {compareVariants} from '../../src/lab/compare/compare.ts';
import {firstDifference, NOTICED_US} from '../../src/lab/compare/first-difference.ts';
import {comparisonRows} from '../../src/lab/compare/rows.ts';
import {sayDifference} from '../../src/lab/compare/say-difference.ts';
import {parseVary, type VariedKey, variantsOf, vary} from '../../src/lab/compare/vary.ts';
import {LedgerTrack} from '../../src/lab/ledger.ts';
import {nearestRank} from '../../src/lab/nearest-rank.ts';
import {withConfKey} from '../../src/lab/scenario/conf-key.ts';
import {parseScenario} from '../../src/lab/scenario/parse.ts';
import type {Scenario} from '../../src/lab/scenario/scenario.ts';
import {acknowledged, appended, begun, delivered, type HandTrace, smallCluster} from './synthetic.ts';

const PAIR = `name: pair
duration: 20s
machines: {m: {address: 10.0.0.1, disk: {preset: ssd, capacity: 1GiB}}, s: {address: 10.0.0.2}}
nameservers: {n: {machine: m}}
brokers:
  master:
    machine: m
    config: |
      brokerName=a
      # the role
      brokerRole = ASYNC_MASTER
  slave:
    machine: s
    config: |
      brokerName=a
      brokerRole=SLAVE
      brokerId=1
producers: {p: {machine: s, start: 3s, topic: T, every: 50ms, count: 100}}
faults:
  - {at: 6s, kill: master}
  - {at: 8s, start: master}
`;

function pair(): Scenario {
  const {scenario, problems} = parseScenario(PAIR, 'pair.yaml');
  if (scenario === null) throw new Error(JSON.stringify(problems));
  return scenario;
}

function problemOf(keys: readonly VariedKey[]): string {
  const variants = variantsOf(pair(), keys);
  return variants.ok ? 'none' : variants.problem;
}

test('brokerRole varies masters only, in its place in the text', () => {
  const varied = vary(pair(), 'brokerRole', 'SYNC_MASTER');
  if (!varied.ok) throw new Error(varied.problem);
  const [master, slave] = varied.value.brokers;
  expect(master!.conf).toBe('brokerName=a\n# the role\nbrokerRole=SYNC_MASTER\n');
  expect(slave).toEqual(pair().brokers[1]);
});

test('other keys of broker.conf vary every broker, and what a scenario keeps of them follows', () => {
  const varied = vary(pair(), 'listenPort', '20911');
  if (!varied.ok) throw new Error(varied.problem);
  expect(varied.value.brokers.map(({port}) => port)).toEqual([20_911, 20_911]);
});

test('remedies vary every broker, and none of them is a value too', () => {
  const variants = variantsOf(pair(), [{key: 'lab.fix', values: ['none', 'compare-afresh']}]);
  expect(variants.ok && variants.value.map((one) => one.scenario.brokers[0]!.conf)).toEqual([
    expect.stringMatching(/lab\.fix=\n$/),
    expect.stringMatching(/lab\.fix=compare-afresh\n$/),
  ]);
  expect(problemOf([{key: 'lab.fix', values: ['none', 'compare-anew']}])).toMatch(
    /lab\.fix: found "compare-anew", expected one of /,
  );
});

test('network and disk take presets; a disk stays as large as it is', () => {
  const network = vary(pair(), 'network', 'continents');
  expect(network.ok && network.value.network.between.latencyUs).toBe(75_000);
  const disk = vary(pair(), 'disk', 'hdd');
  expect(disk.ok && disk.value.machines.map((machine) => machine.disk.syncLatencyUs)).toEqual([8000, 8000]);
  expect(disk.ok && disk.value.machines[0]!.disk.capacityBytes).toBe(1024 ** 3);
});

test('several keys give every combination, the last changing fastest', () => {
  const variants = variantsOf(pair(), [
    {key: 'brokerRole', values: ['ASYNC_MASTER', 'SYNC_MASTER']},
    {key: 'flushDiskType', values: ['ASYNC_FLUSH', 'SYNC_FLUSH']},
  ]);
  expect(variants.ok && variants.value.map(({name}) => name)).toEqual([
    'brokerRole=ASYNC_MASTER, flushDiskType=ASYNC_FLUSH',
    'brokerRole=ASYNC_MASTER, flushDiskType=SYNC_FLUSH',
    'brokerRole=SYNC_MASTER, flushDiskType=ASYNC_FLUSH',
    'brokerRole=SYNC_MASTER, flushDiskType=SYNC_FLUSH',
  ]);
});

test('what cannot be varied is told in one line', () => {
  expect(parseVary('brokerRole')).toMatchObject({
    ok: false,
    problem: expect.stringContaining('expected key=value,value'),
  });
  expect(parseVary('a=b,,c')).toMatchObject({ok: false});
  expect(parseVary('a=b,b')).toMatchObject({ok: false, problem: expect.stringContaining('"b" twice')});
  expect(problemOf([{key: 'brokerRoll', values: ['x', 'y']}])).toMatch(
    /^found unknown key brokerRoll, expected .*; did you mean brokerRole\?$/,
  );
  expect(problemOf([{key: 'flushDiskType', values: ['ASYNC', 'SYNC']}])).toMatch(
    /^master: flushDiskType: found "ASYNC"/,
  );
  expect(problemOf([{key: 'brokerRole', values: ['ASYNC_MASTER', 'SLAVE']}])).toContain(
    'only masters are varied',
  );
  expect(problemOf([{key: 'network', values: ['zone', 'regions']}])).toMatch(/did you mean zones\?$/);
  expect(problemOf([{key: 'disk', values: ['ssd']}])).toContain('nothing to compare');
  expect(
    problemOf([
      {key: 'brokerId', values: ['1', '2']},
      {key: 'brokerId', values: ['1', '2']},
    ]),
  ).toContain('twice');
  const many = Array.from({length: 33}, (_, index) => String(index + 1));
  expect(problemOf([{key: 'flushIntervalCommitLog', values: many}])).toContain('at most 32');
});

test('a key that goes over several lines, or is not there, is set at the end, which counts', () => {
  expect(withConfKey('a=1', 'b', '2')).toBe('a=1\nb=2\n');
  expect(withConfKey('b=\\\n  1\n', 'b', '2')).toBe('b=\\\n  1\nb=2\n');
});

function message(trace: HandTrace, id: string, number: number): HandTrace {
  trace.fact('producer', begun(id));
  trace.fact('broker', appended(id, number));
  trace.fact('producer', acknowledged(id, number));
  return trace;
}

test('ids and latencies that nobody sees are no difference', () => {
  const [a, b] = [smallCluster(), smallCluster()];
  message(a, 'A', 0);
  b.atUs += NOTICED_US / 2;
  message(b, 'another id', 0);
  expect(firstDifference(a.store(), b.store())).toBeNull();
});

test('the first difference is the earliest thing that comes out otherwise, only once, or much later', () => {
  const names = ['left', 'right'] as const;
  const [a, b] = [message(smallCluster(), 'A', 0), message(smallCluster(), 'A', 0)];
  a.fact('producer', begun('B'));
  b.fact('producer', begun('B'));
  a.fact('producer', acknowledged('B', 1));
  b.fact('producer', {...acknowledged('B', 1), status: 'SLAVE_NOT_AVAILABLE'} as never);
  a.fact('consumer', delivered('A', 0));
  const otherwise = firstDifference(a.store(), b.store())!;
  expect([otherwise.how, otherwise.a?.entryId, otherwise.b?.entryId]).toEqual(['otherwise', 13, 13]);
  expect(sayDifference(otherwise, names, 'en')).toBe(
    'At 0.000 013 s message 2 of producer is answered SEND_OK (left); in the other run, message 2 of producer is answered SLAVE_NOT_AVAILABLE (right).',
  );

  const [c, d] = [message(smallCluster(), 'A', 0), message(smallCluster(), 'A', 0)];
  c.fact('consumer', delivered('A', 0));
  c.atUs += 2 * NOTICED_US;
  c.fact('broker', {kind: 'log-flushed', physicalOffset: 100});
  const only = firstDifference(c.store(), d.store())!;
  expect(sayDifference(only, names, 'en')).toBe(
    'At 0.000 012 s message 1 of producer reaches cg (left); that never happens in the other run (right).',
  );
  d.atUs += 1_500_000;
  d.fact('consumer', delivered('A', 0));
  const later = firstDifference(c.store(), d.store())!;
  expect(sayDifference(later, names, 'zh-CN')).toBe(
    '0.000 012 s：producer 的第 1 条消息到达 cg（left）；另一次运行（right）晚了 1.5 秒。',
  );
});

test('what happened just before the end in one run may only be late in the other', () => {
  const [a, b] = [message(smallCluster(), 'A', 0), message(smallCluster(), 'A', 0)];
  a.fact('consumer', delivered('A', 0));
  expect(firstDifference(a.store(), b.store())).toBeNull();
});

test('a delivery that was on its way when the fault struck does not count as the first after it', () => {
  const trace = message(smallCluster(), 'A', 0);
  message(trace, 'B', 1);
  const before = trace.send(7, 'broker', 'consumer', new Uint8Array(4));
  trace.add({kind: 'intervened', intervention: {kind: 'kill', process: 'broker'}});
  const faultUs = trace.atUs;
  const early = trace.add({
    kind: 'bytes-arrived',
    connection: 7,
    process: 'consumer',
    peer: 'broker',
    sent: before,
  });
  trace.fact('consumer', delivered('A', 0), early);
  trace.fact('producer', acknowledged('A', 0));
  const after = trace.send(8, 'broker', 'consumer', new Uint8Array(4));
  const late = trace.add({
    kind: 'bytes-arrived',
    connection: 8,
    process: 'consumer',
    peer: 'broker',
    sent: after,
  });
  trace.fact('consumer', delivered('B', 1), late);
  const store = trace.store();
  const ledger = new LedgerTrack(store);
  ledger.update();
  const column = columnOf({name: 'x', variations: [], traceHash: '', trace: store, ledger, checks: []});
  expect(column.fault?.atUs).toBe(faultUs);
  expect(column.firstDeliveredAfterFaultUs).toBe(trace.atUs - faultUs);
  expect(column.firstAcknowledgedAfterFaultUs).toBeNull();
});

test('the nearest rank of a percentile is a value that was measured', () => {
  const sorted = Array.from({length: 200}, (_, index) => index + 1);
  expect([nearestRank(sorted, 50), nearestRank(sorted, 99), nearestRank([5], 99)]).toEqual([100, 198, 5]);
});

test('variants of one seed, run: what SYNC_FLUSH costs stands in the table', () => {
  const variants = variantsOf(pair(), [{key: 'flushDiskType', values: ['ASYNC_FLUSH', 'SYNC_FLUSH']}]);
  if (!variants.ok) throw new Error(variants.problem);
  const {columns, differences} = compareVariants(variants.value, {seed: '1', interventions: []});
  const [async, sync] = columns;
  expect([async!.ledger.sent, sync!.ledger.sent]).toEqual([100, 100]);
  expect(async!.latencyUs!.p50).toBeLessThan(sync!.latencyUs!.p50);
  expect(async!.firstAcknowledgedAfterFaultUs).toBeGreaterThan(1_900_000);
  expect(differences).toHaveLength(1);
  const rows = comparisonRows(columns, 'en');
  expect(rows.find(({key}) => key === 'sent')).toMatchObject({cells: ['100', '100'], differs: false});
  expect(rows.find(({key}) => key === 'latency-p50')!.differs).toBe(true);
  expect(comparisonRows(columns, 'zh-CN').map(({key}) => key)).toEqual(rows.map(({key}) => key));
});
