import {type Disk, DiskError, type DiskFile} from '../ports/disk.ts';
import type {SimDisk} from './disk.ts';
import {FileNode, FolderNode} from './file-tree.ts';
import {ExitSignal, type Held, type Life} from './process.ts';
import type {TraceLog} from './trace-log.ts';

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
class OpenFile implements DiskFile, Held {
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
    life.holds.add(this);
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
    this.#life.holds.delete(this);
    this.#node.openCount--;
    this.#disk.reclaim(this.#node);
  }

  letGo(): void {
    this.close();
  }

  #refuse(operation: string): never {
    throw new DiskError('EIO', this.path, operation);
  }
}
