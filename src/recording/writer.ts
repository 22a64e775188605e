import type {CloseReason} from '../ports/network.ts';
import {crc32} from '../rocketmq/message/crc32.ts';
import {
  BLOCK_BYTES,
  BLOCK_BYTES_MAX,
  BLOCK_BYTES_USUAL,
  BLOCK_HEAD_BYTES,
  CLOSE_REASONS,
  END_WHYS,
  type EndWhy,
  MAGIC,
  OWN_KINDS,
  type OwnKind,
  PIECE_BYTES_MAX,
  RECORD,
  SHAPES_MAX,
  type Side,
  TEXT_BYTES_MAX,
  TEXTS_MAX,
  VALUE,
} from './format.ts';

/** A field of a shape whose texts hardly ever come again (ids, say) is written out, and takes no numbers from others. */
const MISSES_TRIED = 24;
const DEPTH_MAX = 8;
/** What a value takes at most, a long text or a list aside. */
const VALUE_ROOM = 160;

interface Shape {
  readonly number: number;
  readonly keys: readonly string[];
  /** By key: texts of it that were new, and that were known. */
  readonly misses: number[];
  readonly hits: number[];
}

/**
 * Writes a recording, block by block, into `sink`, which must be done with the bytes when it returns. Every method answers the number
 * of its record, by which a later one can name its cause. Its memory is bounded, whatever is recorded.
 */
export class RecordingWriter {
  readonly #sink: (bytes: Uint8Array) => void;
  #buffer = new Uint8Array(BLOCK_BYTES_USUAL);
  #view = new DataView(this.#buffer.buffer);
  readonly #encoder = new TextEncoder();
  readonly #texts = new Map<string, number>();
  readonly #shapes = new Map<string, Shape>();
  #shapeNumbers = 0;
  #at = BLOCK_HEAD_BYTES;
  #lastUs = 0;
  #count = 0;

