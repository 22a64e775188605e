import {expect, test} from 'vitest';
import {replicaCluster, STORE} from './replica-cluster.ts';

const kill = (process: string) => ({kind: 'kill', process}) as const;
const start = (process: string) => ({kind: 'start', process}) as const;

/** One message every 100 ms from 20 s on, when the slave has caught up; and a consumer. */
const TRAFFIC = `
topics:
  T: {queues: 2, brokers: [broker-a]}
producers:
  producer: {machine: m3, start: 20s, topic: T, body: 300B, every: 100ms, count: 300}
consumers:
  consumer: {machine: m3, start: 10s, topic: T}
`;

const statuses = (told: ReturnType<typeof replicaCluster>): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const {fact} of told.facts('producer', 'send-acknowledged')) {
    counts[fact.status] = (counts[fact.status] ?? 0) + 1;
  }
  return counts;
};

test.each(['ASYNC_MASTER', 'SYNC_MASTER'])(
  "%s: the slave's log is its master's to the byte, over the ends of files",
  (role) => {
    const told = replicaCluster({
      master: [`brokerRole=${role}`],
      durationS: 70,
      rest: TRAFFIC,
      checks: 'acked-messages-survive, delivered-at-least-once',
    });
    expect(statuses(told)).toEqual({SEND_OK: 300});
    const [master, slave] = [told.segments('m1'), told.segments('m2')];
    expect([...master.keys()]).toEqual([...slave.keys()]);
    expect(master.size).toBeGreaterThan(8);
    for (const [offset, bytes] of master) expect(Buffer.from(slave.get(offset)!).equals(bytes)).toBe(true);
    // Queues are made by the slave itself, from the records, and come out the same.
    for (const queueId of [0, 1]) {
      const path = `${STORE}/consumequeue/T/${queueId}/${'0'.repeat(20)}`;
      const units = told.run.world.readFile('m1', path)!;
      expect(units.some((byte) => byte !== 0)).toBe(true);
      expect(Buffer.from(told.run.world.readFile('m2', path)!).equals(units)).toBe(true);
    }
    expect(told.report.checks.filter(({ok}) => !ok)).toEqual([]);
  },
);

test('a SYNC_MASTER is slower by the way to its slave and back, an ASYNC_MASTER is not', () => {
  const took = (role: string): number => {
    const told = replicaCluster({master: [`brokerRole=${role}`], durationS: 55, rest: TRAFFIC});
    const times = told.facts('producer', 'send-acknowledged').map(({fact}) => fact.tookMs);
    return times.sort((a, b) => a - b)[times.length >> 1]!;
  };
  expect(took('SYNC_MASTER') - took('ASYNC_MASTER')).toBeGreaterThan(0.2);
});

test('a SYNC_MASTER whose slave dies says SLAVE_NOT_AVAILABLE until it is back, and never loses what it acknowledged', () => {
  const told = replicaCluster({
    master: ['brokerRole=SYNC_MASTER'],
    durationS: 90,
    rest: TRAFFIC,
    deeds: [
      {atMs: 25_000, deed: kill('broker-a-s')},
      {atMs: 30_000, deed: start('broker-a-s')},
    ],
  });
  const counts = statuses(told);
  expect(Object.keys(counts).sort()).toEqual(['SEND_OK', 'SLAVE_NOT_AVAILABLE']);
  // From the kill to the slave's first report some 10 s after its start; a put in its first 5 s on the link waits for that.
  expect(counts['SLAVE_NOT_AVAILABLE']).toBeGreaterThan(40);
  expect(told.lastOffset('broker-a', 'replicated-to')).toBe(told.lastOffset('broker-a-s', 'slave-appended'));
  expect(told.report.ledger.lost).toBe(0);
});

