import {readFileSync} from 'node:fs';
import {gunzipSync} from 'node:zlib';
import type {Clock, Timer} from '../../../src/ports/clock.ts';
import {type Disk, DiskError, type DiskFile} from '../../../src/ports/disk.ts';
import type {Host} from '../../../src/ports/host.ts';
import type {Fact} from '../../../src/rocketmq/facts.ts';

interface MemoryFile {
  bytes: Uint8Array;
  /** What a loss of power would leave. */
  durable: Uint8Array;
  modifiedMs: number;
}

/** A disk in memory. It outlives the processes that use it, as the page cache of a machine does. */
export class MemoryDisk {
  readonly files = new Map<string, MemoryFile>();
  readonly folders = new Set<string>(['/']);
  /** Files whose name contains it cannot be synced. */
  failingSync: string | null = null;
  /** Files whose name contains it cannot be read. */
  unreadable: string | null = null;
  /** Files whose name contains it can be neither made nor written. */
  unwritable: string | null = null;
  /** Files whose name contains it cannot be removed. */
  unremovable: string | null = null;
  full = false;
  usedBytes = 40 * 1024 ** 3;
  syncs: string[] = [];

  refusesToWrite(path: string): boolean {
    return this.full || (this.unwritable !== null && path.includes(this.unwritable));
  }

  put(path: string, bytes: Uint8Array): void {
    this.makeFolders(path.slice(0, path.lastIndexOf('/')));
    this.files.set(path, {bytes, durable: bytes.slice(), modifiedMs: 0});
  }

  makeFolders(path: string): void {
    for (let folder = path; folder !== ''; folder = folder.slice(0, folder.lastIndexOf('/'))) {
      this.folders.add(folder);
    }
  }

  /** Every page that was not synced is lost. */
  losePower(): void {
    for (const file of this.files.values()) file.bytes = file.durable.slice();
  }

  under(folder: string): string[] {
    return [...this.files.keys()].filter((path) => path.startsWith(`${folder}/`)).sort();
  }
}

/** Virtual time for one machine: timers and syncs run in the order of (instant, when they were set). */
export class VirtualTime {
  nowUs = 0;
  private nextId = 0;
  private events: {atUs: number; id: number; run: () => void}[] = [];

  schedule(delayUs: number, run: () => void): number {
    const id = this.nextId++;
    this.events.push({atUs: this.nowUs + Math.max(0, Math.round(delayUs)), id, run});
    return id;
  }

  cancel(id: number): void {
    this.events = this.events.filter((event) => event.id !== id);
  }

  get pending(): number {
    return this.events.length;
  }

  runFor(ms: number): void {
    const endUs = this.nowUs + ms * 1000;
    for (;;) {
      let next = null;
      for (const event of this.events) {
        const isEarlier =
          next === null || event.atUs < next.atUs || (event.atUs === next.atUs && event.id < next.id);
        if (event.atUs <= endUs && isEarlier) next = event;
      }
      if (next === null) break;
      this.cancel(next.id);
      this.nowUs = Math.max(this.nowUs, next.atUs);
      next.run();
    }
    this.nowUs = endUs;
  }

  /** Everything that was to come is forgotten, as when a process dies. */
  clear(): void {
    this.events = [];
  }
}

export interface TestHost {
  readonly host: Host;
  readonly disk: MemoryDisk;
  readonly time: VirtualTime;
  readonly facts: Fact[];
  factsOf<K extends Fact['kind']>(kind: K): Extract<Fact, {kind: K}>[];
  /** Kills the process: none of its timers runs any more. Its writes stay. */
  kill(): void;
}

export const EPOCH_MS = Date.UTC(2026, 10, 21);
export const SYNC_MS = 2;

/** A host for a store alone: nobody ever connects, and there are no pools and no chance. */
export function testHost(disk = new MemoryDisk(), time = new VirtualTime()): TestHost {
  const facts: Fact[] = [];
  const life = {alive: true};
  const after = (delayMs: number, run: () => void): Timer => {
    const id = time.schedule(delayMs * 1000, () => life.alive && run());
    return {cancel: () => time.cancel(id)};
  };
  const clock: Clock = {
    nowMs: () => EPOCH_MS + Math.floor(time.nowUs / 1000),
    monotonicNs: () => time.nowUs * 1000,
    after,
  };
  const host = {
    identity: {
      name: 'broker',
      pid: 1,
      hostName: 'machine',
      address: '127.0.0.1',
      processors: 2,
      memoryBytes: 8 * 1024 ** 3,
      home: '/root',
    },
    clock,
    disk: diskPort(disk, clock, life),
    network: {listen: (port: number) => ({port, close: () => {}})},
    journal: {record: (fact: Fact) => facts.push(fact)},
  } as unknown as Host;
  return {
    host,
    disk,
    time,
    facts,
    factsOf: (kind) => facts.filter((fact) => fact.kind === kind) as never,
    kill: () => {
      life.alive = false;
    },
  };
}

