import type {Fact} from '../rocketmq/facts.ts';
import {refusalOf} from './store-log.ts';

/** Thrown where a start would end the process. */
export class StartRefused extends Error {}

/** What was warned of, in order. */
export function warningsIn(facts: readonly Fact[]): string[] {
  return facts.flatMap((fact) => (fact.kind === 'warned' ? [fact.text] : []));
}

/**
 * A start that comes to nothing, with what it warned of; where it did not warn, with why it would have ended. Anything else that was
 * thrown is a mistake of ours, and is thrown on.
 */
export function refusedStart(
  facts: readonly Fact[],
  cause: unknown,
): {readonly outcome: 'refused'; readonly reasons: readonly string[]} {
  const reason = cause instanceof StartRefused ? cause.message : refusalOf(cause);
  const warnings = warningsIn(facts);
  return {outcome: 'refused', reasons: warnings.length > 0 ? warnings : [reason]};
}
