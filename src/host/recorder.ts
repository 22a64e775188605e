import {closeSync, openSync, writeSync} from 'node:fs';
import type {CloseReason} from '../ports/network.ts';
import type {EndWhy, OwnKind, Side} from '../recording/format.ts';
import {FrameCutter} from '../recording/frame-cutter.ts';
import {RecordingWriter} from '../recording/writer.ts';
import {FarProcesses} from './far-process.ts';

/** What waits to be written waits no longer than this: so much a kill -9 takes from the end of a recording. */
const FLUSH_MS = 200;

/** One side of a connection, as it is recorded. */
export interface RecordedSide {
  readonly connection: number;
  readonly side: Side;
  readonly process: string;
  /** Cut what is written, and what comes in, at the borders of frames. */
  readonly outgoing: FrameCutter;
  readonly incoming: FrameCutter;
  /** The other side is in this OS process too, and records what it sends. */
  isFarSideRecorded: boolean;
  /** Of an asking side, its own address, as soon as the operating system has one. */
  readonly localAddress: () => string | null;
}

/**
 * Records what the hosts of this OS process see and do, into one file. It knows what is being handled: every adapter names the
 * record that it handles (`enter`) before it calls a program, and whatever the program does has that as its cause.
 *
 * It never fails what it records: once the file takes no more, it says so and falls silent.
 */
export class Recorder {
  readonly #writer: RecordingWriter;
  readonly #failed: (why: string) => void;
  readonly #beganMs = performance.now();
  readonly #machines = new Set<string>();
  readonly #farProcesses = new FarProcesses();
  /** Asking sides whose other side may yet turn out to be in this OS process: without an address of their own yet, and with one. */
  readonly #nameless = new Set<RecordedSide>();
  readonly #asking = new Map<string, RecordedSide>();
  readonly #atExit = (): void => this.#flush();
  #fd: number;
  #isOpen = true;
  #connections = 0;
  #timer: NodeJS.Timeout | null = null;
  #cause = 0;
  /** The process whose timer runs and has done nothing yet; empty: none. */
  #silentTimerOf = '';

  /**
   * Makes the file, which must not be there yet. Throws what the operating system says.
   * @param failed told once, when the file takes no more and the recording has ended there
   */
  constructor(file: string, failed: (why: string) => void) {
    this.#fd = openSync(file, 'wx');
    this.#failed = failed;
    this.#writer = new RecordingWriter((bytes) => this.#write(bytes));
    this.#writer.began(Date.now());
    this.#flush();
    process.on('exit', this.#atExit);
  }

  /** Ends the recording in order. */
  close(): void {
    if (!this.#isOpen) return;
    this.#writer.over(this.#nowUs());
    this.#flush();
    this.#letGo();
  }

  // What is being handled.

  /** What follows is caused by this record; 0: by nothing that is recorded. */
  enter(cause: number): void {
    this.#cause = cause;
    this.#silentTimerOf = '';
  }

  /** A timer that was set because of `cause` runs. It is recorded once something comes of it. */
  enterTimer(process: string, cause: number): void {
    this.#cause = cause;
    this.#silentTimerOf = process;
  }

  /** The cause of what is put off until later: that alone is nothing that comes of a timer. */
  get causeForLater(): number {
    return this.#cause;
  }

  /** The cause of what happens now. */
  causeNow(): number {
    const process = this.#silentTimerOf;
    if (process !== '') {
      this.#silentTimerOf = '';
      this.#cause = this.#record((us) => this.#writer.timer(us, this.#cause, process));
    }
    return this.#cause;
  }

  // Processes.

  addProcess(process: string, kind: OwnKind, machine: string, address: string): void {
    this.#record((us) => {
      if (!this.#machines.has(machine)) this.#writer.machine(us, machine, address);
      this.#machines.add(machine);
      return this.#writer.process(us, process, machine, kind);
    });
  }

  /** Its start is the cause of what it does at once. */
  started(process: string, pid: number): void {
    this.enter(this.#record((us) => this.#writer.started(us, 0, process, pid)));
  }

  stopping(process: string): void {
    this.enter(this.#record((us) => this.#writer.stopping(us, 0, process)));
  }

  ended(process: string, why: EndWhy, reason: string): void {
    const cause = why === 'stopped' ? 0 : this.causeNow();
    this.#record((us) => this.#writer.ended(us, cause, process, why, reason));
  }

  fact(process: string, fact: object): void {
    const cause = this.causeNow();
    this.#record((us) => this.#writer.fact(us, cause, process, fact));
  }

  // Connections.

  listening(process: string, port: number): void {
    const cause = this.causeNow();
    this.#record((us) => this.#writer.listening(us, cause, process, port));
  }

  connecting(process: string, remoteAddress: string, localAddress: () => string | null): RecordedSide {
    const side = newSide(++this.#connections, 'asking', process, localAddress);
    this.#nameless.add(side);
    const cause = this.causeNow();
    this.#record((us) =>
      this.#writer.connecting(us, cause, side.connection, process, localAddress() ?? '', remoteAddress),
    );
    return side;
  }

  opened(side: RecordedSide, localAddress: string, remoteAddress: string): void {
    if (this.#nameless.delete(side)) this.#asking.set(localAddress, side);
    this.#connected(side, localAddress, remoteAddress);
  }

  accepted(process: string, localAddress: string, remoteAddress: string): RecordedSide {
    const far = this.#askingSideAt(remoteAddress);
    const number = far?.connection ?? ++this.#connections;
    const side = newSide(number, 'taking', process, () => localAddress);
    if (far !== null) {
      far.isFarSideRecorded = true;
      side.isFarSideRecorded = true;
    }
    this.#connected(side, localAddress, remoteAddress);
    if (far === null) {
      this.#farProcesses.find(localAddress, remoteAddress, (pid, command) => {
        this.#record((us) => this.#writer.farProcess(us, number, pid, command));
      });
    }
    return side;
  }

  #connected(side: RecordedSide, localAddress: string, remoteAddress: string): void {
    this.enter(
      this.#record((us) =>
        this.#writer.connected(us, 0, side.connection, side.side, side.process, localAddress, remoteAddress),
      ),
    );
  }

