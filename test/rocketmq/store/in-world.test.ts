import {expect, test} from 'vitest';
import type {Host, RunningProgram} from '../../../src/ports/host.ts';
import {
  createMessageStore,
  type DefaultMessageStore,
} from '../../../src/rocketmq/store/default-message-store.ts';
import {oneBroker} from './one-broker.ts';
import {message, smallConfig} from './store-scene.ts';

const PUT_EVERY_MS = 7;

/** A process that puts a message each few ms, numbered through all its lives by what its log already holds. */
function worldWithStore(seed: string) {
  const acknowledged: string[] = [];
  let store: DefaultMessageStore;
  const start = (host: Host): RunningProgram => {
    store = createMessageStore(host, smallConfig({mappedFileSizeCommitLog: 16_384}));
    if (!store.load()) host.exit(1, 'the store cannot be loaded');
    store.start();
    const putNext = () => {
      const body = `${acknowledged.length}`;
      store.putMessage(message({body: Buffer.from(body), keys: `k${body}`}), (result) => {
        if (result.status === 'PUT_OK') acknowledged.push(body);
      });
      host.clock.after(PUT_EVERY_MS, putNext);
    };
    putNext();
    return {stop: (done) => store.shutdown(done)};
  };
  const world = oneBroker({seed, capacityBytes: 1e11, program: () => ({start})});
  return {world, acknowledged, store: () => store};
}

test('in the simulator, a store that is killed and stopped again and again keeps every message that it took', () => {
  const run = () => {
    const {world, acknowledged, store} = worldWithStore('store');
    for (const kind of ['kill', 'stop', 'kill', 'kill'] as const) {
      world.intervene({kind: 'start', process: 'broker'});
      world.runUntil(world.nowUs + 3_333_333);
      world.intervene({kind, process: 'broker'});
      world.runUntil(world.nowUs + 20_000_000);
      expect(world.isRunning('broker')).toBe(false);
    }
    world.intervene({kind: 'start', process: 'broker'});
    world.runUntil(world.nowUs + 100_000);
    expect(world.crashes).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(1500);
    const bodies: string[] = [];
    for (let next = 0; ; ) {
      const result = store().getMessage('g', 'TopicTest', 0, next, 32, null);
      if (result.status !== 'FOUND') break;
      for (const record of result.records) {
        const body = store().lookMessageByOffset(
          new DataView(record.buffer, record.byteOffset).getInt32(32),
        )!.body;
        bodies.push(Buffer.from(body).toString());
      }
      next = result.nextBeginOffset;
    }
    const dispatched = acknowledged.slice(0, bodies.length);
    expect(bodies).toEqual(dispatched);
    // What is missing at the end was put within the last millisecond.
    expect(acknowledged.length - bodies.length).toBeLessThanOrEqual(1);
    return world.traceHash();
  };
  expect(run()).toBe(run());
});
