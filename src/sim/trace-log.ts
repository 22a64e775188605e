import type {FactShape} from '../ports/journal.ts';
import {ByteArena} from './byte-arena.ts';
import type {Kernel} from './kernel.ts';
import type {BytesRef, TraceEntry, TraceReader} from './trace.ts';
import {TraceHash} from './trace-hash.ts';

type BodyOf<E> = E extends TraceEntry ? Omit<E, 'id' | 'atUs' | 'cause'> : never;
/** An entry without what the log itself adds: its number, its time and its cause. */
export type EntryBody = BodyOf<TraceEntry>;

/**
 * The trace as it is written. Entries get their time and cause from the kernel. Each is added to the hash as it is written,
 * with the bytes that it speaks of, so an entry that is changed afterwards no longer agrees with the hash.
 */
export class TraceLog implements TraceReader {
  readonly entries: TraceEntry[] = [];
  readonly #kernel: Kernel;
  readonly #arena = new ByteArena();
  readonly #hash = new TraceHash();
  /** How many entries have been let go, from the first. */
  #forgotten = 0;
  /** Name of the process that an owner number stands for, by owner. */
  readonly #ownerNames: string[] = [''];

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  nameOwner(owner: number, name: string): void {
    this.#ownerNames[owner] = name;
  }

  bytes(ref: BytesRef): Uint8Array {
    return this.#arena.read(ref);
  }

