import type {Fact} from '../../rocketmq/facts.ts';
import {LAB_FIXES} from '../../rocketmq/store/lab-fixes.ts';
import type {Holding, MessageFate} from '../ledger.ts';
import {sayCount, sayMoment} from '../say-duration.ts';
import type {TraceStore} from '../trace-store.ts';
import {broken, type CheckResult, type Evidence, held, type LossReason, nothing} from './check.ts';
import {brokenByHole, Holes, sayHole} from './holes.ts';
import {backingOf} from './majority-behind.ts';
import {allowanceFor, PromiseHistory, sayTaking} from './promises.ts';
import {slavesAhead} from './slaves-ahead.ts';

const NAME = 'durable-as-promised';
const SLAVE_AHEAD = LAB_FIXES['slave-offset-checked'].flaw;

interface Breach {
  readonly entryId: number;
  readonly text: string;
}

/**
 * Safety, as far as the configuration promises it. An acknowledgement says: a broker has it; with SYNC_FLUSH and SEND_OK, its
 * disk has it; with SYNC_MASTER and SEND_OK, a slave has it too; of a DLedger group, that a majority has told its leader so. And what is gone later must be gone by something that the
 * configuration does not guard against, copy by copy.
 */
export function durableAsPromised(evidence: Evidence): CheckResult {
  const {ledger, scenario, store} = evidence;
  const promises = new PromiseHistory(scenario, store);
  const faultyIds = faultyDisks(store);
  const beliefs = falseBeliefs(store);
  const breaches: Breach[] = [];
  const behindHoles: Breach[] = [];
  const holes = new Holes(ledger, promises, store);
  const reasons = new Map<string, LossReason>();
  let looked = 0;
  let lost = 0;
  let firstLostId = 0;
  let outOfReach = 0;
  let hollow = 0;
  let aheadId = 0;
  let outrun = 0;
  for (const fate of ledger.messages.values()) {
    if (fate.ackedId === 0) continue;
    looked += 1;
    const acked = ackedHolding(fate, store, promises);
    if (acked === null) {
      breaches.push({
        entryId: fate.ackedId,
        text: `${fate.msgId} was acknowledged though no broker had stored it`,
      });
      continue;
    }
    const of = promises.of(acked);
    const isFaulty = (faultyIds.get(of?.machine ?? '') ?? Number.POSITIVE_INFINITY) < fate.ackedId;
    if (of !== undefined && fate.ackStatus === 'SEND_OK') {
      if (of.syncFlush && !isFaulty && !(acked.durable && acked.durableEntryId < fate.ackedId)) {
        breaches.push({
          entryId: fate.ackedId,
          text: `${fate.msgId} was answered SEND_OK by ${of.process} with SYNC_FLUSH before its disk had it`,
        });
      }
      if (of.majority !== null) {
        const {having, robbed} = backingOf(fate, acked, promises, store);
        if (having + robbed < of.majority) {
          breaches.push({
            entryId: fate.ackedId,
            text: `${fate.msgId} was answered SEND_OK by ${of.process} when ${having} of its group had it, and ${of.majority} make a majority`,
          });
        } else if (having < of.majority) outrun += 1;
      }
      if (of.syncReplica && !hadReplica(fate, acked)) {
        const believed = (beliefs.get(of.process) ?? []).filter(
          ({entryId, upTo, isAhead}) =>
            entryId < fate.ackedId && acked.physicalOffset < upTo && !(isAhead && of.checksSlaves),
        );
        if (believed.length === 0) {
          breaches.push({
            entryId: fate.ackedId,
            text: `${fate.msgId} was answered SEND_OK by ${of.process}, a SYNC_MASTER, before a slave had it`,
          });
        } else {
          hollow += 1;
          // Only what a slave says that is ahead could have been seen through.
          if (aheadId === 0 && believed.every(({isAhead}) => isAhead)) aheadId = fate.ackedId;
        }
      }
    }
    if (fate.outOfReachId !== 0) {
      outOfReach += 1;
      if (!isLossAllowed(fate, promises, store)) {
        breaches.push({
          entryId: fate.outOfReachId,
          text: `${fate.msgId} is out of reach, and who should have it has lost it though it was promised to stay: ${storyOf(fate)}`,
        });
      }
    }
    if (fate.lostId === 0) {
      const wasLostId = unexplainedLossOf(fate, acked, promises);
      if (wasLostId !== 0) {
        breaches.push({
          entryId: wasLostId,
          text: `${fate.msgId} was gone for a time though it was promised to stay: ${storyOf(fate)}`,
        });
      }
      continue;
    }
    lost += 1;
    if (firstLostId === 0 || fate.lostId < firstLostId) firstLostId = fate.lostId;
    const words = reasonOf(fate, acked, promises, store);
    if (words === null) {
      const hole = holeInFrontOf(fate, promises, store, holes);
      if (hole !== null) {
        behindHoles.push({entryId: fate.lostId, text: sayHole(hole)});
        continue;
      }
      breaches.push({
        entryId: fate.lostId,
        text: `${fate.msgId} is gone though it was promised to stay: ${storyOf(fate)}`,
      });
      continue;
    }
    const known = reasons.get(words.text);
    reasons.set(words.text, {...words, count: (known?.count ?? 0) + 1});
  }
  if (looked === 0) return nothing(NAME, 'no message was acknowledged');
  const list = [...reasons.values()];
  const first = breaches[0];
  if (first !== undefined) {
    const more = breaches.length === 1 ? '' : `, and ${sayCount(breaches.length - 1)} more`;
    return {...broken(NAME, looked, 'defect', `${first.text}${more}`, first.entryId), reasons: list};
  }
  const [behind] = behindHoles;
  if (behind !== undefined) {
    const detail = `${sayCount(lost)} of ${sayCount(looked)} acknowledged messages are gone, ${sayCount(behindHoles.length)} of them though they were on the disk: ${behind.text}`;
    return {...brokenByHole(NAME, looked, detail, behind.entryId), reasons: list};
  }
  const late =
    outrun === 0
      ? ''
      : `; ${sayCount(outrun)} were no longer with a majority when the producer heard of them: who had told the leader of them has lost them since, as the configuration allows`;
  const believed =
    hollow === 0
      ? ''
      : `; ${sayCount(hollow)} were confirmed by a slave that never got them, having begun behind them (4.9.1 believes a slave that is ahead, and an empty one that begins at the last file)`;
  const trust = believed + late;
  const judged = (result: CheckResult): CheckResult =>
    aheadId === 0
      ? result
      : {...result, ok: false, verdict: 'known-flaw', flaw: SLAVE_AHEAD, brokenAtEntry: aheadId};
  if (lost > 0) {
    const why = list.map(({count, text}) => `${sayCount(count)} because ${text}`).join('; ');
    const detail = `${sayCount(lost)} of ${sayCount(looked)} acknowledged messages are gone, ${why}${trust}`;
    return judged({...broken(NAME, looked, 'lost-as-configured', detail, firstLostId), reasons: list});
  }
  if (outOfReach > 0) {
    const detail = `${sayCount(outOfReach)} of ${sayCount(looked)} acknowledged messages are only where nobody can be asked for them`;
    const [one] = [...ledger.messages.values()].filter((fate) => fate.outOfReachId !== 0);
    return judged(broken(NAME, looked, 'unavailable-as-designed', detail + trust, one!.outOfReachId));
  }
  const detail = `${aheadId === 0 ? 'all' : 'not all'} ${sayCount(looked)} acknowledged messages are where the configuration promised them to be${trust}`;
  return judged(held(NAME, looked, detail));
}

