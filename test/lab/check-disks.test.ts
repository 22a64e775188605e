import {expect, test} from 'vitest';
import {auditLogs, type LogAudit} from '../../src/lab/audit/audit.ts';
import {BrokersSeen} from '../../src/lab/audit/brokers-seen.ts';
import type {CheckName} from '../../src/lab/checks/check-names.ts';
import {runChecks} from '../../src/lab/checks/checks.ts';
import {ledgerOf} from '../../src/lab/ledger-of.ts';
import {type Run, runToEnd, timelineOf} from '../../src/lab/run.ts';
import {parseScenario} from '../../src/lab/scenario/parse.ts';
import type {Scenario} from '../../src/lab/scenario/scenario.ts';
import {storeOf} from '../../src/lab/trace-store.ts';
import type {Fact} from '../../src/rocketmq/facts.ts';
import {
  acknowledged,
  appended,
  begun,
  delivered,
  type HandTrace,
  recovered,
  smallCluster,
} from './synthetic.ts';

const PAIR = `name: pair
duration: 16s
machines: {m: {address: 10.0.0.1}, s: {address: 10.0.0.2}, c: {address: 10.0.0.3}}
nameservers: {n: {machine: c}}
brokers:
  master: {machine: m, config: "brokerName=a\\nmappedFileSizeCommitLog=65536\\nmappedFileSizeConsumeQueue=2000"}
  slave: {machine: s, start: 1s, config: "brokerName=a\\nbrokerRole=SLAVE\\nbrokerId=1\\nmappedFileSizeCommitLog=65536\\nmappedFileSizeConsumeQueue=2000"}
topics: {T: {queues: 2}}
producers: {p: {machine: c, start: 12s, topic: T, every: 5ms, body: 1KiB, count: 200}}
checks: [queues-match-log, replica-is-prefix]
`;

function pair(): {readonly scenario: Scenario; readonly run: Run} {
  const {scenario} = parseScenario(PAIR, 'pair.yaml');
  return {scenario: scenario!, run: runToEnd(timelineOf(scenario!))};
}

/** What a check says of the pair's disks, with some bytes of a file as somebody else would have them. */
function judge(
  check: 'queues-match-log' | 'replica-is-prefix',
  spoil: {
    readonly machine: string;
    readonly path: string;
    readonly at: number;
    readonly bytes: readonly number[];
  } | null,
) {
  const {scenario, run} = PAIRED;
  const {world} = run;
  const readFile: typeof world.readFile = (machine, path, position = 0, length) => {
    const bytes = world.readFile(machine, path, position, length);
    if (spoil === null || machine !== spoil.machine || path !== spoil.path || bytes === null) return bytes;
    for (const [index, byte] of spoil.bytes.entries()) {
      const at = spoil.at + index - position;
      if (0 <= at && at < bytes.length) bytes[at] = byte;
    }
    return bytes;
  };
  const store = storeOf(world.trace);
  const disks = {readFile, listFiles: world.listFiles.bind(world), isRunning: world.isRunning.bind(world)};
  const audit = auditLogs(disks, scenario, BrokersSeen.in(scenario, store));
  return {result: resultOf(check, scenario, store, audit), audit};
}

function resultOf(check: CheckName, scenario: Scenario, store: ReturnType<typeof storeOf>, audit?: LogAudit) {
  const ledger = ledgerOf(scenario, store);
  ledger.update();
  const evidence = {scenario: {...scenario, checks: [check]}, store, ledger, interventions: []};
  return runChecks(audit === undefined ? evidence : {...evidence, audit})[0]!;
}

const PAIRED = pair();
const LOG = '/root/store/commitlog/00000000000000000000';
const QUEUE = '/root/store/consumequeue/T/1/00000000000000000000';

test('sound disks: every record has its entry, over many files, on both brokers; the slave has the same bytes', () => {
  const {result, audit} = judge('queues-match-log', null);
  expect(result).toMatchObject({verdict: 'held', looked: 800});
  expect(audit.brokers.map(({process, records, entries}) => [process, records, entries])).toEqual([
    ['master', 200, 200],
    ['slave', 200, 200],
  ]);
  const prefix = judge('replica-is-prefix', null);
  expect(prefix.result).toMatchObject({verdict: 'held', ok: true});
  expect(prefix.audit.replicas[0]!.comparedBytes).toBeGreaterThan(200 * 1024);
});

test('disks that were not read, and brokers that have nothing, are looked at not at all', () => {
  const {scenario, run} = PAIRED;
  const store = storeOf(run.world.trace);
  for (const check of ['queues-match-log', 'replica-is-prefix'] as const) {
    expect(resultOf(check, scenario, store)).toMatchObject({verdict: 'looked-at-nothing', ok: false});
    expect(resultOf(check, scenario, store, {brokers: [], replicas: []})).toMatchObject({
      verdict: 'looked-at-nothing',
    });
  }
});

