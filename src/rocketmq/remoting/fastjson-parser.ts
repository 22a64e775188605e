import type {FastjsonObject, FastjsonValue} from './fastjson-value.ts';

/** What was given is not JSON, not even in fastjson's loose sense. */
export class FastjsonError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FastjsonError';
  }
}

/** Nothing that RocketMQ writes nests deeper; a deeper text is an attack on the stack. */
const MAX_DEPTH = 200;

/**
 * Reads one value in fastjson's dialect: unquoted keys (numbers, identifiers), objects as keys, single quotes, comments, stray
 * and trailing commas, `1.0E7`, `NaN`, and `{"$ref":"$.path"}`, which is replaced by what it points at. Integers beyond 2^53
 * become bigints. Empty text is null, as in Java. Throws `FastjsonError`.
 */
export function parseFastjson(text: string): FastjsonValue {
  const parser = new Parser(text);
  const value = parser.document();
  return parser.sawReference ? resolve(value, value) : value;
}

class Parser {
  sawReference = false;
  private readonly text: string;
  private at = 0;
  private depth = 0;

  constructor(text: string) {
    this.text = text;
  }

  document(): FastjsonValue {
    this.skipBlank();
    if (this.at >= this.text.length) return null;
    const value = this.value();
    this.skipBlank();
    if (this.at < this.text.length) throw this.error('end of text');
    return value;
  }

  private value(): FastjsonValue {
    const unit = this.text.charCodeAt(this.at);
    if (unit === OPEN_BRACE) return this.object();
    if (unit === OPEN_BRACKET) return this.array();
    if (unit === DOUBLE_QUOTE || unit === SINGLE_QUOTE) return this.string(unit);
    if (unit === MINUS || isDigit(unit) || unit === PLUS || unit === DOT) return this.number();
    const word = this.word();
    switch (word) {
      case 'true':
        return true;
      case 'false':
        return false;
      case 'null':
      case 'NaN':
      case 'undefined':
        return null;
      // fastjson names the collection before its items; the items are what counts.
      case 'Set':
      case 'TreeSet':
        this.skipBlank();
        if (this.text.charCodeAt(this.at) === OPEN_BRACKET) return this.array();
        throw this.error('a list');
      default:
        this.at -= word.length;
        throw this.error('a value');
    }
  }

  private object(): FastjsonObject {
    this.enter();
    const members = new Map<string | FastjsonObject, FastjsonValue>();
    for (;;) {
      this.skipBlankAndCommas();
      if (this.text.charCodeAt(this.at) === CLOSE_BRACE) break;
      const key = this.key();
      this.skipBlank();
      if (this.text.charCodeAt(this.at) !== COLON) throw this.error("':'");
      this.at++;
      this.skipBlank();
      const value = this.value();
      if (key === '$ref' && typeof value === 'string') this.sawReference = true;
      members.set(key, value);
      this.skipBlank();
      const next = this.text.charCodeAt(this.at);
      if (next !== COMMA && next !== CLOSE_BRACE) throw this.error("',' or '}'");
    }
    this.leave();
    return members;
  }

  private key(): string | FastjsonObject {
    const unit = this.text.charCodeAt(this.at);
    if (unit === DOUBLE_QUOTE || unit === SINGLE_QUOTE) return this.string(unit);
    if (unit === OPEN_BRACE) return this.object();
    if (unit === MINUS || isDigit(unit)) {
      const from = this.at++;
      while (isNumberPart(this.text.charCodeAt(this.at))) this.at++;
      return this.text.slice(from, this.at);
    }
    const word = this.word();
    if (word === '') throw this.error('a key');
    return word;
  }

  private array(): FastjsonValue[] {
    this.enter();
    const items: FastjsonValue[] = [];
    for (;;) {
      this.skipBlankAndCommas();
      if (this.text.charCodeAt(this.at) === CLOSE_BRACKET) break;
      items.push(this.value());
      this.skipBlank();
      const next = this.text.charCodeAt(this.at);
      if (next !== COMMA && next !== CLOSE_BRACKET) throw this.error("',' or ']'");
    }
    this.leave();
    return items;
  }

  private enter(): void {
    this.at++;
    if (++this.depth > MAX_DEPTH) throw this.error(`no more than ${MAX_DEPTH} levels`);
  }

  private leave(): void {
    this.at++;
    this.depth--;
  }

  private string(quoteUnit: number): string {
    const {text} = this;
    let from = ++this.at;
    let result = '';
    for (;;) {
      const unit = text.charCodeAt(this.at);
      if (Number.isNaN(unit)) throw this.error('the end of a string');
      if (unit === quoteUnit) break;
      if (unit !== BACKSLASH) {
        this.at++;
        continue;
      }
      result += text.slice(from, this.at) + this.escape();
      from = this.at;
    }
    result += text.slice(from, this.at);
    this.at++;
    return result;
  }

  private escape(): string {
    const letter = this.text.charAt(this.at + 1);
    this.at += 2;
    const plain = ESCAPES.get(letter);
    if (plain !== undefined) return plain;
    if (letter === 'u') return this.unit(4);
    if (letter === 'x') return this.unit(2);
    // fastjson knows \0 to \7 as single octal digits.
    if (letter >= '0' && letter <= '7') return String.fromCharCode(letter.charCodeAt(0) - 48);
    this.at -= 2;
    throw this.error('an escape sequence');
  }

