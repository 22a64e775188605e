import type {BlockWriter} from './block-writer.ts';
import {SHAPES_MAX, VALUE} from './format.ts';

/** A field of a shape whose texts hardly ever come again (ids, say) is written out, and takes no numbers from others. */
const MISSES_TRIED = 24;
const DEPTH_MAX = 8;
/** What a value takes at most, a long text or a list aside. */
const VALUE_ROOM = 160;
/** In a list, where nothing is known of how often its texts come again. */
const NUMBERED_LENGTH_MAX = 64;

interface Shape {
  readonly number: number;
  readonly keys: readonly string[];
  /** By key: texts of it that were new, and that were known. */
  readonly misses: number[];
  readonly hits: number[];
}

/** Writes facts: plain data, of which the keys are numbered as a shape at their first use. */
export class FactWriter {
  readonly #out: BlockWriter;
  readonly #shapes = new Map<string, Shape>();

  constructor(out: BlockWriter) {
    this.#out = out;
  }

  fact(fact: object): void {
    this.#object(fact as Readonly<Record<string, unknown>>, 0);
  }

  #object(object: Readonly<Record<string, unknown>>, depth: number): void {
    const keys = Object.keys(object);
    const name = keys.join('\n');
    let shape = this.#shapes.get(name);
    if (shape === undefined) shape = this.#newShape(name, keys);
    else this.#out.natural(shape.number);
    for (let i = 0; i < keys.length; i++) this.#value(object[keys[i]!], shape, i, depth);
  }

  #newShape(name: string, keys: readonly string[]): Shape {
    const number = this.#shapes.size + 1;
    const shape = {number, keys, misses: keys.map(() => 0), hits: keys.map(() => 0)};
    if (number <= SHAPES_MAX) this.#shapes.set(name, shape);
    const out = this.#out;
    out.makeRoom((keys.length + 1) * VALUE_ROOM);
    out.natural(0);
    out.natural(keys.length);
    for (const key of keys) out.text(key);
    return shape;
  }

  #value(value: unknown, shape: Shape | null, key: number, depth: number): void {
    const out = this.#out;
    out.makeRoom(VALUE_ROOM);
    switch (typeof value) {
      case 'string':
        this.#text(value, shape, key);
        return;
      case 'number':
        if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
          out.byte(value < 0 ? VALUE.negative : VALUE.natural);
          out.natural(Math.abs(value));
        } else {
          out.byte(VALUE.double);
          out.double(value);
        }
        return;
      case 'boolean':
        out.byte(value ? VALUE.true : VALUE.false);
        return;
      case 'object': {
        if (value === null || depth >= DEPTH_MAX) {
          out.byte(VALUE.null);
        } else if (Array.isArray(value)) {
          out.byte(VALUE.array);
          out.natural(value.length);
          for (const item of value) this.#value(item, null, 0, depth + 1);
        } else {
          out.byte(VALUE.object);
          this.#object(value as Readonly<Record<string, unknown>>, depth + 1);
        }
        return;
      }
      default:
        out.byte(VALUE.undefined);
    }
  }

  #text(text: string, shape: Shape | null, key: number): void {
    const out = this.#out;
    const known = out.numberOf(text);
    if (known !== undefined) {
      if (shape !== null) shape.hits[key]!++;
      out.byte(VALUE.knownText);
      out.natural(known);
      return;
    }
    const comesAgain =
      shape === null
        ? text.length < NUMBERED_LENGTH_MAX
        : shape.misses[key]! < MISSES_TRIED || shape.hits[key]! > shape.misses[key]!;
    if (shape !== null) shape.misses[key]!++;
    if (comesAgain && out.hasNumbers) {
      out.byte(VALUE.knownText);
      out.newText(text);
    } else {
      out.byte(VALUE.text);
      out.literal(text);
    }
  }
}
