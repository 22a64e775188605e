import type {GroupTeller} from '../../lab/narration/context.ts';

/** The sentences about DLedger groups in one language, fetched when the first of them is wanted. */
export class GroupSentences {
  readonly #fetch: () => Promise<GroupTeller>;
  #tell: GroupTeller | null = null;
  #isFetching = false;
  /** Is called once they are there: what could not be told before can be now. */
  onArrival: () => void = () => undefined;

  constructor(fetch: () => Promise<GroupTeller>) {
    this.#fetch = fetch;
  }

  get isThere(): boolean {
    return this.#tell !== null;
  }

  readonly tell: GroupTeller = (who, fact, ledgerRole) => {
    if (this.#tell !== null) return this.#tell(who, fact, ledgerRole);
    if (!this.#isFetching) void this.#begin();
    return null;
  };

  async #begin(): Promise<void> {
    this.#isFetching = true;
    try {
      this.#tell = await this.#fetch();
      this.onArrival();
    } catch {
      // Asked for again with the next sentence.
      this.#isFetching = false;
    }
  }
}
