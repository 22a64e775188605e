import type {Language} from '../language.ts';
import {sayCount, sayDuration, sayMoment} from '../say-duration.ts';
import {dataOf, fieldOf, matchesOf, momentOf, type RunEvidence} from './matching.ts';
import type {ConditionFile, ValueFile} from './schema.ts';

/** A figure of a run, and how it is to be said. `looked`: how many entries it was made from. */
export interface Figure {
  readonly raw: number | string | boolean | readonly (number | string)[];
  readonly as: 'count' | 'plain' | 'duration' | 'ms' | 'moment';
  readonly looked: number;
}

/** Computes a value; null where the run does not have it (yet). */
export function computeValue(value: ValueFile, run: RunEvidence): Figure | null {
  const say = (fallback: Figure['as']): Figure['as'] => value.as ?? fallback;
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
    return {raw: run.ledger.counts[value.ledger], as: say('count'), looked: run.ledger.messages.size};
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

function timeOf(condition: ConditionFile, run: RunEvidence): number | null {
  const id = momentOf(condition, run);
  return id === 0 ? null : run.store.entry(id)!.atUs;
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
  }
}
