import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {openRun, timelineOf} from '../../src/lab/run.ts';
import {parseScenario} from '../../src/lab/scenario/parse.ts';
import {cutTraceChunk, type TraceChunk, TraceStore} from '../../src/lab/trace-store.ts';
import {RunData} from '../../src/viz/session/run-data.ts';
import {SharedStrings} from '../../src/viz/session/shared-strings.ts';

const file = 'lessons/quickstart/scenario.yaml';
const scenario = parseScenario(readFileSync(file, 'utf8'), file).scenario!;

test('a world that lets go of its trace slice by slice tells the same trace under the same hash', () => {
  const whole = openRun(timelineOf(scenario));
  whole.advance(whole.durationUs, Number.MAX_SAFE_INTEGER);
  const run = openRun(timelineOf(scenario));
  const store = new TraceStore();
  const strings = new SharedStrings();
  while (!run.finished) {
    run.advance(run.durationUs, 1_000);
    const chunk: TraceChunk = structuredClone(cutTraceChunk(run.world.trace, store.lastId + 1));
    strings.share(chunk.entries);
    store.append(chunk);
    run.world.forgetTrace(store.lastId);
  }
  expect(run.world.trace.entries.every((entry) => entry === undefined)).toBe(true);
  expect(run.world.traceHash()).toBe(whole.world.traceHash());
  expect(store.entries).toEqual(whole.world.trace.entries);
  for (const entry of store.entries) {
    if (entry.kind !== 'bytes-sent') continue;
    expect(Buffer.from(store.bytes(entry.bytes)).equals(whole.world.trace.bytes(entry.bytes))).toBe(true);
  }
});

test('a run that is too long for the page is taken in up to its limit, and what is there can be shown', () => {
  const run = openRun(timelineOf(scenario));
  const data = new RunData(timelineOf(scenario), 2_000);
  for (let told = 0; !run.finished; ) {
    const reached = run.advance(run.durationUs, 1_000);
    const chunk = cutTraceChunk(run.world.trace, told + 1);
    told += chunk.entries.length;
    void data.offer({chunk, horizonUs: reached ? run.durationUs : run.world.nowUs});
  }
  while (data.hasWork) data.pump(1_000);
  expect(data.isFull).toBe(true);
  expect(data.isComplete).toBe(false);
  expect(data.store.lastId).toBeLessThan(run.world.trace.entries.length);
  expect(data.views.stateAt(data.store.lastId).processes.size).toBe(4);
});
