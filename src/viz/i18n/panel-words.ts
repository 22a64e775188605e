import type {Catalogue} from './en.ts';
import {type Language, pageLanguage} from './i18n.ts';
import type {PanelCatalogue} from './panels-en.ts';

const PANELS: Readonly<Record<Language, () => Promise<PanelCatalogue>>> = {
  en: async () => (await import('./panels-en.ts')).panelsEn,
  'zh-CN': async () => (await import('./panels-zh-cn.ts')).panelsZhCN,
};

/** All words of a language: those of the start, and those of what opens later. */
export type AllWords = Catalogue & PanelCatalogue;

const known = new Map<Language, AllWords>();

async function learn(language: Language): Promise<void> {
  const [panels, {catalogue}] = await Promise.all([PANELS[language](), pageLanguage.packOf(language)]);
  known.set(language, {...catalogue, ...panels});
}

pageLanguage.alsoNeeds(learn);
// Whatever imports this is itself fetched later, and has its words when it first renders.
await learn(pageLanguage.language);

/** The words of the page's language. */
export function allWords(): AllWords {
  return known.get(pageLanguage.language)!;
}
