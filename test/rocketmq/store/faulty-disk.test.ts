import {expect, test} from 'vitest';
import {DiskError} from '../../../src/ports/disk.ts';
import type {Host, RunningProgram} from '../../../src/ports/host.ts';
import {createMessageStore} from '../../../src/rocketmq/store/default-message-store.ts';
import {type DiskFault, diskFaultName} from '../../../src/sim/disk-fault.ts';
import {oneBroker} from './one-broker.ts';
import {message, smallConfig} from './store-scene.ts';

const SECOND_US = 1_000_000;

/** Puts and reads as fast as it can; where the disk does not let it start, it ends as a broker does. */
function program(flushDiskType: 'ASYNC_FLUSH' | 'SYNC_FLUSH', pool: boolean, told: {puts: number}) {
  return (host: Host): RunningProgram => {
    const config = smallConfig({
      mappedFileSizeCommitLog: 8192,
      maxIndexNum: 40,
      fileReservedTime: 0,
      deleteWhen: '0;1',
      flushDiskType,
      transientStorePoolEnable: pool,
    });
    const store = createMessageStore(host, config);
    try {
      if (store.load()) store.start();
      else host.exit(1, 'the store cannot be loaded');
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      host.exit(1, error.message);
    }
    let count = 0;
    const next = (): void => {
      const queueId = count % 2;
      const delayed = count % 9 === 0 ? {properties: new Map([['DELAY', '1']])} : {};
      store.putMessage(message({queueId, keys: `k${count}`, ...delayed}), ({status}) => {
        if (status === 'PUT_OK') told.puts++;
      });
      store.getMessage('g', 'TopicTest', queueId, store.minOffsetInQueue('TopicTest', queueId), 8, null);
      store.queryMessage('TopicTest', `k${count - 5}`, 8, 0, Number.MAX_SAFE_INTEGER);
      store.offsetInQueueByTime('TopicTest', queueId, host.clock.nowMs() - 2000);
      count++;
      host.clock.after(23, next);
    };
    next();
    return {stop: (done) => store.shutdown(done)};
  };
}

test('faults of the disk at any moment, kills, stops and power cuts: no store ever throws, and once all is mended it takes messages', () => {
  const kinds = new Set<string>();
  for (let seed = 0; seed < 10; seed++) {
    // Chance of the test's own, small and the same everywhere.
    let state = 1 + seed * 7919;
    const below = (limit: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      return (state >> 8) % limit;
    };
    const told = {puts: 0};
    const start = program(seed % 2 === 0 ? 'ASYNC_FLUSH' : 'SYNC_FLUSH', seed % 4 === 2, told);
    const world = oneBroker({
      seed: `faulty-${seed}`,
      machine: 'm',
      capacityBytes: 1e9,
      program: () => ({start}),
    });
    const files = [
      '/home/store/commitlog/00000000000000000000',
      '/home/store/commitlog/00000000000000008192',
      '/home/store/consumequeue/TopicTest/0/00000000000000000000',
      '/home/store/checkpoint',
      '/home/store/config/delayOffset.json',
    ];
    const place = () => ({path: files[below(files.length)]!, positionBytes: below(8192)});
    const fault = (): DiskFault => {
      const faults: DiskFault[] = [
        {kind: 'full'},
        {kind: 'slow', factor: 2 + below(50)},
        {kind: 'stalled'},
        {kind: 'write-errors'},
        {kind: 'sync-errors'},
        {kind: 'bad-sector', ...place()},
        {kind: 'bit-rot', ...place(), bit: below(8)},
      ];
      return faults[below(faults.length)]!;
    };
    world.intervene({kind: 'start', process: 'broker'});
    for (let step = 0; step < 14; step++) {
      world.runUntil(world.nowUs + below(9 * SECOND_US));
      const what = below(5);
      if (what < 3) {
        const laid = fault();
        kinds.add(laid.kind);
        world.intervene({kind: 'disk-fault', machine: 'm', fault: laid});
        if (below(2) === 0) {
          world.runUntil(world.nowUs + below(2 * SECOND_US));
          world.intervene({kind: 'heal-disk', machine: 'm', fault: diskFaultName(laid)});
        }
      } else if (what === 3 && step % 2 === 0) {
        world.intervene({kind: 'kill', process: 'broker'});
      } else if (what === 3) {
        world.intervene({kind: 'lose-power', machine: 'm'});
        world.intervene({kind: 'restore-power', machine: 'm'});
      } else {
        world.intervene({kind: 'stop', process: 'broker'});
        world.runUntil(world.nowUs + 20 * SECOND_US);
      }
      if (!world.isRunning('broker')) world.intervene({kind: 'start', process: 'broker'});
    }
    expect(world.crashes).toEqual([]);
    world.intervene({kind: 'kill', process: 'broker'});
    world.intervene({kind: 'destroy-disk', machine: 'm', replace: true});
    world.intervene({kind: 'start', process: 'broker'});
    const before = told.puts;
    world.runUntil(world.nowUs + 5 * SECOND_US);
    expect(told.puts).toBeGreaterThan(before);
    expect(world.crashes).toEqual([]);
  }
  expect([...kinds].sort()).toEqual([
    'bad-sector',
    'bit-rot',
    'full',
    'slow',
    'stalled',
    'sync-errors',
    'write-errors',
  ]);
});
