import type {Variation} from '../../lab/compare/vary.ts';
import type {Intervention} from '../../sim/intervention.ts';
import type {Selection, Side} from '../selection.ts';
import type {Pace} from '../session/pace.ts';
import type {Playhead} from '../session/playhead.ts';

export type PageName = 'lessons' | 'sandbox' | 'scenarios' | 'recording';
export type ThemeName = 'auto' | 'light' | 'dark';
/** Which pane a narrow page shows. */
export type PaneName = 'story' | 'stage' | 'log' | 'inspect';

/** Everything that a person can ask of the page, as data. Elements emit it; the app carries it out. */
export type Action =
  | {readonly kind: 'toggle' | 'lift-all' | 'switch-language'}
  | {readonly kind: 'step'; readonly by: 1 | -1}
  | {readonly kind: 'seek-us'; readonly us: number}
  /** Shows the moment right after an entry; with `select`, opens the entry too. */
  | {readonly kind: 'seek-entry'; readonly entryId: number; readonly select: boolean}
  /** Plays on to a place (or goes back to it), then selects what it is about, in one of two runs. */
  | {
      readonly kind: 'play-to';
      readonly place: Playhead;
      readonly select: Selection;
      readonly side: Side;
    }
  | {readonly kind: 'pace'; readonly pace: Pace}
  | {readonly kind: 'intervene'; readonly intervention: Intervention}
  | {readonly kind: 'lift'; readonly index: number}
  | {readonly kind: 'navigate'; readonly page: PageName}
  | {readonly kind: 'theme'; readonly theme: ThemeName}
  | {readonly kind: 'open-library'; readonly name: string; readonly edit: boolean}
  /** Asks for a file. */
  | {readonly kind: 'open-recording'}
  | {readonly kind: 'open-text'; readonly text: string}
  | DialogAction
  /** Opens the choice of what to compare with. */
  | {readonly kind: 'compare'}
  /** Runs the same beside it with one thing otherwise; null: no longer. */
  | {readonly kind: 'compare-with'; readonly variation: Variation | null};

/** Opens a dialog: a link to share, the keys, the console tool, what the checks say, the messages behind a number of the ledger. */
export type DialogAction =
  | {readonly kind: 'share' | 'help' | 'mqadmin' | 'checks'}
  | {readonly kind: 'messages'; readonly of: LedgerColumn};

export type LedgerColumn =
  | 'sent'
  | 'acked'
  | 'givenUp'
  | 'durable'
  | 'delivered'
  | 'duplicated'
  | 'outOfReach'
  | 'lost';

export class ActEvent extends CustomEvent<Action> {
  constructor(action: Action) {
    super('lab-act', {detail: action, bubbles: true, composed: true});
  }
}
