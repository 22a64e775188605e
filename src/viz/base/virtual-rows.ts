import type {ReactiveController, ReactiveControllerHost} from 'lit';

/** Rows drawn beyond either edge, so that a quick scroll shows no holes. */
const OVERSCAN = 8;

/** Which rows of a long list of equal heights are in sight. The element draws those, between two spacers. */
export class VirtualRows implements ReactiveController {
  readonly #host: ReactiveControllerHost & Element;
  readonly rowHeight: number;
  #top = 0;
  #height = 400;
  #observer: ResizeObserver | null = null;
  #observed: Element | null = null;

  constructor(host: ReactiveControllerHost & Element, rowHeight: number) {
    this.#host = host;
    this.rowHeight = rowHeight;
    host.addController(this);
  }

  /** First and one past last row in sight of `count`. */
  range(count: number): {from: number; to: number} {
    const from = Math.max(0, Math.floor(this.#top / this.rowHeight) - OVERSCAN);
    const to = Math.min(count, Math.ceil((this.#top + this.#height) / this.rowHeight) + OVERSCAN);
    return {from: Math.min(from, Math.max(0, count - 1)), to};
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
