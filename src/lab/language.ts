/** The languages of everything that the lab says. */
export const LANGUAGES = ['en', 'zh-CN'] as const;
export type Language = (typeof LANGUAGES)[number];

/** One text in each language. */
export type Texts = Readonly<Record<Language, string>>;

export function isLanguage(value: unknown): value is Language {
  return value === 'en' || value === 'zh-CN';
}