/** Whether the configuration allows that a message which was acknowledged is gone from every broker that no longer has it. */
export function isLossAllowed(fate: MessageFate, promises: PromiseHistory, store: TraceStore): boolean {
  const acked = ackedHolding(fate, store, promises);
  if (acked === null) return false;
  return fate.holdings.every(
    (holding) =>
      (holding.taken === null && fate.lostId === 0) || allowanceFor(holding, acked, fate, promises) !== null,
  );
}

/** Whether what was acknowledged is gone though it was promised to stay, and that only because it lay behind a hole; which. */
export function holeInFrontOf(
  fate: MessageFate,
  promises: PromiseHistory,
  store: TraceStore,
  holes: Holes,
): Holding | null {
  const acked = ackedHolding(fate, store, promises);
  if (acked === null) return null;
  return holes.behindWhich(fate, (holding) => allowanceFor(holding, acked, fate, promises) !== null);
}

/** The copy that the acknowledgement speaks of; null where none was there by then. */
function ackedHolding(fate: MessageFate, store: TraceStore, promises: PromiseHistory): Holding | null {
  const entry = store.entries[fate.ackedId - 1];
  const fact = entry?.kind === 'fact' ? (entry.fact as Fact) : null;
  const before = fate.holdings.filter((holding) => !holding.isReplica && holding.entryId < fate.ackedId);
  const told =
    fact?.kind === 'send-acknowledged'
      ? before.find(
          ({process, entryId, queueId, queueOffset, goneEntryId}) =>
            queueId === fact.queueId &&
            queueOffset === fact.queueOffset &&
            (promises.at(process, entryId)?.brokerName ?? fact.brokerName) === fact.brokerName &&
            // What was lost and stored anew at the same offset is another copy.
            (goneEntryId === 0 || fate.ackedId < goneEntryId),
        )
      : undefined;
  return told ?? before[before.length - 1] ?? null;
}

