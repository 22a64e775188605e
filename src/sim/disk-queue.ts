import {DiskError, type DiskErrorCode} from '../ports/disk.ts';
import type {Device} from './device.ts';
import type {FileNode} from './file-tree.ts';
import {type Kernel, WORLD} from './kernel.ts';
import {PAGE_BYTES} from './page-stock.ts';
import type {SimRandom} from './random.ts';
import type {TraceLog} from './trace-log.ts';
import type {Volume} from './volume.ts';
import type {WriteBack} from './write-back.ts';

/** A process, as the disk sees it. When it has ended, its pages go out all the same, but nobody is told. */
export interface DiskUser {
  readonly name: string;
  readonly alive: boolean;
  run(action: () => void): void;
}

/** An open file, as far as failures are concerned: each handle is told once of what went wrong since it last asked. */
export interface FailureReader {
  seenFailures: number;
}

export interface SyncRequest {
  readonly volume: Volume;
  readonly node: FileNode;
  readonly user: DiskUser;
  readonly handle: FailureReader;
  readonly cause: number;
  readonly done: (failure: DiskError | null) => void;
}

/** What the queue asks of its disk. */
export interface QueueOwner {
  readonly writeBack: WriteBack;
  /** Every write fails. */
  readonly refusesWrites: boolean;
  /** Every sync fails. */
  readonly failsSyncs: boolean;
  /** What is going out of a file arrives now. */
  arriving(node: FileNode): void;
  goReadOnly(): void;
}

/**
 * What waits for the device of one disk. One thing at a time goes out: syncs in the order asked for, and where none waits,
 * what the operating system writes back by itself, piece by piece.
 */
export class DiskQueue {
  readonly #machine: string;
  readonly #disk: QueueOwner;
  readonly #device: Device;
  readonly #kernel: Kernel;
  readonly #trace: TraceLog;
  readonly #random: SimRandom;
  readonly #waiting: SyncRequest[] = [];
  #running: SyncRequest | null = null;

  constructor(
    machine: string,
    disk: QueueOwner,
    device: Device,
    kernel: Kernel,
    trace: TraceLog,
    random: SimRandom,
  ) {
    this.#machine = machine;
    this.#disk = disk;
    this.#device = device;
    this.#kernel = kernel;
    this.#trace = trace;
    this.#random = random;
  }

  sync(
    volume: Volume,
    node: FileNode,
    user: DiskUser,
    handle: FailureReader,
    done: (failure: DiskError | null) => void,
  ): void {
    const cause = this.#trace.diskSync(user.name, node.tracePath, node.contents.dirtyBytes);
    const request: SyncRequest = {volume, node, user, handle, cause, done};
    if (volume.trouble === 'gone') {
      this.#answerSoon(request);
      return;
    }
    this.#waiting.push(request);
    this.begin();
  }

  /** Takes up what waits, if the device is free. */
  begin(): void {
    if (this.#device.isBusy) return;
    const request = this.#waiting.shift();
    if (request !== undefined) this.#beginSync(request);
    else this.#beginWriteBack();
  }

  /** Sends out the pages that are dirty now, which include all that were dirty when the sync was asked for. */
  #beginSync(request: SyncRequest): void {
    const {volume, node} = request;
    const {contents} = node;
    const {dirtyBytes, sizeBytes} = contents;
    // A file about which nothing has changed costs no more than the asking; else the journal is written, too.
    const commits = dirtyBytes > 0 || volume.log.hasChangeOf(node);
    const commitEnd = commits ? volume.log.end : 0;
    contents.beginSync();
    this.#disk.writeBack.sent(node);
    this.#running = request;
    this.#device.serve(dirtyBytes, this.#random, () => {
      this.#kernel.cause = request.cause;
      const isRefused = commits && this.#disk.refusesWrites;
      const hasFailed = isRefused || this.#disk.failsSyncs;
      if (hasFailed) {
        contents.failOut();
        node.failures++;
      } else {
        this.#disk.arriving(node);
        contents.finishSync(sizeBytes);
        volume.commit(commitEnd, this.#kernel.nowUs);
      }
      this.#running = null;
      const code = volume.trouble === 'read-only' && isRefused ? 'EROFS' : 'EIO';
      const failure = this.#failureFor(request, code);
      this.#answer(request, failure, !hasFailed, () => {
        if (isRefused) this.#disk.goReadOnly();
        this.begin();
      });
    });
  }

  /** What a handle is told: that something failed since it was last told of a failure, be it this sync or not. */
  #failureFor({node, handle}: SyncRequest, code: DiskErrorCode): DiskError | null {
    if (handle.seenFailures === node.failures) return null;
    handle.seenFailures = node.failures;
    node.isFailureTold = true;
    return new DiskError(code, node.path, 'sync');
  }

  /**
   * @param hasArrived what this sync sent is on the platter, whatever else has failed
   * @param next what the disk does once the answer is in the trace and before the process hears of it
   */
  #answer(
    {user, node, cause, done}: SyncRequest,
    failure: DiskError | null,
    hasArrived: boolean,
    next?: () => void,
  ): void {
    this.#kernel.cause = cause;
    const code = failure === null ? null : failure.code;
    const id = this.#trace.diskSynced(user.name, node.tracePath, code, failure !== null && hasArrived);
    this.#kernel.cause = id;
    next?.();
    this.#kernel.cause = id;
    if (user.alive) user.run(() => this.#tell(id, failure, done));
  }

  #tell(id: number, failure: DiskError | null, done: (failure: DiskError | null) => void): void {
    this.#kernel.cause = id;
    done(failure);
  }

  /** The device is gone: there is nothing to wait for. */
  #answerSoon(request: SyncRequest): void {
    this.#kernel.schedule(this.#kernel.nowUs, WORLD, () => {
      this.#answer(request, new DiskError('EIO', request.node.path, 'sync'), false);
    });
  }

  #beginWriteBack(): void {
    const piece = this.#disk.writeBack.next();
    if (piece === null) return;
    const {node, pages} = piece;
    const {contents} = node;
    const {sizeBytes} = contents;
    this.#kernel.cause = this.#disk.writeBack.cause;
    const path = node.tracePath;
    const machine = this.#machine;
    const cause = this.#trace.record({kind: 'disk-write-back', machine, path, pages});
    contents.beginWriteBack(pages);
    this.#disk.writeBack.sent(node);
    this.#device.serve(pages * PAGE_BYTES, this.#random.stream('write-back'), () => {
      this.#kernel.cause = cause;
      const hasFailed = this.#disk.refusesWrites;
      if (hasFailed) {
        contents.failOut();
        node.failures++;
        node.isFailureTold = false;
      } else {
        this.#disk.arriving(node);
        contents.finishWriteBack(sizeBytes);
      }
      const failure = hasFailed ? 'EIO' : null;
      this.#trace.record({kind: 'disk-written-back', machine, path: node.tracePath, failure});
      if (hasFailed) this.#disk.goReadOnly();
      this.begin();
    });
  }

  /** Forgets all that was asked for. */
  clear(): SyncRequest[] {
    const forgotten = this.#waiting.splice(0);
    if (this.#running !== null) forgotten.unshift(this.#running);
    this.#running = null;
    this.#device.drop();
    return forgotten;
  }

  /** The device is gone: whoever waits is told. */
  failAll(): void {
    for (const request of this.clear()) this.#answerSoon(request);
  }
}
