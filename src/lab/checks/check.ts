/** Names of the invariants that a scenario can ask for. */
export const CHECK_NAMES = ['acked-messages-survive', 'delivered-at-least-once', 'queue-order-kept'] as const;
export type CheckName = (typeof CHECK_NAMES)[number];

export type Verdict =
  | 'held'
  /** Broken, but this configuration does not promise more (asynchronous flush and a power cut, say). */
  | 'lost-as-configured'
  /** Not fulfilled while a fault still lasts; nothing is claimed before it is lifted. */
  | 'unavailable-as-designed'
  | 'defect'
  /** Nothing of what it watches happened, so it says nothing. */
  | 'looked-at-nothing';

export interface CheckResult {
  readonly name: string;
  /** The verdict is `held`. */
  readonly ok: boolean;
  /** How many things it looked at. */
  readonly looked: number;
  readonly verdict: Verdict;
  /** One sentence, English, for reports; the page says it by verdict and counts. */
  readonly detail: string;
  /** The first entry at which it was broken; 0 where it was not. */
  readonly brokenAtEntry: number;
}
