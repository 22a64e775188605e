import type {TraceEntry} from '../../sim/trace.ts';

interface Cut {
  readonly from: string;
  readonly to: string;
}

/** Which ways between machines are cut, entry by entry. */
export class LinkCuts {
  private readonly cuts = new Map<string, Cut>();

  /** Answers whether the entry is a cut, or has healed one. */
  take(entry: TraceEntry): boolean {
    if (entry.kind === 'link-cut') {
      const {from, to} = entry;
      this.cuts.set(`${from} ${to}`, {from, to});
      return true;
    }
    if (entry.kind !== 'link-healed') return false;
    const one = this.cuts.delete(`${entry.from} ${entry.to}`);
    const back = entry.direction === 'both' && this.cuts.delete(`${entry.to} ${entry.from}`);
    return one || back;
  }

  /** Whether anything is cut on the way from a machine to another, or back. */
  between(one: string | undefined, other: string | undefined): boolean {
    return this.cuts.has(`${one} ${other}`) || this.cuts.has(`${other} ${one}`);
  }

  /** In the order in which they were made. */
  get all(): readonly Cut[] {
    return [...this.cuts.values()];
  }

  get any(): boolean {
    return this.cuts.size > 0;
  }
}
