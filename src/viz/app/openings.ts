import type {Variation} from '../../lab/compare/vary.ts';
import {hasErrors, type Problem} from '../../lab/scenario/problem.ts';
import type {PageName} from '../base/act.ts';
import {sentenceOf} from '../base/sentence-of.ts';
import {pageLanguage} from '../i18n/i18n.ts';
import type {WorldClient} from '../worker/world-client.ts';
import {fromLibrary, type Opening, openingOf} from './opening.ts';
import type {PageHost} from './page-host.ts';

/** Opens what a link, the shelf or the sandbox asks for, and keeps the text that the sandbox shows, with what is wrong with it. */
export class Openings {
  readonly #host: PageHost;
  readonly #world: WorldClient;
  readonly #shown: (page: PageName | null, beside: Variation | null) => void;
  text = '';
  problems: readonly Problem[] = [];
  checked = false;
  #count = 0;

  /** @param shown is told of a scenario that was opened: on which page it belongs, null for the present one, and what is to run beside it */
  constructor(
    host: PageHost,
    world: WorldClient,
    shown: (page: PageName | null, beside: Variation | null) => void,
  ) {
    this.#host = host;
    this.#world = world;
    this.#shown = shown;
  }

  address(hash: string): Promise<void> {
    const {library} = this.#world;
    const check = (text: string) => this.#world.check(text, 'scenario.yaml');
    return this.#latest(
      () => openingOf(hash, library, check),
      (opening) => {
        if (opening.kind === 'failed') {
          const {t} = this.#host.words;
          this.#host.notify(t.linkBroken(t.linkErrorSentence(opening.error, opening.detail)));
          void this.fromShelf(library.entries[0]!.name);
          return;
        }
        this.#host.notify('');
        this.#show(opening);
      },
    );
  }

  fromShelf(name: string): Promise<void> {
    return this.#latest(
      () => this.#world.library.load(name),
      (item) => this.#show(fromLibrary(item)),
    );
  }

  /** Puts the text of a scenario into the sandbox, which `show` opens, and leaves what runs as it is. */
  edit(name: string, show: () => void): Promise<void> {
    return this.#latest(
      () => this.#world.library.load(name),
      (item) => {
        this.#keep(item.scenarioText, item.problems, false);
        show();
      },
    );
  }

  fromText(text: string): Promise<void> {
    this.text = text;
    const {library} = this.#world;
    return this.#latest(
      async () => {
        const alike = library.entries.filter((entry) => entry.textLength === text.length);
        const items = await Promise.all(alike.map((entry) => library.load(entry.name)));
        const known = items.find((item) => item.scenarioText === text) ?? null;
        return {known, ...(await this.#world.check(text, 'scenario.yaml'))};
      },
      ({known, text: read, scenario, problems}) => {
        this.#keep(read, problems, true);
        if (scenario === null || hasErrors(problems)) return;
        this.#host.session.open({
          source: known ? {kind: 'lesson', name: known.name} : {kind: 'text', text: read},
          scenarioText: read,
          scenario,
          lesson: known?.lesson ?? null,
        });
        this.#shown(null, known?.lesson?.beside ?? null);
      },
    );
  }

  /** The text in the sandbox is not the one that was looked at. */
  edited(): void {
    this.checked = false;
    this.#host.requestUpdate();
  }

  #show(opening: Extract<Opening, {kind: 'opened'}>): void {
    const {opened, seed, interventions, atUs} = opening;
    this.#keep(opened.scenarioText, opening.problems, true);
    if (opening.language !== null && !new URLSearchParams(location.search).has('lang')) {
      pageLanguage.set(opening.language);
    }
    this.#host.session.open(opened, seed, interventions, atUs);
    this.#shown(opened.source.kind === 'lesson' ? 'lessons' : 'sandbox', opening.beside);
  }

  #keep(text: string, problems: readonly Problem[], checked: boolean): void {
    this.text = text;
    this.problems = problems;
    this.checked = checked;
    this.#host.requestUpdate();
  }

  /** Carries out one opening. What was asked for before it and has not come yet is no longer wanted. */
  async #latest<T>(fetch: () => Promise<T>, show: (fetched: T) => void): Promise<void> {
    this.#count += 1;
    const mine = this.#count;
    try {
      const fetched = await fetch();
      if (mine === this.#count) show(fetched);
    } catch (error) {
      this.#host.tellWorkerFailure(sentenceOf(error));
    }
  }
}
