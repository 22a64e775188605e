import * as Comlink from 'comlink';
import type {BrokersSeen} from '../../lab/audit/brokers-seen.ts';
import {wantsAudit} from '../../lab/audit/wants-audit.ts';
import {openRunWith} from '../../lab/open-run.ts';
import type {Readers} from '../../lab/readers.ts';
import type {Scenario} from '../../lab/scenario/scenario.ts';
import {needsDLedger} from '../../lab/scenario/to-world.ts';
import type {Timeline} from '../../lab/timeline.ts';
import {cutTraceChunk} from '../../lab/trace-store.ts';
import type {RunEnd, RunSlice, WorldWorker} from './protocol.ts';

/**
 * Kernel events in the first slice, so that a picture comes at once, and in all later ones: few enough that the page takes one
 * in between two frames.
 */
const FIRST_SLICE_EVENTS = 400;
const SLICE_EVENTS = 1_000;
/** Virtual time in one slice at most: an idle world tells of its idleness now and then. */
const SLICE_US = 5_000_000;

let generation = 0;

const api: WorldWorker = {
  async check(text, fileName) {
    // The parser weighs as much as a world; only a scenario that a person brings needs it.
    const [{parseScenario}, {scenarioOfConfs}] = await Promise.all([
      import('../../lab/scenario/parse.ts'),
      import('../../lab/scenario/from-confs.ts'),
    ]);
    const scenarioText = scenarioOfConfs(text) ?? text;
    return {text: scenarioText, ...parseScenario(scenarioText, fileName)};
  },

  async vary(scenario, key, value) {
    const [{vary}, {presentValue}] = await Promise.all([
      import('../../lab/compare/vary.ts'),
      import('../../lab/compare/present-value.ts'),
    ]);
    const varied = vary(scenario, key, value);
    if (!varied.ok) return varied;
    return {ok: true, value: {scenario: varied.value, present: presentValue(scenario, key)}};
  },

  async run(timeline: Timeline, tell): Promise<RunEnd | null> {
    generation += 1;
    const mine = generation;
    const began = performance.now();
    // Most worlds have no ledger, and do not wait for its code.
    const dledger = needsDLedger(timeline.scenario, timeline.interventions)
      ? (await import('../../lab/dledger.ts')).DLEDGER
      : null;
    const {scenario} = timeline;
    // What looks at disks is fetched only where a check wants it; what it has to know passes by before.
    const seen = wantsAudit(scenario) ? await followBrokers(scenario) : null;
    if (mine !== generation) return null;
    const run = openRunWith(timeline, dledger);
    let told = 0;
    let sliceEvents = FIRST_SLICE_EVENTS;
    for (;;) {
      const goal = Math.min(run.durationUs, run.world.nowUs + SLICE_US);
      const reached = run.advance(goal, sliceEvents);
      sliceEvents = SLICE_EVENTS;
      const chunk = cutTraceChunk(run.world.trace, told + 1);
      told += chunk.entries.length;
      if (seen !== null) for (const entry of chunk.entries) seen.readers.take(entry);
      const horizonUs = reached ? goal : run.world.nowUs;
      const slice: RunSlice = {chunk, horizonUs};
      await tell(Comlink.transfer(slice, [chunk.bytes.buffer as ArrayBuffer]));
      // The page keeps the trace from here on; twice would be too much for a long run.
      run.world.forgetTrace(told);
      if (mine !== generation) return null;
      if (run.finished) break;
    }
    const audit =
      seen === null
        ? null
        : (await import('../../lab/audit/audit.ts')).auditLogs(run.world, scenario, seen.brokers);
    if (mine !== generation) return null;
    return {
      ...(audit === null ? {} : {audit}),
      traceHash: run.world.traceHash(),
      events: run.world.eventCount,
      wallMs: Math.round(performance.now() - began),
      virtualUs: run.durationUs,
    };
  },

  async askCluster(timeline, atUs, words) {
    const [{askCluster, parseMqadmin}, dledger] = await Promise.all([
      import('../../lab/ask-cluster.ts'),
      needsDLedger(timeline.scenario, timeline.interventions) ? import('../../lab/dledger.ts') : null,
    ]);
    const order = parseMqadmin(words);
    return typeof order === 'string' ? order : askCluster(timeline, atUs, order, dledger?.DLEDGER ?? null);
  },

  abandon() {
    generation += 1;
  },
};

async function followBrokers(scenario: Scenario): Promise<{brokers: BrokersSeen; readers: Readers}> {
  const [{BrokersSeen}, {Readers}] = await Promise.all([
    import('../../lab/audit/brokers-seen.ts'),
    import('../../lab/readers.ts'),
  ]);
  const brokers = new BrokersSeen(scenario);
  return {brokers, readers: new Readers(brokers)};
}

Comlink.expose(api);