  /**
   * Lets go of the entries up to and including `throughEntry` and of their bytes: whoever reads the trace has taken them over.
   * Ids and the hash go on as if nothing had happened; what was let go reads as undefined.
   */
  forget(throughEntry: number): void {
    const end = Math.min(throughEntry, this.entries.length);
    let sentUpTo = -1;
    for (; this.#forgotten < end; this.#forgotten += 1) {
      const entry = this.entries[this.#forgotten]!;
      if (entry.kind === 'bytes-sent') sentUpTo = entry.bytes.offset;
      this.entries[this.#forgotten] = undefined as unknown as TraceEntry;
    }
    if (sentUpTo >= 0) this.#arena.releaseBefore(sentUpTo);
  }

  digest(): string {
    return this.#hash.digest();
  }

  /** Writes an entry and answers its id. The kinds that come by the hundred thousand have methods of their own below. */
  record(body: EntryBody): number {
    const cause = this.causeNow();
    const id = this.entries.length + 1;
    const entry = {id, atUs: this.#kernel.nowUs, cause, ...body} as TraceEntry;
    this.entries.push(entry);
    hashEntry(this.#hash, entry, this.#arena);
    return id;
  }

  // Here the fields of an entry are hashed from where they come from: an entry's own, read back among those of thirty other shapes, would each
  // be looked up by name.

  bytesSent(connection: number, process: string, peer: string, bytes: Uint8Array, arrivesUs: number): number {
    const cause = this.causeNow();
    const id = this.entries.length + 1;
    const ref = {offset: this.#arena.add(bytes), length: bytes.length};
    const atUs = this.#kernel.nowUs;
    this.entries.push({
      id,
      atUs,
      cause,
      kind: 'bytes-sent',
      connection,
      process,
      peer,
      bytes: ref,
      arrivesUs,
    });
    hashBytesSent(this.#hash, id, atUs, cause, connection, process, peer, arrivesUs, ref, this.#arena);
    return id;
  }

  bytesArrived(connection: number, process: string, peer: string, sent: number): number {
    const cause = this.causeNow();
    const id = this.entries.length + 1;
    const atUs = this.#kernel.nowUs;
    this.entries.push({id, atUs, cause, kind: 'bytes-arrived', connection, process, peer, sent});
    hashBytesArrived(this.#hash, id, atUs, cause, connection, process, peer, sent);
    return id;
  }

  fact(process: string, fact: FactShape): void {
    const cause = this.causeNow();
    const id = this.entries.length + 1;
    const atUs = this.#kernel.nowUs;
    this.entries.push({id, atUs, cause, kind: 'fact', process, fact});
    hashFact(this.#hash, id, atUs, cause, process, fact);
  }

  diskWrite(process: string, path: string, positionBytes: number, lengthBytes: number): void {
    const cause = this.causeNow();
    const id = this.entries.length + 1;
    const atUs = this.#kernel.nowUs;
    this.entries.push({id, atUs, cause, kind: 'disk-write', process, path, positionBytes, lengthBytes});
    hashDiskWrite(this.#hash, id, atUs, cause, process, path, positionBytes, lengthBytes);
  }

  diskSync(process: string, path: string, dirtyBytes: number): number {
    const cause = this.causeNow();
    const id = this.entries.length + 1;
    const entry = {
      id,
      atUs: this.#kernel.nowUs,
      cause,
      kind: 'disk-sync',
      process,
      path,
      dirtyBytes,
    } as const;
    this.entries.push(entry);
    hashOther(this.#hash, entry);
    return id;
  }

  diskSynced(process: string, path: string, failure: string | null, isEarlier: boolean): number {
    if (isEarlier) return this.record({kind: 'disk-synced', process, path, failure, isEarlier});
    const cause = this.causeNow();
    const id = this.entries.length + 1;
    const entry = {id, atUs: this.#kernel.nowUs, cause, kind: 'disk-synced', process, path, failure} as const;
    this.entries.push(entry);
    hashOther(this.#hash, entry);
    return id;
  }

  /** The cause of what happens now. A running timer gets its own entry here, once it turns out that something comes of it. */
  causeNow(): number {
    const kernel = this.#kernel;
    if (kernel.inSilentTimer) {
      kernel.inSilentTimer = false;
      const id = this.entries.length + 1;
      const process = this.#ownerNames[kernel.owner] ?? '';
      const {nowUs: atUs, cause} = kernel;
      this.entries.push({id, atUs, cause, kind: 'timer-ran', process});
      hashTimerRan(this.#hash, id, atUs, cause, process);
      kernel.cause = id;
    }
    return kernel.cause;
  }
}

/** Computes the hash of a whole trace anew. Differs from the log's own if an entry was changed after it was written. */
export function rehash(entries: readonly TraceEntry[], bytes: (ref: BytesRef) => Uint8Array): string {
  const hash = new TraceHash();
  const arena = new ByteArena();
  for (const entry of entries) {
    if (entry.kind === 'bytes-sent') {
      const copy = {...entry, bytes: {offset: arena.add(bytes(entry.bytes)), length: entry.bytes.length}};
      hashEntry(hash, copy, arena);
    } else {
      hashEntry(hash, entry, arena);
    }
  }
  return hash.digest();
}

// The usual kinds are hashed field by field; every field counts. Offsets in the arena follow from the lengths.
const BYTES_SENT = 1;
const BYTES_ARRIVED = 2;
const FACT = 3;
const TIMER_RAN = 4;
const DISK_WRITE = 5;
const OTHER = 6;

function hashEntry(hash: TraceHash, entry: TraceEntry, arena: ByteArena): void {
  const {id, atUs, cause} = entry;
  switch (entry.kind) {
    case 'bytes-sent': {
      const {connection, process, peer, arrivesUs, bytes} = entry;
      hashBytesSent(hash, id, atUs, cause, connection, process, peer, arrivesUs, bytes, arena);
      return;
    }
    case 'bytes-arrived':
      hashBytesArrived(hash, id, atUs, cause, entry.connection, entry.process, entry.peer, entry.sent);
      return;
    case 'fact':
      hashFact(hash, id, atUs, cause, entry.process, entry.fact);
      return;
    case 'timer-ran':
      hashTimerRan(hash, id, atUs, cause, entry.process);
      return;
    case 'disk-write': {
      const {process, path, positionBytes, lengthBytes} = entry;
      hashDiskWrite(hash, id, atUs, cause, process, path, positionBytes, lengthBytes);
      return;
    }
    default:
      hashOther(hash, entry);
  }
}

function hashBase(hash: TraceHash, id: number, atUs: number, cause: number): void {
  hash.word(id);
  hash.natural(atUs);
  hash.word(cause);
}

function hashBytesSent(
  hash: TraceHash,
  id: number,
  atUs: number,
  cause: number,
  connection: number,
  process: string,
  peer: string,
  arrivesUs: number,
  {offset, length}: BytesRef,
  arena: ByteArena,
): void {
  hash.word(BYTES_SENT);
  hashBase(hash, id, atUs, cause);
  hash.word(connection);
  hash.string(process);
  hash.string(peer);
  hash.natural(arrivesUs);
  if (length > 0) hash.paddedBytes(arena.wordsAt(offset), arena.wordOf(offset), length);
}

function hashBytesArrived(
  hash: TraceHash,
  id: number,
  atUs: number,
  cause: number,
  connection: number,
  process: string,
  peer: string,
  sent: number,
): void {
  hash.word(BYTES_ARRIVED);
  hashBase(hash, id, atUs, cause);
  hash.word(connection);
  hash.string(process);
  hash.string(peer);
  hash.word(sent);
}

function hashFact(
  hash: TraceHash,
  id: number,
  atUs: number,
  cause: number,
  process: string,
  fact: FactShape,
): void {
  hash.word(FACT);
  hashBase(hash, id, atUs, cause);
  hash.string(process);
  hash.object(fact as unknown as Record<string, unknown>);
}

function hashTimerRan(hash: TraceHash, id: number, atUs: number, cause: number, process: string): void {
  hash.word(TIMER_RAN);
  hashBase(hash, id, atUs, cause);
  hash.string(process);
}

function hashDiskWrite(
  hash: TraceHash,
  id: number,
  atUs: number,
  cause: number,
  process: string,
  path: string,
  positionBytes: number,
  lengthBytes: number,
): void {
  hash.word(DISK_WRITE);
  hashBase(hash, id, atUs, cause);
  hash.string(process);
  hash.string(path);
  hash.natural(positionBytes);
  hash.natural(lengthBytes);
}

function hashOther(hash: TraceHash, entry: TraceEntry): void {
  hash.word(OTHER);
  hash.object(entry as unknown as Record<string, unknown>);
}
