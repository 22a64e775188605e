import {type Disk, DiskError, type DiskFile} from '../ports/disk.ts';
import type {SimDisk} from './disk.ts';
import type {FailureReader} from './disk-queue.ts';
import {FileNode, FolderNode} from './file-tree.ts';
import {ExitSignal, type Held, type Life} from './process.ts';
import type {TraceLog} from './trace-log.ts';
import type {Volume} from './volume.ts';

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
    const disk = this.#disk;
    const {volume} = disk;
    if (volume.trouble === 'gone') throw new DiskError('EIO', path, 'open');
    let node: FileNode;
    if (mode === 'existing' || volume.tree.find(path) !== null) {
      node = volume.tree.findFile(path, 'open');
    } else {
      disk.admitChange(path, 'open');
      node = volume.createFile(path, this.#life.wallMs(), disk.nowUs);
    }
    return new OpenFile(disk, volume, node, this.#life, this.#trace);
  }

  exists(path: string): boolean {
    return this.#disk.volume.tree.find(path) !== null;
  }

  list(folder: string): string[] {
    const node = this.#disk.volume.tree.find(folder);
    return node instanceof FolderNode ? [...node.children.keys()].sort() : [];
  }

  isFolder(path: string): boolean {
    return this.#disk.volume.tree.find(path) instanceof FolderNode;
  }

  makeFolders(path: string): void {
    if (!this.#life.alive || this.isFolder(path)) return;
    this.#disk.admitChange(path, 'mkdir');
    this.#disk.volume.makeFolders(path, this.#disk.nowUs);
  }

  rename(from: string, to: string): void {
    if (!this.#life.alive) return;
    this.#disk.admitChange(from, 'rename');
    const {volume} = this.#disk;
    const replaced = volume.rename(from, to, this.#disk.nowUs);
    this.#trace.record({kind: 'disk-rename', process: this.#life.name, path: from, to});
    this.#unlinked(volume, replaced);
  }

  remove(path: string): void {
    const {volume} = this.#disk;
    if (!this.#life.alive || (volume.trouble !== 'gone' && volume.tree.find(path) === null)) return;
    this.#disk.admitChange(path, 'remove');
    const removed = volume.remove(path, this.#disk.nowUs);
    this.#trace.record({kind: 'disk-remove', process: this.#life.name, path});
    this.#unlinked(volume, removed);
  }

  #unlinked(volume: Volume, node: FileNode | FolderNode | null): void {
    if (!(node instanceof FileNode)) return;
    node.isLinked = false;
    this.#disk.letGo(volume, node);
  }

  modifiedMs(path: string): number {
    const {volume} = this.#disk;
    const node = volume.tree.find(path);
    if (node instanceof FileNode) return node.modifiedMs;
    if (volume.trouble === 'gone') throw new DiskError('EIO', path, 'stat');
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
class OpenFile implements DiskFile, Held, FailureReader {
  readonly #disk: SimDisk;
  /** The file system that the file is of: that of a disk which may have been replaced since. */
  readonly #volume: Volume;
  readonly #node: FileNode;
  readonly #life: Life;
  readonly #trace: TraceLog;
  #isOpen = true;
  /** A failure that nobody has been told of is told to whoever opens the file next. */
  seenFailures: number;

  constructor(disk: SimDisk, volume: Volume, node: FileNode, life: Life, trace: TraceLog) {
    this.#disk = disk;
    this.#volume = volume;
    this.#node = node;
    this.#life = life;
    this.#trace = trace;
    this.seenFailures = node.isFailureTold ? node.failures : node.failures - 1;
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
    if (positionBytes < 0 || lengthBytes < 0 || this.#volume.trouble === 'gone') this.#refuse('read');
    const {contents, flaws} = this.#node;
    const bytes = contents.read(positionBytes, lengthBytes);
    if (flaws === null) return bytes;
    if (flaws.breaksRead(contents, positionBytes, bytes.length)) this.#refuse('read');
    return flaws.rotten(contents, positionBytes, bytes);
  }

  writeAt(positionBytes: number, bytes: Uint8Array): void {
    if (!this.#life.alive) return;
    if (!this.#isOpen || positionBytes < 0) this.#refuse('write');
    const node = this.#node;
    this.#disk.write(this.#volume, node, positionBytes, bytes);
    node.modifiedMs = this.#life.wallMs();
    this.#trace.diskWrite(this.#life.name, node.tracePath, positionBytes, bytes.length);
  }

  truncate(sizeBytes: number): void {
    if (!this.#life.alive) return;
    if (!this.#isOpen || sizeBytes < 0) this.#refuse('truncate');
    const node = this.#node;
    this.#disk.truncate(this.#volume, node, sizeBytes);
    node.modifiedMs = this.#life.wallMs();
    this.#trace.record({
      kind: 'disk-truncate',
      process: this.#life.name,
      path: node.tracePath,
      sizeBytes,
    });
  }

  sync(done: (failure: DiskError | null) => void): void {
    if (!this.#life.alive) return;
    if (!this.#isOpen) this.#refuse('sync');
    this.#disk.sync(this.#volume, this.#node, this.#life, this, done);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#life.holds.delete(this);
    this.#node.openCount--;
    this.#disk.letGo(this.#volume, this.#node);
  }

  letGo(): void {
    this.close();
  }

  #refuse(operation: string): never {
    throw new DiskError('EIO', this.path, operation);
  }
}
