import {matchesOf, momentOf, type RunEvidence, runOf} from './matching.ts';
import type {PredicateFile, ValueFile} from './schema.ts';
import {computeValue} from './values.ts';

export interface Judgement {
  readonly holds: boolean;
  /** How many facts were looked at. A claim that looked at nothing is not held. */
  readonly looked: number;
}

type Operand = number | string | {readonly value: string};

/** Whether something is true of a run. */
export function judge(
  predicate: PredicateFile,
  run: RunEvidence,
  values: Readonly<Record<string, ValueFile>>,
): Judgement {
  const figure = (operand: Operand): {readonly raw: unknown; readonly looked: number} => {
    if (typeof operand !== 'object') return {raw: operand, looked: 0};
    const value = values[operand.value];
    return (value === undefined ? null : computeValue(value, run, values)) ?? {raw: undefined, looked: 0};
  };
  const compare = (operands: readonly Operand[], holds: (raw: readonly unknown[]) => boolean): Judgement => {
    const figures = operands.map(figure);
    const raw = figures.map((each) => each.raw);
    const looked = figures.reduce((sum, each) => sum + each.looked, 0);
    return {holds: !raw.includes(undefined) && holds(raw), looked};
  };
  const join = (parts: readonly PredicateFile[], holds: (each: readonly boolean[]) => boolean): Judgement => {
    const judged = parts.map((part) => judge(part, run, values));
    return {
      holds: holds(judged.map((part) => part.holds)),
      looked: judged.reduce((sum, part) => sum + part.looked, 0),
    };
  };
  if ('equal' in predicate) return compare(predicate.equal, (raw) => raw.every((each) => each === raw[0]));
  if ('atLeast' in predicate) return compare(predicate.atLeast, ([a, b]) => (a as number) >= (b as number));
  if ('atMost' in predicate) return compare(predicate.atMost, ([a, b]) => (a as number) <= (b as number));
  if ('occurs' in predicate) {
    const count = matchesOf(predicate.occurs, run).length;
    const {nth = 1} = predicate.occurs;
    return {holds: count >= (nth === 'last' ? 1 : nth), looked: count};
  }
  if ('never' in predicate) {
    // Where nothing of the kind may happen, all of the history has been looked at.
    const looked = runOf(predicate.never, run)?.store.lastId ?? 0;
    return {holds: looked > 0 && matchesOf(predicate.never, run).length === 0, looked};
  }
  if ('inOrder' in predicate) {
    const moments = predicate.inOrder.map((condition) => momentOf(condition, run));
    const holds = moments.every((id, i) => id !== 0 && (i === 0 || moments[i - 1]! < id));
    return {holds, looked: moments.filter((id) => id !== 0).length};
  }
  if ('check' in predicate) {
    const result = runOf(predicate, run)?.checks.find((check) => check.name === predicate.check);
    return {holds: result?.ok ?? false, looked: result?.looked ?? 0};
  }
  if ('all' in predicate) return join(predicate.all, (each) => each.every(Boolean));
  if ('any' in predicate) return join(predicate.any, (each) => each.some(Boolean));
  const inner = judge(predicate.not, run, values);
  return {holds: !inner.holds, looked: inner.looked};
}

/** The names of values that a predicate uses. */
export function valuesUsed(predicate: PredicateFile): string[] {
  const ofOperands = (operands: readonly Operand[]): string[] =>
    operands.flatMap((operand) => (typeof operand === 'object' ? [operand.value] : []));
  if ('equal' in predicate) return ofOperands(predicate.equal);
  if ('atLeast' in predicate) return ofOperands(predicate.atLeast);
  if ('atMost' in predicate) return ofOperands(predicate.atMost);
  if ('all' in predicate) return predicate.all.flatMap(valuesUsed);
  if ('any' in predicate) return predicate.any.flatMap(valuesUsed);
  if ('not' in predicate) return valuesUsed(predicate.not);
  return [];
}
