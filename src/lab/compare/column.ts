import type {SendStatusName} from '../../rocketmq/facts/producer.ts';
import type {Fact} from '../../rocketmq/facts.ts';
import type {Intervention} from '../../sim/intervention.ts';
import type {TraceEntry, TraceReader} from '../../sim/trace.ts';
import type {CheckResult} from '../checks/check.ts';
import type {LedgerTrack} from '../ledger.ts';
import {nearestRank} from '../nearest-rank.ts';
import type {LedgerCounts} from '../view/view-state.ts';
import type {Variation} from './vary.ts';

/** What a run comes to, side by side with others. Times are virtual. */
export interface ComparisonColumn {
  /** `brokerRole=SYNC_MASTER`. */
  readonly name: string;
  readonly variations: readonly Variation[];
  readonly traceHash: string;
  readonly ledger: LedgerCounts;
  /** Acknowledged sends by their status, those that came, in the order of `SEND_STATUSES`. */
  readonly answers: readonly {readonly status: string; readonly count: number}[];
  /** From the begin of a send to its acknowledgement; null where none was acknowledged. */
  readonly latencyUs: {readonly p50: number; readonly p99: number; readonly max: number} | null;
  /** Acknowledged sends per second, from the begin of the first send to the last acknowledgement, to a tenth; null where there are too few. */
  readonly acknowledgedPerSecond: number | null;
  /** The first thing that was done to break something; null where nothing was. */
  readonly fault: {
    readonly entryId: number;
    readonly atUs: number;
    readonly intervention: Intervention;
  } | null;
  /** From the fault to the first acknowledgement of an attempt begun after it; null: none came, or there was no fault. */
  readonly firstAcknowledgedAfterFaultUs: number | null;
  /** From the fault to the first delivery that a broker sent after it. */
  readonly firstDeliveredAfterFaultUs: number | null;
  readonly checks: readonly Pick<CheckResult, 'name' | 'ok' | 'verdict' | 'flaw' | 'detail'>[];
}

const SEND_STATUSES: readonly SendStatusName[] = [
  'SEND_OK',
  'FLUSH_DISK_TIMEOUT',
  'FLUSH_SLAVE_TIMEOUT',
  'SLAVE_NOT_AVAILABLE',
];

/** Everything that can be told of a finished run. `ledger` has taken in the whole trace. */
export function columnOf(run: {
  readonly name: string;
  readonly variations: readonly Variation[];
  readonly traceHash: string;
  readonly trace: TraceReader;
  readonly ledger: LedgerTrack;
  readonly checks: readonly CheckResult[];
}): ComparisonColumn {
  const {trace, ledger} = run;
  const fault = firstFault(trace);
  const sends = sendsOf(trace);
  return {
    name: run.name,
    variations: run.variations,
    traceHash: run.traceHash,
    ledger: ledger.counts,
    answers: answersOf(ledger),
    latencyUs: latencyOf(sends.latenciesUs),
    acknowledgedPerSecond: throughputOf(sends),
    fault,
    firstAcknowledgedAfterFaultUs: fault === null ? null : firstAcknowledgedAfter(trace, fault),
    firstDeliveredAfterFaultUs: fault === null ? null : firstDeliveredAfter(trace, fault),
    checks: run.checks.map(({name, ok, verdict, flaw, detail}) => ({
      name,
      ok,
      verdict,
      ...(flaw === undefined ? {} : {flaw}),
      detail,
    })),
  };
}

function answersOf(ledger: LedgerTrack): ComparisonColumn['answers'] {
  const counts = new Map<string, number>(SEND_STATUSES.map((status) => [status, 0]));
  for (const {ackedId, ackStatus} of ledger.messages.values()) {
    if (ackedId !== 0) counts.set(ackStatus, (counts.get(ackStatus) ?? 0) + 1);
  }
  return [...counts].filter(([, count]) => count > 0).map(([status, count]) => ({status, count}));
}

interface Sends {
  /** Of acknowledged sends. */
  readonly latenciesUs: number[];
  firstBegunUs: number;
  lastAckedUs: number;
}

function sendsOf(trace: TraceReader): Sends {
  const begunUs = new Map<string, number>();
  const sends: Sends = {latenciesUs: [], firstBegunUs: -1, lastAckedUs: -1};
  for (const entry of trace.entries) {
    if (entry.kind !== 'fact') continue;
    const fact = entry.fact as Fact;
    if (fact.kind === 'send-begun') {
      if (sends.firstBegunUs === -1) sends.firstBegunUs = entry.atUs;
      begunUs.set(fact.msgId, entry.atUs);
    } else if (fact.kind === 'send-acknowledged') {
      const began = begunUs.get(fact.msgId);
      if (began === undefined) continue;
      begunUs.delete(fact.msgId);
      sends.latenciesUs.push(entry.atUs - began);
      sends.lastAckedUs = entry.atUs;
    }
  }
  return sends;
}

function latencyOf(latenciesUs: readonly number[]): ComparisonColumn['latencyUs'] {
  if (latenciesUs.length === 0) return null;
  const sorted = [...latenciesUs].sort((a, b) => a - b);
  return {
    p50: nearestRank(sorted, 50),
    p99: nearestRank(sorted, 99),
    max: sorted[sorted.length - 1]!,
  };
}

function throughputOf({latenciesUs, firstBegunUs, lastAckedUs}: Sends): number | null {
  const spanUs = lastAckedUs - firstBegunUs;
  return latenciesUs.length < 2 || spanUs <= 0 ? null : Math.round((latenciesUs.length * 1e7) / spanUs) / 10;
}

/** What puts something right again, or only starts it, is no fault. */
const REPAIRS: ReadonlySet<string> = new Set([
  'start',
  'resume',
  'set-config',
  'heal',
  'restore-power',
  'heal-disk',
  'replace-disk',
]);

function firstFault(trace: TraceReader): ComparisonColumn['fault'] {
  for (const entry of trace.entries) {
    if (entry.kind !== 'intervened' || REPAIRS.has(entry.intervention.kind)) continue;
    return {entryId: entry.id, atUs: entry.atUs, intervention: entry.intervention};
  }
  return null;
}

type Since = {readonly entryId: number; readonly atUs: number};

function firstAcknowledgedAfter(trace: TraceReader, since: Since): number | null {
  const attempted = new Set<string>();
  for (let i = since.entryId; i < trace.entries.length; i += 1) {
    const entry = trace.entries[i]!;
    if (entry.kind !== 'fact') continue;
    const fact = entry.fact as Fact;
    if (fact.kind === 'send-attempted') attempted.add(fact.msgId);
    else if (fact.kind === 'send-acknowledged' && attempted.has(fact.msgId)) return entry.atUs - since.atUs;
  }
  return null;
}

function firstDeliveredAfter(trace: TraceReader, since: Since): number | null {
  for (let i = since.entryId; i < trace.entries.length; i += 1) {
    const entry = trace.entries[i]!;
    if (entry.kind !== 'fact' || entry.fact.kind !== 'message-delivered') continue;
    if (sentAfter(trace.entries, entry, since.entryId)) return entry.atUs - since.atUs;
  }
  return null;
}

/** Whether the bytes that led to an entry left their sender after entry `sinceId`. */
function sentAfter(entries: readonly TraceEntry[], entry: TraceEntry, sinceId: number): boolean {
  for (
    let at: TraceEntry | undefined = entry;
    at !== undefined && sinceId < at.id;
    at = entries[at.cause - 1]
  ) {
    if (at.kind === 'bytes-arrived') return sinceId < at.sent;
  }
  return false;
}
