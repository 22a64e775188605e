import shelf from 'virtual:lessons';
import type {Language} from '../../lab/language.ts';
import type {LessonText} from '../../lab/lesson/text.ts';
import {pageLanguage} from '../i18n/i18n.ts';
import type {Library, LibraryItem} from './protocol.ts';

type Book = (typeof shelf)[number];

/** Books that somebody has opened. */
const open = new Set<Book>();

/** The lesson of a book comes to speak a language. */
async function teach(book: Book, language: Language): Promise<LibraryItem> {
  const [{default: item}, text] = await Promise.all([book.load(), book.texts?.[language]()]);
  if (item.lesson !== null && text !== undefined) {
    (item.lesson.texts as Record<Language, LessonText>)[language] = text.default;
  }
  return item;
}

/**
 * The lessons and scenarios that come with the page. They were parsed and checked when the page was built, so that no parser
 * is needed to show them. A lesson has its texts in the languages that the page has spoken since it was opened.
 */
export const LIBRARY: Library = {
  entries: shelf.map((book) => book.entry),
  load: async (name) => {
    const book = shelf.find(({entry}) => entry.name === name);
    if (book === undefined) throw new Error(`no scenario ${name} comes with the page`);
    if (!open.has(book)) {
      open.add(book);
      pageLanguage.alsoNeeds((language) => teach(book, language));
    }
    return teach(book, pageLanguage.language);
  },
};
