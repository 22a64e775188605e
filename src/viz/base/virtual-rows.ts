import type {ReactiveController, ReactiveControllerHost} from 'lit';

/** Rows drawn beyond either edge, so that a quick scroll shows no holes. */
const OVERSCAN = 8;

/** How far a key moves among `count` rows, `page` of which are in sight; null for a key that does not. */
function rowAfter(key: string, row: number, count: number, page: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return Math.min(row + 1, count - 1);
    case 'ArrowUp':
      return Math.max(row - 1, 0);
    case 'PageDown':
      return Math.min(row + page, count - 1);
    case 'PageUp':
      return Math.max(row - page, 0);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}

/**
 * Which rows of a long list of equal heights are in sight. The element draws those, between two spacers. The whole list is one
 * stop of the Tab key, however long it is: arrow keys move among its rows, each of which carries its number in `data-row`.
 */
export class VirtualRows implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly rowHeight: number;
  #top = 0;
  #height = 400;
  #observer: ResizeObserver | null = null;
  #observed: HTMLElement | null = null;
  #count = 0;
  /** The row last moved to; -1 before that. */
  #row = -1;
  #focusDue = false;

  constructor(host: ReactiveControllerHost & HTMLElement, rowHeight: number) {
    this.#host = host;
    this.rowHeight = rowHeight;
    host.addController(this);
  }

  /** First and one past last row in sight of `count`. */
  range(count: number): {from: number; to: number} {
    this.#count = count;
    const from = Math.max(0, Math.floor(this.#top / this.rowHeight) - OVERSCAN);
    const to = Math.min(count, Math.ceil((this.#top + this.#height) / this.rowHeight) + OVERSCAN);
    return {from: Math.min(from, Math.max(0, count - 1)), to};
  }

  /** 0 for the row that the Tab key comes to, which is always one that is drawn; -1 for the others. */
  tabIndexOf(row: number): 0 | -1 {
    return row === this.#stop() ? 0 : -1;
  }

  #stop(): number {
    const lastInSight = Math.min(this.#count, Math.floor((this.#top + this.#height) / this.rowHeight)) - 1;
    const {from, to} = this.range(this.#count);
    return this.#row >= from && this.#row < to ? this.#row : Math.max(lastInSight, from);
  }

  readonly onFocusIn = (event: Event): void => {
    const row = (event.target as HTMLElement).dataset['row'];
    if (row === undefined || Number(row) === this.#row) return;
    this.#row = Number(row);
    this.#host.requestUpdate();
  };

  readonly onKeyDown = (event: KeyboardEvent): void => {
    const row = rowAfter(event.key, this.#stop(), this.#count, Math.floor(this.#height / this.rowHeight));
    if (row === null || this.#count === 0 || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.#row = row;
    this.#focusDue = true;
    this.#bringIntoSight(row);
    this.#host.requestUpdate();
  };

  #bringIntoSight(row: number): void {
    const top = row * this.rowHeight;
    const lowest = top + this.rowHeight - this.#height;
    const to = Math.min(top, Math.max(lowest, this.#top));
    if (to === this.#top || this.#observed === null) return;
    this.#top = to;
    this.#observed.scrollTop = to;
  }

  hostUpdated(): void {
    if (!this.#focusDue) return;
    this.#focusDue = false;
    this.#observed?.querySelector<HTMLElement>(`[data-row="${this.#row}"]`)?.focus({preventScroll: true});
  }

  readonly onScroll = (event: Event): void => {
    const scroller = event.currentTarget as HTMLElement;
    if (Math.abs(scroller.scrollTop - this.#top) < 1) return;
    this.#top = scroller.scrollTop;
    this.#host.requestUpdate();
  };

  /** Call after rendering with the element that scrolls. */
  watch(scroller: HTMLElement | null): void {
    if (scroller === this.#observed) return;
    this.#observer?.disconnect();
    this.#observed = scroller;
    if (scroller === null) return;
    this.#observer = new ResizeObserver(() => {
      if (scroller.clientHeight === this.#height) return;
      this.#height = scroller.clientHeight;
      this.#host.requestUpdate();
    });
    this.#observer.observe(scroller);
  }

  hostDisconnected(): void {
    this.#observer?.disconnect();
    this.#observer = null;
    this.#observed = null;
  }
}
