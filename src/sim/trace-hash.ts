// Odd multipliers with well-mixed bits, one pair for each lane.
const MULTIPLIER_A = 0x9e3779b1 | 0;
const MULTIPLIER_B = 0x85ebca77 | 0;

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

/**
 * A running 64-bit hash of plain data, in two lanes of 32 bits, made of integer arithmetic only: the same in every engine.
 * It tells histories apart; it is no protection against somebody who wants two histories to look alike.
 */
export class TraceHash {
  #a = 0x243f6a88 | 0;
  #b = 0x13198a2e | 0;
  readonly #scratch = new DataView(new ArrayBuffer(8));

  word(word: number): void {
    const a = Math.imul(this.#a ^ word, MULTIPLIER_A);
    this.#a = a ^ (a >>> 15);
    const b = Math.imul((this.#b + word) | 0, MULTIPLIER_B);
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
    let a = this.#a;
    let b = this.#b;
    const length = text.length;
    let word = TAG_STRING | (length << 4);
    a = Math.imul(a ^ word, MULTIPLIER_A);
    a ^= a >>> 15;
    b = Math.imul((b + word) | 0, MULTIPLIER_B);
    b = (b << 13) | (b >>> 19);
    for (let i = 0; i < length; i += 2) {
      word = text.charCodeAt(i);
      if (i + 1 < length) word |= text.charCodeAt(i + 1) << 16;
      a = Math.imul(a ^ word, MULTIPLIER_A);
      a ^= a >>> 15;
      b = Math.imul((b + word) | 0, MULTIPLIER_B);
      b = (b << 13) | (b >>> 19);
    }
    this.#a = a;
    this.#b = b;
  }

  /** Bytes of `view`; up to three zero bytes behind them, up to the next multiple of four, are read with them. */
  paddedBytes(view: DataView, offset: number, length: number): void {
    this.word(TAG_BYTES);
    this.word(length);
    let a = this.#a;
    let b = this.#b;
    const end = offset + length;
    for (let at = offset; at < end; at += 4) {
      const word = view.getInt32(at, true);
      a = Math.imul(a ^ word, MULTIPLIER_A);
      a ^= a >>> 15;
      b = Math.imul((b + word) | 0, MULTIPLIER_B);
      b = (b << 13) | (b >>> 19);
    }
    this.#a = a;
    this.#b = b;
  }

  /** Any plain value: nested objects by their own keys in their order, arrays by their elements. */
  value(value: unknown): void {
    switch (typeof value) {
      case 'string':
        this.string(value);
        return;
      case 'number':
        this.number(value);
        return;
      case 'boolean':
        this.word(value ? TAG_TRUE : TAG_FALSE);
        return;
      case 'undefined':
        this.word(TAG_UNDEFINED);
        return;
      case 'bigint':
        this.word(TAG_BIGINT);
        this.string(value.toString(16));
        return;
      case 'object':
        if (value === null) {
          this.word(TAG_NULL);
        } else if (Array.isArray(value)) {
          this.word(TAG_ARRAY);
          this.word(value.length);
          for (let i = 0; i < value.length; i++) this.value(value[i]);
        } else {
          this.object(value as Record<string, unknown>);
        }
        return;
      default:
        throw new TypeError(`a ${typeof value} is not plain data and cannot be in a trace`);
    }
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
    const a = finish(this.#a ^ Math.imul(this.#b, MULTIPLIER_A));
    const b = finish((this.#b + Math.imul(a, MULTIPLIER_B)) | 0);
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
