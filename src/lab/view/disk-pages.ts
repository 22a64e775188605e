import type {FilePages} from '../../sim/api.ts';
import type {TraceEntry} from '../../sim/trace.ts';
import {TracedFile} from './file-pages.ts';

/** A sync that has been asked for; its file is unknown if it had lost its name. */
interface WaitingSync {
  readonly id: number;
  readonly file: TracedFile | null;
}

/** The disk of one machine, as the trace tells of it. */
class TracedDisk {
  files = new Map<string, TracedFile>();
  /** In the order of asking; the first is being served unless something is written back. */
  syncs: WaitingSync[] = [];
  /** What is on its way out, for whom: the id of the sync, or of the `disk-write-back` entry. */
  running: WaitingSync | null = null;

  file(path: string): TracedFile {
    let file = this.files.get(path);
    if (file === undefined) {
      file = new TracedFile();
      this.files.set(path, file);
    }
    return file;
  }

  /** The device takes the next sync up as soon as it is free. */
  serveNext(): void {
    if (this.running !== null) return;
    this.running = this.syncs.shift() ?? null;
    this.running?.file?.sendOut(Number.POSITIVE_INFINITY);
  }

  served(id: number, hasFailed: boolean): void {
    if (this.running?.id !== id) {
      this.syncs = this.syncs.filter((sync) => sync.id !== id);
      return;
    }
    this.running.file?.arrived(hasFailed);
    this.running = null;
    this.serveNext();
  }

  /** A file or folder gets another name; a file that had that name is no more. Of an empty file nothing may be known. */
  move(from: string, to: string): void {
    if (from === to) return;
    this.files.delete(to);
    const moved: [string, TracedFile][] = [];
    for (const [path, file] of this.files) {
      if (path !== from && !path.startsWith(`${from}/`)) continue;
      this.files.delete(path);
      moved.push([to + path.slice(from.length), file]);
    }
    for (const [path, file] of moved) this.files.set(path, file);
  }

  /** What was asked of the device is forgotten; what became of pages that were not durable is told file by file. */
  losePower(): void {
    this.syncs = [];
    this.running = null;
  }
}

/**
 * What the page caches and platters of a world's machines hold of each file, reduced from its trace: the same as
 * `World.diskPages` answers at that moment, without a world. Entries are given in order, each once.
 */
export class DiskPages {
  readonly #disks = new Map<string, TracedDisk>();
  readonly #machineOf = new Map<string, string>();

  take(entry: TraceEntry): void {
    switch (entry.kind) {
      case 'machine-added':
      case 'disk-replaced':
      case 'disk-destroyed':
        this.#disks.set(entry.machine, new TracedDisk());
        return;
      case 'process-added':
        this.#machineOf.set(entry.process, entry.machine);
        return;
      case 'disk-write':
        this.#named(entry)?.write(entry.positionBytes, entry.lengthBytes);
        return;
      case 'disk-truncate':
        this.#named(entry)?.truncate(entry.sizeBytes);
        return;
      case 'disk-rename':
        this.#of(entry.process)?.move(entry.path, entry.to);
        return;
      case 'disk-remove':
        this.#of(entry.process)?.files.delete(entry.path);
        return;
      case 'disk-sync': {
        const disk = this.#of(entry.process);
        disk?.syncs.push({id: entry.id, file: this.#named(entry) ?? null});
        disk?.serveNext();
        return;
      }
      case 'disk-synced':
        this.#of(entry.process)?.served(entry.cause, entry.failure !== null && entry.isEarlier !== true);
        return;
      case 'disk-write-back': {
        const disk = this.#disks.get(entry.machine);
        if (disk === undefined) return;
        disk.running = {id: entry.id, file: disk.files.get(entry.path) ?? null};
        disk.running.file?.sendOut(entry.pages);
        return;
      }
      case 'disk-written-back':
        this.#disks.get(entry.machine)?.served(entry.cause, entry.failure !== null);
        return;
      case 'machine-power-lost':
        this.#disks.get(entry.machine)?.losePower();
        return;
      case 'disk-undone': {
        const disk = this.#disks.get(entry.machine);
        if (entry.operation === 'create') disk?.files.delete(entry.path);
        else if (entry.operation === 'rename') disk?.move(entry.to, entry.path);
        return;
      }
      case 'disk-pages-lost':
        this.#disks.get(entry.machine)?.file(entry.path).settle(entry.sizeBytes, entry.pages);
        return;
      default:
    }
  }

  #of(process: string): TracedDisk | undefined {
    return this.#disks.get(this.#machineOf.get(process) ?? '');
  }

  /** The file that is meant; one that has lost its name is nobody's business any more. */
  #named({process, path}: {readonly process: string; readonly path: string}): TracedFile | undefined {
    const disk = this.#of(process);
    return path.endsWith(' (deleted)') ? undefined : disk?.file(path);
  }

  /** Pages of a machine's files that have anything in them, in order of paths; of one file, if a path is given. */
  files(machine: string, path?: string): FilePages[] {
    const files = this.#disks.get(machine)?.files ?? new Map<string, TracedFile>();
    return [...files]
      .filter(([name, file]) => file.sizeBytes > 0 && (path === undefined || path === name))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, file]) => file.pages(name));
  }
}

/** Disk pages at any moment of a trace: fast going forward, from the beginning going back. */
export class DiskPagesTrack {
  readonly #entries: readonly TraceEntry[];
  #pages = new DiskPages();
  #taken = 0;

  constructor(entries: readonly TraceEntry[]) {
    this.#entries = entries;
  }

  /** After entry `entryId`, the last of those that count. */
  at(entryId: number): DiskPages {
    if (entryId < this.#taken) {
      this.#pages = new DiskPages();
      this.#taken = 0;
    }
    for (; this.#taken < entryId; this.#taken++) this.#pages.take(this.#entries[this.#taken]!);
    return this.#pages;
  }
}
