/** Texts with units, as scenario files have them. Each reader answers null for what it cannot read. */

const DURATIONS_US: Readonly<Record<string, number>> = {
  us: 1,
  ms: 1_000,
  s: 1_000_000,
  min: 60_000_000,
  h: 3_600_000_000,
};
export const DURATION = /^(?:\d+(?:\.\d+)?(?:us|ms|s|min|h)\s?)+$/;
export const DURATION_EXPECTED = 'a duration such as 500ms, 10s, 2min or 1h 30min';

/** `10s`, `1.5ms`, `1min 30s` in microseconds; fractions of a microsecond are refused. */
export function readDuration(text: string): number | null {
  if (!DURATION.test(text)) return null;
  let us = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|min|h)/g)) {
    const part = scaled(amount!, DURATIONS_US[unit!]!);
    if (part === null) return null;
    us += part;
  }
  return us;
}

/** The same with a sign before it: `-5s`. */
export function readSignedDuration(text: string): number | null {
  const us = readDuration(text.replace(/^[+-]/, ''));
  return us === null ? null : text.startsWith('-') ? -us : us;
}

const SIZES: Readonly<Record<string, number>> = {
  B: 1,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
};
export const SIZE = /^\d+(?:\.\d+)?(?:B|KiB|MiB|GiB|TiB)$/;
export const SIZE_EXPECTED = 'a size such as 128B, 4KiB, 512MiB or 1GiB';

/** `1GiB` in bytes. */
export function readSize(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(B|KiB|MiB|GiB|TiB)$/.exec(text);
  return match === null ? null : scaled(match[1]!, SIZES[match[2]!]!);
}

const RATES: Readonly<Record<string, number>> = {
  'kbit/s': 125,
  'Mbit/s': 125_000,
  'Gbit/s': 125_000_000,
  'kB/s': 1_000,
  'MB/s': 1_000_000,
  'GB/s': 1_000_000_000,
};
export const RATE = /^\d+(?:\.\d+)?(?:kbit|Mbit|Gbit|kB|MB|GB)\/s$/;
export const RATE_EXPECTED = 'a rate such as 100Mbit/s, 10Gbit/s or 450MB/s';

/** `100Mbit/s` in bytes per second. */
export function readRate(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)((?:kbit|Mbit|Gbit|kB|MB|GB)\/s)$/.exec(text);
  return match === null ? null : scaled(match[1]!, RATES[match[2]!]!);
}

export const PERCENT = /^\d+(?:\.\d+)?%$/;
export const PERCENT_EXPECTED = 'a percentage from 0% to 100%, such as 0.5%';

/** `0.5%` per million. */
export function readPercent(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)%$/.exec(text);
  const value = match === null ? null : scaled(match[1]!, 10_000);
  return value === null || value > 1_000_000 ? null : value;
}

/** A decimal times an integer, exactly; null if that is no integer. */
function scaled(decimal: string, unit: number): number | null {
  const [whole, fraction = ''] = decimal.split('.') as [string, string?];
  const denominator = 10 ** fraction.length;
  const numerator = Number(whole + fraction) * unit;
  const value = numerator / denominator;
  return Number.isSafeInteger(numerator) && Number.isInteger(value) ? value : null;
}

/** What a text says, if there is one and it can be read; else null. */
export function given(text: string | undefined, read: (text: string) => number | null): number | null {
  return text === undefined ? null : read(text);
}
