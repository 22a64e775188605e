import {readFileSync} from 'node:fs';
import {narrate} from '../../../src/lab/narration/narrate.ts';
import {type RunReport, reportOf} from '../../../src/lab/report.ts';
import {openRun, type Run} from '../../../src/lab/run.ts';
import {sayCount, sayMoment} from '../../../src/lab/say-duration.ts';
import {parseScenario, problemLine} from '../../../src/lab/scenario/parse.ts';
import {timelineOf} from '../../../src/lab/timeline.ts';
import {storeOf, type TraceStore} from '../../../src/lab/trace-store.ts';
import {TraceIndex} from '../../../src/lab/view/trace-index.ts';
import type {DLedgerFix} from '../../../src/rocketmq/dledger/fixes.ts';
import type {Fact, FactKind, FactOf} from '../../../src/rocketmq/facts.ts';
import type {TimedIntervention} from '../../../src/sim/intervention.ts';
import type {TraceEntry} from '../../../src/sim/trace.ts';

const FOLDER = 'scenarios/dledger';

export interface At<F> {
  readonly atMs: number;
  readonly process: string;
  readonly fact: F;
}

/** A scenario of `scenarios/dledger` that was run to its end. */
export class LedgerStory {
  readonly run: Run;
  readonly store: TraceStore;
  readonly index: TraceIndex;
  readonly warnings: readonly string[];
  private made: RunReport | null = null;

  constructor(run: Run, warnings: readonly string[]) {
    this.run = run;
    this.warnings = warnings;
    run.advance(run.durationUs, Number.MAX_SAFE_INTEGER);
    this.store = storeOf(run.world.trace);
    this.index = new TraceIndex(this.store);
    this.index.update();
  }

  get report(): RunReport {
    this.made ??= reportOf(this.run, 0, this.store);
    return this.made;
  }

  facts<K extends FactKind>(...kinds: K[]): At<FactOf<K>>[] {
    const found: At<FactOf<K>>[] = [];
    for (const entry of this.store.entries) {
      if (entry.kind !== 'fact') continue;
      const fact = entry.fact as Fact;
      if ((kinds as string[]).includes(fact.kind))
        found.push({atMs: entry.atUs / 1000, process: entry.process, fact: fact as FactOf<K>});
    }
    return found;
  }

  /** Who began to lead, and when. */
  get leaders(): {readonly atMs: number; readonly process: string; readonly term: number}[] {
    return this.facts('dledger-role-changed')
      .filter(({fact}) => fact.role === 'LEADER')
      .map(({atMs, process, fact}) => ({atMs, process, term: fact.term}));
  }

  /**
   * A member's log as it has told of it: term and checksum of each entry. What a cut left behind it is still there, for a
   * restart to believe in.
   */
  logOf(process: string): string[] {
    const bytes: string[] = [];
    let end = -1;
    for (const {process: who, fact} of this.facts(
      'dledger-recovered',
      'dledger-appended',
      'dledger-truncated',
    )) {
      if (who !== process) continue;
      end = fact.kind === 'dledger-appended' ? fact.index : fact.endIndex;
      if (fact.kind === 'dledger-appended') bytes[end] = `${fact.term}:${fact.bodyCrc}`;
      if (fact.kind === 'dledger-truncated') bytes[end] = `${fact.entryTerm}:${fact.bodyCrc}`;
    }
    return bytes.slice(0, end + 1);
  }

  endOf(process: string): number {
    return this.logOf(process).length - 1;
  }

  /** Up to which entry a member has called its log committed last. */
  committedOf(process: string): number {
    return this.facts('dledger-committed').findLast((told) => told.process === process)?.fact.index ?? -1;
  }

  /** What became of the checks, one line each. */
  get verdicts(): string[] {
    return this.report.checks.map(
      ({name, verdict, flaw, detail}) =>
        `${name}: ${verdict}${flaw === undefined ? '' : ` ${flaw}`}. ${detail}`,
    );
  }

  verdictOf(name: string): string {
    const check = this.report.checks.find((one) => one.name === name);
    if (check === undefined) throw new Error(`${name} is not asked`);
    return check.flaw === undefined ? check.verdict : `${check.verdict} ${check.flaw}`;
  }
}

/** Plays `scenarios/dledger/<name>.yaml`, with remedies on in every broker if any are named. */
export function play(
  name: string,
  {fixes = [], seed, conf = '', interventions = []}: PlayOptions = {},
): LedgerStory {
  const file = `${FOLDER}/${name}.yaml`;
  const more = fixes.length === 0 ? conf : `${conf}lab.fix=${fixes.join(',')}\n`;
  const readConf = (path: string): string => `${readFileSync(`${FOLDER}/${path}`, 'utf8')}${more}`;
  const {scenario, problems} = parseScenario(readFileSync(file, 'utf8'), file, readConf);
  if (scenario === null) throw new Error(problems.map(problemLine).join('\n'));
  const timeline = {...timelineOf(scenario, seed ?? scenario.seed), interventions};
  return new LedgerStory(openRun(timeline), problems.map(problemLine));
}

