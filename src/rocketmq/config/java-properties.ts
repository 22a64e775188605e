/** One `key=value` of a properties text and where it stands, for messages that point at it. Lines and columns count from 1. */
export interface PropertyEntry {
  readonly key: string;
  readonly value: string;
  readonly line: number;
  readonly column: number;
  readonly valueLine: number;
  readonly valueColumn: number;
}

export interface PropertiesText {
  readonly entries: readonly PropertyEntry[];
  /** Where the text breaks the rules; Java throws `Malformed \uxxxx encoding.` there. */
  readonly malformed: readonly {readonly line: number; readonly column: number; readonly found: string}[];
}

const isBlank = (char: string | undefined): boolean => char === ' ' || char === '\t' || char === '\f';

/** One character of a logical line, with its place in the text. */
interface Placed {
  readonly char: string;
  readonly line: number;
  readonly column: number;
}

/** Splits a text into logical lines: comments and blank lines dropped, continued lines joined. */
function logicalLines(text: string): Placed[][] {
  const lines: Placed[][] = [];
  let open: Placed[] | null = null;
  const natural = text.split(/\r\n|\r|\n/);
  for (const [index, raw] of natural.entries()) {
    let start = 0;
    while (isBlank(raw[start])) start += 1;
    if (open === null) {
      if (start === raw.length || raw[start] === '#' || raw[start] === '!') continue;
      open = [];
    }
    let backslashes = 0;
    while (backslashes < raw.length - start && raw[raw.length - 1 - backslashes] === '\\') backslashes += 1;
    const continued = backslashes % 2 === 1;
    const end = continued ? raw.length - 1 : raw.length;
    for (let at = start; at < end; at += 1) {
      open.push({char: raw[at] as string, line: index + 1, column: at + 1});
    }
    if (continued) continue;
    if (open.length > 0) lines.push(open);
    open = null;
  }
  if (open !== null && open.length > 0) lines.push(open);
  return lines;
}

const ESCAPES: Readonly<Record<string, string>> = {t: '\t', n: '\n', r: '\r', f: '\f'};

/**
 * Reads the syntax of `java.util.Properties`: `#` and `!` comments, `=`, `:` or blanks between key and value, a backslash
 * at the end continues a line, `\t \n \r \f \uXXXX` and `\` before anything else. Trailing blanks belong to the value.
 */
export function parseProperties(text: string): PropertiesText {
  const entries: PropertyEntry[] = [];
  const malformed: {line: number; column: number; found: string}[] = [];
  for (const line of logicalLines(text)) {
    let at = 0;
    const unescaped = (): string => {
      const place = line[at] as Placed;
      if (place.char !== '\\') {
        at += 1;
        return place.char;
      }
      const next = line[at + 1];
      at += 2;
      if (next === undefined) return '';
      if (next.char !== 'u') return ESCAPES[next.char] ?? next.char;
      const hex = line
        .slice(at, at + 4)
        .map((entry) => entry.char)
        .join('');
      if (!/^[0-9a-fA-F]{4}$/.test(hex)) {
        malformed.push({line: place.line, column: place.column, found: `\\u${hex}`});
        return '';
      }
      at += 4;
      return String.fromCharCode(Number.parseInt(hex, 16));
    };
    let key = '';
    while (at < line.length) {
      const {char} = line[at] as Placed;
      if (char === '=' || char === ':' || isBlank(char)) break;
      key += unescaped();
    }
    while (isBlank(line[at]?.char)) at += 1;
    if (line[at]?.char === '=' || line[at]?.char === ':') at += 1;
    while (isBlank(line[at]?.char)) at += 1;
    const first = line[0] as Placed;
    const last = line[line.length - 1] as Placed;
    const valueAt = line[at] ?? {line: last.line, column: last.column + 1};
    let value = '';
    while (at < line.length) value += unescaped();
    entries.push({
      key,
      value,
      line: first.line,
      column: first.column,
      valueLine: valueAt.line,
      valueColumn: valueAt.column,
    });
  }
  return {entries, malformed};
}

/** `k=v` lines as `MixAll.properties2String` writes them: nothing is escaped. */
export function propertiesText(properties: Iterable<readonly [string, string]>): string {
  let text = '';
  for (const [key, value] of properties) text += `${key}=${value}\n`;
  return text;
}
