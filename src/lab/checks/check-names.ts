/** Names of the invariants that a scenario can ask for. */
export const CHECK_NAMES = [
  'acked-messages-survive',
  'delivered-at-least-once',
  'queue-order-kept',
  'durable-as-promised',
  'queues-match-log',
  'replica-is-prefix',
  'offsets-never-run-ahead',
] as const;
export type CheckName = (typeof CHECK_NAMES)[number];
