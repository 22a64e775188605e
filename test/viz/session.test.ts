import {readFileSync} from 'node:fs';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {presentValue} from '../../src/lab/compare/present-value.ts';
import {vary} from '../../src/lab/compare/vary.ts';
// Fetched when a run has ended; here it is there at once.
import '../../src/lab/checks/checks.ts';
import {openRun} from '../../src/lab/run.ts';
import {parseScenario} from '../../src/lab/scenario/parse.ts';
import {cutTraceChunk} from '../../src/lab/trace-store.ts';
import type {Intervention} from '../../src/sim/intervention.ts';
import type {LedgerColumn} from '../../src/viz/base/act.ts';
import {messagesOf} from '../../src/viz/session/messages-of.ts';
import type {Opened} from '../../src/viz/session/opened.ts';
import {LabSession} from '../../src/viz/session/session.ts';
import type {WorldClient} from '../../src/viz/worker/world-client.ts';

const file = 'lessons/quickstart/scenario.yaml';
const text = readFileSync(file, 'utf8');
const {scenario} = parseScenario(text, file);
const opened: Opened = {
  source: {kind: 'lesson', name: 'quickstart'},
  scenarioText: text,
  scenario: scenario!,
  lesson: null,
};

/** Frames of animation, given by hand. */
let frames: (() => void)[] = [];
beforeEach(() => {
  frames = [];
  vi.stubGlobal('document', {hidden: false});
  vi.stubGlobal('requestAnimationFrame', (run: () => void) => frames.push(run));
});
afterEach(() => vi.unstubAllGlobals());

/** The worker's work, done in the page. */
const world: WorldClient = {
  library: {entries: [], load: () => Promise.reject(new Error('an empty shelf'))},
  check: async (text, name) => ({text, ...parseScenario(text, name)}),
  askCluster: async () => 'nobody is asked here',
  vary: async (varied, key, value) => {
    const outcome = vary(varied, key, value);
    return outcome.ok
      ? {ok: true, value: {scenario: outcome.value, present: presentValue(varied, key)}}
      : outcome;
  },
  abandon: async () => {},
  async run(timeline, tell) {
    const run = openRun(timeline);
    let told = 0;
    while (!run.finished) {
      run.advance(run.durationUs, 4000);
      const chunk = cutTraceChunk(run.world.trace, told + 1);
      told += chunk.entries.length;
      await tell({chunk, horizonUs: run.finished ? run.durationUs : run.world.nowUs});
    }
    return {
      traceHash: run.world.traceHash(),
      events: run.world.eventCount,
      wallMs: 0,
      virtualUs: run.durationUs,
    };
  },
};

/** Lets promises and frames take turns until nothing is left to do, at most `most` frames. */
async function settle(most = 400): Promise<void> {
  for (let i = 0; i < most; i += 1) {
    await new Promise((done) => setImmediate(done));
    const due = frames.splice(0);
    if (due.length === 0 && i > 3) return;
    for (const frame of due) frame();
  }
}

test('an opened run shows its first moment, and any later one in any order, always the same', async () => {
  const session = new LabSession(world, () => world);
  session.open(opened);
  await settle();
  expect(session.run?.end).not.toBeNull();
  expect(session.view?.processes.size).toBe(4);
  session.seekUs(3_100_000);
  const once = session.view;
  session.seekUs(50_000_000);
  expect(session.view?.ledger.delivered).toBe(1000);
  session.seekUs(0);
  session.seekUs(3_100_000);
  expect(session.view).toEqual(once);
});

test('an intervention is a new run that agrees with the old one up to its moment; lifting it gives the old run back', async () => {
  const session = new LabSession(world, () => world);
  session.open(opened);
  await settle();
  const original = session.run!;
  session.seekUs(3_110_000);
  const entryId = session.playhead.entryId;
  session.intervene({kind: 'kill', process: 'broker'});
  expect(session.isRerunning).toBe(true);
  await settle();
  const changed = session.run!;
  expect(changed).not.toBe(original);
  expect(changed.store.entries.slice(0, entryId)).toEqual(original.store.entries.slice(0, entryId));
  expect(session.playhead.us).toBe(3_110_000);
  expect(session.view?.processes.get('broker')?.status).toBe('killed');
  session.lift(0);
  await settle();
  expect(session.run?.end?.traceHash).toBe(original.end?.traceHash);
});

test('each number of the ledger is the length of its list, at any moment', async () => {
  const session = new LabSession(world, () => world);
  session.open(opened);
  await settle();
  const columns: LedgerColumn[] = [
    'sent',
    'acked',
    'durable',
    'delivered',
    'givenUp',
    'duplicated',
    'lost',
    'outOfReach',
  ];
  for (const us of [0, 3_060_000, 3_125_000, 3_500_000, 4_000_000, 60_000_000]) {
    session.seekUs(us);
    const {entryId} = session.playhead;
    for (const column of columns) {
      expect(messagesOf(session.run!, column, entryId).length, `${column} at ${us}`).toBe(
        session.view!.ledger[column],
      );
    }
  }
});

