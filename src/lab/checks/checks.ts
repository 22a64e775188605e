import type {MessageFate} from '../ledger.ts';
import {sayCount} from '../say-duration.ts';
import {
  broken,
  type CheckName,
  type CheckResult,
  type Evidence,
  held,
  nothing,
  type Verdict,
} from './check.ts';

export type {Evidence} from './check.ts';

import {queuesMatchLog, replicaIsPrefix} from './disks.ts';
import {durableAsPromised, isLossAllowed} from './durable.ts';
import {faultsStillOn, faultsStruck} from './faults.ts';
import {excuseKnownOfStores} from './known-of-stores.ts';
import {offsetsNeverRunAhead} from './offsets.ts';
import {passedOver} from './passed-over.ts';
import {PromiseHistory} from './promises.ts';
import {queueOrderKept} from './queue-order.ts';
import {isStreamed, type StreamedCheckName, StreamedChecks} from './streamed.ts';

/**
 * The scenario's checks over a run, and, where faults were ordered, whether each of them struck. A check that looked at
 * nothing is not a pass.
 */
export function runChecks(evidence: Evidence): CheckResult[] {
  const {scenario, store} = evidence;
  const streamed = new StreamedChecks(scenario);
  if (streamed.isAsked) for (const entry of store.entries) streamed.take(entry);
  const results = scenario.checks.map((name) =>
    isStreamed(name) ? streamed.result(name) : excuseKnownOfStores(CHECKS[name](evidence), name, evidence),
  );
  const struck = faultsStruck(evidence);
  return struck === null ? results : [...results, struck];
}

const CHECKS: Readonly<Record<Exclude<CheckName, StreamedCheckName>, (evidence: Evidence) => CheckResult>> = {
  'acked-messages-survive': ackedMessagesSurvive,
  'delivered-at-least-once': deliveredAtLeastOnce,
  'queue-order-kept': queueOrderKept,
  'durable-as-promised': durableAsPromised,
  'queues-match-log': queuesMatchLog,
  'replica-is-prefix': replicaIsPrefix,
  'offsets-never-run-ahead': offsetsNeverRunAhead,
};

/** Safety: whatever a producer was told is stored is still held by some broker. */
function ackedMessagesSurvive({ledger, scenario, store}: Evidence): CheckResult {
  const name = 'acked-messages-survive';
  const acked = [...ledger.messages.values()].filter((fate) => fate.ackedId !== 0);
  if (acked.length === 0) return nothing(name, 'no message was acknowledged');
  const lost = acked.filter((fate) => fate.lostId !== 0 || fate.holdings.length === 0);
  if (lost.length === 0) {
    const durable = acked.filter((fate) => fate.holdings.some((holding) => holding.durable)).length;
    return held(
      name,
      acked.length,
      `${sayCount(acked.length)} acknowledged messages are all held by a broker, ${sayCount(durable)} of them durably`,
    );
  }
  const promises = new PromiseHistory(scenario, store);
  const promised = lost.filter((fate) => wasPromised(fate, promises));
  const verdict: Verdict = promised.length === 0 ? 'lost-as-configured' : 'defect';
  const detail =
    verdict === 'defect'
      ? `${sayCount(lost.length)} of ${sayCount(acked.length)} acknowledged messages are gone, ${sayCount(promised.length)} of them though the configuration promises to keep them; the first is ${promised[0]!.msgId}`
      : `${sayCount(lost.length)} of ${sayCount(acked.length)} acknowledged messages are gone, which ASYNC_FLUSH allows for what was not flushed yet; the first is ${lost[0]!.msgId}`;
  return broken(name, acked.length, verdict, detail, (promised[0] ?? lost[0]!).lostId || lost[0]!.ackedId);
}

/** An acknowledgement of a message that was never flushed promises nothing under ASYNC_FLUSH. */
function wasPromised({holdings}: MessageFate, promises: PromiseHistory): boolean {
  if (holdings.length === 0) return true;
  return holdings.some((holding) => holding.durable || promises.of(holding)?.syncFlush);
}

/** Liveness: every acknowledged message reaches every group that wants it. Claimed once the faults are lifted. */
function deliveredAtLeastOnce(evidence: Evidence): CheckResult {
  const name = 'delivered-at-least-once';
  const {ledger, store} = evidence;
  const acked = [...ledger.messages.values()].filter(
    (fate) => fate.ackedId !== 0 && ledger.wantedBy(fate).length > 0,
  );
  if (acked.length === 0) return nothing(name, 'no message was acknowledged that a group wants');
  const missing = acked.filter((fate) => !ledger.isDelivered(fate));
  if (missing.length === 0) {
    return held(
      name,
      acked.length,
      `all ${sayCount(acked.length)} acknowledged messages were handed to a listener`,
    );
  }
  const still = faultsStillOn(evidence);
  const count = `${sayCount(missing.length)} of ${sayCount(acked.length)} acknowledged messages have not reached every group`;
  if (still.length > 0) {
    return broken(
      name,
      acked.length,
      'unavailable-as-designed',
      `${count} while ${still.join(' and ')}`,
      missing[0]!.ackedId,
    );
  }
  const lost = missing.filter((fate) => fate.lostId !== 0);
  const promises = new PromiseHistory(evidence.scenario, store);
  const isAllowed = (fate: MessageFate): boolean =>
    !wasPromised(fate, promises) || isLossAllowed(fate, promises, store);
  if (lost.length === missing.length && lost.every(isAllowed)) {
    return broken(
      name,
      acked.length,
      'lost-as-configured',
      `${count}: they were lost, which the configuration allows`,
      lost[0]!.lostId,
    );
  }
  const over = passedOver(missing, ledger);
  if (lost.length + over.length === missing.length && losses(evidence).every(isAllowed)) {
    const end = store.entries[store.lastId - 1]?.id ?? 0;
    const both = `${sayCount(lost.length)} were lost, which the configuration allows, and ${sayCount(over.length)} took the places of messages that were read before they were lost`;
    return broken(name, acked.length, 'lost-as-configured', `${count}: ${both}`, lost[0]?.lostId ?? end);
  }
  const end = store.entries[store.lastId - 1]?.id ?? 0;
  return broken(name, acked.length, 'defect', `${count}; the first is ${missing[0]!.msgId}`, end);
}

/** What was acknowledged and is gone. */
function losses({ledger}: Evidence): MessageFate[] {
  return [...ledger.messages.values()].filter((fate) => fate.lostId !== 0);
}
