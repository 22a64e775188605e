/** Of groups on DLedger, judged at every entry of a history. */
export const DLEDGER_CHECK_NAMES = [
  'one-leader-per-term',
  'logs-match',
  'leader-complete',
  'committed-never-lost',
  'state-machine-order',
  'cut-stays-cut',
] as const;
export type DLedgerCheckName = (typeof DLEDGER_CHECK_NAMES)[number];

/** Of groups on DLedger too: not what must never be, but what must come about. */
export const DLEDGER_LIVENESS_NAMES = [
  'sends-answered',
  'hand-overs-succeed',
  'members-catch-up',
  'leaders-are-patient',
  'flushes-keep-up',
] as const;
export type DLedgerLivenessName = (typeof DLEDGER_LIVENESS_NAMES)[number];

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
  ...DLEDGER_LIVENESS_NAMES,
  'told-of-slaves-in-time',
  'majority-leads',
  'recovers-after-heal',
] as const;
export type CheckName = (typeof CHECK_NAMES)[number];
