/** The shipped lessons and scenarios, read while the page is built; see tools/lessons-plugin.ts. */
declare module 'virtual:lessons' {
  type Language = import('../../lab/language.ts').Language;
  type LessonText = import('../../lab/lesson/text.ts').LessonText;
  /** Each with a way to what it holds, which is a file of its own, and to what its lesson says in each language. */
  const shelf: readonly {
    readonly entry: import('./protocol.ts').LibraryEntry;
    /** The lesson's `texts` are empty. */
    readonly load: () => Promise<{readonly default: import('./protocol.ts').LibraryItem}>;
    readonly texts: Readonly<Record<Language, () => Promise<{readonly default: LessonText}>>> | null;
  }[];
  export default shelf;
}
