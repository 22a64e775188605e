/**
 * What a member is registered as while it does not lead: `n2` is 3, the number behind the first character plus one. Null where
 * there is no such number. Source: RocketMQ 4.9.1 `DLedgerCommitLog#DLedgerCommitLog`.
 */
export function slaveBrokerIdOf(selfId: string): number | null {
  const digits = selfId.slice(1);
  // Java's `Integer.valueOf`, and an int that goes round.
  if (!/^[+-]?\d{1,10}$/.test(digits) || Number(digits) !== (Number(digits) | 0)) return null;
  return (Number(digits) + 1) | 0;
}
