// The multipliers are odd and have well-mixed bits: the first is that of lanes a and c, the second that of b and d.
const TIMES_A = 0x9e3779b1;
const TIMES_B = 0x85ebca77;
const START_A = 0x243f6a88 | 0;
const START_B = 0x13198a2e | 0;

// What precedes a value, so that values of different types never look alike.
const TAG_INT32 = 1;
const TAG_NUMBER = 2;
const TAG_STRING = 3;
const TAG_TRUE = 4;
const TAG_FALSE = 5;
const TAG_NULL = 6;
const TAG_UNDEFINED = 7;
const TAG_ARRAY = 8;
const TAG_OBJECT = 9;
const TAG_BIGINT = 10;
const TAG_BYTES = 11;

// Called by name, on what is known to be a string: looked up on whatever form of text has come, each call would cost V8 more than a hundred
// instructions, and `length` as much; a tenth of a run went there.
const {charCodeAt} = String.prototype;

/** Longer strings are hashed by way of their UTF-8. */
const SHORT_CHARS_MAX = 64;
/** Shorter strings are hashed faster than looked up. */
const REMEMBERED_CHARS_MIN = 6;
/** Places for remembered strings, as a power of two. */
const REMEMBERED_BITS = 10;
const REMEMBERED_COUNT = 1 << REMEMBERED_BITS;

/**
 * A running 64-bit hash of plain data, in two lanes of 32 bits, made of integer arithmetic only: the same in every engine.
 * It tells histories apart; it is no protection against somebody who wants two histories to look alike.
 */
export class TraceHash {
  #a = START_A;
  #b = START_B;
  readonly #scratch = new DataView(new ArrayBuffer(8));
  readonly #encoder = new TextEncoder();
  #utf8 = new Uint8Array(4096);
  #utf8Words = new Int32Array(this.#utf8.buffer);
  readonly #rememberedTexts: string[] = new Array<string>(REMEMBERED_COUNT).fill('');
  readonly #rememberedLanes = new Int32Array(REMEMBERED_COUNT * 2);