function diskPort(disk: MemoryDisk, clock: Clock, life: {readonly alive: boolean}): Disk {
  const find = (path: string, operation: string) => {
    const file = disk.files.get(path);
    if (file === undefined) throw new DiskError('ENOENT', path, operation);
    return file;
  };
  const open = (path: string, mode: 'existing' | 'create'): DiskFile => {
    if (disk.folders.has(path)) throw new DiskError('EISDIR', path, 'open');
    if (mode === 'create' && !disk.files.has(path)) {
      if (disk.refusesToWrite(path)) throw new DiskError('ENOSPC', path, 'open');
      disk.put(path, new Uint8Array(0));
      disk.files.get(path)!.modifiedMs = clock.nowMs();
    }
    const file = find(path, 'open');
    return {
      path,
      sizeBytes: () => file.bytes.length,
      readAt: (position, length) => {
        if (position < 0 || length < 0) throw new DiskError('EIO', path, 'read');
        if (disk.unreadable !== null && path.includes(disk.unreadable)) {
          throw new DiskError('EIO', path, 'read');
        }
        return file.bytes.subarray(position, position + length);
      },
      writeAt: (position, bytes) => {
        if (disk.refusesToWrite(path)) throw new DiskError('ENOSPC', path, 'write');
        if (position < 0) throw new DiskError('EIO', path, 'write');
        if (position + bytes.length > file.bytes.length) resize(file, position + bytes.length);
        file.bytes.set(bytes, position);
        file.modifiedMs = clock.nowMs();
      },
      truncate: (size) => resize(file, size),
      sync: (done) => {
        const snapshot = file.bytes.slice();
        disk.syncs.push(path);
        clock.after(SYNC_MS, () => {
          const fails = disk.failingSync !== null && path.includes(disk.failingSync);
          if (!fails) file.durable = snapshot;
          if (life.alive) done(fails ? new DiskError('EIO', path, 'sync') : null);
        });
      },
      close: () => {},
    };
  };
  return {
    open,
    exists: (path) => disk.files.has(path) || disk.folders.has(path),
    list: (folder) => {
      const names = new Set<string>();
      for (const path of [...disk.files.keys(), ...disk.folders]) {
        if (path.startsWith(`${folder}/`)) names.add(path.slice(folder.length + 1).split('/')[0]!);
      }
      return [...names].sort();
    },
    isFolder: (path) => disk.folders.has(path),
    makeFolders: (path) => disk.makeFolders(path),
    rename: (from, to) => {
      disk.files.set(to, find(from, 'rename'));
      disk.files.delete(from);
    },
    remove: (path) => {
      if (disk.unremovable !== null && path.includes(disk.unremovable)) {
        throw new DiskError('EROFS', path, 'remove');
      }
      disk.files.delete(path);
      disk.folders.delete(path);
    },
    modifiedMs: (path) => find(path, 'stat').modifiedMs,
    freeBytes: () => 100 * 1024 ** 3 - disk.usedBytes,
    totalBytes: () => 100 * 1024 ** 3,
  };
}

function resize(file: MemoryFile, size: number): void {
  const bytes = new Uint8Array(size);
  bytes.set(file.bytes.subarray(0, size));
  file.bytes = bytes;
}

export function fixture(path: string): Buffer {
  const bytes = readFileSync(new URL(`../../fixtures/store/${path}`, import.meta.url));
  return path.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

/** Lays the files of a recorded store (folder `store/` of its archive) out under `/home/store`. */
export function unpackStore(archive: Buffer, disk: MemoryDisk): void {
  for (let at = 0; at + 512 <= archive.length && archive[at] !== 0; ) {
    const text = (from: number, length: number) =>
      archive
        .subarray(at + from, at + from + length)
        .toString('utf8')
        .replace(/\0.*$/s, '');
    const name = text(0, 100);
    const size = Number.parseInt(text(124, 12), 8);
    const content = archive.subarray(at + 512, at + 512 + size);
    if (name.endsWith('/')) disk.makeFolders(`/home/${name.slice(0, -1)}`);
    else disk.put(`/home/${name}`, Uint8Array.from(content));
    at += 512 + Math.ceil(size / 512) * 512;
  }
}
