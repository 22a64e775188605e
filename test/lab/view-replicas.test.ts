import {expect, test} from 'vitest';
import {ledgerOf} from '../../src/lab/ledger-of.ts';
import {storeOf} from '../../src/lab/trace-store.ts';
import {TraceIndex} from '../../src/lab/view/trace-index.ts';
import {ViewTimeline} from '../../src/lab/view/view-timeline.ts';
import {replicaCluster} from '../stories/replica-cluster.ts';

const TRAFFIC = `
topics:
  T: {queues: 2, brokers: [broker-a]}
producers:
  producer: {machine: m3, start: 20s, topic: T, body: 300B, every: 20ms, count: 400}
`;

test("a slave's log is drawn with its master's messages, and the master's with how far it is replicated", () => {
  const {run} = replicaCluster({master: ['brokerRole=SYNC_MASTER'], durationS: 40, rest: TRAFFIC});
  const store = storeOf(run.world.trace);
  const views = new ViewTimeline(store, new TraceIndex(store), ledgerOf(run.timeline.scenario, store));
  views.prepare(Number.POSITIVE_INFINITY);
  const logs = (entryId: number) => {
    const {processes} = views.stateAt(entryId);
    return [processes.get('broker-a')!.broker!.log, processes.get('broker-a-s')!.broker!.log] as const;
  };
  const [master, slave] = logs(store.lastId);
  expect(master.messages).toBe(400);
  expect(slave.messages).toBe(400);
  expect(slave.tail).toEqual(master.tail);
  expect([slave.written, slave.dispatched]).toEqual([master.written, master.written]);
  expect(master.replicated).toBe(master.written);
  // At every moment the slave's marks are within the master's.
  for (let id = 1; id <= store.lastId; id += 997) {
    const {processes} = views.stateAt(id);
    const [a, b] = [processes.get('broker-a')?.broker?.log, processes.get('broker-a-s')?.broker?.log];
    if (a === undefined || b === undefined) continue;
    expect(b.dispatched).toBeLessThanOrEqual(b.written);
    expect(b.written).toBeLessThanOrEqual(a.written);
    expect(a.replicated).toBeLessThanOrEqual(b.written);
  }
});