  word(word: number): void {
    const a = Math.imul(this.#a ^ word, TIMES_A);
    this.#a = a ^ (a >>> 15);
    const b = Math.imul((this.#b + word) | 0, TIMES_B);
    this.#b = (b << 13) | (b >>> 19);
  }

  /** Two words for a number that is known to be a safe integer of 0 or more: an id, a time, a size. */
  natural(value: number): void {
    this.word(value | 0);
    this.word((value / 0x1_0000_0000) | 0);
  }

  number(value: number): void {
    const int = value | 0;
    if (int === value) {
      this.word(TAG_INT32);
      this.word(int);
      return;
    }
    this.word(TAG_NUMBER);
    // One NaN only: which of its many bit patterns an engine uses is its own affair.
    this.#scratch.setFloat64(0, Number.isNaN(value) ? 0 : value);
    this.word(Number.isNaN(value) ? 0x7ff80000 : this.#scratch.getInt32(0));
    this.word(this.#scratch.getInt32(4));
  }

  string(text: string): void {
    const {length} = '' + text;
    if (length > SHORT_CHARS_MAX) this.#longString(text);
    else if (length >= REMEMBERED_CHARS_MIN) this.#remembered(text, length);
    else this.#characters(text, length);
  }

  /**
   * Names, topics, addresses, paths come again and again: what the last ones came to is remembered, a string to a place.
   * Whether it is still remembered makes no difference to the hash.
   */
  #remembered(text: string, length: number): void {
    const ends = charCodeAt.call(text, 0) + (charCodeAt.call(text, length - 1) << 8);
    const mixed = ends + (charCodeAt.call(text, length >> 1) << 16) + (length << 24);
    const place = Math.imul(mixed, TIMES_A) >>> (32 - REMEMBERED_BITS);
    if (this.#rememberedTexts[place] !== text) {
      const a = this.#a;
      const b = this.#b;
      this.#a = START_A;
      this.#b = START_B;
      this.#characters(text, length);
      this.#rememberedTexts[place] = text;
      this.#rememberedLanes[place * 2] = this.#a;
      this.#rememberedLanes[place * 2 + 1] = this.#b;
      this.#a = a;
      this.#b = b;
    }
    this.word(this.#rememberedLanes[place * 2]!);
    this.word(this.#rememberedLanes[place * 2 + 1]!);
  }

  #characters(text: string, length: number): void {
    this.word(TAG_STRING | (length << 4));
    let a = this.#a;
    let b = this.#b;
    for (let i = 0; i < length; i += 2) {
      let word = charCodeAt.call(text, i);
      if (i + 1 < length) word |= charCodeAt.call(text, i + 1) << 16;
      a = Math.imul(a ^ word, TIMES_A);
      a ^= a >>> 15;
      b = Math.imul((b + word) | 0, TIMES_B);
      b = (b << 13) | (b >>> 19);
    }
    this.#a = a;
    this.#b = b;
  }

  /** Engines turn a string into UTF-8 several times faster than they let its characters be looked at one by one. */
  #longString(text: string): void {
    this.word(TAG_STRING | (text.length << 4));
    if (this.#utf8.length < text.length * 3 + 8) {
      this.#utf8 = new Uint8Array((text.length + 2) * 4);
      this.#utf8Words = new Int32Array(this.#utf8.buffer);
    }
    const {written} = this.#encoder.encodeInto(text, this.#utf8);
    this.#utf8.fill(0, written, written + 7);
    this.paddedBytes(this.#utf8Words, 0, written);
  }

  /**
   * `length` bytes, from word `start` of `words` on; the zero bytes behind them, up to the next multiple of eight, are read
   * with them. Two pairs of lanes take turns, so that a processor can work on both at once. The words are those of a
   * little-endian machine; no JavaScript engine in use runs on another.
   */
  paddedBytes(words: Int32Array, start: number, length: number): void {
    this.word(TAG_BYTES);
    this.word(length);
    let a = this.#a;
    let b = this.#b;
    let c = 0x243f6a88;
    let d = 0x13198a2e;
    const end = start + ((length + 7) >> 3) * 2;
    for (let i = start; i < end; i += 2) {
      const even = words[i]!;
      const odd = words[i + 1]!;
      a = Math.imul(a ^ even, TIMES_A);
      b = Math.imul((b + even) | 0, TIMES_B);
      c = Math.imul(c ^ odd, TIMES_A);
      d = Math.imul((d + odd) | 0, TIMES_B);
      a ^= a >>> 15;
      b = (b << 13) | (b >>> 19);
      c ^= c >>> 15;
      d = (d << 13) | (d >>> 19);
    }
    this.#a = a;
    this.#b = b;
    this.word(c);
    this.word(d);
  }

  /** Any plain value: nested objects by their own keys in their order, arrays by their elements. */
  value(value: unknown): void {
    // The usual ones first, each asked for by itself: `typeof` in a switch is a call.
    if (typeof value === 'string') this.string(value);
    else if (typeof value === 'number') this.number(value);
    else if (value === null) this.word(TAG_NULL);
    else if (typeof value === 'object') this.#composed(value);
    else if (typeof value === 'boolean') this.word(value ? TAG_TRUE : TAG_FALSE);
    else if (value === undefined) this.word(TAG_UNDEFINED);
    else if (typeof value === 'bigint') {
      this.word(TAG_BIGINT);
      this.string(value.toString(16));
    } else {
      throw new TypeError(`a ${typeof value} is not plain data and cannot be in a trace`);
    }
  }

  #composed(value: object): void {
    if (!Array.isArray(value)) {
      this.object(value as Record<string, unknown>);
      return;
    }
    this.word(TAG_ARRAY);
    this.word(value.length);
    for (let i = 0; i < value.length; i++) this.value(value[i]);
  }

  object(object: Record<string, unknown>): void {
    this.word(TAG_OBJECT);
    for (const key in object) {
      this.string(key);
      this.value(object[key]);
    }
    this.word(TAG_OBJECT);
  }

  /** 16 hex digits over everything so far; more may be added afterwards. */
  digest(): string {
    const a = finish(this.#a ^ Math.imul(this.#b, TIMES_A));
    const b = finish((this.#b + Math.imul(a, TIMES_B)) | 0);
    return hex(a) + hex(b);
  }
}

/** Spreads every bit over all others (MurmurHash3's last step). */
function finish(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
