type Scalar = string | number | boolean | null;

/** What a field is to be like. */
export type Matcher =
  | Scalar
  | {readonly atLeast?: number | undefined; readonly atMost?: number | undefined}
  | {readonly not: Scalar}
  | {readonly contains: string};

/** A field of plain data, by a dotted path; undefined where there is none. */
export function fieldOf(data: unknown, path: string): unknown {
  let value: unknown = data;
  for (const part of path.split('.')) {
    if (value === null || typeof value !== 'object') return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

/** Whether a value is as wanted. */
export function accepts(wanted: Matcher, value: unknown): boolean {
  if (wanted === null || typeof wanted !== 'object') return value === wanted;
  if ('not' in wanted) return value !== wanted.not;
  if ('contains' in wanted) return typeof value === 'string' && value.includes(wanted.contains);
  if (typeof value !== 'number') return false;
  return (
    (wanted.atLeast === undefined || wanted.atLeast <= value) &&
    (wanted.atMost === undefined || value <= wanted.atMost)
  );
}
