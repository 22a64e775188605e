import {DiskError} from '../ports/disk.ts';
import type {DiskSpec} from './api.ts';
import {type FileNode, FileTree} from './file-tree.ts';
import type {Kernel} from './kernel.ts';
import {WORLD} from './kernel.ts';
import type {SimRandom} from './random.ts';
import type {TraceLog} from './trace-log.ts';

/** A sync that finds nothing to write out still takes a call into the kernel. */
const EMPTY_SYNC_US = 5;

/** A process, as the disk sees it. When it has ended, its pages go out all the same, but nobody is told. */
export interface DiskUser {
  readonly name: string;
  readonly alive: boolean;
  run(action: () => void): void;
}

interface WaitingSync {
  readonly node: FileNode;
  readonly user: DiskUser;
  readonly cause: number;
  readonly done: (failure: DiskError | null) => void;
}

/**
 * The disk of one machine: a page cache that answers at once over a device that takes its time. Syncs are served one at a
 * time in the order asked for. It belongs to the machine: what processes wrote is still there after they have ended.
 *
 * Three places decide what the device does to a request, and a fault of the device has its place there:
 * `admit` (writes: full), `read` of a handle (reads) and `finish` (syncs).
 */
export class SimDisk {
  readonly #spec: DiskSpec;
  readonly #kernel: Kernel;
  readonly #trace: TraceLog;
  readonly #random: SimRandom;
  readonly tree = new FileTree();
  #usedBytes = 0;
  readonly #waiting: WaitingSync[] = [];
  #syncing = false;

  constructor(spec: DiskSpec, kernel: Kernel, trace: TraceLog, random: SimRandom) {
    this.#spec = spec;
    this.#kernel = kernel;
    this.#trace = trace;
    this.#random = random;
  }

  get totalBytes(): number {
    return this.#spec.capacityBytes;
  }

  get freeBytes(): number {
    return this.#spec.capacityBytes - this.#usedBytes;
  }

  /** Takes the space that a write needs, or refuses the write. */
  admit(node: FileNode, positionBytes: number, lengthBytes: number): void {
    const needed = node.contents.newSpaceFor(positionBytes, lengthBytes);
    if (needed === 0) return;
    if (needed > this.freeBytes) throw new DiskError('ENOSPC', node.path, 'write');
    this.#usedBytes += needed;
  }

  /** Space that a file gave back. */
  released(bytes: number): void {
    this.#usedBytes -= bytes;
  }

  /** Gives back the space of a file that has neither a name nor a reader any more. */
  reclaim(node: FileNode): void {
    if (node.isLinked || node.openCount > 0) return;
    this.released(node.contents.allocatedBytes);
    node.contents.truncate(0);
  }

  sync(node: FileNode, user: DiskUser, done: (failure: DiskError | null) => void): void {
    const cause = this.#trace.record({
      kind: 'disk-sync',
      process: user.name,
      path: node.path,
      dirtyBytes: node.contents.dirtyBytes,
    });
    this.#waiting.push({node, user, cause, done});
    if (!this.#syncing) this.#begin();
  }

  /** Sends out the pages that are dirty now, which include all that were dirty when the sync was asked for. */
  #begin(): void {
    const request = this.#waiting.shift();
    if (request === undefined) return;
    this.#syncing = true;
    const {contents} = request.node;
    const dirtyBytes = contents.dirtyBytes;
    const sizeBytes = contents.sizeBytes;
    contents.beginSync();
    const atUs = this.#kernel.nowUs + this.#serviceUs(dirtyBytes);
    this.#kernel.schedule(atUs, WORLD, () => this.#finish(request, sizeBytes));
  }

  #serviceUs(dirtyBytes: number): number {
    if (dirtyBytes === 0) return EMPTY_SYNC_US;
    const {syncLatencyUs, syncJitterUs, bandwidthBytesPerSecond} = this.#spec;
    const jitterUs = syncJitterUs > 0 ? this.#random.below(syncJitterUs + 1) : 0;
    return syncLatencyUs + jitterUs + Math.ceil((dirtyBytes * 1_000_000) / bandwidthBytesPerSecond);
  }

  #finish(request: WaitingSync, sizeBytes: number): void {
    const {node, user, cause, done} = request;
    node.contents.finishSync(sizeBytes);
    this.#syncing = false;
    this.#begin();
    this.#kernel.cause = cause;
    if (!user.alive) return;
    user.run(() => {
      const process = user.name;
      this.#kernel.cause = this.#trace.record({kind: 'disk-synced', process, path: node.path, failure: null});
      done(null);
    });
  }
}
