import {int32At} from '../../rocketmq/message/int64.ts';
import {BLANK_MAGIC, MESSAGE_MAGIC} from '../../rocketmq/message/record.ts';
import {DelayLevels} from '../../rocketmq/store/delay-levels.ts';
import {type DispatchRequest, RecordChecker} from '../../rocketmq/store/record-check.ts';
import type {World} from '../../sim/api.ts';

/** What can be looked at of machines' disks. A `World` is one. */
export type Disks = Pick<World, 'readFile' | 'listFiles'>;

/** Less than a chunk of a simulated file, so that most windows are views of it. */
export const WINDOW_BYTES = 1 << 14;
const LEDGER_BLANK_MAGIC = -1;
/** Header and length in front of the record in an entry. */
const ENTRY_HEADER_BYTES = 48;

/** A log or queue that lies in files of one size, each named by the offset of its first byte, read through a window. */
export class OffsetFiles {
  readonly #disks: Disks;
  readonly #machine: string;
  readonly #folder: string;
  readonly #fileBytes: number;
  /** Where the first file begins; -1 if there is none. */
  readonly firstOffset: number;
  #window: Uint8Array = new Uint8Array(0);
  #windowAt = -1;

  /** @param beginsAt what lies before it is no part of it any more */
  constructor(disks: Disks, machine: string, folder: string, fileBytes: number, beginsAt = 0) {
    this.#disks = disks;
    this.#machine = machine;
    this.#folder = folder;
    this.#fileBytes = fileBytes;
    let first = -1;
    for (const path of disks.listFiles(machine)) {
      const name = path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : '';
      if (!/^\d{20}$/.test(name) || Number(name) + fileBytes <= beginsAt) continue;
      if (first === -1 || Number(name) < first) first = Number(name);
    }
    this.firstOffset = first === -1 ? -1 : Math.max(first, beginsAt);
  }

  /** Bytes from an offset on, within one file: as many as are there and no more than asked for. */
  read(offset: number, lengthBytes: number): Uint8Array {
    const base = offset - (offset % this.#fileBytes);
    const length = Math.min(lengthBytes, base + this.#fileBytes - offset);
    const at = offset - this.#windowAt;
    if (this.#windowAt === -1 || at < 0 || this.#window.length < at + length) {
      const path = `${this.#folder}/${String(base).padStart(20, '0')}`;
      const wanted = Math.max(length, WINDOW_BYTES);
      this.#window = this.#disks.readFile(this.#machine, path, offset - base, wanted) ?? new Uint8Array(0);
      this.#windowAt = offset;
      return this.#window.subarray(0, length);
    }
    return this.#window.subarray(at, at + length);
  }

  nextFile(offset: number): number {
    return offset - (offset % this.#fileBytes) + this.#fileBytes;
  }
}

/** Every record of a commit log, or of a ledger, up to `endOffset`, with its bytes, for now; answers where it met something that is none, or -1. */
export function walkLog(
  log: OffsetFiles,
  endOffset: number,
  messageDelayLevel: string,
  isLedger: boolean,
  take: (record: DispatchRequest, bytes: Uint8Array) => void,
): number {
  const levels = DelayLevels.parse(messageDelayLevel);
  if (levels === null || log.firstOffset === -1) return -1;
  const checker = new RecordChecker(levels);
  for (let offset = log.firstOffset; offset < endOffset; ) {
    const head = log.read(offset, 8);
    if (head.length < 8) return offset;
    if (int32At(head, 4) === BLANK_MAGIC) {
      offset = log.nextFile(offset);
      continue;
    }
    // In a ledger a record is the body of an entry, whose own size is the second integer.
    const isEntry = isLedger && int32At(head, 4) !== MESSAGE_MAGIC;
    if (isEntry && int32At(head, 0) === LEDGER_BLANK_MAGIC) {
      offset = log.nextFile(offset);
      continue;
    }
    const skipped = isEntry ? ENTRY_HEADER_BYTES : 0;
    const sizeBytes = int32At(head, isEntry ? 4 : 0) - skipped;
    if (sizeBytes <= 0) return offset;
    const bytes = log.read(offset + skipped, sizeBytes);
    const record = checker.check(bytes, 0, bytes.length, true);
    if (record.kind !== 'message' || record.physicalOffset !== offset + skipped) return offset;
    take(record, bytes);
    offset += skipped + record.sizeBytes;
  }
  return -1;
}
