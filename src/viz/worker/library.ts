import lessons from 'virtual:lessons';
import type {LibraryItem} from './protocol.ts';

/**
 * The lessons and scenarios that come with the page, in order of name, the quickstart first. They were parsed and checked when
 * the page was built, so that no parser is needed to show them.
 */
export const LIBRARY: readonly LibraryItem[] = lessons;
