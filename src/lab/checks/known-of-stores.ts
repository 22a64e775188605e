import {LAB_FIXES} from '../../rocketmq/store/lab-fixes.ts';
import type {CheckResult, Evidence} from './check.ts';
import type {CheckName} from './check-names.ts';
import {queuesForgotten} from './queues-forgotten.ts';
import {membersWithout} from './remedies.ts';

/** Checks that look at queues as consumers see them. */
const OF_QUEUES: ReadonlySet<CheckName> = new Set([
  'queue-order-kept',
  'delivered-at-least-once',
  'offsets-never-run-ahead',
  'queues-match-log',
]);

/** Tells whether a defect has struck before an entry, at a broker without the remedy; in words, or null. */
type Struck = (evidence: Evidence, beforeId: number) => string | null;

const CAUSES: readonly (readonly [flaw: string, struck: Struck])[] = [
  [LAB_FIXES['redispatch-after-crash'].flaw, queuesForgotten],
  [LAB_FIXES['puts-by-masters-only'].flaw, earlyPut],
  [LAB_FIXES['retry-refused-entries'].flaw, entryGivenUp],
  ['S6', queuesBeyondCut],
  ['file-left-behind', fileLeftBehind],
  // Last: what leaves a queue without an entry may have a name of its own.
  [LAB_FIXES['keep-queue-places'].flaw, entryMisplaced],
];

/** What a member warns of where a file of its ledger stays though it is dropped. */
const NOT_REMOVED = /^E\w+: remove \S+\/data\/(\d{20})$/;

/** What a store warns of where an entry takes the place of those before it. It does so only without the remedy. */
const MISPLACED = /^consume queue (\S+): entry (\d+) is put at (\d+): its predecessors are missing$/;

/** What would be a defect is a known one of 4.9.1 where that is known to have struck. With the remedies on nothing is excused. */
export function excuseKnownOfStores(result: CheckResult, name: CheckName, evidence: Evidence): CheckResult {
  if (result.verdict !== 'defect' || !OF_QUEUES.has(name)) return result;
  for (const [flaw, struck] of CAUSES) {
    const why = struck(evidence, result.brokenAtEntry);
    if (why !== null) return {...result, verdict: 'known-flaw', flaw, detail: `${result.detail}: ${why}`};
  }
  return result;
}

/** A member of a group has numbered a message before it was made master, and the number was taken. */
function earlyPut(evidence: Evidence, beforeId: number): string | null {
  const {store} = evidence;
  const members = membersWithout(evidence, 'puts-by-masters-only');
  if (members.size === 0) return null;
  const roleless = new Set<string>();
  const ends = new Map<string, number>();
  const entries = store.pick({
    entries: ['process-started'],
    facts: ['broker-role-changed', 'message-appended'],
  });
  for (const entry of entries) {
    if (beforeId <= entry.id) return null;
    if (entry.kind === 'process-started') {
      roleless.add(entry.process);
      continue;
    }
    const {fact} = entry;
    if (fact.kind === 'broker-role-changed') roleless.delete(entry.process);
    if (fact.kind !== 'message-appended') continue;
    const member = members.get(entry.process);
    if (member === undefined) continue;
    const queue = `${member.brokerName} ${fact.topic} ${fact.queueId}`;
    const end = ends.get(queue) ?? 0;
    if (roleless.has(entry.process) && fact.queueOffset < end)
      return `${entry.process} took messages before it was made master, and gave offset ${fact.queueOffset} of ${fact.topic} queue ${fact.queueId} a second time`;
    ends.set(queue, Math.max(end, fact.queueOffset + 1));
  }
  return null;
}

/** A member's log was cut back behind what its queues hold already, and they were not. */
function queuesBeyondCut(evidence: Evidence, beforeId: number): string | null {
  const {store} = evidence;
  const members = membersWithout(evidence, 'clamp-commit');
  if (members.size === 0) return null;
  const dispatchedTo = new Map<string, number>();
  for (const entry of store.pick({facts: ['log-dispatched', 'dledger-truncated']})) {
    if (beforeId <= entry.id) return null;
    if (!members.has(entry.process)) continue;
    const {fact} = entry;
    if (fact.kind === 'log-dispatched')
      dispatchedTo.set(entry.process, Math.max(dispatchedTo.get(entry.process) ?? 0, fact.physicalOffset));
    if (fact.kind !== 'dledger-truncated') continue;
    const cutAt = fact.wasThere ? fact.pos + fact.sizeBytes : fact.pos;
    if (cutAt < (dispatchedTo.get(entry.process) ?? 0))
      return `${entry.process} cut its log back to ${cutAt}, and not the queues that point beyond it (S6)`;
  }
  return null;
}

/** A store has given up an entry that its disk refused. It tells so only without the remedy. */
function entryGivenUp({store}: Evidence, beforeId: number): string | null {
  const [first] = store.pick({facts: ['store-marked-broken']});
  if (first === undefined || beforeId <= first.id) return null;
  return `${first.process} had given up an entry of its ${first.fact.of} that the disk refused, and 4.9.1 writes none from then on`;
}

/** A member has come back with a file that its disk had not let go, and that was no part of its log any more. */
function fileLeftBehind(evidence: Evidence, beforeId: number): string | null {
  const {store} = evidence;
  const members = membersWithout(evidence, 'remove-left-behind');
  const left = new Map<string, number>();
  for (const entry of store.pick({facts: ['warned', 'store-recovered']})) {
    if (beforeId <= entry.id) return null;
    if (!members.has(entry.process)) continue;
    const {fact} = entry;
    const match = fact.kind === 'warned' ? NOT_REMOVED.exec(fact.text) : null;
    if (match !== null) left.set(entry.process, Math.max(left.get(entry.process) ?? 0, Number(match[1])));
    if (fact.kind !== 'store-recovered') continue;
    if (fact.minPhysicalOffset <= (left.get(entry.process) ?? -1))
      return `${entry.process} has taken a file for a part of its log that it had dropped, and that its disk had not let go`;
  }
  return null;
}

/** A queue has put an entry where another one belongs that never came. */
function entryMisplaced({store}: Evidence, beforeId: number): string | null {
  for (const {id, process, fact} of store.pick({facts: ['warned']})) {
    if (beforeId <= id) return null;
    const match = MISPLACED.exec(fact.text);
    if (match !== null)
      return `${process} put entry ${match[2]} of ${match[1]} at ${match[3]}, as those before it were deleted from its log before it had dispatched them, or never came to it`;
  }
  return null;
}
