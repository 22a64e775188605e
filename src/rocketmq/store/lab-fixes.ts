/**
 * Defects of 4.9.1, each a switch of the broker: `lab.fix=name,name` in its broker.conf. Off by default, because the defect is what
 * 4.9.1 does. `flaw`: the issue of apache/rocketmq, or a name where there is none; `later`: a later release put it right, otherwise
 * it is safer behaviour that no release has.
 */
export const LAB_FIXES = {
  /**
   * A slave that says it has more than its master is refused. Put right in 4.9.3; which compares from the second report on and so
   * still believes the first one. Here the first is refused already.
   */
  'slave-offset-checked': {flaw: '3015', later: true},
  /** The patience of a put that waits for its slave begins when it was put. Put right in 4.9.4. */
  'replica-deadline-from-put': {flaw: '3827', later: true},
  /**
   * After a crash, a commit log in a ledger is dispatched anew from its beginning: a consume queue that the crash has left behind the
   * others is filled again, which is not so where dispatching begins at the end of the longest. Put right in 5.2.0.
   */
  'redispatch-after-crash': {flaw: '7355', later: true},
  /**
   * A member of a group takes no message before it was made master. In 4.9.1 one that has just started counts as a master until its
   * first change of role, and once it leads takes messages while it still waits to number them: offsets are given twice.
   */
  'puts-by-masters-only': {flaw: 'early-put', later: false},
  /**
   * A queue or index entry that the disk refuses is tried until the disk takes it, and then the store takes messages again. 4.9.1 gives
   * an entry up after some tries, and refuses every message, and every entry of a queue, until it is restarted.
   */
  'retry-refused-entries': {flaw: 'given-up-entry', later: false},
  /**
   * A queue entry goes to its own place, and places of messages that left the log before they were dispatched, or never were in it, are
   * filled. 4.9.1 puts it behind the last one there is, so that it and all after it are found under other offsets than they were given.
   */
  'keep-queue-places': {flaw: 'misplaced-entry', later: false},
} as const satisfies Record<string, {readonly flaw: string; readonly later: boolean}>;

export type LabFix = keyof typeof LAB_FIXES;

export function isLabFix(name: string): name is LabFix {
  return Object.hasOwn(LAB_FIXES, name);
}
