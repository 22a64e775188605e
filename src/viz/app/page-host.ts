import type {ReactiveControllerHost} from 'lit';
import type {Words} from '../i18n/i18n.ts';
import type {LabSession} from '../session/session.ts';

/** What the page's controllers see of it. */
export interface PageHost extends ReactiveControllerHost {
  readonly session: LabSession;
  readonly words: Words;
  /** Puts a sentence above the page; an empty one takes it away. */
  notify(sentence: string): void;
  /** A part of the page could not be fetched, or its worker not be reached. */
  tellWorkerFailure(why: string): void;
}