  private unit(digits: number): string {
    const hex = this.text.slice(this.at, this.at + digits);
    if (hex.length < digits || !/^[0-9a-fA-F]+$/.test(hex)) throw this.error(`${digits} hex digits`);
    this.at += digits;
    return String.fromCharCode(Number.parseInt(hex, 16));
  }

  private number(): FastjsonValue {
    const from = this.at;
    let natural = 0;
    for (; isDigit(this.text.charCodeAt(this.at)); this.at++) {
      natural = natural * 10 + this.text.charCodeAt(this.at) - ZERO;
    }
    const isNatural = from < this.at && this.at - from <= EXACT_DIGITS;
    // Digits alone, as nearly every number is written.
    if (isNatural && !isNumberPart(this.text.charCodeAt(this.at))) return natural;
    while (isNumberPart(this.text.charCodeAt(this.at))) this.at++;
    const token = this.text.slice(from, this.at);
    if (/^[+-]?\d+[LSBlsb]?$/.test(token)) {
      const digits = /[a-zA-Z]$/.test(token) ? token.slice(0, -1) : token;
      const value = Number(digits);
      if (Number.isSafeInteger(value)) return value;
      return BigInt(digits.startsWith('+') ? digits.slice(1) : digits);
    }
    if (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[FDfd]?$/.test(token)) {
      return Number(/[FDfd]$/.test(token) ? token.slice(0, -1) : token);
    }
    this.at = from;
    throw this.error('a number');
  }

  private word(): string {
    const from = this.at;
    while (isWordPart(this.text.charCodeAt(this.at))) this.at++;
    return this.text.slice(from, this.at);
  }

  private skipBlankAndCommas(): void {
    this.skipBlank();
    while (this.text.charCodeAt(this.at) === COMMA) {
      this.at++;
      this.skipBlank();
    }
  }

  private skipBlank(): void {
    const {text} = this;
    for (;;) {
      const unit = text.charCodeAt(this.at);
      if (unit === 32 || unit === 10 || unit === 13 || unit === 9 || unit === 12 || unit === 8) this.at++;
      else if (unit === SLASH) this.skipComment();
      else return;
    }
  }

  private skipComment(): void {
    const kind = this.text.charAt(this.at + 1);
    const end =
      kind === '/'
        ? this.text.indexOf('\n', this.at)
        : kind === '*'
          ? this.text.indexOf('*/', this.at + 2)
          : -2;
    if (end === -2 || (end === -1 && kind === '*')) throw this.error('a comment');
    this.at = end === -1 ? this.text.length : end + (kind === '*' ? 2 : 1);
  }

  private error(expected: string): FastjsonError {
    const found =
      this.at < this.text.length ? JSON.stringify(this.text.slice(this.at, this.at + 12)) : 'the end';
    return new FastjsonError(`expected ${expected} at character ${this.at}, found ${found}`);
  }
}

/** So many decimal digits fit a double whatever they are. */
const EXACT_DIGITS = 15;
const ZERO = 0x30;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const DOUBLE_QUOTE = 0x22;
const SINGLE_QUOTE = 0x27;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const SLASH = 0x2f;
const MINUS = 0x2d;
const PLUS = 0x2b;
const DOT = 0x2e;

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["'", "'"],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['F', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
]);

function isDigit(unit: number): boolean {
  return unit >= 48 && unit <= 57;
}

function isLetter(unit: number): boolean {
  return (unit >= 65 && unit <= 90) || (unit >= 97 && unit <= 122);
}

function isNumberPart(unit: number): boolean {
  return isDigit(unit) || unit === DOT || unit === MINUS || unit === PLUS || isLetter(unit);
}

/** Letters, digits, `_`, `$`, `@` and everything beyond ASCII, as fastjson takes bare keys. */
function isWordPart(unit: number): boolean {
  return isDigit(unit) || isLetter(unit) || unit === 95 || unit === 36 || unit === 64 || unit > 127;
}

/** Replaces references by what they point at, found in `root`; one that points nowhere, or to what holds it, becomes null. */
function resolve(value: FastjsonValue, root: FastjsonValue): FastjsonValue {
  if (Array.isArray(value)) return value.map((item) => resolve(item, root));
  if (!(value instanceof Map)) return value;
  const reference = value.get('$ref');
  if (value.size === 1 && typeof reference === 'string') {
    const target = follow(reference, root);
    return containsReference(target) ? null : target;
  }
  const members = new Map<string | FastjsonObject, FastjsonValue>();
  for (const [key, member] of value) members.set(key, resolve(member, root));
  return members;
}

function containsReference(value: FastjsonValue): boolean {
  if (Array.isArray(value)) return value.some(containsReference);
  if (!(value instanceof Map)) return false;
  for (const [key, member] of value) if (key === '$ref' || containsReference(member)) return true;
  return false;
}

function follow(path: string, root: FastjsonValue): FastjsonValue {
  if (!path.startsWith('$')) return null;
  let value: FastjsonValue = root;
  for (const [, name, index] of path.slice(1).matchAll(/\.([^.[\]]+)|\[(\d+)\]/g)) {
    if (name !== undefined && value instanceof Map) value = value.get(name) ?? null;
    else if (index !== undefined && Array.isArray(value)) value = value[Number(index)] ?? null;
    else return null;
  }
  return value;
}
