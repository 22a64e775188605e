import {DiskError} from '../ports/disk.ts';
import type {DiskSpec, NamedDiskFault} from './api.ts';
import {type DiskFault, type DiskFaultName, diskFaultName, namesFault} from './disk-fault.ts';
import {type FileNode, FileTree} from './file-tree.ts';
import type {Kernel} from './kernel.ts';
import {WORLD} from './kernel.ts';
import type {SimRandom} from './random.ts';
import type {DiskFaultEnd} from './trace.ts';
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
  readonly #machine: string;
  readonly #spec: DiskSpec;
  readonly #kernel: Kernel;
  readonly #trace: TraceLog;
  readonly #random: SimRandom;
  tree = new FileTree();
  readonly #faults = new Map<DiskFaultName, NamedDiskFault>();
  #usedBytes = 0;
  readonly #waiting: WaitingSync[] = [];
  #syncing = false;

  constructor(machine: string, spec: DiskSpec, kernel: Kernel, trace: TraceLog, random: SimRandom) {
    this.#machine = machine;
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
    if (needed > this.freeBytes || this.#faults.has('full'))
      throw new DiskError('ENOSPC', node.path, 'write');
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

  faults(): NamedDiskFault[] {
    return [...this.#faults.values()];
  }

  strike(fault: DiskFault): void {
    const name = diskFaultName(fault);
    this.#faults.delete(name);
    this.#faults.set(name, {name, fault, sinceUs: this.#kernel.nowUs});
    this.#trace.record({kind: 'disk-fault-struck', machine: this.#machine, name, fault});
  }

  heal(wanted: string): void {
    for (const {name, fault} of this.faults()) {
      if (namesFault(wanted, fault)) this.#lift(name, 'healed');
    }
  }

  #lift(name: DiskFaultName, why: DiskFaultEnd): void {
    this.#faults.delete(name);
    this.#trace.record({kind: 'disk-fault-lifted', machine: this.#machine, name, why});
  }

  destroy(): void {
    this.#trace.record({kind: 'disk-destroyed', machine: this.#machine});
  }

  replace(): void {
    for (const name of [...this.#faults.keys()]) this.#lift(name, 'disk-replaced');
    this.tree = new FileTree();
    this.#usedBytes = 0;
    this.#trace.record({kind: 'disk-replaced', machine: this.#machine});
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
