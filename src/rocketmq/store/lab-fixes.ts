/**
 * Defects of 4.9.1 that a later release put right, each a switch of the broker: `lab.fix=name,name` in its broker.conf. Off by
 * default, because the defect is what 4.9.1 does.
 */
export const LAB_FIXES = {
  /**
   * A slave that says it has more than its master is refused. apache/rocketmq issue 3015, 4.9.3; which compares from the second
   * report on and so still believes the first one. Here the first is refused already.
   */
  'slave-offset-checked': 3015,
  /** The patience of a put that waits for its slave begins when it was put. apache/rocketmq issue 3827, 4.9.4. */
  'replica-deadline-from-put': 3827,
  /**
   * After a crash, a commit log in a ledger is dispatched anew from its beginning: a consume queue that the crash has left behind the
   * others is filled again, which is not so where dispatching begins at the end of the longest. apache/rocketmq issue 7355, 5.2.0.
   */
  'redispatch-after-crash': 7355,
} as const;

export type LabFix = keyof typeof LAB_FIXES;

export function isLabFix(name: string): name is LabFix {
  return Object.hasOwn(LAB_FIXES, name);
}
