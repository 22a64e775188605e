/** Names of the invariants that a scenario can ask for. */
export const CHECK_NAMES = ['acked-messages-survive', 'delivered-at-least-once', 'queue-order-kept'] as const;
export type CheckName = (typeof CHECK_NAMES)[number];
