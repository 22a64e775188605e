import {auditFor} from './audit/audit.ts';
import type {CheckResult} from './checks/check.ts';
import {runChecks} from './checks/checks.ts';
import {ledgerOf} from './ledger-of.ts';
import {checkLines, messageLines} from './report-lines.ts';
import type {Run} from './run.ts';
import {sayCount, sayDuration, sayMoment} from './say-duration.ts';
import {storeOf, type TraceStore} from './trace-store.ts';
import type {LedgerCounts} from './view/view-state.ts';

/** What a run came to. The command line prints it; with `--json` these fields are the object. */
export interface RunReport {
  readonly scenario: string;
  readonly seed: string;
  readonly virtualMs: number;
  readonly wallMs: number;
  readonly events: number;
  readonly traceEntries: number;
  readonly traceHash: string;
  readonly ledger: LedgerCounts;
  readonly checks: readonly CheckResult[];
  /** Processes and how they stand at the end. */
  readonly processes: readonly {readonly name: string; readonly running: boolean; readonly ended: string}[];
}

/** The report of a run as it stands. `wallMs` is the caller's: the lab has no clock. */
export function reportOf(run: Run, wallMs: number, store: TraceStore = storeOf(run.world.trace)): RunReport {
  const {scenario, seed, interventions} = run.timeline;
  const ledger = ledgerOf(scenario, store);
  ledger.update();
  const ends = new Map<string, string>();
  for (const {process, why, reason, atUs} of store.pick({entries: ['process-ended']})) {
    ends.set(process, `${why} at ${sayMoment(atUs)}${reason === '' ? '' : `: ${reason}`}`);
  }
  const names = [...scenario.namesrvs, ...scenario.brokers, ...scenario.producers, ...scenario.consumers];
  return {
    scenario: scenario.name,
    seed,
    virtualMs: Math.round(run.world.nowUs / 1000),
    wallMs: Math.round(wallMs),
    events: run.world.eventCount,
    traceEntries: store.lastId,
    traceHash: run.world.traceHash(),
    ledger: ledger.counts,
    checks: runChecks({scenario, store, ledger, interventions, ...auditFor(run.world, scenario, store)}),
    processes: names.map(({name}) => {
      const running = run.world.isRunning(name);
      return {name, running, ended: running ? '' : (ends.get(name) ?? 'never started')};
    }),
  };
}

/** What the scenario's checks say of a run as it stands, and nothing else of a report. */
export function checksOf(run: Run): readonly CheckResult[] {
  const {scenario, interventions} = run.timeline;
  const store = storeOf(run.world.trace);
  const ledger = ledgerOf(scenario, store);
  ledger.update();
  return runChecks({scenario, store, ledger, interventions, ...auditFor(run.world, scenario, store)});
}

/** The report as lines for a person. */
export function reportLines(report: RunReport): string[] {
  const checks = checkLines(report.checks);
  const nameWidth = Math.max(0, ...report.processes.map((process) => process.name.length));
  const speed =
    report.wallMs === 0 ? '' : `, ${sayCount(Math.round(report.virtualMs / report.wallMs))} × real time`;
  return [
    `${report.scenario}, seed ${report.seed}: ${sayDuration(report.virtualMs * 1000, 'en')} in ${sayDuration(report.wallMs * 1000, 'en')}${speed}`,
    `${sayCount(report.events)} events, ${sayCount(report.traceEntries)} trace entries, trace hash ${report.traceHash}`,
    '',
    'Processes',
    ...report.processes.map(
      ({name, running, ended}) => `  ${name.padEnd(nameWidth)}  ${running ? 'running' : ended}`,
    ),
    '',
    ...messageLines(report.ledger),
    ...(checks.length === 0 ? [] : ['', ...checks]),
  ];
}