  #askingSideAt(address: string): RecordedSide | null {
    for (const side of this.#nameless) {
      if (side.localAddress() !== address) continue;
      this.#nameless.delete(side);
      return side;
    }
    const side = this.#asking.get(address);
    if (side === undefined) return null;
    this.#asking.delete(address);
    return side;
  }

  sent(side: RecordedSide, bytes: Uint8Array): void {
    const cause = this.causeNow();
    const {outgoing, connection} = side;
    for (let from = 0; from < bytes.length; ) {
      const to = outgoing.next(bytes, from);
      const begin = from;
      this.#record((us) =>
        this.#writer.sent(us, cause, connection, side.side, bytes, begin, to, outgoing.isWhole),
      );
      from = to;
    }
  }

  /** Records the piece of what has come in that begins at `from`, which from now on is handled; answers where it ends. */
  arrived(side: RecordedSide, bytes: Uint8Array, from: number): number {
    const {incoming, connection} = side;
    const to = incoming.next(bytes, from);
    this.enter(
      this.#record((us) =>
        side.isFarSideRecorded
          ? this.#writer.took(us, 0, connection, side.side, to - from)
          : this.#writer.arrived(us, 0, connection, side.side, bytes, from, to, incoming.isWhole),
      ),
    );
    return to;
  }

  endSent(side: RecordedSide): void {
    const cause = this.causeNow();
    this.#record((us) => this.#writer.endSent(us, cause, side.connection, side.side));
  }

  endArrived(side: RecordedSide): void {
    this.enter(this.#record((us) => this.#writer.endArrived(us, 0, side.connection, side.side)));
  }

  closed(side: RecordedSide, why: CloseReason): void {
    this.forget(side);
    this.enter(this.#record((us) => this.#writer.closed(us, 0, side.connection, side.side, why)));
  }

  /** The process that it belonged to has ended. */
  forget(side: RecordedSide): void {
    if (side.side !== 'asking') return;
    this.#nameless.delete(side);
    const address = side.localAddress();
    if (address !== null && this.#asking.get(address) === side) this.#asking.delete(address);
  }

  // Disk.

  diskWrite(process: string, path: string, positionBytes: number, lengthBytes: number): void {
    const cause = this.causeNow();
    this.#record((us) => this.#writer.diskWrite(us, cause, process, path, positionBytes, lengthBytes));
  }

  diskTruncate(process: string, path: string, sizeBytes: number): void {
    const cause = this.causeNow();
    this.#record((us) => this.#writer.diskTruncate(us, cause, process, path, sizeBytes));
  }

  diskRename(process: string, path: string, to: string): void {
    const cause = this.causeNow();
    this.#record((us) => this.#writer.diskRename(us, cause, process, path, to));
  }

  diskRemove(process: string, path: string): void {
    const cause = this.causeNow();
    this.#record((us) => this.#writer.diskRemove(us, cause, process, path));
  }

  /** Answers the record of the sync, which is the cause of its end. */
  diskSync(process: string, path: string, dirtyBytes: number): number {
    const cause = this.causeNow();
    return this.#record((us) => this.#writer.diskSync(us, cause, process, path, dirtyBytes));
  }

  diskSynced(process: string, path: string, cause: number, failure: string | null): void {
    this.enter(this.#record((us) => this.#writer.diskSynced(us, cause, process, path, failure)));
  }

  // The file.

  #nowUs(): number {
    return Math.floor((performance.now() - this.#beganMs) * 1000);
  }

  #record(write: (us: number) => number): number {
    if (!this.#isOpen) return 0;
    try {
      const number = write(this.#nowUs());
      this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MS).unref();
      return number;
    } catch (error) {
      this.#fail(error as Error);
      return 0;
    }
  }

  #flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (!this.#isOpen) return;
    try {
      this.#writer.flush();
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  /** Into the operating system's cache, at once: what it has taken outlives this OS process, and nothing piles up here. */
  #write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#fd, bytes, at, bytes.length - at);
  }

  #fail(error: Error): void {
    this.#letGo();
    this.#failed(error.message);
  }

  #letGo(): void {
    this.#isOpen = false;
    if (this.#timer !== null) clearTimeout(this.#timer);
    process.off('exit', this.#atExit);
    closeSync(this.#fd);
  }
}

function newSide(
  connection: number,
  side: Side,
  process: string,
  localAddress: () => string | null,
): RecordedSide {
  return {
    connection,
    side,
    process,
    outgoing: new FrameCutter(),
    incoming: new FrameCutter(),
    isFarSideRecorded: false,
    localAddress,
  };
}