  constructor(sink: (bytes: Uint8Array) => void) {
    this.#sink = sink;
    sink(this.#encoder.encode(MAGIC));
  }

  /** Whether something waits to be given to the sink. */
  get hasWaiting(): boolean {
    return this.#at > BLOCK_HEAD_BYTES;
  }

  /** Closes the block and gives it to the sink. */
  flush(): void {
    if (!this.hasWaiting) return;
    const end = this.#at;
    this.#view.setUint32(0, end - BLOCK_HEAD_BYTES, true);
    this.#view.setUint32(4, crc32(this.#buffer, BLOCK_HEAD_BYTES, end), true);
    this.#at = BLOCK_HEAD_BYTES;
    this.#sink(this.#buffer.subarray(0, end));
  }

  began(epochMs: number): number {
    const number = this.#begin(RECORD.began, 0, 0);
    this.#natural(epochMs);
    return number;
  }

  machine(atUs: number, machine: string, address: string): number {
    const number = this.#begin(RECORD.machine, atUs, 0);
    this.#text(machine);
    this.#text(address);
    return number;
  }

  process(atUs: number, process: string, machine: string, kind: OwnKind): number {
    const number = this.#begin(RECORD.process, atUs, 0);
    this.#text(process);
    this.#text(machine);
    this.#byte(OWN_KINDS.indexOf(kind));
    return number;
  }

  started(atUs: number, cause: number, process: string, pid: number): number {
    const number = this.#begin(RECORD.started, atUs, cause);
    this.#text(process);
    this.#natural(pid);
    return number;
  }

  stopping(atUs: number, cause: number, process: string): number {
    const number = this.#begin(RECORD.stopping, atUs, cause);
    this.#text(process);
    return number;
  }

  ended(atUs: number, cause: number, process: string, why: EndWhy, reason: string): number {
    const number = this.#begin(RECORD.ended, atUs, cause);
    this.#text(process);
    this.#byte(END_WHYS.indexOf(why));
    this.#literal(reason);
    return number;
  }

  timer(atUs: number, cause: number, process: string): number {
    const number = this.#begin(RECORD.timer, atUs, cause);
    this.#text(process);
    return number;
  }

  fact(atUs: number, cause: number, process: string, fact: object): number {
    const number = this.#begin(RECORD.fact, atUs, cause);
    this.#text(process);
    this.#object(fact as Readonly<Record<string, unknown>>, 0);
    return number;
  }

  listening(atUs: number, cause: number, process: string, port: number): number {
    const number = this.#begin(RECORD.listening, atUs, cause);
    this.#text(process);
    this.#natural(port);
    return number;
  }

  connecting(
    atUs: number,
    cause: number,
    connection: number,
    process: string,
    localAddress: string,
    remoteAddress: string,
  ): number {
    const number = this.#begin(RECORD.connecting, atUs, cause);
    this.#natural(connection);
    this.#text(process);
    this.#literal(localAddress);
    this.#literal(remoteAddress);
    return number;
  }

  connected(
    atUs: number,
    cause: number,
    connection: number,
    side: Side,
    process: string,
    localAddress: string,
    remoteAddress: string,
  ): number {
    const number = this.#begin(RECORD.connected, atUs, cause);
    this.#side(connection, side);
    this.#text(process);
    this.#literal(localAddress);
    this.#literal(remoteAddress);
    return number;
  }

  closed(atUs: number, cause: number, connection: number, side: Side, why: CloseReason): number {
    const number = this.#begin(RECORD.closed, atUs, cause);
    this.#side(connection, side);
    this.#byte(CLOSE_REASONS.indexOf(why));
    return number;
  }

  /** @param isWhole whether a frame ends with `bytes` */
  sent(
    atUs: number,
    cause: number,
    connection: number,
    side: Side,
    bytes: Uint8Array,
    from: number,
    to: number,
    isWhole: boolean,
  ): number {
    return this.#pieces(RECORD.sent, atUs, cause, connection, side, bytes, from, to, isWhole);
  }

  arrived(
    atUs: number,
    cause: number,
    connection: number,
    side: Side,
    bytes: Uint8Array,
    from: number,
    to: number,
    isWhole: boolean,
  ): number {
    return this.#pieces(RECORD.arrived, atUs, cause, connection, side, bytes, from, to, isWhole);
  }

  took(atUs: number, cause: number, connection: number, side: Side, length: number): number {
    const number = this.#begin(RECORD.took, atUs, cause);
    this.#side(connection, side);
    this.#natural(length);
    return number;
  }

  endSent(atUs: number, cause: number, connection: number, side: Side): number {
    const number = this.#begin(RECORD.endSent, atUs, cause);
    this.#side(connection, side);
    return number;
  }

  endArrived(atUs: number, cause: number, connection: number, side: Side): number {
    const number = this.#begin(RECORD.endArrived, atUs, cause);
    this.#side(connection, side);
    return number;
  }

  diskWrite(
    atUs: number,
    cause: number,
    process: string,
    path: string,
    positionBytes: number,
    lengthBytes: number,
  ): number {
    const number = this.#begin(RECORD.diskWrite, atUs, cause);
    this.#text(process);
    this.#text(path);
    this.#natural(positionBytes);
    this.#natural(lengthBytes);
    return number;
  }

  diskTruncate(atUs: number, cause: number, process: string, path: string, sizeBytes: number): number {
    const number = this.#begin(RECORD.diskTruncate, atUs, cause);
    this.#text(process);
    this.#text(path);
    this.#natural(sizeBytes);
    return number;
  }

  diskRename(atUs: number, cause: number, process: string, path: string, to: string): number {
    const number = this.#begin(RECORD.diskRename, atUs, cause);
    this.#text(process);
    this.#text(path);
    this.#text(to);
    return number;
  }

  diskRemove(atUs: number, cause: number, process: string, path: string): number {
    const number = this.#begin(RECORD.diskRemove, atUs, cause);
    this.#text(process);
    this.#text(path);
    return number;
  }

  diskSync(atUs: number, cause: number, process: string, path: string, dirtyBytes: number): number {
    const number = this.#begin(RECORD.diskSync, atUs, cause);
    this.#text(process);
    this.#text(path);
    this.#natural(dirtyBytes);
    return number;
  }

  diskSynced(atUs: number, cause: number, process: string, path: string, failure: string | null): number {
    const number = this.#begin(RECORD.diskSynced, atUs, cause);
    this.#text(process);
    this.#text(path);
    this.#byte(failure === null ? 0 : 1);
    if (failure !== null) this.#literal(failure);
    return number;
  }

  farProcess(atUs: number, connection: number, pid: number, command: string): number {
    const number = this.#begin(RECORD.farProcess, atUs, 0);
    this.#natural(connection);
    this.#natural(pid);
    this.#text(command);
    return number;
  }

  over(atUs: number): number {
    return this.#begin(RECORD.over, atUs, 0);
  }

  // Parts of records.

  #pieces(
    kind: number,
    atUs: number,
    cause: number,
    connection: number,
    side: Side,
    bytes: Uint8Array,
    from: number,
    to: number,
    isWhole: boolean,
  ): number {
    for (let at = from; ; at += PIECE_BYTES_MAX) {
      const end = Math.min(to, at + PIECE_BYTES_MAX);
      const number = this.#begin(kind, atUs, cause);
      this.#side(connection, side);
      this.#byte(isWhole && end === to ? 1 : 0);
      this.#natural(end - at);
      this.#makeRoom(end - at);
      if (at === 0 && end === bytes.length) this.#buffer.set(bytes, this.#at);
      else this.#buffer.set(bytes.subarray(at, end), this.#at);
      this.#at += end - at;
      if (end === to) return number;
    }
  }

  #begin(kind: number, atUs: number, cause: number): number {
    if (this.#at >= BLOCK_BYTES) this.flush();
    const number = ++this.#count;
    this.#byte(kind);
    // Two clocks of one machine may disagree by a rounding.
    const us = Math.max(this.#lastUs, atUs);
    this.#natural(us - this.#lastUs);
    this.#lastUs = us;
    this.#natural(cause === 0 ? 0 : number - cause);
    return number;
  }

  #side(connection: number, side: Side): void {
    this.#natural(connection * 2 + (side === 'asking' ? 0 : 1));
  }