test('a slave that hangs: the producer has given up long before FLUSH_SLAVE_TIMEOUT', () => {
  const told = replicaCluster({
    master: ['brokerRole=SYNC_MASTER'],
    durationS: 60,
    rest: TRAFFIC,
    deeds: [{atMs: 25_000, deed: {kind: 'pause', process: 'broker-a-s'}}],
  });
  const missed = told.facts('broker-a', 'replica-missed');
  expect(missed[0]!.fact.outcome).toBe('FLUSH_SLAVE_TIMEOUT');
  expect(missed[0]!.fact.waitedMs).toBe(5000);
  const failed = told.facts('producer', 'send-attempt-failed');
  expect(failed[0]!.fact.error).toContain('timeout, 3000(ms)');
  expect(failed[0]!.atMs).toBeLessThan(missed[0]!.atMs);
  // The master lets go of it 20 s after its last word; from then on puts are answered at once.
  const gone = told.facts('broker-a', 'slave-disconnected');
  expect(gone.map(({fact}) => fact.why)).toEqual(['expired']);
  expect(missed.at(-1)!.fact.outcome).toBe('SLAVE_NOT_AVAILABLE');
});

test("flush and replica are waited for side by side, and the replica's failure is the one told", () => {
  const told = replicaCluster({
    master: ['brokerRole=SYNC_MASTER', 'flushDiskType=SYNC_FLUSH'],
    durationS: 60,
    rest: TRAFFIC,
    deeds: [
      {atMs: 30_000, deed: kill('broker-a-s')},
      {atMs: 35_000, deed: {kind: 'disk-fault', machine: 'm1', fault: {kind: 'sync-errors'}}},
    ],
  });
  const answers = told.facts('producer', 'send-acknowledged');
  expect(answers.filter(({atMs}) => atMs < 29_900).every(({fact}) => fact.status === 'SEND_OK')).toBe(true);
  const after = answers.filter(({atMs}) => atMs > 35_100).map(({fact}) => fact.status);
  expect(after.length).toBeGreaterThan(10);
  expect(new Set(after)).toEqual(new Set(['SLAVE_NOT_AVAILABLE']));
});

test('an empty slave gets the last file only; its queues begin where its log does', () => {
  const told = replicaCluster({
    slaveStart: '45s',
    durationS: 80,
    rest: TRAFFIC.replace('start: 20s', 'start: 3s'),
  });
  const begun = told.facts('broker-a', 'replication-begun')[0]!.fact;
  expect(begun.requestedOffset).toBe(0);
  expect(begun.fromOffset).toBeGreaterThan(0);
  const [master, slave] = [told.segments('m1'), told.segments('m2')];
  const kept = [...master.keys()].filter((offset) => offset >= begun.fromOffset);
  expect([...slave.keys()]).toEqual(kept);
  for (const offset of kept) expect(Buffer.from(slave.get(offset)!).equals(master.get(offset)!)).toBe(true);
});

test("the slave has its master's topics, offsets and groups, in files too", () => {
  const told = replicaCluster({durationS: 80, rest: TRAFFIC});
  for (const name of ['topics', 'subscriptionGroup', 'consumerOffset']) {
    const path = `${STORE}/config/${name}.json`;
    const masters = told.text('m1', path);
    expect(masters).toContain(name === 'topics' ? '"T"' : 'consumer');
    expect(told.text('m2', path)).toBe(masters);
  }
  const delays = told.text('m2', `${STORE}/config/delayOffset.json`);
  expect(JSON.parse(delays ?? '')).toEqual({offsetTable: {}});
});

test('with its master dead a consumer reads on from the slave, and commits there; the master overwrites it when it is back', () => {
  const told = replicaCluster({
    durationS: 200,
    rest: TRAFFIC.replace('start: 10s', 'start: 60s').replace(
      'topic: T}',
      'topic: T, settings: {consumeFromWhere: CONSUME_FROM_FIRST_OFFSET}}',
    ),
    deeds: [
      {atMs: 55_000, deed: kill('broker-a')},
      {atMs: 150_000, deed: start('broker-a')},
    ],
    checks: 'acked-messages-survive, delivered-at-least-once',
  });
  // All were on the slave by then, and the master is the one that has never heard of this consumer.
  const delivered = told.facts('consumer', 'message-delivered').filter(({atMs}) => atMs < 150_000);
  expect(new Set(delivered.map(({fact}) => fact.msgId)).size).toBe(300);
  const committed = told.facts('broker-a-s', 'offset-committed').filter(({fact}) => fact.topic === 'T');
  expect(committed.length).toBeGreaterThan(0);
  expect(told.report.checks.filter(({ok}) => !ok)).toEqual([]);
});

