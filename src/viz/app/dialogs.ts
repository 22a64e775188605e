import {html, type TemplateResult} from 'lit';
import {sayMoment} from '../../lab/say-duration.ts';
import type {DialogAction, LedgerColumn} from '../base/act.ts';
import {allWords} from '../i18n/panel-words.ts';
import type {Comparing} from './comparing.ts';
import type {PageHost} from './page-host.ts';

type DialogName = DialogAction['kind'] | 'compare';

/** The page's dialogs: at most one is open, and each is loaded when first asked for. */
export class Dialogs {
  readonly #host: PageHost;
  #open: DialogName | null = null;
  #shareLink = '';
  #column: LedgerColumn | null = null;
  /** Counts what is asked for: of two dialogs that are on their way, the one asked for last is opened. */
  #asked = 0;

  constructor(host: PageHost) {
    this.#host = host;
  }

  get isOpen(): boolean {
    return this.#open !== null;
  }

  readonly close = (): void => {
    this.#show(null, ++this.#asked);
  };

  async open(action: DialogAction): Promise<void> {
    const asked = ++this.#asked;
    switch (action.kind) {
      case 'share':
        return this.#share(asked);
      case 'mqadmin':
        await import('../dialogs/mqadmin-dialog.ts');
        break;
      case 'help':
        await import('../dialogs/help-dialog.ts');
        break;
      case 'checks':
        await import('../dialogs/checks-dialog.ts');
        break;
      case 'messages':
        await import('../dialogs/messages-dialog.ts');
        if (asked === this.#asked) this.#column = action.of;
    }
    this.#show(action.kind, asked);
  }

  async #share(asked: number): Promise<void> {
    const {session, words} = this.#host;
    const {shareFragment} = await import('../session/share-fragment.ts');
    const fragment = await shareFragment(session, words.language);
    if (fragment === null) {
      if (session.opened?.recording !== undefined) this.#host.notify(allWords().recordingNoLink);
      return;
    }
    const link = new URL(location.href);
    link.hash = fragment;
    link.searchParams.delete('lang');
    this.#shareLink = link.href;
    await import('../dialogs/share-dialog.ts');
    this.#show('share', asked);
  }

  async compare(comparing: Comparing): Promise<void> {
    const {session} = this.#host;
    if (session.opened === null) return;
    if (session.opened.recording !== undefined) {
      this.#host.notify(allWords().recordingNoComparison);
      return;
    }
    const asked = ++this.#asked;
    await import('../dialogs/compare-dialog.ts');
    comparing.problem = '';
    this.#show('compare', asked);
  }

  render(compareProblem: string): TemplateResult {
    const {session} = this.#host;
    const moment = sayMoment(Math.floor(session.playhead.us));
    const open = this.#open;
    return html`<lab-share-dialog
        ?open=${open === 'share'}
        .link=${this.#shareLink}
        .moment=${moment}
        @lab-closed=${this.close}
      ></lab-share-dialog>
      <lab-compare-dialog
        ?open=${open === 'compare'}
        .variation=${session.beside?.variation ?? null}
        .problem=${compareProblem}
        @lab-closed=${this.close}
      ></lab-compare-dialog>
      <lab-mqadmin-dialog
        ?open=${open === 'mqadmin'}
        .scenario=${session.opened?.scenario ?? null}
        .moment=${moment}
        .ask=${(words: readonly string[]) => session.askCluster(words)}
        @lab-closed=${this.close}
      ></lab-mqadmin-dialog>
      <lab-help-dialog
        ?open=${open === 'help'}
        .hiddenFamilies=${session.hiddenFamilies}
        @lab-closed=${this.close}></lab-help-dialog>
      <lab-checks-dialog
        ?open=${open === 'checks'}
        .run=${session.run}
        .entryId=${session.playhead.entryId}
        .counts=${session.view?.ledger ?? null}
        @lab-closed=${this.close}
      ></lab-checks-dialog>
      <lab-messages-dialog
        .column=${open === 'messages' ? this.#column : null}
        .run=${session.run}
        .entryId=${session.playhead.entryId}
        @lab-closed=${this.close}
      ></lab-messages-dialog>`;
  }

  #show(dialog: DialogName | null, asked: number): void {
    if (asked !== this.#asked) return;
    this.#open = dialog;
    this.#host.requestUpdate();
  }
}
