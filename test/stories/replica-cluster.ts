import type {RunReport} from '../../src/lab/report.ts';
import {reportOf} from '../../src/lab/report.ts';
import {openRun, type Run} from '../../src/lab/run.ts';
import {parseScenario, problemLine} from '../../src/lab/scenario/parse.ts';
import {scenarioInterventions, worldSpec} from '../../src/lab/scenario/to-world.ts';
import {type Timeline, timelineOf} from '../../src/lab/timeline.ts';
import type {Disk} from '../../src/ports/disk.ts';
import type {Host} from '../../src/ports/host.ts';
import {brokerProgram} from '../../src/rocketmq/broker/broker.ts';
import {parseBrokerConf} from '../../src/rocketmq/broker/broker-conf.ts';
import type {Fact} from '../../src/rocketmq/facts.ts';
import type {ProcessSpec, World} from '../../src/sim/api.ts';
import type {Intervention} from '../../src/sim/intervention.ts';
import {createWorld} from '../../src/sim/world.ts';

/** One thing done to a cluster beyond what its scenario says. */
export interface Deed {
  readonly atMs: number;
  readonly deed: Intervention;
}

export interface ClusterOptions {
  /** Lines of broker.conf for the master, and for both. */
  readonly master?: readonly string[];
  readonly slave?: readonly string[];
  readonly both?: readonly string[];
  readonly slaveStart?: string;
  readonly durationS: number;
  /** What else runs: YAML under its headings. */
  readonly rest?: string;
  readonly deeds?: readonly Deed[];
  readonly seed?: string;
  readonly checks?: string;
  /** Adds `promoted`, not started: the slave's configuration and store, but for `brokerRole=ASYNC_MASTER`. */
  readonly promoted?: boolean;
  /** Adds `operator` on the master's machine, not started: it does this to the disk when it is. */
  readonly operator?: (disk: Disk) => void;
}

/** Where both keep their files: small ones, so that there are several. */
export const STORE = '/root/store';
export const SEGMENT_BYTES = 16_384;

/** `broker-a` on m1 and its slave `broker-a-s` on m2; the NameServer and all clients are on m3. */
export function replicaCluster(options: ClusterOptions): Told {
  const both = [
    'brokerName=broker-a',
    'namesrvAddr=10.0.0.3:9876',
    `mappedFileSizeCommitLog=${SEGMENT_BYTES}`,
    'mappedFileSizeConsumeQueue=6000',
    'maxHashSlotNum=1000',
    'maxIndexNum=4000',
    ...(options.both ?? []),
  ];
  const conf = (lines: readonly string[]): string =>
    [...both, ...lines].map((line) => `      ${line}`).join('\n');
  const text = `
name: replica-cluster
duration: ${options.durationS}s
machines:
  m1: {address: 10.0.0.1}
  m2: {address: 10.0.0.2}
  m3: {address: 10.0.0.3}
nameservers:
  ns: {machine: m3}
brokers:
  broker-a:
    machine: m1
    start: 1s
    config: |
${conf(options.master ?? [])}
  broker-a-s:
    machine: m2
    start: ${options.slaveStart ?? '2s'}
    config: |
${conf(['brokerRole=SLAVE', 'brokerId=1', ...(options.slave ?? [])])}
${options.rest ?? ''}
checks: [${options.checks ?? 'acked-messages-survive'}]
`;
  const {scenario, problems} = parseScenario(text, 'replica-cluster.yaml');
  if (scenario === null) throw new Error(problems.map(problemLine).join('\n'));
  const interventions = (options.deeds ?? []).map(({atMs, deed}) => ({
    atUs: atMs * 1000,
    intervention: deed,
  }));
  const timeline = {...timelineOf(scenario, options.seed ?? '1'), interventions};
  const more: ProcessSpec[] = [];
  if (options.promoted === true) {
    const slaveConf = scenario.brokers.find(({name}) => name === 'broker-a-s')!.conf;
    const {config} = parseBrokerConf(`${slaveConf}\nbrokerRole=ASYNC_MASTER`);
    more.push({name: 'promoted', kind: 'broker', machine: 'm2', program: () => brokerProgram(config)});
  }
  const {operator} = options;
  if (operator !== undefined) {
    const start = (host: Host) => {
      operator(host.disk);
      return {stop: (done: () => void) => done()};
    };
    more.push({name: 'operator', kind: 'other', machine: 'm1', program: () => ({start})});
  }
  if (more.length === 0) return new Told(openRun(timeline));
  const spec = worldSpec(scenario, timeline.seed);
  const world = createWorld({...spec, processes: [...spec.processes, ...more]});
  return new Told(runOn(world, timeline));
}

/** What `openRun` does, on a world of one's own. */
function runOn(world: World, timeline: Timeline): Run {
  const due = [...scenarioInterventions(timeline.scenario), ...timeline.interventions];
  due.sort((a, b) => a.atUs - b.atUs);
  const {durationUs} = timeline.scenario;
  return {
    timeline,
    world,
    durationUs,
    finished: false,
    advance(untilUs) {
      for (let next = due[0]; next !== undefined && next.atUs <= untilUs; next = due[0]) {
        world.runUntil(next.atUs);
        world.intervene(next.intervention);
        due.shift();
      }
      world.runUntil(untilUs);
      return true;
    },
  };
}

export interface At<F> {
  readonly atMs: number;
  readonly fact: F;
}

/** A cluster as it was played. */
export class Told {
  readonly run: Run;
  #report: RunReport | null = null;

  constructor(run: Run) {
    this.run = run;
    this.playTo(run.durationUs / 1000);
  }

  playTo(ms: number): void {
    this.run.advance(ms * 1000, Number.MAX_SAFE_INTEGER);
    for (const crash of this.run.world.crashes) throw crash.error;
  }

  get report(): RunReport {
    this.#report ??= reportOf(this.run, 0);
    return this.#report;
  }

  /** Facts of one kind of one process, with their times. */
  facts<K extends Fact['kind']>(process: string, kind: K): At<Extract<Fact, {kind: K}>>[] {
    const found: At<Extract<Fact, {kind: K}>>[] = [];
    for (const entry of this.run.world.trace.entries) {
      if (entry.kind !== 'fact' || entry.process !== process || entry.fact.kind !== kind) continue;
      found.push({atMs: entry.atUs / 1000, fact: entry.fact as Extract<Fact, {kind: K}>});
    }
    return found;
  }

  /** Files of the commit log on a machine, by the offset at which they begin. */
  segments(machine: string, store = STORE): Map<number, Uint8Array> {
    const folder = `${store}/commitlog/`;
    const {world} = this.run;
    return new Map(
      world
        .listFiles(machine)
        .filter((path) => path.startsWith(folder))
        .map((path) => [Number(path.slice(folder.length)), world.readFile(machine, path)!]),
    );
  }

  /** The commit log of a machine from one offset to another. */
  log(machine: string, from: number, to: number): Uint8Array {
    const bytes = new Uint8Array(to - from);
    for (const [start, file] of this.segments(machine)) {
      for (let at = Math.max(from, start); at < Math.min(to, start + file.length); at += 1) {
        bytes[at - from] = file[at - start]!;
      }
    }
    return bytes;
  }

  text(machine: string, path: string): string | null {
    const bytes = this.run.world.readFile(machine, path);
    return bytes === null ? null : new TextDecoder().decode(bytes);
  }

  lastOffset(process: string, kind: 'slave-appended' | 'replicated-to' | 'log-dispatched'): number {
    return this.facts(process, kind).at(-1)?.fact.physicalOffset ?? 0;
  }
}
