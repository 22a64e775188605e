import type {ReactiveController, ReactiveControllerHost} from 'lit';
import {isLanguage, type Language} from '../../lab/language.ts';
import type {Catalogue} from './en.ts';
import type {LanguagePack} from './language-pack.ts';

export type {Language};

const PACKS: Readonly<Record<Language, () => Promise<{readonly pack: LanguagePack}>>> = {
  en: () => import('./pack-en.ts'),
  'zh-CN': () => import('./pack-zh-cn.ts'),
};
const STORAGE_KEY = 'rocketmq-lab.language';

/** The nearest language that we have: `zh`, `zh-Hans` and `zh_TW` read Chinese, all else English. */
function nearestLanguage(tag: string | null | undefined): Language | null {
  if (!tag) return null;
  if (isLanguage(tag)) return tag;
  const lower = tag.toLowerCase();
  if (lower.startsWith('zh')) return 'zh-CN';
  if (lower.startsWith('en')) return 'en';
  return null;
}

/** The address asks first, then what the person chose before, then what the browser prefers. */
export function preferredLanguage(
  search: string,
  stored: string | null,
  browser: readonly string[],
): Language {
  const asked = nearestLanguage(new URLSearchParams(search).get('lang')) ?? nearestLanguage(stored);
  if (asked) return asked;
  for (const tag of browser) {
    const near = nearestLanguage(tag);
    if (near) return near;
  }
  return 'en';
}

/** The language of the page: one for the whole document, kept in `lang` of <html> and remembered. */
class PageLanguage {
  #language: Language = 'en';
  #pack: LanguagePack | null = null;
  #listeners = new Set<() => void>();
  readonly #needs: ((language: Language) => Promise<unknown>)[] = [];

  get language(): Language {
    return this.#language;
  }

  /** What is said in the language; there once `begin` has resolved. */
  get pack(): LanguagePack {
    if (this.#pack === null) throw new Error('nothing can be said before the language has begun');
    return this.#pack;
  }

  async packOf(language: Language): Promise<LanguagePack> {
    return (await PACKS[language]()).pack;
  }

  /** Resolves once the page speaks the language; rejects, and changes nothing, where its words cannot be fetched. */
  async set(language: Language): Promise<void> {
    const fetching = this.packOf(language);
    // On a slow line a person opens more while the words are on their way; that is to change with the rest.
    let ready = 0;
    do {
      const more = this.#needs.slice(ready);
      ready += more.length;
      await Promise.all([fetching, ...more.map((fetch) => fetch(language))]);
    } while (ready < this.#needs.length);
    const pack = await fetching;
    this.#speak(language, pack);
    document.title = pack.catalogue.title;
    remember(STORAGE_KEY, language);
    this.#tell();
  }

  async begin(): Promise<void> {
    const language = preferredLanguage(location.search, recall(STORAGE_KEY), navigator.languages ?? []);
    this.#speak(language, await this.packOf(language));
  }

  #speak(language: Language, pack: LanguagePack): void {
    this.#language = language;
    this.#pack = pack;
    pack.groups.onArrival = () => this.#tell();
    document.documentElement.lang = language;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  /** What else must be there before the page changes to a language. */
  alsoNeeds(fetch: (language: Language) => Promise<unknown>): void {
    this.#needs.push(fetch);
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

export const pageLanguage = new PageLanguage();

/** Gives an element the words of the page's language and renders it anew when that changes. */
export class Words implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #stop: (() => void) | null = null;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  get t(): Catalogue {
    return pageLanguage.pack.catalogue;
  }

  get language(): Language {
    return pageLanguage.language;
  }

  get pack(): LanguagePack {
    return pageLanguage.pack;
  }

  hostConnected(): void {
    this.#stop = pageLanguage.listen(() => this.#host.requestUpdate());
  }

  hostDisconnected(): void {
    this.#stop?.();
  }
}

/** Storage may be forbidden; then nothing is remembered. */
export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Private windows and locked-down browsers refuse; the page works without.
  }
}

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
