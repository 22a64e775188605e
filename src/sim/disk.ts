import {type Disk, DiskError, type DiskFile} from '../ports/disk.ts';
import type {DiskSpec} from './api.ts';
import {FileNode, FileTree, FolderNode} from './file-tree.ts';
import type {Kernel} from './kernel.ts';
import {WORLD} from './kernel.ts';
import {ExitSignal, type Life} from './process.ts';
import type {SimRandom} from './random.ts';
import type {TraceLog} from './trace-log.ts';

/** A sync that finds nothing to write out still takes a call into the kernel. */
const EMPTY_SYNC_US = 5;

interface WaitingSync {
  readonly node: FileNode;
  /** Null for a handle whose process has ended: the pages go out all the same. */
  readonly life: Life;
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

  sync(node: FileNode, life: Life, done: (failure: DiskError | null) => void): void {
    const cause = this.#trace.record({
      kind: 'disk-sync',
      process: life.name,
      path: node.path,
      dirtyBytes: node.contents.dirtyBytes,
    });
    this.#waiting.push({node, life, cause, done});
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
    const {node, life, cause, done} = request;
    node.contents.finishSync(sizeBytes);
    this.#syncing = false;
    this.#begin();
    this.#kernel.cause = cause;
    if (!life.alive) return;
    life.run(() => {
      const process = life.name;
      this.#kernel.cause = this.#trace.record({kind: 'disk-synced', process, path: node.path, failure: null});
      done(null);
    });
  }
}

/** The disk of its machine as one process sees it. */
export class ProcessDisk implements Disk {
  readonly #disk: SimDisk;
  readonly #life: Life;
  readonly #trace: TraceLog;

  constructor(disk: SimDisk, life: Life, trace: TraceLog) {
    this.#disk = disk;
    this.#life = life;
    this.#trace = trace;
  }

  open(path: string, mode: 'existing' | 'create'): DiskFile {
    if (!this.#life.alive) throw new ExitSignal();
    const {tree} = this.#disk;
    const node = mode === 'create' ? tree.createFile(path, this.#life.wallMs()) : tree.findFile(path, 'open');
    return new OpenFile(this.#disk, node, this.#life, this.#trace);
  }

  exists(path: string): boolean {
    return this.#disk.tree.find(path) !== null;
  }

  list(folder: string): string[] {
    const node = this.#disk.tree.find(folder);
    return node instanceof FolderNode ? [...node.children.keys()].sort() : [];
  }

  isFolder(path: string): boolean {
    return this.#disk.tree.find(path) instanceof FolderNode;
  }

  makeFolders(path: string): void {
    if (this.#life.alive) this.#disk.tree.makeFolders(path);
  }

  rename(from: string, to: string): void {
    if (!this.#life.alive) return;
    this.#unlinked(this.#disk.tree.rename(from, to));
    this.#trace.record({kind: 'disk-rename', process: this.#life.name, path: from, to});
  }

  remove(path: string): void {
    if (!this.#life.alive || this.#disk.tree.find(path) === null) return;
    this.#unlinked(this.#disk.tree.remove(path));
    this.#trace.record({kind: 'disk-remove', process: this.#life.name, path});
  }

  #unlinked(node: FileNode | null): void {
    if (node === null) return;
    node.isLinked = false;
    this.#disk.reclaim(node);
  }

  modifiedMs(path: string): number {
    const node = this.#disk.tree.find(path);
    if (node instanceof FileNode) return node.modifiedMs;
    throw new DiskError(node === null ? 'ENOENT' : 'EISDIR', path, 'stat');
  }

  freeBytes(): number {
    return this.#disk.freeBytes;
  }

  totalBytes(): number {
    return this.#disk.totalBytes;
  }
}

/** One process's open file. Once closed, or once its process has ended, it changes nothing any more. */
export class OpenFile implements DiskFile {
  readonly #disk: SimDisk;
  readonly #node: FileNode;
  readonly #life: Life;
  readonly #trace: TraceLog;
  #isOpen = true;

  constructor(disk: SimDisk, node: FileNode, life: Life, trace: TraceLog) {
    this.#disk = disk;
    this.#node = node;
    this.#life = life;
    this.#trace = trace;
    node.openCount++;
    life.files.add(this);
  }

  get path(): string {
    return this.#node.path;
  }

  sizeBytes(): number {
    return this.#node.contents.sizeBytes;
  }

  readAt(positionBytes: number, lengthBytes: number): Uint8Array {
    if (positionBytes < 0 || lengthBytes < 0) this.#refuse('read');
    return this.#node.contents.read(positionBytes, lengthBytes);
  }

  writeAt(positionBytes: number, bytes: Uint8Array): void {
    if (!this.#life.alive) return;
    if (!this.#isOpen || positionBytes < 0) this.#refuse('write');
    const node = this.#node;
    this.#disk.admit(node, positionBytes, bytes.length);
    node.contents.write(positionBytes, bytes);
    node.modifiedMs = this.#life.wallMs();
    this.#trace.diskWrite(this.#life.name, node.path, positionBytes, bytes.length);
  }

  truncate(sizeBytes: number): void {
    if (!this.#life.alive) return;
    if (!this.#isOpen || sizeBytes < 0) this.#refuse('truncate');
    const {contents} = this.#node;
    const before = contents.allocatedBytes;
    contents.truncate(sizeBytes);
    this.#disk.released(before - contents.allocatedBytes);
    this.#node.modifiedMs = this.#life.wallMs();
    this.#trace.record({kind: 'disk-truncate', process: this.#life.name, path: this.path, sizeBytes});
  }

  sync(done: (failure: DiskError | null) => void): void {
    if (!this.#life.alive) return;
    if (!this.#isOpen) this.#refuse('sync');
    this.#disk.sync(this.#node, this.#life, done);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#life.files.delete(this);
    this.#node.openCount--;
    this.#disk.reclaim(this.#node);
  }

  #refuse(operation: string): never {
    throw new DiskError('EIO', this.path, operation);
  }
}
