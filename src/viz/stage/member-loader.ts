import type {ViewState} from '../../lab/view/view-state.ts';
import type {MemberStage} from './draw-member.ts';

/** Fetches what is drawn of DLedger groups, once the first broker in one is seen. */
export class MemberLoader {
  stage: MemberStage | null = null;
  readonly #then: () => void;
  #isFetching = false;

  constructor(then: () => void) {
    this.#then = then;
  }

  see({processes}: ViewState): void {
    if (this.#isFetching) return;
    if (![...processes.values()].some(({broker}) => broker?.member !== undefined)) return;
    this.#isFetching = true;
    import('./draw-member.ts').then(
      ({MEMBER_STAGE}) => {
        this.stage = MEMBER_STAGE;
        this.#then();
      },
      // Without it less is said; the next picture asks again.
      () => {
        this.#isFetching = false;
      },
    );
  }
}
