import type {Language} from '../language.ts';
import {nearestRank} from '../nearest-rank.ts';
import {sayCount, sayDuration, sayMoment} from '../say-duration.ts';
import {fieldOf} from '../scenario/matcher.ts';
import {countMessages, latenciesUs} from './figures.ts';
import {dataOf, matchesOf, momentOf, type RunEvidence, runOf, timeOf} from './matching.ts';
import type {ValueFile} from './schema.ts';

/** A figure of a run, and how it is to be said. `looked`: how many entries it was made from. */
export interface Figure {
  readonly raw: number | string | boolean | readonly (number | string)[];
  readonly as: 'count' | 'plain' | 'duration' | 'ms' | 'moment' | 'percent';
  readonly looked: number;
}

/**
 * Computes a value; null where the run does not have it (yet).
 * @param values all values of the lesson, for those that are made of others
 */
export function computeValue(
  value: ValueFile,
  left: RunEvidence,
  values: Readonly<Record<string, ValueFile>>,
): Figure | null {
  if ('percent' in value) {
    return combined(value.percent, left, values, 'percent', (a, b) =>
      b === 0 ? null : Math.round((a * 100) / b),
    );
  }
  const say = (fallback: Figure['as']): Figure['as'] => value.as ?? fallback;
  if ('minus' in value) return combined(value.minus, left, values, value.as ?? null, (a, b) => a - b);
  const run = runOf(value, left);
  if (run === null) return null;
  if ('count' in value) {
    const count = matchesOf(value.count, run).length;
    return {raw: count, as: say('count'), looked: count};
  }
  if ('timeOf' in value) {
    const atUs = timeOf(value.timeOf, run);
    return atUs === null ? null : {raw: atUs, as: say('duration'), looked: 1};
  }
  if ('between' in value) {
    const [from, to] = value.between.map((condition) => timeOf(condition, run));
    if (from === null || to === null) return null;
    return {raw: to! - from!, as: say('duration'), looked: 2};
  }
  if ('ledger' in value) {
    const at = value.at === undefined ? Number.POSITIVE_INFINITY : momentOf(value.at, run);
    if (at === 0) return null;
    const counts = at === Number.POSITIVE_INFINITY ? run.ledger.counts : run.ledger.countsAt(at);
    return {raw: counts[value.ledger], as: say('count'), looked: run.ledger.messages.size};
  }
  if ('messages' in value) {
    const {raw, looked} = countMessages(value.messages, value.producer, run.ledger);
    return {raw, as: say('count'), looked};
  }
  if ('sendLatency' in value) {
    const sorted = latenciesUs(value, run);
    if (sorted.length === 0) return null;
    const raw =
      value.sendLatency === 'max'
        ? sorted[sorted.length - 1]!
        : nearestRank(sorted, value.sendLatency === 'p50' ? 50 : 99);
    return {raw, as: say('duration'), looked: sorted.length};
  }
  if ('field' in value) {
    const id = momentOf(value.of, run);
    const raw = id === 0 ? undefined : fieldOf(dataOf(value.of, id, run), value.field);
    return isPlain(raw) ? {raw, as: say('plain'), looked: 1} : null;
  }
  const name =
    'distinct' in value
      ? value.distinct
      : 'smallest' in value
        ? value.smallest
        : 'largest' in value
          ? value.largest
          : 'total' in value
            ? value.total
            : value.list;
  const fields = matchesOf(value.of, run).map((id) => fieldOf(dataOf(value.of, id, run), name));
  if ('list' in value) {
    const raw = fields
      .slice(0, value.first)
      .filter((field): field is number | string => typeof field !== 'boolean' && isPlain(field));
    return raw.length < value.first ? null : {raw, as: say('plain'), looked: raw.length};
  }
  if ('distinct' in value) return {raw: new Set(fields).size, as: say('count'), looked: fields.length};
  const numbers = fields.filter((field): field is number => typeof field === 'number');
  if (numbers.length === 0) return null;
  const raw =
    'smallest' in value
      ? numbers.reduce((a, b) => Math.min(a, b))
      : 'largest' in value
        ? numbers.reduce((a, b) => Math.max(a, b))
        : numbers.reduce((a, b) => a + b);
  return {raw, as: say('count'), looked: numbers.length};
}

function isPlain(value: unknown): value is number | string | boolean {
  return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean';
}

/** A figure of two others, by name. */
function combined(
  names: readonly [string, string],
  run: RunEvidence,
  values: Readonly<Record<string, ValueFile>>,
  as: Figure['as'] | null,
  make: (a: number, b: number) => number | null,
): Figure | null {
  const [a, b] = names.map((name) => {
    const value = values[name];
    return value === undefined ? null : computeValue(value, run, values);
  });
  if (typeof a?.raw !== 'number' || typeof b?.raw !== 'number') return null;
  const raw = make(a.raw, b.raw);
  return raw === null ? null : {raw, as: as ?? a.as, looked: a.looked + b.looked};
}

/** A figure as a text says it in a language. */
export function sayFigure(figure: Figure, language: Language): string {
  const {raw, as} = figure;
  if (Array.isArray(raw)) return raw.join(language === 'en' ? ', ' : '、');
  if (typeof raw !== 'number') return String(raw);
  switch (as) {
    case 'count':
      return sayCount(raw);
    case 'plain':
      return String(raw);
    case 'duration':
      return sayDuration(raw, language);
    case 'ms':
      return sayDuration(raw * 1000, language);
    case 'moment':
      return sayMoment(raw);
    case 'percent':
      return `${sayCount(raw)}${language === 'en' ? ' ' : ''}%`;
  }
}
