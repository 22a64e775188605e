import {parseBrokerConf} from '../../rocketmq/broker/broker-conf.ts';
import type {Fact} from '../../rocketmq/facts.ts';
import {LAB_FIXES, type LabFix} from '../../rocketmq/store/lab-fixes.ts';
import type {CheckResult, Evidence} from './check.ts';
import type {CheckName} from './check-names.ts';
import {queuesForgotten} from './queues-forgotten.ts';

/** Checks that look at queues as consumers see them. */
const OF_QUEUES: ReadonlySet<CheckName> = new Set([
  'queue-order-kept',
  'delivered-at-least-once',
  'offsets-never-run-ahead',
  'queues-match-log',
]);

/** Each tells whether its defect of 4.9.1 has struck before an entry, at a broker without the remedy; in words, or null. */
const CAUSES: readonly (readonly [LabFix, (evidence: Evidence, beforeId: number) => string | null])[] = [
  ['redispatch-after-crash', queuesForgotten],
  ['puts-by-masters-only', earlyPut],
  ['retry-refused-entries', entryGivenUp],
];

/** What would be a defect is a known one of 4.9.1 where that is known to have struck. With the remedies on nothing is excused. */
export function excuseKnownOfStores(result: CheckResult, name: CheckName, evidence: Evidence): CheckResult {
  if (result.verdict !== 'defect' || !OF_QUEUES.has(name)) return result;
  for (const [fix, struck] of CAUSES) {
    const why = struck(evidence, result.brokenAtEntry);
    if (why === null) continue;
    const {flaw} = LAB_FIXES[fix];
    return {...result, verdict: 'known-flaw', flaw, detail: `${result.detail}: ${why}`};
  }
  return result;
}

/** A member of a group has numbered a message before it was made master, and the number was taken. */
function earlyPut({scenario, store}: Evidence, beforeId: number): string | null {
  const groupOf = new Map<string, string>();
  for (const {name, brokerName, conf} of scenario.brokers) {
    const {config} = parseBrokerConf(conf);
    if (config.enableDLegerCommitLog && !config.labFixes.has('puts-by-masters-only'))
      groupOf.set(name, brokerName);
  }
  if (groupOf.size === 0) return null;
  const roleless = new Set<string>();
  const ends = new Map<string, number>();
  for (const entry of store.entries) {
    if (beforeId <= entry.id) return null;
    if (entry.kind === 'process-started') roleless.add(entry.process);
    if (entry.kind !== 'fact') continue;
    const fact = entry.fact as Fact;
    if (fact.kind === 'broker-role-changed') roleless.delete(entry.process);
    if (fact.kind !== 'message-appended') continue;
    const group = groupOf.get(entry.process);
    if (group === undefined) continue;
    const queue = `${group} ${fact.topic} ${fact.queueId}`;
    const end = ends.get(queue) ?? 0;
    if (roleless.has(entry.process) && fact.queueOffset < end)
      return `${entry.process} took messages before it was made master, and gave offset ${fact.queueOffset} of ${fact.topic} queue ${fact.queueId} a second time`;
    ends.set(queue, Math.max(end, fact.queueOffset + 1));
  }
  return null;
}

/** A store has given up an entry that its disk refused. It tells so only without the remedy. */
function entryGivenUp({store}: Evidence, beforeId: number): string | null {
  for (const entry of store.entries) {
    if (beforeId <= entry.id) return null;
    if (entry.kind !== 'fact') continue;
    const fact = entry.fact as Fact;
    if (fact.kind === 'store-marked-broken')
      return `${entry.process} had given up an entry of its ${fact.of} that the disk refused, and 4.9.1 writes none from then on`;
  }
  return null;
}
