/**
 * The JSON dialect of fastjson 1.2.76, in which RocketMQ writes bodies and files: numeric map keys stand unquoted, map
 * keys may be whole objects, and 64-bit integers are written out in full. The reader is in `fastjson-parser.ts`.
 * Source: fastjson 1.2.76 `SerializeWriter` and `JSONSerializer` with default features.
 */
import type {FastjsonObject, FastjsonValue} from './fastjson-value.ts';

export {FastjsonError, parseFastjson} from './fastjson-parser.ts';
export type {FastjsonObject, FastjsonValue} from './fastjson-value.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what has to be found.
const NEEDS_ESCAPE = /[\x00-\x1f"\\\x7f-\x9f\u2028\u2029]/;

/** A JSON string as fastjson writes it: other text than control characters raw, those as `\n` or `\u001F` (upper-case hex). */
export function quote(text: string): string {
  return NEEDS_ESCAPE.test(text) ? `"${escapeText(text)}"` : `"${text}"`;
}

function escapeText(text: string): string {
  let escaped = '';
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const sequence = escapeOf(text.charCodeAt(i));
    if (sequence === null) continue;
    escaped += text.slice(from, i) + sequence;
    from = i + 1;
  }
  return escaped + text.slice(from);
}

/** How one UTF-16 unit is escaped in a fastjson string, or null where it is written raw. */
export function escapeOf(unit: number): string | null {
  if (unit >= 0x20 && unit < 0x7f) return unit === 0x22 ? '\\"' : unit === 0x5c ? '\\\\' : null;
  switch (unit) {
    case 8:
      return '\\b';
    case 9:
      return '\\t';
    case 10:
      return '\\n';
    case 12:
      return '\\f';
    case 13:
      return '\\r';
    default:
      if (unit < 0x20 || (unit >= 0x7f && unit < 0xa0) || unit === 0x2028 || unit === 0x2029) {
        return `\\u${unit.toString(16).toUpperCase().padStart(4, '0')}`;
      }
      return null;
  }
}

/** A Java `double` as `Double.toString` writes it: `0.0`, `1.0E7`, `1.5E-5`; what is not finite becomes `null`. */
export function javaDouble(value: number): string {
  if (!Number.isFinite(value)) return 'null';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-3 && magnitude < 1e7) {
    const text = String(value);
    return text.includes('.') ? text : `${text}.0`;
  }
  const [mantissa, exponent] = value.toExponential().split('e') as [string, string];
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
}

/** Members of a bean in the order given (fastjson: alphabetical), without those that are null. */
export function bean(members: readonly (readonly [name: string, json: string | null])[]): string {
  let text = '';
  for (const [name, json] of members) {
    if (json !== null) text += `${text === '' ? '' : ','}"${name}":${json}`;
  }
  return `{${text}}`;
}

/** An array of items already in JSON. */
function jsonArray(items: Iterable<string>): string {
  return `[${[...items].join(',')}]`;
}

export function stringArray(items: Iterable<string>): string {
  return jsonArray(Array.from(items, quote));
}

/** A map with quoted keys; null values are dropped as fastjson drops them. */
export function stringKeyMap<V>(
  entries: Iterable<readonly [string, V]>,
  value: (item: V) => string | null,
): string {
  let text = '';
  for (const [key, item] of entries) {
    const json = value(item);
    if (json !== null) text += `${text === '' ? '' : ','}${quote(key)}:${json}`;
  }
  return `{${text}}`;
}

/** A map whose keys are already in the form in which they stand: a bare number, or an object in JSON. */
export function rawKeyMap<V>(
  entries: Iterable<readonly [number | string, V]>,
  value: (item: V) => string | null,
): string {
  let text = '';
  for (const [key, item] of entries) {
    const json = value(item);
    if (json !== null) text += `${text === '' ? '' : ','}${key}:${json}`;
  }
  return `{${text}}`;
}

/**
 * Standard JSON of a parsed value, for people and tools: numeric keys are quoted, object keys become the text of their JSON,
 * and integers keep every digit.
 */
export function toStandardJson(value: FastjsonValue): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null';
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return `[${value.map(toStandardJson).join(',')}]`;
  const members: string[] = [];
  for (const [key, member] of value as FastjsonObject) {
    members.push(
      `${JSON.stringify(typeof key === 'string' ? key : toStandardJson(key))}:${toStandardJson(member)}`,
    );
  }
  return `{${members.join(',')}}`;
}
