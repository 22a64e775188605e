import {nothing, type TemplateResult} from 'lit';
import type {Variation} from '../../lab/compare/vary.ts';
import type {DialogAction} from '../base/act.ts';
import {sentenceOf} from '../base/sentence-of.ts';
import type {Selection, Side} from '../selection.ts';
import type {Comparing} from './comparing.ts';
import type {Dialogs} from './dialogs.ts';
import type {PageHost} from './page-host.ts';

/** What of the page is fetched when it is first asked for: its dialogs, and two runs side by side. */
export class LateParts {
  readonly #host: PageHost;
  readonly #select: (selection: Selection, side?: Side) => void;
  #dialogs: Dialogs | null = null;
  #comparing: Comparing | null = null;
  #besideOpenings = 0;

  /** @param select selects something in one of two runs */
  constructor(host: PageHost, select: (selection: Selection, side?: Side) => void) {
    this.#host = host;
    this.#select = select;
  }

  /** Null before the first comparison. */
  get comparing(): Comparing | null {
    return this.#comparing;
  }

  /** A run beside is on its way. */
  get isBesideComing(): boolean {
    return this.#besideOpenings > 0;
  }

  get isDialogOpen(): boolean {
    return this.#dialogs?.isOpen ?? false;
  }

  renderDialogs(): TemplateResult | typeof nothing {
    return this.#dialogs?.render(this.#comparing?.problem ?? '') ?? nothing;
  }

  openDialog(action: DialogAction): Promise<void> {
    // They speak of the moment at which they were asked for, however long they take to get here.
    if (action.kind === 'share' || action.kind === 'mqadmin') this.#host.session.pause();
    return this.#telling(async () => (await this.#loadDialogs()).open(action));
  }

  /** Asks what to compare with. */
  askToCompare(): Promise<void> {
    return this.#telling(async () => {
      const comparing = await this.#loadComparing();
      await (await this.#loadDialogs()).compare(comparing);
    });
  }

  /** Compares with another run, or with none any more. */
  compareWith(variation: Variation | null): Promise<void> {
    return this.#telling(async () => {
      const comparing = await this.#loadComparing();
      if (await comparing.change(variation)) this.#dialogs?.close();
    });
  }

  /** Puts the run beside that a lesson is told with, or that a link names; null for none. */
  async openBeside(variation: Variation | null): Promise<void> {
    if (variation === null && this.#comparing === null) return;
    const {session} = this.#host;
    const {opened} = session;
    this.#besideOpenings += 1;
    await this.#telling(async () => {
      const comparing = await this.#loadComparing();
      if (session.opened === opened) await comparing.begin(variation);
    });
    this.#besideOpenings -= 1;
    this.#host.requestUpdate();
  }

  async #loadComparing(): Promise<Comparing> {
    const {Comparing: Pair} = await import('./comparing.ts');
    this.#comparing ??= new Pair(this.#host, this.#select);
    this.#host.requestUpdate();
    return this.#comparing;
  }

  async #loadDialogs(): Promise<Dialogs> {
    const {Dialogs: Box} = await import('./dialogs.ts');
    this.#dialogs ??= new Box(this.#host);
    return this.#dialogs;
  }

  /** What cannot be fetched is told. */
  async #telling(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#host.notify(sentenceOf(error));
    }
  }
}
