import type {Fact} from '../rocketmq/facts.ts';

/** Thrown where a start would end the process. */
export class StartRefused extends Error {}

/** What was warned of, in order. */
export function warningsIn(facts: readonly Fact[]): string[] {
  return facts.flatMap((fact) => (fact.kind === 'warned' ? [fact.text] : []));
}

/** A start that comes to nothing, with what it warned of; with the reason where it did not warn. */
export function refusedStart(
  facts: readonly Fact[],
  reason: string,
): {readonly outcome: 'refused'; readonly reasons: readonly string[]} {
  const warnings = warningsIn(facts);
  return {outcome: 'refused', reasons: warnings.length > 0 ? warnings : [reason]};
}
