import {type RunReport, reportOf} from '../../src/lab/report.ts';
import {openRun, type Run} from '../../src/lab/run.ts';
import {parseScenario, problemLine} from '../../src/lab/scenario/parse.ts';
import {timelineOf} from '../../src/lab/timeline.ts';
import {storeOf, type TraceStore} from '../../src/lab/trace-store.ts';
import {TraceIndex} from '../../src/lab/view/trace-index.ts';
import type {ViewState} from '../../src/lab/view/view-state.ts';
import {ViewTimeline} from '../../src/lab/view/view-timeline.ts';
import type {Fact, FactKind, FactOf} from '../../src/rocketmq/facts.ts';
import type {Intervention} from '../../src/sim/intervention.ts';

export interface GroupSpec {
  /** brokerName and group. */
  readonly name: string;
  readonly size: number;
  /** Lines of broker.conf for every member. */
  readonly conf?: readonly string[];
  /** When all members are started. */
  readonly start?: string;
}

export interface GroupsOptions {
  readonly groups: readonly GroupSpec[];
  readonly durationS: number;
  /** What else runs: YAML under its headings; machines `shop` and `m0` to `m9` are there. */
  readonly rest?: string;
  /** Further brokers, as YAML under `brokers:`. */
  readonly brokers?: string;
  readonly checks?: string;
  readonly seed?: string;
  readonly deeds?: readonly {readonly atMs: number; readonly deed: Intervention}[];
}

const MACHINES = 10;
const NAMESERVERS = '10.0.0.1:9876;10.0.0.2:9876';
/** Small, so that there soon are several. */
export const SEGMENT_BYTES = 16_384;
const GROUP_PORTS = 10;

/** Member `i` of group `g` is process `<name>-n<i>` on machine `m<i>`, and keeps its files in `/data/<name>-n<i>`. */
function memberYaml({name, size, conf = [], start = '0s'}: GroupSpec, group: number, member: number): string {
  const port = (of: number): number => 40_000 + group * GROUP_PORTS + of;
  const peers = Array.from({length: size}, (_, i) => `n${i}-10.0.0.${i + 1}:${port(i)}`).join(';');
  const lines = [
    'brokerClusterName=RaftCluster',
    `brokerName=${name}`,
    `listenPort=${30_911 + group * GROUP_PORTS}`,
    `namesrvAddr=${NAMESERVERS}`,
    `storePathRootDir=/data/${name}-n${member}`,
    `storePathCommitLog=/data/${name}-n${member}/commitlog`,
    `mappedFileSizeCommitLog=${SEGMENT_BYTES}`,
    'mappedFileSizeConsumeQueue=6000',
    'maxHashSlotNum=1000',
    'maxIndexNum=4000',
    'enableDLegerCommitLog=true',
    `dLegerGroup=${name}`,
    `dLegerPeers=${peers}`,
    `dLegerSelfId=n${member}`,
    ...conf,
  ];
  return `  ${name}-n${member}:\n    machine: m${member}\n    start: ${start}\n    config: |\n${lines.map((line) => `      ${line}`).join('\n')}`;
}

/** Groups on DLedger, with two NameServers and whatever else; nothing has run yet. */
export function ledgerGroups(options: GroupsOptions): Told {
  const members = options.groups.flatMap((group, index) =>
    Array.from({length: group.size}, (_, member) => memberYaml(group, index, member)),
  );
  const text = `
name: ledger-groups
duration: ${options.durationS}s
machines:
${Array.from({length: MACHINES}, (_, i) => `  m${i}: {address: 10.0.0.${i + 1}}`).join('\n')}
  shop: {address: 10.0.1.1}
nameservers:
  ns-0: {machine: m0}
  ns-1: {machine: m1}
brokers:
${members.join('\n')}
${options.brokers ?? ''}
${options.rest ?? ''}
checks: [${options.checks ?? 'durable-as-promised'}]
`;
  const {scenario, problems} = parseScenario(text, 'ledger-groups.yaml');
  if (scenario === null) throw new Error(problems.map(problemLine).join('\n'));
  const interventions = (options.deeds ?? []).map(({atMs, deed}) => ({
    atUs: atMs * 1000,
    intervention: deed,
  }));
  return new Told(openRun({...timelineOf(scenario, options.seed ?? '1'), interventions}));
}

export interface At<F> {
  readonly atMs: number;
  readonly process: string;
  readonly fact: F;
}

export class Told {
  readonly run: Run;

  constructor(run: Run) {
    this.run = run;
  }

  until(atMs: number): this {
    this.run.advance(atMs * 1000, Number.MAX_SAFE_INTEGER);
    for (const crash of this.run.world.crashes) throw crash.error;
    return this;
  }

  toEnd(): this {
    return this.until(this.run.durationUs / 1000);
  }

  /** What has been told so far, of some kinds. */
  facts<K extends FactKind>(...kinds: K[]): At<FactOf<K>>[] {
    const found: At<FactOf<K>>[] = [];
    for (const entry of this.run.world.trace.entries) {
      if (entry.kind !== 'fact') continue;
      const fact = entry.fact as Fact;
      if (!(kinds as string[]).includes(fact.kind)) continue;
      found.push({atMs: entry.atUs / 1000, process: entry.process, fact: fact as FactOf<K>});
    }
    return found;
  }

  /** Who is master of a brokerName now, as the brokers see it; null while nobody is. */
  masterOf(brokerName: string): string | null {
    const roles = new Map<string, number>();
    for (const {process, fact} of this.facts('broker-role-changed')) {
      if (fact.brokerName === brokerName) roles.set(process, fact.brokerId);
    }
    for (const [process, brokerId] of roles) {
      if (brokerId === 0 && this.run.world.isRunning(process)) return process;
    }
    return null;
  }

  report(): RunReport {
    return reportOf(this.run, 0, this.store());
  }

  store(): TraceStore {
    return storeOf(this.run.world.trace);
  }

  view(atMs: number): ViewState {
    const store = this.store();
    const index = new TraceIndex(store);
    index.update();
    const views = new ViewTimeline(store, index);
    return views.stateAt(views.entryAt(atMs * 1000));
  }

  /** The files of a member's ledger, by the offset at which they begin. */
  ledger(group: string, member: number): Map<number, Uint8Array> {
    const folder = `/data/${group}-n${member}/dledger-n${member}/data/`;
    const {world} = this.run;
    return new Map(
      world
        .listFiles(`m${member}`)
        .filter((path) => path.startsWith(folder))
        .map((path) => [Number(path.slice(folder.length)), world.readFile(`m${member}`, path)!]),
    );
  }

  /** brokerIds by address of one group, as a NameServer has them at a moment: the table of `clusterList`. */
  table(namesrv: string, brokerName: string, atMs: number): Record<string, number> {
    const brokers = this.view(atMs).processes.get(namesrv)?.namesrv?.brokers ?? new Map();
    const rows = [...brokers.values()].filter((row) => row.brokerName === brokerName);
    return Object.fromEntries(rows.map(({address, brokerId}) => [address, brokerId]));
  }
}
