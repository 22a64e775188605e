import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {openRun, openRunAt, runToEnd} from '../../src/lab/run.ts';
import {parseScenario} from '../../src/lab/scenario/parse.ts';
import {fork, type Timeline, timelineOf} from '../../src/lab/timeline.ts';
import {cutTraceChunk, storeOf, TraceStore} from '../../src/lab/trace-store.ts';

const {scenario} = parseScenario(readFileSync('lessons/quickstart/scenario.yaml', 'utf8'), 'scenario.yaml');
const SHORT: Timeline = timelineOf({...scenario!, durationUs: 8_000_000}, '3');
const BROKEN = fork(fork(SHORT, 3_300_000, {kind: 'kill', process: 'broker'}), 5_000_000, {
  kind: 'start',
  process: 'broker',
});

test('slices do not change history, and chunks of it make the same trace again', () => {
  const whole = runToEnd(BROKEN);
  const sliced = openRun(BROKEN);
  const store = new TraceStore();
  let slices = 0;
  for (let untilUs = 100_000; !sliced.finished; untilUs += 100_000) {
    while (!sliced.advance(untilUs, 77)) slices += 1;
    store.append(structuredClone(cutTraceChunk(sliced.world.trace, store.lastId + 1)));
  }
  expect(slices).toBeGreaterThan(5);
  expect(sliced.world.traceHash()).toBe(whole.world.traceHash());
  expect(store.entries).toEqual(whole.world.trace.entries);
  for (const entry of store.entries) {
    if (entry.kind === 'bytes-sent')
      expect(store.bytes(entry.bytes)).toEqual(whole.world.trace.bytes(entry.bytes));
  }
});

test('a fork shares its history up to the intervention, and only that', () => {
  const straight = storeOf(runToEnd(SHORT).world.trace).entries;
  const forked = storeOf(runToEnd(BROKEN).world.trace).entries;
  const parting = forked.findIndex(
    (entry) => entry.kind === 'intervened' && entry.intervention.kind === 'kill',
  );
  expect(forked[parting]!.atUs).toBe(3_300_000);
  expect(forked.slice(0, parting)).toEqual(straight.slice(0, parting));
  expect(forked[parting]).not.toEqual(straight[parting]);
});

test('a fork drops what was done later', () => {
  const earlier = fork(BROKEN, 4_000_000, {kind: 'pause', process: 'consumer'});
  expect(earlier.interventions.map(({intervention}) => intervention.kind)).toEqual(['kill', 'pause']);
});

test('a run can be brought to a moment, with its disks as they were then', () => {
  const run = openRunAt(BROKEN, 4_000_000);
  expect([run.world.nowUs, run.world.isRunning('broker'), run.finished]).toEqual([4_000_000, false, false]);
  expect(run.world.listFiles('worker1')).toContain('/root/store/abort');
});

test('a chunk that does not continue the store is refused', () => {
  const store = storeOf(openRunAt(SHORT, 1_000_000).world.trace);
  expect(() => store.append({fromEntry: 1, entries: [], bytesFrom: 0, bytes: new Uint8Array(0)})).toThrow(
    /expected/,
  );
});