test('an entry that points elsewhere, one that is missing, and one too many turn it red', () => {
  // Offset, size and tags of an entry: 8, 4 and 8 bytes.
  const points = judge('queues-match-log', {machine: 's', path: QUEUE, at: 7, bytes: [1]});
  expect(points.result).toMatchObject({
    verdict: 'defect',
    detail: expect.stringMatching(
      /^offset 0 of T queue 1 on slave has an entry that differs from its record/,
    ),
  });
  // The last of 100 entries is at offset 99 of the only file.
  const missing = judge('queues-match-log', {
    machine: 'm',
    path: QUEUE,
    at: 99 * 20,
    bytes: new Array(20).fill(0),
  });
  expect(missing.result).toMatchObject({
    verdict: 'defect',
    detail: expect.stringMatching(/^offset 99 of T queue 1 on master has no entry for the record/),
  });
  const tags = judge('queues-match-log', {machine: 'm', path: QUEUE, at: 19, bytes: [7]});
  expect(tags.audit.brokers[0]!.mistakes).toEqual([
    expect.objectContaining({queueOffset: 0, what: 'differs'}),
  ]);
  // The size of an entry that would be the first of nothing: 100 entries fill the file, so the queue of another id is grown.
  const dangling = judge('queues-match-log', {machine: 'm', path: LOG, at: 12, bytes: [0, 0, 0, 9]});
  expect(dangling.result.verdict).toBe('defect');
  expect(dangling.audit.brokers[0]!.mistakes.map(({what}) => what)).toContain('dangling');
});

test('a log with something that is no record turns it red', () => {
  const {result} = judge('queues-match-log', {machine: 'm', path: LOG, at: 4, bytes: [1, 2, 3, 4]});
  expect(result).toMatchObject({verdict: 'defect', detail: expect.stringContaining('has no record at 0')});
});

test('one byte of the slave that differs turns it red, as does a slave that is longer', () => {
  const differs = judge('replica-is-prefix', {machine: 's', path: LOG, at: 777, bytes: [0xee]});
  expect(differs.result).toMatchObject({
    verdict: 'defect',
    detail: 'the logs of slave and master differ from 777 on',
  });
  const {scenario, run} = PAIRED;
  const {audit} = judge('replica-is-prefix', null);
  const longer = audit.replicas.map((replica) => ({...replica, slaveEnd: replica.masterEnd + 1}));
  const result = resultOf('replica-is-prefix', scenario, storeOf(run.world.trace), {
    ...audit,
    replicas: longer,
  });
  expect(result).toMatchObject({
    verdict: 'defect',
    detail: expect.stringContaining('beyond that of its master'),
  });
});

/** The verdict of `offsets-never-run-ahead` over a trace written by hand. */
function offsets(trace: HandTrace): {verdict: string; looked: number} {
  const {scenario} = parseScenario(
    'name: s\nduration: 60s\nmachines: {m: {address: 10.0.0.1}}\nnameservers: {n: {machine: m}}\nbrokers: {broker: {machine: m, config: brokerName=b}}\nconsumers: {consumer: {machine: m, topic: T, group: cg}}\n',
    's.yaml',
  );
  const {verdict, looked} = resultOf('offsets-never-run-ahead', scenario!, trace.store());
  return {verdict, looked};
}

const committed = (queueOffset: number): Fact => ({
  kind: 'offset-committed',
  group: 'cg',
  topic: 'T',
  queueId: 0,
  queueOffset,
});
const taken: Fact = {
  kind: 'queue-taken',
  group: 'cg',
  topic: 'T',
  brokerName: 'b',
  queueId: 0,
  queueOffset: 0,
};

/** Two messages in a queue that a group has taken from its start. */
function twoMessages(): HandTrace {
  const trace = smallCluster();
  trace.fact('consumer', taken);
  for (const [number, id] of ['A', 'B'].entries()) {
    trace.fact('producer', begun(id));
    trace.fact('broker', appended(id, number));
    trace.fact('producer', acknowledged(id, number));
  }
  return trace;
}

test('a commit within the queue and behind what was handed out is well; none at all says nothing', () => {
  expect(offsets(twoMessages())).toEqual({verdict: 'looked-at-nothing', looked: 0});
  const trace = twoMessages();
  trace.fact('consumer', delivered('A', 0));
  trace.fact('broker', committed(1));
  trace.fact('consumer', delivered('B', 1));
  trace.fact('broker', committed(2));
  expect(offsets(trace)).toEqual({verdict: 'held', looked: 2});
});

test('a commit beyond the end of the queue, or past what was not handed out, turns it red', () => {
  const beyond = twoMessages();
  beyond.fact('consumer', delivered('A', 0));
  beyond.fact('consumer', delivered('B', 1));
  beyond.fact('broker', committed(3));
  expect(offsets(beyond).verdict).toBe('defect');
  const past = twoMessages();
  past.fact('consumer', delivered('A', 0));
  past.fact('broker', committed(2));
  expect(offsets(past).verdict).toBe('defect');
});

test('after a recovery that made the queue shorter it is what the configuration allows', () => {
  const trace = twoMessages();
  trace.fact('consumer', delivered('A', 0));
  trace.fact('consumer', delivered('B', 1));
  trace.fact('broker', recovered(0));
  trace.fact('broker', committed(2));
  expect(offsets(trace).verdict).toBe('lost-as-configured');
});
