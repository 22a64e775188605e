import {crc32} from '../rocketmq/message/crc32.ts';
import {
  BLOCK_BYTES_MAX,
  BLOCK_HEAD_BYTES,
  CLOSE_REASONS,
  END_WHYS,
  MAGIC,
  MAGIC_WORDS,
  OWN_KINDS,
  RECORD,
  type RecordedEvent,
  SHAPES_MAX,
  type Side,
  TEXTS_MAX,
  VALUE,
} from './format.ts';

/** How the reading of a recording stands, or how it ended. */
export type RecordingState =
  /** All that was given so far is a recording, read up to its last whole block. */
  | {readonly kind: 'good'}
  /** This is no recording. */
  | {readonly kind: 'foreign'}
  /** A recording of a form that this reader does not know. */
  | {readonly kind: 'other-version'; readonly version: string}
  /** The block that begins at this byte is not what was written; nothing from there on is read. */
  | {readonly kind: 'damaged'; readonly atByte: number};

const DEPTH_MAX = 8;
const NO_BYTES = new Uint8Array(0);

/**
 * Reads a recording that comes in slices of any size, and tells each record to `event`. What is not whole yet waits for the next slice;
 * at the end of the file it is a torn tail, of which `tornBytes` tells. Nothing in a file makes it throw.
 */
export class RecordingReader {
  readonly #event: (event: RecordedEvent) => void;
  readonly #decoder = new TextDecoder();
  readonly #magic = new TextEncoder().encode(MAGIC);
  #state: RecordingState = {kind: 'good'};
  #waiting: Uint8Array = NO_BYTES;
  /** Where `#waiting` begins in the file. */
  #waitingFrom = 0;
  #isBegun = false;
  readonly #texts: string[] = [];
  readonly #shapes: (readonly string[])[] = [];
  #number = 0;
  #nowUs = 0;
  // The block being read.
  #bytes: Uint8Array = NO_BYTES;
  #view: DataView = new DataView(NO_BYTES.buffer);
  #at = 0;
  #end = 0;

  constructor(event: (event: RecordedEvent) => void) {
    this.#event = event;
  }

  get state(): RecordingState {
    return this.#state;
  }

  /** Bytes given that belong to no whole block. After the last slice: what the tail has lost its rest of. */
  get tornBytes(): number {
    return this.#waiting.length;
  }

  /** Records read so far. */
  get recordCount(): number {
    return this.#number;
  }

  /** Moment of the last record. */
  get lastUs(): number {
    return this.#nowUs;
  }

