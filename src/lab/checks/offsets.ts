import type {Holding, LedgerTrack, MessageFate} from '../ledger.ts';
import {sayCount} from '../say-duration.ts';
import {broken, type CheckResult, type Evidence, held, nothing} from './check.ts';
import {PromiseHistory} from './promises.ts';
import {RecordExcuses} from './record-excuses.ts';

const NAME = 'offsets-never-run-ahead';

/** A message at a place in a queue, for as long as it was there. */
interface Occupant {
  readonly fate: MessageFate;
  readonly holding: Holding;
}

/**
 * Safety: the offset that a group commits at a master lies within the queue, and what it passes over was handed to the group:
 * a commit that runs ahead of either loses messages for the group, now or once the queue has grown. A queue that a recovery
 * made shorter is what the configuration allows; offsets that lie beyond it then are told as such.
 */
export function offsetsNeverRunAhead(evidence: Evidence): CheckResult {
  const {ledger, scenario, store} = evidence;
  const promises = new PromiseHistory(scenario, store);
  const occupants = occupantsOf(ledger);
  const ends = new Map<string, number>();
  const reached = new Map<string, number>();
  const shortened = new Set<string>();
  let looked = 0;
  const excuses = new RecordExcuses(evidence);
  const entries = store.pick({
    facts: ['message-appended', 'store-recovered', 'queue-taken', 'pull-offset-moved', 'offset-committed'],
  });
  for (const {id, process, fact} of entries) {
    const broker = promises.at(process, id);
    const master = broker === undefined || broker.isSlave ? undefined : broker.brokerName;
    switch (fact.kind) {
      case 'message-appended':
        if (master !== undefined) ends.set(`${master} ${fact.topic} ${fact.queueId}`, fact.queueOffset + 1);
        break;
      case 'store-recovered':
        if (master === undefined) break;
        for (const [queue, end] of ends) {
          if (!queue.startsWith(`${master} `)) continue;
          const told = fact.queues.find(({topic, queueId}) => queue === `${master} ${topic} ${queueId}`);
          const now = told?.maxOffset ?? 0;
          if (now < end) shortened.add(queue);
          ends.set(queue, now);
        }
        break;
      case 'queue-taken': {
        const key = `${fact.group} ${fact.brokerName} ${fact.topic} ${fact.queueId}`;
        if (!reached.has(key)) reached.set(key, fact.queueOffset);
        break;
      }
      case 'pull-offset-moved': {
        // What is skipped then is skipped by order of the broker; it is no commit that runs ahead.
        reached.set(`${fact.group} ${fact.brokerName} ${fact.topic} ${fact.queueId}`, fact.toOffset);
        break;
      }
      case 'offset-committed': {
        if (master === undefined) break;
        looked += 1;
        const {group, topic, queueId, queueOffset} = fact;
        const queue = `${master} ${topic} ${queueId}`;
        const end = ends.get(queue) ?? 0;
        if (end < queueOffset) {
          const verdict = shortened.has(queue) ? 'lost-as-configured' : 'defect';
          const why = shortened.has(queue) ? ': a recovery has made the queue shorter than it was' : '';
          const detail = `${group} committed offset ${queueOffset} of ${topic} queue ${queueId} on ${process}, which ends at ${end}${why}`;
          return broken(NAME, looked, verdict, detail, id);
        }
        const key = `${group} ${queue}`;
        const from = reached.get(key) ?? queueOffset;
        reached.set(key, queueOffset);
        for (let offset = from; offset < queueOffset; offset += 1) {
          const passed = occupantAt(occupants.get(`${process} ${topic} ${queueId} ${offset}`), id);
          if (passed === null || wasHanded(passed, group, id, ledger)) continue;
          const detail = `${group} committed offset ${queueOffset} of ${topic} queue ${queueId} on ${process}, past ${passed.msgId} at ${offset}, which it had not been handed`;
          if (excuses.takes({detail, entryId: id}, passed, ({fate}) => fate === passed)) continue;
          const isShort = shortened.has(queue);
          const why = isShort
            ? ': a recovery had made the queue shorter, and it got offsets that the group had passed'
            : '';
          return broken(NAME, looked, isShort ? 'lost-as-configured' : 'defect', detail + why, id);
        }
        break;
      }
      default:
    }
  }
  const excused = excuses.result(NAME, looked);
  if (excused !== null) return excused;
  if (looked === 0) return nothing(NAME, 'no offset was committed at a master');
  return held(
    NAME,
    looked,
    `${sayCount(looked)} commits lie within their queues and behind what their groups were handed`,
  );
}

/** Every message by the broker that has it, its topic, queue and offset. */
function occupantsOf(ledger: LedgerTrack): Map<string, Occupant[]> {
  const occupants = new Map<string, Occupant[]>();
  for (const fate of ledger.messages.values()) {
    for (const holding of fate.holdings) {
      const key = `${holding.process} ${fate.topic} ${holding.queueId} ${holding.queueOffset}`;
      const list = occupants.get(key);
      if (list === undefined) occupants.set(key, [{fate, holding}]);
      else list.push({fate, holding});
    }
  }
  return occupants;
}

function occupantAt(list: readonly Occupant[] | undefined, entryId: number): MessageFate | null {
  for (const {fate, holding} of list ?? []) {
    const {entryId: since, goneEntryId} = holding;
    if (since < entryId && (goneEntryId === 0 || entryId < goneEntryId)) return fate;
  }
  return null;
}

function wasHanded(fate: MessageFate, group: string, entryId: number, ledger: LedgerTrack): boolean {
  if (!ledger.wantedBy(fate).includes(group)) return true;
  const first = fate.deliveries.get(group)?.[0];
  return first !== undefined && first < entryId;
}
