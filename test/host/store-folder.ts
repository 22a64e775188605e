import {createHash} from 'node:crypto';
import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fixture, MemoryDisk, unpackStore} from '../rocketmq/store/store-host.ts';

/** A copy of a store that the real broker left, in a folder that is gone after the test. */
export class StoreFolder {
  readonly path: string;
  private readonly parent = mkdtempSync(join(tmpdir(), 'lab-store-'));

  constructor(name: 'single' | 'killed') {
    const disk = new MemoryDisk();
    unpackStore(fixture(`${name}/store.tar.gz`), disk);
    this.path = join(this.parent, 'store');
    for (const [path, {bytes}] of disk.files) {
      const target = join(this.parent, path.slice('/home/'.length));
      mkdirSync(dirname(target), {recursive: true});
      writeFileSync(target, bytes);
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.parent, {recursive: true, force: true});
  }

  at(path: string): string {
    return join(this.path, path);
  }

  read(path: string): Buffer {
    return readFileSync(this.at(path));
  }

  write(path: string, bytes: Uint8Array | string): void {
    mkdirSync(dirname(this.at(path)), {recursive: true});
    writeFileSync(this.at(path), bytes);
  }

  remove(path: string): void {
    rmSync(this.at(path), {recursive: true});
  }

  /** Every file and the hash of what it holds. */
  hashes(): Map<string, string> {
    const files = readdirSync(this.path, {recursive: true, withFileTypes: true}).filter((one) =>
      one.isFile(),
    );
    const paths = files.map((one) => join(one.parentPath, one.name).slice(this.path.length + 1)).sort();
    return new Map(paths.map((path) => [path, createHash('sha256').update(this.read(path)).digest('hex')]));
  }
}

/** Lines as the real client read them from the real broker. */
export function manifestOf(name: 'single' | 'killed'): Record<string, unknown>[] {
  return fixture(`${name}/manifest.ndjson.gz`)
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

export interface RecordedState {
  readonly nonMessageOffsets_endOfFileBlanks: readonly number[];
  readonly queues: readonly {
    readonly topic: string;
    readonly queueId: number;
    readonly minOffset: number;
    readonly maxOffset: number;
    readonly pulledCommitLogOffsets: readonly number[];
  }[];
  readonly commitLogMinOffset: string;
  readonly commitLogMaxOffset: string;
  readonly keyQueries?: readonly {
    readonly topic: string;
    readonly key: string;
    readonly commitLogOffsets?: readonly number[];
  }[];
}

export function stateOf(name: 'single' | 'killed'): RecordedState {
  return JSON.parse(fixture(`${name}/state.json`).toString('utf8'));
}

/** Hashes of files as they were found, or after the real broker had started on them. */
export function recordedHashes(
  name: 'single' | 'killed',
  when: 'files' | 'files-after-restart',
): Map<string, string> {
  const lines = fixture(`${name}/${when}.sha256`).toString('utf8').trimEnd().split('\n');
  return new Map(
    lines
      .map((line) => [line.slice(66).replace('./', ''), line.slice(0, 64)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