function hadReplica(fate: MessageFate, acked: Holding): boolean {
  return fate.holdings.some(
    ({isReplica, entryId, physicalOffset}) =>
      isReplica && entryId < fate.ackedId && physicalOffset === acked.physicalOffset,
  );
}

/** Why every copy of a lost message may be gone; null where one may not. */
function reasonOf(
  fate: MessageFate,
  acked: Holding,
  promises: PromiseHistory,
  store: TraceStore,
): Omit<LossReason, 'count'> | null {
  const parts: string[] = [];
  // The copy that was acknowledged is told first.
  for (const holding of [acked, ...fate.holdings.filter((other) => other !== acked)]) {
    const allowance = allowanceFor(holding, acked, fate, promises);
    if (allowance === null || holding.taken === null) return null;
    const whenUs = store.entries[holding.taken.byEntryId - 1]?.atUs ?? 0;
    parts.push(`on ${holding.process} ${sayTaking(allowance, holding.taken.by)} at ${sayMoment(whenUs)}`);
  }
  const of = promises.of(acked);
  if (of?.hasSlave && !fate.holdings.some(({isReplica}) => isReplica)) {
    parts.push(
      fate.ackStatus === 'SEND_OK' && !of.syncReplica
        ? 'no slave had it yet, for which ASYNC_MASTER does not wait'
        : `no slave had it, as ${fate.ackStatus} had told`,
    );
  }
  const allowance = allowanceFor(acked, acked, fate, promises)!;
  const {by, byEntryId} = acked.taken!;
  return {process: acked.process, allowance, by, byEntryId, text: parts.join(', and ')};
}

/** When a message that is in a log again was in none, and that not only by what the configuration allows; 0 for never. */
function unexplainedLossOf(fate: MessageFate, acked: Holding, promises: PromiseHistory): number {
  for (const [i, lostId] of (fate.lostTurns ?? []).entries()) {
    // Every other turn is a return.
    if (i % 2 !== 0) continue;
    const gone = fate.holdings.filter(({goneEntryId}) => goneEntryId !== 0 && goneEntryId <= lostId);
    if (gone.some((holding) => allowanceFor(holding, acked, fate, promises) === null)) return lostId;
  }
  return 0;
}

function storyOf(fate: MessageFate): string {
  return fate.holdings
    .map(({process, durable, taken}) => {
      const where = durable ? 'on disk' : 'in memory';
      return taken === null
        ? `${process} has it ${where}`
        : `${process} had it ${where}, taken by ${taken.by}`;
    })
    .join('; ');
}

/** The first entry at which the disk of a machine got a fault that makes syncs fail or lie. */
function faultyDisks(store: TraceStore): Map<string, number> {
  const first = new Map<string, number>();
  for (const {id, machine, fault} of store.pick({entries: ['disk-fault-struck']})) {
    if (first.has(machine)) continue;
    if (fault.kind === 'write-errors' || fault.kind === 'sync-errors') first.set(machine, id);
  }
  return first;
}

/** A master that takes what a slave says for more than it is. */
interface Belief {
  readonly entryId: number;
  /** Below this, a slave counts as having what it has not. */
  readonly upTo: number;
  /**
   * The slave told an offset beyond the master's log, which the fix refuses; otherwise the master had written past it meanwhile, or
   * the slave was empty and began at the last file.
   */
  readonly isAhead: boolean;
}

/** Where 4.9.1 believes a slave, though it never got what lies before the place where it began: by the master's process. */
function falseBeliefs(store: TraceStore): Map<string, Belief[]> {
  const beliefs = new Map<string, Belief[]>();
  const note = (master: string, belief: Belief): void => {
    const list = beliefs.get(master);
    if (list === undefined) beliefs.set(master, [belief]);
    else list.push(belief);
  };
  for (const {master, entryId, to, isTold} of slavesAhead(store)) {
    note(master, {entryId, upTo: to, isAhead: isTold});
  }
  for (const {id, process, fact} of store.pick({facts: ['replication-begun']})) {
    if (fact.requestedOffset !== 0 || fact.fromOffset === 0) continue;
    note(process, {entryId: id, upTo: fact.fromOffset, isAhead: false});
  }
  return beliefs;
}
