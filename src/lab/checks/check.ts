import type {TimedIntervention} from '../../sim/intervention.ts';
import type {LogAudit} from '../audit/audit.ts';
import type {LedgerTrack, Taker} from '../ledger.ts';
import type {Scenario} from '../scenario/scenario.ts';
import type {TraceStore} from '../trace-store.ts';
import type {Allowance} from './promises.ts';

export {CHECK_NAMES, type CheckName} from './check-names.ts';

export type Verdict =
  | 'held'
  /** Broken, but this configuration does not promise more (asynchronous flush and a power cut, say). */
  | 'lost-as-configured'
  /** Broken by a flaw of 4.9.1 or its DLedger that is known by its name, and whose remedy, if there is one, is not on. */
  | 'known-flaw'
  /** Not fulfilled while a fault still lasts; nothing is claimed before it is lifted. */
  | 'unavailable-as-designed'
  | 'defect'
  /** Nothing of what it watches happened, so it says nothing. */
  | 'looked-at-nothing';

/** Why messages that were acknowledged are gone. */
export interface LossReason {
  /** The broker that had acknowledged them. */
  readonly process: string;
  readonly allowance: Allowance;
  readonly by: Taker;
  /** The entry of what took them. */
  readonly byEntryId: number;
  readonly count: number;
  /** English, for reports. */
  readonly text: string;
}

export interface CheckResult {
  readonly name: string;
  /** The verdict is `held`. */
  readonly ok: boolean;
  /** How many things it looked at. */
  readonly looked: number;
  readonly verdict: Verdict;
  /** One sentence, English, for reports; a new one wants its Chinese in `detail-zh.ts`, which the page reads. */
  readonly detail: string;
  /** The first entry at which it was broken; 0 where it was not. */
  readonly brokenAtEntry: number;
  /** Of `durable-as-promised`: what took what is gone. */
  readonly reasons?: readonly LossReason[];
  /** With `known-flaw`: S1 to S21 among the fault scenarios of DLedger, an issue of apache/rocketmq, or a name of its own. */
  readonly flaw?: string;
  /** Of checks that are judged at every entry: what was found, in order, the first fifty of it. */
  readonly findings?: readonly CheckFinding[];
}

/** One thing that a check found broken. */
export interface CheckFinding {
  readonly entryId: number;
  readonly verdict: Verdict;
  readonly flaw: string | null;
  /** English, for reports. */
  readonly text: string;
}

/** What checks look at. The ledger has taken in the whole store. */
export interface Evidence {
  readonly scenario: Scenario;
  readonly store: TraceStore;
  readonly ledger: LedgerTrack;
  /** What was done to the world beyond the scenario's own faults. */
  readonly interventions: readonly TimedIntervention[];
  /** What lies on the brokers' disks at the end, read by `auditLogs`; without it, checks of the disks look at nothing. */
  readonly audit?: LogAudit;
}

export function held(name: string, looked: number, detail: string): CheckResult {
  return {name, ok: true, looked, verdict: 'held', detail, brokenAtEntry: 0};
}

export function nothing(name: string, detail: string): CheckResult {
  return {name, ok: false, looked: 0, verdict: 'looked-at-nothing', detail, brokenAtEntry: 0};
}

export function broken(
  name: string,
  looked: number,
  verdict: Verdict,
  detail: string,
  brokenAtEntry: number,
): CheckResult {
  return {name, ok: false, looked, verdict, detail, brokenAtEntry};
}
