import type {EntryWith} from '../by-kind.ts';

interface Cut {
  readonly from: string;
  readonly to: string;
}

/** Which ways between machines are cut, entry by entry. */
export class LinkCuts {
  private readonly cuts = new Map<string, Cut>();

  cut({from, to}: EntryWith<'link-cut'>): void {
    this.cuts.set(`${from} ${to}`, {from, to});
  }

  /** Answers whether that has healed a cut. */
  heal({from, to, direction}: EntryWith<'link-healed'>): boolean {
    const one = this.cuts.delete(`${from} ${to}`);
    const back = direction === 'both' && this.cuts.delete(`${to} ${from}`);
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
