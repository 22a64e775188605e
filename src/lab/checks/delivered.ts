import type {MessageFate} from '../ledger.ts';
import {sayCount} from '../say-duration.ts';
import {broken, type CheckResult, type Evidence, held, nothing} from './check.ts';
import {brokenByDamage, damagedRecords} from './damaged-records.ts';
import {holeInFrontOf, isLossAllowed} from './durable.ts';
import {faultsStillOn} from './faults.ts';
import {brokenByHole, Holes, sayHole} from './holes.ts';
import {passedOver} from './passed-over.ts';
import {PromiseHistory} from './promises.ts';
import {CONFIG_NOT_SYNCED, TopicsForgotten} from './topics-forgotten.ts';

const NAME = 'delivered-at-least-once';

/**
 * Liveness: every acknowledged message reaches every group that wants it. Claimed once the faults are lifted. What has not may be
 * lost, or lie where nobody is asked for it, or have taken the place of such a message, or no longer be known by its id: if every
 * one of them is explained so, and the configuration allows what was taken, that is told and no defect.
 */
export function deliveredAtLeastOnce(evidence: Evidence): CheckResult {
  const {ledger, store, scenario} = evidence;
  const acked: MessageFate[] = [];
  const missing: MessageFate[] = [];
  for (const fate of ledger.messages.values()) {
    if (fate.ackedId === 0 || ledger.wantedBy(fate).length === 0) continue;
    acked.push(fate);
    if (!ledger.isDelivered(fate)) missing.push(fate);
  }
  if (acked.length === 0) return nothing(NAME, 'no message was acknowledged that a group wants');
  if (missing.length === 0) {
    const detail = `all ${sayCount(acked.length)} acknowledged messages were handed to a listener`;
    return held(NAME, acked.length, detail);
  }
  const count = `${sayCount(missing.length)} of ${sayCount(acked.length)} acknowledged messages have not reached every group`;
  const still = faultsStillOn(evidence);
  if (still.length > 0) {
    const detail = `${count} while ${still.join(' and ')}`;
    return broken(NAME, acked.length, 'unavailable-as-designed', detail, missing[0]!.ackedId);
  }
  const endId = store.lastId;
  const promises = new PromiseHistory(scenario, store);
  const taken = [...ledger.messages.values()].filter((fate) => fate.lostId !== 0 || fate.outOfReachId !== 0);
  const lost = missing.filter((fate) => fate.lostId !== 0);
  // Where nothing was taken, whoever has it is merely silent, with no fault to blame.
  const apart = missing.filter(
    ({lostId, outOfReachId, holdings}) =>
      lostId === 0 && outOfReachId !== 0 && holdings.some(({taken}) => taken !== null),
  );
  const over = passedOver(missing, ledger).filter((fate) => !lost.includes(fate) && !apart.includes(fate));
  const unexplained = new Set(missing);
  for (const fate of [...lost, ...apart, ...over]) unexplained.delete(fate);
  const damaged =
    unexplained.size === 0 ? [] : damagedRecords(evidence).filter(({fate}) => unexplained.delete(fate));
  const holes = new Holes(ledger, promises, store);
  const torn = [...unexplained].filter((fate) => holes.holeOf(fate) !== null && unexplained.delete(fate));
  const topics = unexplained.size === 0 ? null : new TopicsForgotten(evidence);
  const homeless = [...unexplained].filter(
    (fate) => topics?.holderOf(fate) != null && unexplained.delete(fate),
  );
  const breaches = taken.filter((fate) => !isLossAllowed(fate, promises, store));
  const behind = breaches.map((fate) => holeInFrontOf(fate, promises, store, holes));
  if (unexplained.size > 0 || behind.includes(null)) {
    const first: MessageFate = [...unexplained][0] ?? missing[0]!;
    return broken(NAME, acked.length, 'defect', `${count}; the first is ${first.msgId}`, endId);
  }
  const told = (fates: readonly unknown[], what: string): string[] =>
    fates.length === 0 ? [] : [`${sayCount(fates.length)} ${what}`];
  const why = [
    ...told(lost, breaches.length > 0 ? 'were lost' : 'were lost, which the configuration allows'),
    ...told(
      apart,
      'are only where nobody is asked for them: who acknowledged them has come back without them',
    ),
    ...told(over, 'took the places of messages that were read before they were lost'),
    ...told(torn, 'lie in a hole of the log, or came in one batch with what does'),
    ...told(damaged, 'are no longer known by their ids'),
    ...told(homeless, 'are of a topic that their broker has forgotten'),
  ].join(', and ');
  const hole = behind[0] ?? (torn[0] === undefined ? null : holes.holeOf(torn[0]));
  if (hole !== null) return brokenByHole(NAME, acked.length, `${count}: ${why}; ${sayHole(hole)}`, endId);
  const [record] = damaged;
  if (record !== undefined) {
    return brokenByDamage(NAME, acked.length, `${count}; ${why}`, record, evidence, record.fate.ackedId);
  }
  const detail = `${count}: ${why}`;
  const who = homeless[0] === undefined ? null : topics?.holderOf(homeless[0]);
  if (who != null) {
    const cause = `${who} has never synced its topics.json, and the power took it`;
    return {
      ...broken(NAME, acked.length, 'known-flaw', `${detail}: ${cause}`, endId),
      flaw: CONFIG_NOT_SYNCED,
    };
  }
  const [firstLost] = lost;
  if (firstLost !== undefined || apart.length === 0) {
    return broken(NAME, acked.length, 'lost-as-configured', detail, firstLost?.lostId ?? endId);
  }
  return broken(NAME, acked.length, 'unavailable-as-designed', detail, apart[0]!.outOfReachId);
}