test('with its master dead nothing can be produced, and a send that reaches the slave is refused', () => {
  const told = replicaCluster({
    durationS: 60,
    rest: TRAFFIC,
    deeds: [{atMs: 30_000, deed: kill('broker-a')}],
  });
  expect(told.report.ledger.givenUp).toBeGreaterThan(0);
  expect(told.facts('broker-a-s', 'message-appended')).toEqual([]);
});

test('a slave told where its master takes slaves connects as it starts; one that has to ask, 5 s later', () => {
  const connectedMs = (slave: readonly string[]): number =>
    replicaCluster({slave, durationS: 20}).facts('broker-a-s', 'master-connected')[0]!.atMs;
  expect(Math.floor(connectedMs(['haMasterAddress=10.0.0.1:10912']))).toBe(2000);
  expect(Math.floor(connectedMs([]))).toBe(7000);
});

test('a slave stays with the address of a master that has left, and stops asking it for its tables', () => {
  const told = replicaCluster({
    durationS: 90,
    deeds: [{atMs: 20_000, deed: {kind: 'stop', process: 'broker-a'}}],
  });
  const tries = told.facts('broker-a-s', 'master-disconnected').filter(({atMs}) => atMs > 70_000);
  expect(tries.map(({fact}) => fact.why)).toEqual(tries.map(() => 'refused'));
  expect(tries.length).toBeGreaterThanOrEqual(3);
  // The NameServer no longer names a master from its next answer on.
  const asked = told.facts('broker-a-s', 'slave-sync-failed').map(({atMs}) => atMs);
  expect(Math.max(...asked)).toBeLessThan(45_000);
});

test('a consumer that has much to catch up on is sent to the slave, where slaves may be read from', () => {
  const fromSlave = (lines: readonly string[]): number => {
    const late = TRAFFIC.replace('start: 10s', 'start: 60s').replace(
      'topic: T}',
      'topic: T, settings: {consumeFromWhere: CONSUME_FROM_FIRST_OFFSET}}',
    );
    const told = replicaCluster({both: lines, durationS: 80, rest: late});
    expect(new Set(told.facts('consumer', 'message-delivered').map(({fact}) => fact.msgId)).size).toBe(300);
    let batches = 0;
    for (const entry of told.run.world.trace.entries) {
      if (entry.kind !== 'bytes-sent' || entry.process !== 'broker-a-s' || entry.peer !== 'consumer')
        continue;
      if (entry.bytes.length > 2000) batches += 1;
    }
    return batches;
  };
  // No memory at all is taken to hold the log's end, so that whoever is behind by a message is slow.
  expect(fromSlave(['slaveReadEnable=true', 'accessMessageInMemoryMaxRatio=0'])).toBeGreaterThan(2);
  expect(fromSlave(['slaveReadEnable=true'])).toBe(0);
  expect(fromSlave(['accessMessageInMemoryMaxRatio=0'])).toBe(0);
});

test("promotion by hand: started as a master on the slave's store it takes the name over, and nothing replicated is lost", () => {
  const told = replicaCluster({
    master: ['brokerRole=SYNC_MASTER'],
    durationS: 150,
    rest: TRAFFIC.replace('count: 300', 'count: 900'),
    deeds: [
      {atMs: 60_000, deed: kill('broker-a')},
      {atMs: 65_000, deed: {kind: 'stop', process: 'broker-a-s'}},
      {atMs: 70_000, deed: start('promoted')},
    ],
    checks: 'delivered-at-least-once',
    promoted: true,
  });
  const booted = told.facts('promoted', 'broker-booted')[0]!.fact;
  expect([booted.role, booted.brokerId]).toEqual(['ASYNC_MASTER', 0]);
  expect(told.facts('promoted', 'store-recovered')[0]!.fact.truncatedBytes).toBe(0);
  expect(told.facts('promoted', 'message-appended').length).toBeGreaterThan(100);
  // Replicated before or put after: every message that was acknowledged reaches the consumer.
  const delivered = new Set(told.facts('consumer', 'message-delivered').map(({fact}) => fact.msgId));
  const acked = told.facts('producer', 'send-acknowledged').map(({fact}) => fact.msgId);
  expect(acked.filter((msgId) => !delivered.has(msgId))).toEqual([]);
});
