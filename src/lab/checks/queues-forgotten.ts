import {parseBrokerConf} from '../../rocketmq/broker/broker-conf.ts';
import type {Fact} from '../../rocketmq/facts.ts';
import type {CheckResult, Evidence} from './check.ts';
import type {CheckName} from './check-names.ts';

/** Checks that look at queues as consumers see them. */
const OF_QUEUES: ReadonlySet<CheckName> = new Set([
  'queue-order-kept',
  'delivered-at-least-once',
  'offsets-never-run-ahead',
  'queues-match-log',
]);
const REMEDY = 'redispatch-after-crash';

/**
 * What would be a defect is a known one of 4.9.1 where a broker on a ledger has come back from a power cut with queues shorter than
 * acknowledgements had told: dispatching goes on at the end of the longest queue, and the others keep gaps and give numbers anew
 * (apache/rocketmq issue 7355, put right in 5.2.0). With the remedy on nothing is excused.
 */
export function excuseForgottenQueues(result: CheckResult, name: CheckName, evidence: Evidence): CheckResult {
  if (result.verdict !== 'defect' || !OF_QUEUES.has(name)) return result;
  const who = firstThatForgot(evidence, result.brokenAtEntry);
  if (who === null) return result;
  const why = `${who} lost queues with its power, which 4.9.1 does not fill from a ledger (7355)`;
  return {...result, verdict: 'known-flaw', flaw: '7355', detail: `${result.detail}: ${why}`};
}

function firstThatForgot({scenario, store}: Evidence, beforeId: number): string | null {
  const brokers = new Map(
    scenario.brokers.flatMap(({name, brokerName, machine, conf}) => {
      const {config} = parseBrokerConf(conf);
      const has = config.enableDLegerCommitLog && !config.labFixes.has(REMEDY);
      return has ? [[name, {brokerName, machine}] as const] : [];
    }),
  );
  if (brokers.size === 0) return null;
  const withoutPower = new Set<string>();
  const ends = new Map<string, number>();
  for (const entry of store.entries) {
    if (beforeId <= entry.id) return null;
    if (entry.kind === 'machine-power-lost') withoutPower.add(entry.machine);
    if (entry.kind !== 'fact') continue;
    const fact = entry.fact as Fact;
    if (fact.kind === 'send-acknowledged') {
      const queue = `${fact.brokerName} ${fact.topic} ${fact.queueId}`;
      ends.set(queue, Math.max(ends.get(queue) ?? 0, fact.queueOffset + 1));
    } else if (fact.kind === 'store-recovered') {
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
