import type {Language} from './language.ts';

/** Three significant figures at most, without trailing zeros. Integer arithmetic on the scaled value decides the digits. */
function figures(value: number): string {
  const digits = value < 10 ? 2 : value < 100 ? 1 : 0;
  const scale = digits === 2 ? 100 : digits === 1 ? 10 : 1;
  const scaled = Math.round(value * scale);
  const whole = Math.floor(scaled / scale);
  const rest = scaled - whole * scale;
  if (rest === 0) return String(whole);
  return `${whole}.${String(rest).padStart(digits, '0').replace(/0+$/, '')}`;
}

/**
 * A duration as people tell it: `0.6 ms`, `2.4 s`, `2 min`, `1 h 5 min`. Chinese uses 微秒, 毫秒, 秒, 分钟, 小时.
 * @param us microseconds; a negative one gets a minus sign
 */
export function sayDuration(us: number, language: Language): string {
  if (us < 0) return `−${sayDuration(-us, language)}`;
  const unit = (english: string, chinese: string): string => (language === 'en' ? english : chinese);
  if (us === 0) return unit('0 s', '0 秒');
  if (us < 100) return `${us} ${unit('µs', '微秒')}`;
  if (us < 999_500) return `${figures(us / 1000)} ${unit('ms', '毫秒')}`;
  if (us < 60_000_000) return `${figures(us / 1_000_000)} ${unit('s', '秒')}`;
  const seconds = Math.round(us / 1_000_000);
  if (seconds < 3600) {
    const rest = seconds % 60;
    const minutes = `${Math.floor(seconds / 60)} ${unit('min', '分')}`;
    if (rest === 0) return language === 'en' ? minutes : `${Math.floor(seconds / 60)} 分钟`;
    return `${minutes} ${rest} ${unit('s', '秒')}`;
  }
  const minutes = Math.round(seconds / 60);
  const rest = minutes % 60;
  const hours = `${Math.floor(minutes / 60)} ${unit('h', '小时')}`;
  return rest === 0 ? hours : `${hours} ${rest} ${unit('min', '分')}`;
}

/** A moment on the virtual clock: `12.040 500 s`. Fixed width after the point, so that columns line up. */
export function sayMoment(us: number): string {
  const seconds = Math.floor(us / 1_000_000);
  const rest = String(us - seconds * 1_000_000).padStart(6, '0');
  return `${seconds}.${rest.slice(0, 3)} ${rest.slice(3)} s`;
}

/** A count with thousands set apart: `1,000`. The same in both languages. */
export function sayCount(count: number): string {
  const text = String(Math.abs(count));
  const parts: string[] = [];
  for (let end = text.length; end > 0; end -= 3) parts.unshift(text.slice(Math.max(0, end - 3), end));
  return `${count < 0 ? '−' : ''}${parts.join(',')}`;
}
