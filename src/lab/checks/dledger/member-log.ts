/** One entry of a member's log, as far as it can be told from another one. */
export interface LogEntry {
  readonly index: number;
  readonly term: number;
  readonly pos: number;
  readonly sizeBytes: number;
  readonly bodyCrc: number;
}

export function isSameEntry(a: LogEntry, b: LogEntry): boolean {
  return (
    a === b ||
    (a.index === b.index &&
      a.term === b.term &&
      a.pos === b.pos &&
      a.sizeBytes === b.sizeBytes &&
      a.bodyCrc === b.bodyCrc)
  );
}

/** What took entries from a member's log. */
export type LogTaker = 'cut' | 'deleted' | 'power-loss' | 'disk-destroyed' | 'disk-fault' | 'nothing-known';

/**
 * A member's log as its facts tell it. What a cut leaves in the file is kept as well: a restart believes it if it fits (S3).
 * Where a restart finds more than was ever told, the entries are not known, and nobody judges by them.
 */
export class MemberLog {
  /** Index of the last entry; -1 if there is none. */
  end = -1;
  /** From here on, what a loss of power has left may be older pages than those that were read last. */
  unsureFrom = Number.POSITIVE_INFINITY;
  private readonly entries: (LogEntry | undefined)[] = [];
  /** Cut off, and not overwritten yet; in order of positions. */
  private ghosts: LogEntry[] = [];
  private flushedPos = 0;
  /** From here on, nothing that was told to be flushed is sure to be on the disk: syncs failed, and their pages count as clean. */
  private distrustedFrom = Number.POSITIVE_INFINITY;

  /** Undefined where there is none, or none is known. */
  at(index: number): LogEntry | undefined {
    return index <= this.end ? this.entries[index] : undefined;
  }

  holds(entry: LogEntry): boolean {
    const own = this.at(entry.index);
    return own !== undefined && isSameEntry(own, entry);
  }

  isUnsure(index: number): boolean {
    return this.unsureFrom <= index;
  }

  /** The entry whose bytes begin there, looked for from the end. */
  atPos(pos: number): LogEntry | undefined {
    for (let index = this.end; index >= 0; index -= 1) {
      const entry = this.entries[index];
      if (entry === undefined || entry.pos < pos) return undefined;
      if (entry.pos === pos) return entry;
    }
    return undefined;
  }

  append(entry: LogEntry): void {
    this.overwrite(entry);
    this.entries.length = Math.min(this.entries.length, entry.index);
    this.entries[entry.index] = entry;
    this.end = entry.index;
  }

  /** Cuts so that `last` is the last entry; answers what went. */
  cut(last: LogEntry, wasThere: boolean): LogEntry[] {
    const first = wasThere ? last.index + 1 : last.index;
    const gone: LogEntry[] = [];
    // An entry beyond the end begins the log anew there, and no index below it counts any more.
    const from = last.index > this.end + 1 ? 0 : first;
    for (let index = from; index <= this.end; index += 1) {
      const entry = this.entries[index];
      if (entry !== undefined) gone.push(entry);
    }
    if (first <= this.unsureFrom) this.unsureFrom = Number.POSITIVE_INFINITY;
    this.flushedPos = Math.min(this.flushedPos, wasThere ? last.pos + last.sizeBytes : last.pos);
    this.ghosts = [...gone, ...this.ghosts.filter(({pos}) => gone.length === 0 || pos > gone.at(-1)!.pos)];
    this.entries.length = Math.min(this.entries.length, from);
    if (!wasThere) this.overwrite(last);
    this.entries[last.index] = last;
    this.end = last.index;
    return gone;
  }

  flushed(pos: number): void {
    this.flushedPos = pos;
  }

  /** A fault of the disk begins by which syncs fail. */
  distrustSyncs(): void {
    this.distrustedFrom = Math.min(this.distrustedFrom, this.flushedPos);
  }

  /** A restart has found the log to end there; answers what went, and what has come back from behind an earlier cut. */
  recovered(
    endIndex: number,
    hadPowerLoss: boolean,
  ): {readonly gone: LogEntry[]; readonly risen: LogEntry[]} {
    const gone: LogEntry[] = [];
    const risen: LogEntry[] = [];
    for (let index = endIndex + 1; index <= this.end; index += 1) {
      const entry = this.entries[index];
      if (entry !== undefined) gone.push(entry);
    }
    this.end = Math.min(this.end, endIndex);
    this.entries.length = Math.min(this.entries.length, endIndex + 1);
    while (this.end < endIndex) {
      const next = this.ghosts.findIndex(({index, pos}) => index === this.end + 1 && this.endPos <= pos);
      if (next === -1) break;
      const entry = this.ghosts[next]!;
      this.ghosts = this.ghosts.slice(next + 1);
      this.entries[entry.index] = entry;
      this.end = entry.index;
      risen.push(entry);
    }
    // Beyond what was told: bytes that no fact spoke of.
    this.end = endIndex;
    if (hadPowerLoss) this.doubtUnflushed();
    return {gone, risen};
  }

  /** The disk is another one. */
  clear(): LogEntry[] {
    const gone = this.entries.slice(0, this.end + 1).filter((entry) => entry !== undefined);
    this.entries.length = 0;
    this.ghosts = [];
    this.end = -1;
    this.flushedPos = 0;
    this.distrustedFrom = Number.POSITIVE_INFINITY;
    this.unsureFrom = Number.POSITIVE_INFINITY;
    return gone;
  }

  private get endPos(): number {
    const last = this.entries[this.end];
    return last === undefined ? 0 : last.pos + last.sizeBytes;
  }

  private doubtUnflushed(): void {
    for (let index = this.end; index >= 0; index -= 1) {
      const entry = this.entries[index];
      if (entry === undefined) continue;
      if (entry.pos + entry.sizeBytes <= Math.min(this.flushedPos, this.distrustedFrom)) break;
      this.unsureFrom = Math.min(this.unsureFrom, index);
    }
    // What was read now is what the disk has.
    this.distrustedFrom = Number.POSITIVE_INFINITY;
  }

  private overwrite({pos, sizeBytes}: LogEntry): void {
    if (this.ghosts.length === 0) return;
    this.ghosts = this.ghosts.filter(
      (ghost) => ghost.pos + ghost.sizeBytes <= pos || pos + sizeBytes <= ghost.pos,
    );
  }
}
