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
import {deliveredAtLeastOnce} from './delivered.ts';
import {queuesMatchLog, replicaIsPrefix} from './disks.ts';
import {durableAsPromised, holeInFrontOf, isLossAllowed} from './durable.ts';
import {faultsStruck} from './faults.ts';
import {brokenByHole, Holes, sayHole} from './holes.ts';
import {excuseKnownOfGroups} from './known-of-groups.ts';
import {excuseKnownOfStores} from './known-of-stores.ts';
import {offsetsNeverRunAhead} from './offsets.ts';
import {PromiseHistory} from './promises.ts';
import {queueOrderKept} from './queue-order.ts';
import {excuseReplicaApart} from './replica-apart.ts';
import {isStreamed, type StreamedCheckName, StreamedChecks} from './streamed.ts';
import {excuseTornReplica} from './torn-replica.ts';

/**
 * The scenario's checks over a run, and, where faults were ordered, whether each of them struck. A check that looked at
 * nothing is not a pass.
 */
export function runChecks(evidence: Evidence): CheckResult[] {
  const {scenario, store} = evidence;
  const streamed = new StreamedChecks(scenario);
  if (streamed.isAsked) streamed.takeAll(store);
  const results = scenario.checks.map((name) =>
    isStreamed(name) ? streamed.result(name) : excused(name, evidence, CHECKS[name]),
  );
  const struck = faultsStruck(evidence);
  return struck === null ? results : [...results, struck];
}

/** What a check says, with what is known to have struck told by its name in place of a defect. */
function excused(
  name: CheckName,
  evidence: Evidence,
  check: (evidence: Evidence) => CheckResult,
): CheckResult {
  let result = excuseKnownOfGroups(check(evidence), name, evidence, check);
  for (const excuse of [excuseKnownOfStores, excuseReplicaApart, excuseTornReplica])
    result = excuse(result, name, evidence);
  return result;
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
  const promised = lost.filter((fate) => !isLossAllowed(fate, promises, store));
  const holes = new Holes(ledger, promises, store);
  const behind = promised.map((fate) => holeInFrontOf(fate, promises, store, holes));
  const [hole] = behind;
  if (hole != null && !behind.includes(null)) {
    const detail = `${sayCount(lost.length)} of ${sayCount(acked.length)} acknowledged messages are gone, ${sayCount(promised.length)} of them though they were on the disk`;
    return brokenByHole(name, acked.length, `${detail}: ${sayHole(hole)}`, promised[0]!.lostId);
  }
  const verdict: Verdict = promised.length === 0 ? 'lost-as-configured' : 'defect';
  const detail =
    verdict === 'defect'
      ? `${sayCount(lost.length)} of ${sayCount(acked.length)} acknowledged messages are gone, ${sayCount(promised.length)} of them though the configuration promises to keep them; the first is ${promised[0]!.msgId}`
      : `${sayCount(lost.length)} of ${sayCount(acked.length)} acknowledged messages are gone, which the configuration allows; the first is ${lost[0]!.msgId}`;
  return broken(name, acked.length, verdict, detail, (promised[0] ?? lost[0]!).lostId || lost[0]!.ackedId);
}