test('what only a broker that is down has is listed as out of reach until it is back; one that comes back with an empty disk has nothing', async () => {
  const session = new LabSession(world, () => world);
  session.open({...opened, scenario: {...opened.scenario, durationUs: 8_000_000}});
  await settle();
  const at = async (us: number, intervention: Intervention): Promise<void> => {
    session.seekUs(us);
    session.intervene(intervention);
    await settle();
  };
  const listed = (us: number): number => {
    session.seekUs(us);
    const list = messagesOf(session.run!, 'outOfReach', session.playhead.entryId);
    expect(list).toHaveLength(session.view!.ledger.outOfReach);
    return list.length;
  };
  await at(3_125_000, {kind: 'kill', process: 'broker'});
  await at(4_000_000, {kind: 'start', process: 'broker'});
  expect(listed(3_124_000)).toBe(0);
  expect(listed(3_500_000)).toBeGreaterThan(0);
  expect(listed(6_000_000)).toBe(0);
  session.lift(1);
  await settle();
  const {machine} = session.view!.processes.get('broker')!;
  await at(3_500_000, {kind: 'destroy-disk', machine, replace: true});
  await at(4_000_000, {kind: 'start', process: 'broker'});
  session.seekEntry(session.run!.index.factEntries('store-recovered').at(-1)!);
  const {log, queues} = session.view!.processes.get('broker')!.broker!;
  expect(log.messages).toBe(0);
  expect(Math.max(...[...queues.values()].map(({maxOffset}) => maxOffset))).toBe(0);
});

test('causes lead back to the root', async () => {
  const session = new LabSession(world, () => world);
  session.open(opened);
  await settle();
  session.seekUs(3_100_000);
  for (let i = 0; i < 10_000 && session.run!.store.entry(session.playhead.entryId)!.cause !== 0; i += 1) {
    const before = session.playhead.entryId;
    session.followCause('cause');
    expect(session.playhead.entryId).toBeLessThan(before);
  }
  expect(session.run!.store.entry(session.playhead.entryId)!.cause).toBe(0);
});

test('playing to an entry stops right there and selects what it is about', async () => {
  const session = new LabSession(world, () => world);
  session.open(opened);
  await settle();
  const goal = session.run!.index.factEntries('message-appended')[0]!;
  const place = {us: session.run!.store.entry(goal)!.atUs, entryId: goal};
  session.playTo(place, {kind: 'process', name: 'broker'});
  let now = 1000;
  vi.stubGlobal('performance', {now: () => now});
  for (let i = 0; i < 2000 && session.playing; i += 1) {
    now += 50;
    for (const frame of frames.splice(0)) frame();
  }
  expect(session.playing).toBe(false);
  expect(session.playhead.entryId).toBe(goal);
  expect(session.selection).toEqual({kind: 'process', name: 'broker'});
});

test('a change that cannot be run takes nothing away, though the original was still being computed', async () => {
  let generation = 0;
  /** As the worker is: a newly opened run ends the one before; and one that cannot stand any intervention. */
  const oneAtATime: WorldClient = {
    ...world,
    async run(timeline, tell) {
      generation += 1;
      const mine = generation;
      if (timeline.interventions.length > 0) throw new Error('no such world');
      const run = openRun(timeline);
      let told = 0;
      while (!run.finished) {
        run.advance(run.durationUs, 400);
        const chunk = cutTraceChunk(run.world.trace, told + 1);
        told += chunk.entries.length;
        await tell({chunk, horizonUs: run.finished ? run.durationUs : run.world.nowUs});
        if (mine !== generation) return null;
      }
      const {eventCount: events} = run.world;
      return {traceHash: run.world.traceHash(), events, wallMs: 0, virtualUs: run.durationUs};
    },
  };
  const session = new LabSession(oneAtATime, () => oneAtATime);
  session.open(opened);
  await settle(3);
  expect(session.run!.isComplete).toBe(false);
  session.seekUs(session.run!.horizonUs);
  const place = session.playhead;
  session.intervene({kind: 'kill', process: 'broker'});
  await settle();
  expect(session.failure).toBe('no such world');
  expect(session.isRerunning).toBe(false);
  expect(session.run!.end).not.toBeNull();
  expect(session.run!.timeline.interventions).toEqual([]);
  expect(session.playhead.us).toBe(place.us);
});

test('a run beside is the same timeline with one thing otherwise, on the same clock, and suffers what the other suffers', async () => {
  const session = new LabSession(world, () => world);
  session.open(opened);
  await settle();
  expect(await session.compareWith({key: 'flushDiskType', value: 'NEVER'})).toContain('NEVER');
  expect(session.beside).toBeNull();
  expect(await session.compareWith({key: 'flushDiskType', value: 'SYNC_FLUSH'})).toBeNull();
  await settle();
  const beside = session.beside!;
  expect(beside.present).toBe('ASYNC_FLUSH');
  expect(beside.run.isComplete).toBe(true);
  expect(beside.run.end!.traceHash).not.toBe(session.run!.end!.traceHash);

  session.seekUs(3_300_000);
  const counts = () => [session.view!.ledger.acked, session.viewBeside!.ledger.acked];
  const [left, right] = counts();
  // A flush takes its time before each answer.
  expect(right).toBeGreaterThan(0);
  expect(right).toBeLessThan(left!);
  session.seekUs(3_000_000);
  session.seekUs(3_300_000);
  expect(counts()).toEqual([left, right]);
  // The story of two tells every moment of either, and is its own inverse.
  const map = session.timeMap!;
  expect(map.toVirtual(map.toScreen(3_300_000))).toBeCloseTo(3_300_000, 1);

  session.intervene({kind: 'kill', process: 'broker'});
  await settle();
  const killed = () =>
    [session.view, session.viewBeside].map((view) => view!.processes.get('broker')!.status);
  session.seekUs(3_300_001);
  expect(killed()).toEqual(['killed', 'killed']);

  session.stopComparing();
  expect(session.beside).toBeNull();
  expect(session.viewBeside).toBeNull();
});