  #byte(value: number): void {
    this.#buffer[this.#at++] = value;
  }

  /** Seven bits a byte, the low ones first; exact up to 2^53. */
  #natural(value: number): void {
    const buffer = this.#buffer;
    let rest = value;
    while (rest >= 0x80) {
      buffer[this.#at++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    buffer[this.#at++] = rest;
  }

  /** A text that is likely to come again: its number, or 0 and the text itself, which has the next number from then on. */
  #text(text: string): void {
    const known = this.#texts.get(text);
    if (known !== undefined) {
      this.#natural(known);
      return;
    }
    this.#natural(0);
    this.#literal(text);
    if (this.#texts.size < TEXTS_MAX) this.#texts.set(text, this.#texts.size + 1);
  }

  #literal(text: string): void {
    const {length} = text;
    const buffer = this.#buffer;
    if (length < 0x80) {
      const start = this.#at + 1;
      let i = 0;
      for (; i < length; i++) {
        const unit = text.charCodeAt(i);
        if (unit >= 0x80) break;
        buffer[start + i] = unit;
      }
      if (i === length) {
        buffer[this.#at] = length;
        this.#at = start + length;
        return;
      }
    }
    let bytes = this.#encoder.encode(length > TEXT_BYTES_MAX ? text.slice(0, TEXT_BYTES_MAX) : text);
    if (bytes.length > TEXT_BYTES_MAX) bytes = bytes.subarray(0, TEXT_BYTES_MAX);
    this.#makeRoom(bytes.length + 16);
    this.#natural(bytes.length);
    buffer.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** For the rare record that is long: a fact that lists thousands of queues. */
  #makeRoom(bytes: number): void {
    const needed = this.#at + bytes;
    if (needed <= this.#buffer.length) return;
    if (needed > BLOCK_BYTES_MAX) throw new RangeError(`a record is longer than ${BLOCK_BYTES_MAX} bytes`);
    const larger = new Uint8Array(Math.min(BLOCK_BYTES_MAX, Math.max(needed, this.#buffer.length * 2)));
    larger.set(this.#buffer.subarray(0, this.#at));
    this.#buffer = larger;
    this.#view = new DataView(larger.buffer);
  }

  #object(object: Readonly<Record<string, unknown>>, depth: number): void {
    const keys = Object.keys(object);
    const name = keys.join('\n');
    let shape = this.#shapes.get(name);
    if (shape === undefined) {
      const isKept = this.#shapeNumbers < SHAPES_MAX;
      const number = isKept ? ++this.#shapeNumbers : 0;
      shape = {number, keys, misses: keys.map(() => 0), hits: keys.map(() => 0)};
      if (isKept) this.#shapes.set(name, shape);
      this.#makeRoom((keys.length + 1) * VALUE_ROOM);
      this.#natural(0);
      this.#natural(keys.length);
      for (const key of keys) this.#text(key);
    } else {
      this.#natural(shape.number);
    }
    for (let i = 0; i < keys.length; i++) this.#value(object[keys[i]!], shape, i, depth);
  }

  #value(value: unknown, shape: Shape | null, key: number, depth: number): void {
    this.#makeRoom(VALUE_ROOM);
    switch (typeof value) {
      case 'string':
        this.#textValue(value, shape, key);
        return;
      case 'number':
        if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
          this.#byte(value < 0 ? VALUE.negative : VALUE.natural);
          this.#natural(Math.abs(value));
        } else {
          this.#byte(VALUE.double);
          this.#view.setFloat64(this.#at, value, true);
          this.#at += 8;
        }
        return;
      case 'boolean':
        this.#byte(value ? VALUE.true : VALUE.false);
        return;
      case 'object': {
        if (value === null || depth >= DEPTH_MAX) {
          this.#byte(VALUE.null);
        } else if (Array.isArray(value)) {
          this.#byte(VALUE.array);
          this.#natural(value.length);
          for (const item of value) this.#value(item, null, 0, depth + 1);
        } else {
          this.#byte(VALUE.object);
          this.#object(value as Readonly<Record<string, unknown>>, depth + 1);
        }
        return;
      }
      default:
        this.#byte(VALUE.undefined);
    }
  }

  #textValue(text: string, shape: Shape | null, key: number): void {
    const known = this.#texts.get(text);
    if (known !== undefined) {
      if (shape !== null) shape.hits[key]!++;
      this.#byte(VALUE.knownText);
      this.#natural(known);
      return;
    }
    const comesAgain =
      shape === null
        ? text.length < 64
        : shape.misses[key]! < MISSES_TRIED || shape.hits[key]! > shape.misses[key]!;
    if (shape !== null) shape.misses[key]!++;
    if (comesAgain && this.#texts.size < TEXTS_MAX) {
      this.#byte(VALUE.knownText);
      this.#natural(0);
      this.#literal(text);
      this.#texts.set(text, this.#texts.size + 1);
    } else {
      this.#byte(VALUE.text);
      this.#literal(text);
    }
  }
}
