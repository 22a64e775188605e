import type {FactOf} from '../../rocketmq/facts.ts';
import type {LedgerTrack} from '../ledger.ts';
import {sayCount} from '../say-duration.ts';
import {broken, type CheckResult, type Evidence, held, nothing} from './check.ts';
import {RecordExcuses} from './record-excuses.ts';

/** What one producer has been told of one queue: acknowledgements in order, with the largest offset so far. */
interface Told {
  readonly ackIds: number[];
  readonly largest: number[];
}

/**
 * Safety: a queue is a sequence. A send that begins after another of the same producer to the same queue was acknowledged gets a
 * larger offset, and whatever is delivered from an offset of a queue is always the same message. In which order a concurrent
 * listener is called is not promised by RocketMQ and not looked at.
 */
export function queueOrderKept(evidence: Evidence): CheckResult {
  const {scenario, store, ledger} = evidence;
  const name = 'queue-order-kept';
  const begunIds = new Map<string, number>();
  const told = new Map<string, Told>();
  /** By queue and offset. */
  const occupants = new Map<string, Map<number, string>>();
  const queues = new Set<string>();
  let acked = 0;
  let delivered = 0;
  const excuses = new RecordExcuses(evidence);
  const occupy = (queue: string, offset: number, msgId: string, entryId: number): string | null => {
    let places = occupants.get(queue);
    if (places === undefined) {
      places = new Map();
      occupants.set(queue, places);
    }
    const other = places.get(offset);
    if (other === undefined || (other !== msgId && wasTaken(ledger, other, offset, entryId))) {
      places.set(offset, msgId);
      return null;
    }
    return other === msgId ? null : other;
  };
  const entries = store.pick({
    facts: ['store-recovered', 'send-begun', 'send-acknowledged', 'message-delivered'],
  });
  for (const {id, process, fact} of entries) {
    if (fact.kind === 'store-recovered') {
      const broker = scenario.brokers.find((one) => one.name === process);
      if (broker !== undefined) forgetTaken(told, broker.brokerName, fact);
    } else if (fact.kind === 'send-begun') begunIds.set(fact.msgId, id);
    else if (fact.kind === 'send-acknowledged') {
      const {topic, brokerName, queueId, queueOffset, msgId} = fact;
      const queue = `${topic} queue ${queueId} on ${brokerName}`;
      acked += 1;
      queues.add(queue);
      const other = occupy(queue, queueOffset, msgId, id);
      if (other !== null) {
        const detail = `offset ${queueOffset} of ${queue} was given to ${other} and to ${msgId}`;
        return broken(name, acked + delivered, 'defect', detail, id);
      }
      const before = largestBefore(told, `${process} ${queue}`, begunIds.get(msgId) ?? id);
      if (queueOffset <= before) {
        const detail = `${msgId} got offset ${queueOffset} of ${queue} though ${process} had been told of offset ${before} before sending it`;
        return broken(name, acked + delivered, 'defect', detail, id);
      }
      note(told, `${process} ${queue}`, id, queueOffset);
    } else if (fact.kind === 'message-delivered' && fact.reconsumeTimes === 0) {
      // A retried message comes from the group's retry topic, at another offset.
      delivered += 1;
      const queue = `${fact.topic} queue ${fact.queueId} on ${fact.brokerName}`;
      const other = occupy(queue, fact.queueOffset, fact.msgId, id);
      if (other !== null) {
        const detail = `offset ${fact.queueOffset} of ${queue} is ${other}, but ${fact.group} got ${printable(fact.msgId)} from there`;
        // A client takes what it can make out; it looks at no CRC.
        const isExcused = excuses.takes(
          {detail, entryId: id},
          ledger.messages.get(other),
          ({fate, holding, brokerName}) =>
            fate.msgId === other &&
            holding.queueOffset === fact.queueOffset &&
            brokerName === fact.brokerName,
        );
        if (!isExcused) return broken(name, acked + delivered, 'defect', detail, id);
      }
    }
  }
  const excused = excuses.result(name, acked + delivered);
  if (excused !== null) return excused;
  if (acked + delivered === 0) return nothing(name, 'no message was acknowledged or delivered');
  const detail = `${sayCount(acked)} acknowledged messages lie in ${queues.size} queues in the order they were sent, and ${sayCount(delivered)} deliveries agree with them`;
  return held(name, acked + delivered, detail);
}

/** Of an id that has lost its end. */
function printable(msgId: string): string {
  return msgId.replace(/\0+/g, '…');
}

/** Whether a broker had lost what was at an offset, so that it could be given away again; that it was lost is another check's matter. */
function wasTaken(ledger: LedgerTrack, msgId: string, offset: number, entryId: number): boolean {
  const holdings = ledger.messages.get(msgId)?.holdings ?? [];
  return holdings.some(
    ({queueOffset, goneEntryId}) => queueOffset === offset && goneEntryId !== 0 && goneEntryId < entryId,
  );
}

/** A broker whose queues have become shorter gives their offsets anew. */
function forgetTaken(told: Map<string, Told>, brokerName: string, fact: FactOf<'store-recovered'>): void {
  for (const [key, {largest}] of told) {
    if (!key.endsWith(` on ${brokerName}`)) continue;
    const queue = fact.queues.find(({topic, queueId}) =>
      key.endsWith(` ${topic} queue ${queueId} on ${brokerName}`),
    );
    if ((queue?.maxOffset ?? 0) <= largest[largest.length - 1]!) told.delete(key);
  }
}

/** The largest offset acknowledged before entry `beforeId`; -1 if there is none. */
function largestBefore(told: ReadonlyMap<string, Told>, key: string, beforeId: number): number {
  const list = told.get(key);
  if (list === undefined) return -1;
  let low = -1;
  let high = list.ackIds.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (list.ackIds[middle]! < beforeId) low = middle;
    else high = middle - 1;
  }
  return low === -1 ? -1 : list.largest[low]!;
}

function note(told: Map<string, Told>, key: string, ackId: number, offset: number): void {
  const list = told.get(key) ?? {ackIds: [], largest: []};
  told.set(key, list);
  list.ackIds.push(ackId);
  list.largest.push(Math.max(offset, list.largest[list.largest.length - 1] ?? -1));
}
