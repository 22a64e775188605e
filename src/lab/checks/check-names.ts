/** Of groups on DLedger, judged at every entry of a history. */
export const DLEDGER_CHECK_NAMES = [
  'one-leader-per-term',
  'logs-match',
  'leader-complete',
  'committed-never-lost',
  'state-machine-order',
] as const;
export type DLedgerCheckName = (typeof DLEDGER_CHECK_NAMES)[number];

/** Names of the invariants that a scenario can ask for. */
export const CHECK_NAMES = [
  'acked-messages-survive',
  'delivered-at-least-once',
  'queue-order-kept',
  'durable-as-promised',
  'queues-match-log',
  'replica-is-prefix',
  'offsets-never-run-ahead',
  ...DLEDGER_CHECK_NAMES,
  'recovers-after-heal',
] as const;
export type CheckName = (typeof CHECK_NAMES)[number];
