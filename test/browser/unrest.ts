/** Functions that run in the page: each stands alone, since it is sent there as text. */

/** Before anything of the page runs: keeps what its workers were asked and have not answered. */
export function watchWorkers(): void {
  const asked = new Map<string, string>();
  class Watched extends Worker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      this.addEventListener('message', ({data}) => asked.delete(data?.id));
    }
    override postMessage(message: {id?: string; path?: string[]}, rest?: unknown): void {
      if (message?.id !== undefined) asked.set(message.id, message.path?.join('.') ?? 'something');
      super.postMessage(message, rest as Transferable[]);
    }
  }
  Object.assign(globalThis, {Worker: Watched, askedOfWorkers: asked});
}

/** After another picture: what the page is still about, or an empty text. */
export async function unrest(): Promise<string> {
  // A page that is not seen draws no pictures.
  await new Promise((done) => (document.hidden ? setTimeout(done, 20) : requestAnimationFrame(done)));
  interface Run {
    readonly isComplete: boolean;
    readonly isFull: boolean;
  }
  interface Session {
    readonly run: Run | null;
    readonly beside: {readonly newest: Run} | null;
    readonly isRerunning: boolean;
    readonly playing: boolean;
  }
  const app = document.querySelector('lab-app') as (Element & {readonly session?: Session}) | null;
  if (app?.session === undefined) return 'the page has not begun';
  const {session} = app;
  if (session.playing) return 'it plays';
  if (session.isRerunning) return 'a changed timeline is run';
  for (const run of [session.run, session.beside?.newest]) {
    if (run === null) return 'nothing is opened yet';
    if (run !== undefined && !run.isComplete && !run.isFull) return 'a run is coming in';
  }
  const {askedOfWorkers} = globalThis as unknown as {askedOfWorkers: ReadonlyMap<string, string>};
  if (askedOfWorkers.size > 0) return `a worker is asked: ${[...askedOfWorkers.values()].join(', ')}`;
  const roots: ShadowRoot[] = app.shadowRoot === null ? [] : [app.shadowRoot];
  for (const root of roots) {
    for (const element of root.querySelectorAll('*')) {
      if (element.shadowRoot !== null) roots.push(element.shadowRoot);
      const name = element.localName;
      // Dialogs have their places before anybody asks for them.
      if (name.includes('-') && !name.endsWith('-dialog') && !element.matches(':defined'))
        return `${name} is not loaded`;
      if ((element as Element & {isUpdatePending?: boolean}).isUpdatePending) return `${name} is to be drawn`;
    }
    for (const animation of root.getAnimations()) {
      const isForEver = animation.effect?.getComputedTiming().endTime === Number.POSITIVE_INFINITY;
      if (animation.playState === 'running' && !isForEver) return 'something fades or moves';
    }
  }
  return '';
}

/** The middle of an element once it stands still there and nothing covers it; else null. */
export async function restingPlace(element: Element): Promise<{x: number; y: number} | null> {
  const picture = () =>
    new Promise((done) => (document.hidden ? setTimeout(done, 20) : requestAnimationFrame(done)));
  const middle = () => {
    const box = [...element.getClientRects()].find(({width, height}) => width > 0 && height > 0);
    return box === undefined ? null : {x: box.x + box.width / 2, y: box.y + box.height / 2};
  };
  element.scrollIntoView({block: 'nearest', inline: 'nearest', behavior: 'instant'});
  const before = middle();
  await picture();
  await picture();
  const at = middle();
  if (before === null || at === null || before.x !== at.x || before.y !== at.y) return null;
  let top = document.elementFromPoint(at.x, at.y);
  while (top !== null && top !== element && top.shadowRoot !== null) {
    const inside: Element | null = top.shadowRoot.elementFromPoint(at.x, at.y);
    if (inside === null || inside === top) break;
    top = inside;
  }
  for (let above: Node | null = top; above !== null; ) {
    if (above === element) return at;
    above = above instanceof ShadowRoot ? above.host : above.parentNode;
  }
  return null;
}

/** Until it is told to end, the mouse can click only this element. */
export function guardClicks(element: Element): {end(): boolean} {
  let wasHit = false;
  const kinds = ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click'];
  const guard = (event: Event): void => {
    if (!event.isTrusted) return;
    if (event.composedPath().includes(element)) {
      wasHit ||= event.type === 'click';
      return;
    }
    event.stopImmediatePropagation();
    event.preventDefault();
  };
  for (const kind of kinds) window.addEventListener(kind, guard, {capture: true});
  return {
    end: () => {
      for (const kind of kinds) window.removeEventListener(kind, guard, {capture: true});
      return wasHit;
    },
  };
}
