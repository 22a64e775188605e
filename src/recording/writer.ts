import type {CloseReason} from '../ports/network.ts';
import {BlockWriter} from './block-writer.ts';
import {FactWriter} from './fact-writer.ts';
import {
  CLOSE_REASONS,
  END_WHYS,
  type EndWhy,
  MAGIC,
  OWN_KINDS,
  type OwnKind,
  PIECE_BYTES_MAX,
  RECORD,
  type Side,
} from './format.ts';

/**
 * Writes a recording, block by block, into `sink`, which must be done with the bytes when it returns. Every method answers the number
 * of its record, by which a later one can name its cause. Its memory is bounded, whatever is recorded.
 */
export class RecordingWriter {
  readonly #out: BlockWriter;
  readonly #facts: FactWriter;
  #lastUs = 0;
  #count = 0;

  constructor(sink: (bytes: Uint8Array) => void) {
    this.#out = new BlockWriter(sink);
    this.#facts = new FactWriter(this.#out);
    sink(new TextEncoder().encode(MAGIC));
  }

  /** Whether something waits to be given to the sink. */
  get hasWaiting(): boolean {
    return this.#out.hasWaiting;
  }

  /** Closes the block and gives it to the sink. */
  flush(): void {
    this.#out.flush();
  }

  began(epochMs: number): number {
    const number = this.#begin(RECORD.began, 0, 0);
    this.#out.natural(epochMs);
    return number;
  }

  machine(atUs: number, machine: string, address: string): number {
    const number = this.#begin(RECORD.machine, atUs, 0);
    this.#out.text(machine);
    this.#out.text(address);
    return number;
  }

  process(atUs: number, process: string, machine: string, kind: OwnKind): number {
    const number = this.#begin(RECORD.process, atUs, 0);
    this.#out.text(process);
    this.#out.text(machine);
    this.#out.byte(OWN_KINDS.indexOf(kind));
    return number;
  }

  started(atUs: number, cause: number, process: string, pid: number): number {
    const number = this.#begin(RECORD.started, atUs, cause);
    this.#out.text(process);
    this.#out.natural(pid);
    return number;
  }

  stopping(atUs: number, cause: number, process: string): number {
    const number = this.#begin(RECORD.stopping, atUs, cause);
    this.#out.text(process);
    return number;
  }

  ended(atUs: number, cause: number, process: string, why: EndWhy, reason: string): number {
    const number = this.#begin(RECORD.ended, atUs, cause);
    this.#out.text(process);
    this.#out.byte(END_WHYS.indexOf(why));
    this.#out.literal(reason);
    return number;
  }

  timer(atUs: number, cause: number, process: string): number {
    const number = this.#begin(RECORD.timer, atUs, cause);
    this.#out.text(process);
    return number;
  }

  fact(atUs: number, cause: number, process: string, fact: object): number {
    const number = this.#begin(RECORD.fact, atUs, cause);
    this.#out.text(process);
    this.#facts.fact(fact);
    return number;
  }

  listening(atUs: number, cause: number, process: string, port: number): number {
    const number = this.#begin(RECORD.listening, atUs, cause);
    this.#out.text(process);
    this.#out.natural(port);
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
    this.#out.natural(connection);
    this.#out.text(process);
    this.#out.literal(localAddress);
    this.#out.literal(remoteAddress);
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
    this.#out.text(process);
    this.#out.literal(localAddress);
    this.#out.literal(remoteAddress);
    return number;
  }

  closed(atUs: number, cause: number, connection: number, side: Side, why: CloseReason): number {
    const number = this.#begin(RECORD.closed, atUs, cause);
    this.#side(connection, side);
    this.#out.byte(CLOSE_REASONS.indexOf(why));
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
    this.#out.natural(length);
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
    this.#out.text(process);
    this.#out.text(path);
    this.#out.natural(positionBytes);
    this.#out.natural(lengthBytes);
    return number;
  }

  diskTruncate(atUs: number, cause: number, process: string, path: string, sizeBytes: number): number {
    const number = this.#begin(RECORD.diskTruncate, atUs, cause);
    this.#out.text(process);
    this.#out.text(path);
    this.#out.natural(sizeBytes);
    return number;
  }

  diskRename(atUs: number, cause: number, process: string, path: string, to: string): number {
    const number = this.#begin(RECORD.diskRename, atUs, cause);
    this.#out.text(process);
    this.#out.text(path);
    this.#out.text(to);
    return number;
  }

  diskRemove(atUs: number, cause: number, process: string, path: string): number {
    const number = this.#begin(RECORD.diskRemove, atUs, cause);
    this.#out.text(process);
    this.#out.text(path);
    return number;
  }

  diskSync(atUs: number, cause: number, process: string, path: string, dirtyBytes: number): number {
    const number = this.#begin(RECORD.diskSync, atUs, cause);
    this.#out.text(process);
    this.#out.text(path);
    this.#out.natural(dirtyBytes);
    return number;
  }

  diskSynced(atUs: number, cause: number, process: string, path: string, failure: string | null): number {
    const number = this.#begin(RECORD.diskSynced, atUs, cause);
    this.#out.text(process);
    this.#out.text(path);
    this.#out.byte(failure === null ? 0 : 1);
    if (failure !== null) this.#out.literal(failure);
    return number;
  }

  farProcess(atUs: number, connection: number, pid: number, command: string): number {
    const number = this.#begin(RECORD.farProcess, atUs, 0);
    this.#out.natural(connection);
    this.#out.natural(pid);
    this.#out.text(command);
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
      this.#out.byte(isWhole && end === to ? 1 : 0);
      this.#out.natural(end - at);
      this.#out.bytes(bytes, at, end);
      if (end === to) return number;
    }
  }

  #begin(kind: number, atUs: number, cause: number): number {
    if (this.#out.isFull) this.flush();
    const number = ++this.#count;
    this.#out.byte(kind);
    // Two clocks of one machine may disagree by a rounding.
    const us = Math.max(this.#lastUs, atUs);
    this.#out.natural(us - this.#lastUs);
    this.#lastUs = us;
    this.#out.natural(cause === 0 ? 0 : number - cause);
    return number;
  }

  #side(connection: number, side: Side): void {
    this.#out.natural(connection * 2 + (side === 'asking' ? 0 : 1));
  }
}
