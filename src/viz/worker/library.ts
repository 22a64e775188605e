import shelf from 'virtual:lessons';
import type {Library} from './protocol.ts';

/**
 * The lessons and scenarios that come with the page. They were parsed and checked when the page was built, so that no parser
 * is needed to show them.
 */
export const LIBRARY: Library = {
  entries: shelf.map((book) => book.entry),
  load: async (name) => {
    const book = shelf.find(({entry}) => entry.name === name);
    if (book === undefined) throw new Error(`no scenario ${name} comes with the page`);
    return (await book.load()).default;
  },
};
