/** `%-32s`: at the left of so many columns; what is longer stays whole. */
export function left(value: string | number, columns: number): string {
  return String(value).padEnd(columns);
}

/** `%14d`, `%19s`: at the right of so many columns. */
export function right(value: string | number, columns: number): string {
  return String(value).padStart(columns);
}

/** `%9.2f`. */
export function fixed(value: number, decimals: number, columns = 0): string {
  return value.toFixed(decimals).padStart(columns);
}

/** What a value that Java prints as `null` is. */
export function orNull(value: string | null | undefined): string {
  return value ?? 'null';
}

/** `[T:32]`: cut to so many characters. Source: RocketMQ 4.9.1 `UtilAll#frontStringAtLeast`. */
export function cut(value: string, most: number): string {
  return value.slice(0, most);
}