export interface PlayOptions {
  readonly fixes?: readonly DLedgerFix[];
  readonly seed?: string;
  /** Lines for every broker.conf. */
  readonly conf?: string;
  /** What is done to it besides. */
  readonly interventions?: readonly TimedIntervention[];
}

/** Told with a line each. */
const TOLD: ReadonlySet<string> = new Set<FactKind | TraceEntry['kind']>([
  'intervened',
  'process-ended',
  'config-set',
  'disk-read-only',
  'dledger-recovered',
  'dledger-leader-lost',
  'dledger-truncated',
  'dledger-trimmed',
  'dledger-transfer',
  'broker-role-changed',
  'broker-mastership-waits',
  'broker-mastership-missed',
]);

/** Told once for all of those in a row, in a few words. */
const COUNTED: Readonly<Partial<Record<FactKind, string>>> = {
  'send-acknowledged': 'acknowledged',
  'send-attempt-failed': 'attempts failed',
  'send-given-up': 'given up',
  'dledger-append-refused': 'appends refused',
  'dledger-append-failed': 'appends not acknowledged in time',
};

/**
 * The story of a group as lines for a person: what was done, who leads whom in which term, what is cut and what comes back; and
 * between those, in one line, how far logs have grown and what became of messages.
 */
export function transcript(story: LedgerStory): string[] {
  const {store, index} = story;
  const lines: string[] = [];
  const between = new Between();
  for (const entry of store.entries) {
    const kind = entry.kind === 'fact' ? (entry.fact as Fact).kind : entry.kind;
    if (entry.kind === 'fact' && between.take(entry.process, entry.fact as Fact, entry.id, index)) continue;
    if (!TOLD.has(kind) && !isTurn(entry)) continue;
    const words = narrate(entry, 'en', index);
    if (words === null) continue;
    lines.push(...between.flush(), `${sayMoment(entry.atUs).padStart(16)}  ${words}`);
  }
  lines.push(...between.flush());
  return lines;
}

/** Changes of role, except a candidate's to a candidate; two leaders that hear of each other; cuts that are ordered. */
function isTurn(entry: TraceEntry): boolean {
  if (entry.kind !== 'fact') return false;
  const fact = entry.fact as Fact;
  switch (fact.kind) {
    case 'dledger-role-changed':
      return fact.role !== 'CANDIDATE' || fact.from !== 'CANDIDATE';
    case 'dledger-heartbeat-missed':
      return fact.verdict === 'inconsistent-leader';
    case 'dledger-push-state':
      return fact.state === 'TRUNCATE';
    default:
      return false;
  }
}

interface Grown {
  from: number;
  to: number;
}

/** What happens all the time, summed up until something is told. */
class Between {
  private readonly counts = new Map<string, number>();
  private readonly appended = new Map<string, Grown>();
  private readonly committed = new Map<string, number>();
  private handOvers = 0;

  /** True if it was taken in. */
  take(process: string, fact: Fact, id: number, index: TraceIndex): boolean {
    switch (fact.kind) {
      case 'dledger-appended': {
        const grown = this.appended.get(process);
        if (grown !== undefined && fact.index === grown.to + 1) grown.to = fact.index;
        else this.appended.set(process, {from: fact.index, to: fact.index});
        return true;
      }
      case 'dledger-committed':
        this.committed.set(process, fact.index);
        return true;
      case 'message-delivered':
        this.count(process, index.deliveryOrdinal(id) > 1 ? 'delivered again' : 'delivered');
        return true;
      case 'dledger-vote-round-ended':
        if (fact.result !== 'PASSED') this.count(process, `rounds of votes not won in term ${fact.term}`);
        return true;
      case 'dledger-transfer':
        if (fact.what === 'begun') {
          this.handOvers += 1;
          return this.handOvers > 1;
        }
        if (fact.code === 200) return false;
        this.count(process, `hand-overs to ${fact.transferee} failed with code ${fact.code}`);
        return true;
      default: {
        const words = COUNTED[fact.kind];
        if (words !== undefined) this.count(process, words);
        return words !== undefined;
      }
    }
  }

  flush(): string[] {
    const parts: string[] = [];
    const indent = `${' '.repeat(16)}  … `;
    for (const [process, {from, to}] of this.appended)
      parts.push(`${process} appends ${from === to ? from : `${from} to ${to}`}`);
    for (const [process, to] of this.committed) parts.push(`${process} commits up to ${to}`);
    for (const [what, count] of this.counts) parts.push(`${sayCount(count)} × ${what}`);
    this.appended.clear();
    this.committed.clear();
    this.counts.clear();
    return parts.length === 0 ? [] : [indent + parts.join(', ')];
  }

  private count(process: string, what: string): void {
    const key = `${process} ${what}`;
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }
}
