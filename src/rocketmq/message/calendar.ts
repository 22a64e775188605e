/**
 * Dates without `Date`: the proleptic Gregorian calendar in integers. Where Java goes by the local time zone, this is UTC, which the
 * machines of a cluster keep.
 */

const DAY_MS = 86_400_000;

export interface CivilTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
}

/** The date and time of day at `epochMs`, after Howard Hinnant's `civil_from_days`. */
export function civilTime(epochMs: number): CivilTime {
  const days = Math.floor(epochMs / DAY_MS);
  const inDay = epochMs - days * DAY_MS;
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
    hour: Math.floor(inDay / 3_600_000),
    minute: Math.floor(inDay / 60_000) % 60,
    second: Math.floor(inDay / 1000) % 60,
    millisecond: inDay % 1000,
  };
}

/** Milliseconds since the epoch at the first instant of a month; month 13 is January of the next year. */
export function monthStartMs(year: number, month: number): number {
  const y = month > 12 ? year + 1 : year;
  const m = month > 12 ? month - 12 : month;
  const shiftedYear = m <= 2 ? y - 1 : y;
  const era = Math.floor(shiftedYear / 400);
  const yearOfEra = shiftedYear - era * 400;
  const dayOfYear = Math.floor((153 * (m > 2 ? m - 3 : m + 9) + 2) / 5);
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return (era * 146_097 + dayOfEra - 719_468) * DAY_MS;
}

/** `yyyyMMddHHmmssSSS`. Source: RocketMQ 4.9.1 `UtilAll#timeMillisToHumanString`. */
export function timestampDigits(epochMs: number): string {
  const t = civilTime(epochMs);
  const two = (value: number) => String(value).padStart(2, '0');
  return (
    String(t.year).padStart(4, '0') +
    two(t.month) +
    two(t.day) +
    two(t.hour) +
    two(t.minute) +
    two(t.second) +
    String(t.millisecond).padStart(3, '0')
  );
}