  /** Takes the next slice, whose bytes must not change any more: recorded bytes are views of it. */
  take(slice: Uint8Array): void {
    if (this.#state.kind !== 'good') return;
    const bytes = this.#waiting.length === 0 ? slice : joined(this.#waiting, slice);
    let at = 0;
    if (!this.#isBegun) {
      if (!this.#readMagic(bytes)) return;
      at = this.#magic.length;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    while (bytes.length - at >= BLOCK_HEAD_BYTES) {
      const length = view.getUint32(at, true);
      const blockFrom = this.#waitingFrom + at;
      if (length > BLOCK_BYTES_MAX) {
        this.#state = {kind: 'damaged', atByte: blockFrom};
        return;
      }
      const from = at + BLOCK_HEAD_BYTES;
      if (bytes.length - from < length) break;
      if (crc32(bytes, from, from + length) !== view.getUint32(at + 4, true) || length === 0) {
        this.#state = {kind: 'damaged', atByte: blockFrom};
        return;
      }
      if (!this.#readBlock(bytes, view, from, from + length)) {
        this.#state = {kind: 'damaged', atByte: blockFrom};
        return;
      }
      at = from + length;
    }
    this.#waitingFrom += at;
    this.#waiting = at === bytes.length ? NO_BYTES : bytes.slice(at);
  }

  /** False: not enough of it yet, or none. */
  #readMagic(bytes: Uint8Array): boolean {
    const magic = this.#magic;
    const words = MAGIC_WORDS.length;
    for (let i = 0; i < Math.min(bytes.length, magic.length); i++) {
      if (bytes[i] === magic[i]) continue;
      const version = /^[^\n]{0,12}/.exec(this.#decoder.decode(bytes.subarray(words, words + 12)))?.[0] ?? '';
      this.#state = i < words ? {kind: 'foreign'} : {kind: 'other-version', version};
      return false;
    }
    this.#isBegun = bytes.length >= magic.length;
    if (!this.#isBegun) this.#waiting = bytes.slice();
    return this.#isBegun;
  }

  #readBlock(bytes: Uint8Array, view: DataView, from: number, end: number): boolean {
    this.#bytes = bytes;
    this.#view = view;
    this.#at = from;
    this.#end = end;
    while (this.#at < end) {
      const event = this.#record();
      if (event === null || this.#at > end) return false;
      this.#event(event);
    }
    return true;
  }

  #record(): RecordedEvent | null {
    const code = this.#byte();
    const number = ++this.#number;
    this.#nowUs += this.#natural();
    const atUs = this.#nowUs;
    if (!Number.isSafeInteger(atUs)) return null;
    const back = this.#natural();
    if (back >= number) return null;
    const cause = back === 0 ? 0 : number - back;
    switch (code) {
      case RECORD.began:
        return {number, atUs, cause, kind: 'began', epochMs: this.#natural()};
      case RECORD.machine:
        return {number, atUs, cause, kind: 'machine', machine: this.#text(), address: this.#text()};
      case RECORD.process: {
        const process = this.#text();
        const machine = this.#text();
        const processKind = OWN_KINDS[this.#byte()];
        return processKind === undefined
          ? null
          : {number, atUs, cause, kind: 'process', process, machine, processKind};
      }
      case RECORD.started:
        return {number, atUs, cause, kind: 'started', process: this.#text(), pid: this.#natural()};
      case RECORD.stopping:
        return {number, atUs, cause, kind: 'stopping', process: this.#text()};
      case RECORD.ended: {
        const process = this.#text();
        const why = END_WHYS[this.#byte()];
        const reason = this.#literal();
        return why === undefined ? null : {number, atUs, cause, kind: 'ended', process, why, reason};
      }
      case RECORD.timer:
        return {number, atUs, cause, kind: 'timer', process: this.#text()};
      case RECORD.fact: {
        const process = this.#text();
        const fact = this.#object(0);
        if (typeof fact?.['kind'] !== 'string') return null;
        return {number, atUs, cause, kind: 'fact', process, fact: fact as {kind: string}};
      }
      case RECORD.listening:
        return {number, atUs, cause, kind: 'listening', process: this.#text(), port: this.#natural()};
      case RECORD.connecting: {
        const connection = this.#natural();
        const process = this.#text();
        const localAddress = this.#literal();
        const remoteAddress = this.#literal();
        return {number, atUs, cause, kind: 'connecting', connection, process, localAddress, remoteAddress};
      }
      case RECORD.connected: {
        const {connection, side} = this.#side();
        const process = this.#text();
        const localAddress = this.#literal();
        const remoteAddress = this.#literal();
        return {
          number,
          atUs,
          cause,
          kind: 'connected',
          connection,
          side,
          process,
          localAddress,
          remoteAddress,
        };
      }
      case RECORD.closed: {
        const {connection, side} = this.#side();
        const why = CLOSE_REASONS[this.#byte()];
        return why === undefined ? null : {number, atUs, cause, kind: 'closed', connection, side, why};
      }
      case RECORD.sent:
      case RECORD.arrived: {
        const {connection, side} = this.#side();
        const isWhole = this.#byte() === 1;
        const length = this.#natural();
        if (length > this.#end - this.#at) return null;
        const bytes = this.#bytes.subarray(this.#at, this.#at + length);
        this.#at += length;
        const kind = code === RECORD.sent ? 'sent' : 'arrived';
        return {number, atUs, cause, kind, connection, side, isWhole, bytes};
      }
      case RECORD.took: {
        const {connection, side} = this.#side();
        return {number, atUs, cause, kind: 'took', connection, side, length: this.#natural()};
      }
      case RECORD.endSent:
      case RECORD.endArrived: {
        const kind = code === RECORD.endSent ? 'end-sent' : 'end-arrived';
        return {number, atUs, cause, kind, ...this.#side()};
      }
      case RECORD.diskWrite: {
        const process = this.#text();
        const path = this.#text();
        const positionBytes = this.#natural();
        const lengthBytes = this.#natural();
        return {number, atUs, cause, kind: 'disk-write', process, path, positionBytes, lengthBytes};
      }
      case RECORD.diskTruncate: {
        const process = this.#text();
        const path = this.#text();
        return {number, atUs, cause, kind: 'disk-truncate', process, path, sizeBytes: this.#natural()};
      }
      case RECORD.diskRename: {
        const process = this.#text();
        const path = this.#text();
        return {number, atUs, cause, kind: 'disk-rename', process, path, to: this.#text()};
      }
      case RECORD.diskRemove:
        return {number, atUs, cause, kind: 'disk-remove', process: this.#text(), path: this.#text()};
      case RECORD.diskSync: {
        const process = this.#text();
        const path = this.#text();
        return {number, atUs, cause, kind: 'disk-sync', process, path, dirtyBytes: this.#natural()};
      }
      case RECORD.diskSynced: {
        const process = this.#text();
        const path = this.#text();
        const failure = this.#byte() === 0 ? null : this.#literal();
        return {number, atUs, cause, kind: 'disk-synced', process, path, failure};
      }
      case RECORD.farProcess: {
        const connection = this.#natural();
        const pid = this.#natural();
        return {number, atUs, cause, kind: 'far-process', connection, pid, command: this.#text()};
      }
      case RECORD.over:
        return {number, atUs, cause, kind: 'over'};
      default:
        return null;
    }
  }

  #side(): {connection: number; side: Side} {
    const both = this.#natural();
    return {connection: Math.floor(both / 2), side: both % 2 === 0 ? 'asking' : 'taking'};
  }

  /** Beyond the block's end everything reads as 0, and `#at` tells of it. */
  #byte(): number {
    return this.#at < this.#end ? this.#bytes[this.#at++]! : this.#beyond();
  }

  #beyond(): 0 {
    this.#at = this.#end + 1;
    return 0;
  }

  #natural(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      const byte = this.#byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      if (factor > 2 ** 49) return this.#beyond();
    }
  }

  #text(): string {
    const number = this.#natural();
    if (number !== 0) return this.#texts[number - 1] ?? this.#unknown();
    const text = this.#literal();
    if (this.#texts.length < TEXTS_MAX) this.#texts.push(text);
    return text;
  }

  #unknown(): string {
    this.#beyond();
    return '';
  }

  #literal(): string {
    const length = this.#natural();
    if (length > this.#end - this.#at) return this.#unknown();
    const bytes = this.#bytes;
    const from = this.#at;
    this.#at += length;
    if (length < 48) {
      let text = '';
      let i = 0;
      for (; i < length; i++) {
        const byte = bytes[from + i]!;
        if (byte >= 0x80) break;
        text += String.fromCharCode(byte);
      }
      if (i === length) return text;
    }
    return this.#decoder.decode(bytes.subarray(from, from + length));
  }

  #object(depth: number): Record<string, unknown> | null {
    const number = this.#natural();
    let keys = this.#shapes[number - 1];
    if (number === 0) {
      const count = this.#natural();
      if (count > this.#end - this.#at) return null;
      const read: string[] = [];
      for (let i = 0; i < count; i++) read.push(this.#text());
      keys = read;
      if (this.#shapes.length < SHAPES_MAX) this.#shapes.push(keys);
    }
    if (keys === undefined) {
      this.#beyond();
      return null;
    }
    const object: Record<string, unknown> = {};
    for (const key of keys) {
      const value = this.#value(depth);
      // An own field, whatever its name.
      if (key === '__proto__') Object.defineProperty(object, key, {value, enumerable: true});
      else object[key] = value;
    }
    return object;
  }

  #value(depth: number): unknown {
    switch (this.#byte()) {
      case VALUE.true:
        return true;
      case VALUE.false:
        return false;
      case VALUE.natural:
        return this.#natural();
      case VALUE.negative:
        return -this.#natural();
      case VALUE.double: {
        if (this.#end - this.#at < 8) return this.#beyond();
        this.#at += 8;
        return this.#view.getFloat64(this.#at - 8, true);
      }
      case VALUE.text:
        return this.#literal();
      case VALUE.knownText:
        return this.#text();
      case VALUE.array: {
        const count = this.#natural();
        if (count > this.#end - this.#at || depth > DEPTH_MAX) return this.#beyond();
        const items: unknown[] = [];
        for (let i = 0; i < count; i++) items.push(this.#value(depth + 1));
        return items;
      }
      case VALUE.object:
        return depth > DEPTH_MAX ? this.#beyond() : this.#object(depth + 1);
      case VALUE.undefined:
        return undefined;
      default:
        return null;
    }
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** Whether a file that begins so is a recording, of whatever version. */
export function isRecording(begin: Uint8Array): boolean {
  for (let i = 0; i < MAGIC_WORDS.length; i++) if (begin[i] !== MAGIC_WORDS.charCodeAt(i)) return false;
  return true;
}
