import type {Evidence} from './check.ts';
import {membersWithout} from './remedies.ts';

/**
 * Whether a broker on a ledger has come back from a power cut with queues shorter than acknowledgements had told: 4.9.1 goes on
 * dispatching at the end of the longest, and the others keep gaps and give numbers anew (apache/rocketmq issue 7355, put right in
 * 5.2.0). In words; null if none has, or the remedy is on.
 */
export function queuesForgotten(evidence: Evidence, beforeId: number): string | null {
  const who = firstThatForgot(evidence, beforeId);
  return who === null
    ? null
    : `${who} lost queues with its power, which 4.9.1 does not fill from a ledger (7355)`;
}

function firstThatForgot(evidence: Evidence, beforeId: number): string | null {
  const {store} = evidence;
  const brokers = membersWithout(evidence, 'redispatch-after-crash');
  if (brokers.size === 0) return null;
  const withoutPower = new Set<string>();
  const ends = new Map<string, number>();
  const entries = store.pick({
    entries: ['machine-power-lost'],
    facts: ['send-acknowledged', 'store-recovered'],
  });
  for (const entry of entries) {
    if (beforeId <= entry.id) return null;
    if (entry.kind === 'machine-power-lost') {
      withoutPower.add(entry.machine);
      continue;
    }
    const {fact} = entry;
    if (fact.kind === 'send-acknowledged') {
      const queue = `${fact.brokerName} ${fact.topic} ${fact.queueId}`;
      ends.set(queue, Math.max(ends.get(queue) ?? 0, fact.queueOffset + 1));
    } else {
      const broker = brokers.get(entry.process);
      if (broker === undefined || !withoutPower.delete(broker.machine)) continue;
      const found = new Map(
        fact.queues.map(({topic, queueId, maxOffset}) => [
          `${broker.brokerName} ${topic} ${queueId}`,
          maxOffset,
        ]),
      );
      for (const [queue, end] of ends) {
        if (queue.startsWith(`${broker.brokerName} `) && (found.get(queue) ?? 0) < end) return entry.process;
      }
    }
  }
  return null;
}
