import {html, type TemplateResult} from 'lit';
import type {Difference} from '../../lab/compare/first-difference.ts';
import type {Variation} from '../../lab/compare/vary.ts';
import type {ActEvent} from '../base/act.ts';
import type {SideSelectEvent} from '../compare/side-by-side.ts';
import {allWords} from '../i18n/panel-words.ts';
import {type Selection, type Side, selectionOf} from '../selection.ts';
import type {Beside} from '../session/beside.ts';
import type {PageHost} from './page-host.ts';

type Select = (selection: Selection, side?: Side) => void;

/** Two runs side by side: putting one beside the other, where they part, and looking into the right one. */
export class Comparing {
  readonly #host: PageHost;
  readonly #select: Select;
  /** What is wrong with the comparison asked for. */
  problem = '';
  /** Where the two runs part. */
  #difference: Difference | null = null;

  constructor(host: PageHost, select: Select) {
    this.#host = host;
    this.#select = select;
  }

  /** When the two runs part; -1 where they do not, or there is one. */
  get differenceUs(): number {
    return this.#host.session.beside === null ? -1 : (this.#difference?.atUs ?? -1);
  }

  /** Puts the run beside that a lesson is told with, or that a link names; null for none. */
  async begin(variation: Variation | null): Promise<void> {
    this.#difference = null;
    if (variation === null) return;
    const {session} = this.#host;
    const {opened} = session;
    await import('../compare/side-by-side.ts');
    if (session.opened !== opened) return;
    const problem = await session.compareWith(variation);
    if (problem !== null) this.#host.notify(problem);
  }

  /** Compares with another run, or with none any more; answers whether that could be done, and if not, `problem` says why. */
  async change(variation: Variation | null): Promise<boolean> {
    const {session} = this.#host;
    this.#difference = null;
    if (variation === null) {
      session.stopComparing();
      return true;
    }
    await import('../compare/side-by-side.ts');
    this.problem = (await session.compareWith(variation)) ?? '';
    this.#host.requestUpdate();
    return this.problem === '';
  }

  /** What is looked into lies in one run of two: a way to another of its entries is a way to that moment. */
  readonly inspected = (event: ActEvent): void => {
    const {session} = this.#host;
    const run = session.beside?.run;
    const action = event.detail;
    if (session.side === 'left' || run === undefined || action.kind !== 'seek-entry') return;
    event.stopPropagation();
    const entry = run.store.entry(action.entryId);
    if (entry === undefined) return;
    session.pause();
    session.seekUs(entry.atUs);
    if (action.select) this.#select(selectionOf(entry));
  };

  /** @param untold a lesson is to tell first how the two end */
  render(beside: Beside, untold: boolean, reducedMotion: boolean): TemplateResult {
    const {session} = this.#host;
    const {run, view, timeMap} = session;
    const {key, value} = beside.variation;
    const left = {
      run,
      view,
      name: beside.present === null ? allWords().compareAsItIs : `${key}=${beside.present}`,
    };
    const right = {run: beside.run, view: session.viewBeside, name: `${key}=${value}`};
    return html`<lab-side-by-side
      .left=${left}
      .right=${right}
      .timeUs=${session.playhead.us}
      .timeMap=${timeMap}
      .selection=${session.selection}
      .side=${session.side}
      ?untold=${untold}
      .hiddenFamilies=${session.hiddenFamilies}
      ?reducedMotion=${reducedMotion}
      .horizonUs=${Math.min(run?.horizonUs ?? 0, beside.run.horizonUs)}
      @lab-side-select=${({detail}: SideSelectEvent) => this.#select(detail.selection, detail.side)}
      @lab-difference=${(event: CustomEvent<Difference | null>) => {
        this.#difference = event.detail;
        this.#host.requestUpdate();
      }}
    ></lab-side-by-side>`;
  }
}
