import type {Disk, DiskFile} from '../../src/ports/disk.ts';
import {DiskError} from '../../src/ports/disk.ts';
import type {Host} from '../../src/ports/host.ts';
import type {DiskSpec, FilePages, World} from '../../src/sim/api.ts';
import type {DiskFault} from '../../src/sim/disk-fault.ts';
import {PAGE_BYTES} from '../../src/sim/page-stock.ts';
import {DEFAULT_MACHINE} from '../../src/sim/presets.ts';
import type {EntryKind, EntryOf} from '../../src/sim/trace.ts';
import {program, startedWorld} from './worlds.ts';

/** 1 ms a sync, and 1 ms for each 100 pages. */
const EVEN_DISK: DiskSpec = {
  capacityBytes: 1024 ** 3,
  syncLatencyUs: 1000,
  syncJitterUs: 0,
  bandwidthBytesPerSecond: 100_000 * PAGE_BYTES,
};

/** One machine, `m1`, with a process `p` whose disk the test holds in its hand. */
export class DiskWorld {
  readonly world: World;
  #host: Host | null = null;
  /** How syncs ended, in order: `null` or the code. */
  readonly synced: (string | null)[] = [];

  constructor(options: {disk?: DiskSpec; memoryBytes?: number; seed?: string} = {}) {
    const machine = {
      ...DEFAULT_MACHINE,
      name: 'm1',
      address: '10.0.0.1',
      disk: options.disk ?? EVEN_DISK,
      memoryBytes: options.memoryBytes ?? DEFAULT_MACHINE.memoryBytes,
    };
    this.world = startedWorld({
      machines: [machine],
      seed: options.seed ?? '1',
      programs: {p: program((host) => (this.#host = host))},
    });
    this.world.runUntil(0);
  }

  get host(): Host {
    return this.#host!;
  }

  get disk(): Disk {
    return this.host.disk;
  }

  open(path = '/f'): DiskFile {
    return this.disk.open(path, 'create');
  }

  sync(file: DiskFile): void {
    file.sync((failure) => this.synced.push(failure === null ? null : failure.code));
  }

  run(ms: number): void {
    this.world.runUntil(this.world.nowUs + ms * 1000);
  }

  strike(fault: DiskFault): void {
    this.world.intervene({kind: 'disk-fault', machine: 'm1', fault});
  }

  heal(fault: 'all' | DiskFault['kind'] = 'all'): void {
    this.world.intervene({kind: 'heal-disk', machine: 'm1', fault});
  }

  losePower(): void {
    this.world.intervene({kind: 'lose-power', machine: 'm1'});
  }

  /** Power comes back and the process is started again. */
  boot(): void {
    this.world.intervene({kind: 'restore-power', machine: 'm1'});
    this.world.intervene({kind: 'start', process: 'p'});
    this.world.runUntil(this.world.nowUs);
  }

  pages(path = '/f'): Pick<FilePages, 'clean' | 'dirty' | 'goingOut' | 'failed'> | null {
    const [file] = this.world.diskPages('m1', path);
    if (file === undefined) return null;
    const {clean, dirty, goingOut, failed} = file;
    return {clean, dirty, goingOut, failed};
  }

  entries<K extends EntryKind>(kind: K): EntryOf<K>[] {
    return this.world.trace.entries.filter((entry): entry is EntryOf<K> => entry.kind === kind);
  }

  text(path: string): string | null {
    const bytes = this.world.readFile('m1', path);
    return bytes === null ? null : new TextDecoder().decode(bytes);
  }
}

/** The code of the `DiskError` that something is refused with; null where it is not. */
export function refusal(run: () => unknown): string | null {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof DiskError) return error.code;
    throw error;
  }
}

/** So many pages, each full of its own number above `base`. */
export function pagesOf(count: number, base = 1): Uint8Array {
  const bytes = new Uint8Array(count * PAGE_BYTES);
  for (let page = 0; page < count; page++)
    bytes.fill(base + page, page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
  return bytes;
}

export const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
