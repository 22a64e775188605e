import {html, nothing} from 'lit';
import {state} from 'lit/decorators.js';
import type {Variation} from '../../lab/compare/vary.ts';
import type {FrameFamily} from '../../lab/view/view-state.ts';
import type {ActEvent, Action, PageName, PaneName} from '../base/act.ts';
import {icon} from '../base/icons.ts';
import {LabElement} from '../base/lab-element.ts';
import {sharedStyles} from '../base/shared-styles.ts';
import '../controls/family-chips.ts';
import '../controls/ledger-bar.ts';
import '../controls/transport-bar.ts';
import {pageLanguage} from '../i18n/i18n.ts';
import '../inspector/inspector.ts';
import '../narrative/just-now.ts';
import '../narrative/lesson-pane.ts';
import '../narrative/log-pane.ts';
import type {Selection, Side} from '../selection.ts';
import type {LabSession} from '../session/session.ts';
import {SessionController} from '../session/session-controller.ts';
import '../stage/lab-lanes.ts';
import '../stage/lab-topology.ts';
import type {WorldClient} from '../worker/world-client.ts';
import {appStyles} from './app-styles.ts';
import {keyAction} from './keys.ts';
import {LateParts} from './late-parts.ts';
import {LessonTelling} from './lesson-telling.ts';
import {notices} from './notices.ts';
import {Openings} from './openings.ts';
import type {PageHost} from './page-host.ts';
import {paneTabs} from './pane-tabs.ts';
import {RecordingIntake} from './recording-intake.ts';
import {applyTheme, chosenTheme} from './theme.ts';
import './top-bar.ts';

/** The page. It owns nothing of the run: it hands the session's state down and carries out what its elements ask for. */
export class LabApp extends LabElement implements PageHost {
  static #given: {session: LabSession; world: WorldClient} | null = null;
  /** What the page element works with; called once, before it is defined. */
  static begin(session: LabSession, world: WorldClient): void {
    LabApp.#given = {session, world};
  }

  static override styles = [sharedStyles, appStyles];

  readonly session = LabApp.#given!.session;
  readonly #world = LabApp.#given!.world;
  @state() private page: PageName = 'lessons';
  /** The pane that a narrow page shows; on a middling one, the drawer that is open. */
  @state() private pane: PaneName = 'stage';
  @state() private theme = chosenTheme();
  @state() private notice = '';
  @state() private workerFailure: string | null = null;
  @state() private reducedMotion = matchMedia('(prefers-reduced-motion: reduce)').matches;
  readonly #late = new LateParts(this, (selection, side) => this.#select(selection, side));
  readonly #telling = new LessonTelling(this);
  readonly #openings = new Openings(this, this.#world, (page, beside) => this.#begin(page, beside));
  readonly #intake = new RecordingIntake(this, () => {
    this.page = 'recording';
    this.pane = 'stage';
  });

  constructor() {
    super();
    new SessionController(this, this.session);
    this.addEventListener('lab-act', (event) => this.#act((event as ActEvent).detail));
    this.addEventListener('select', (event) => {
      // Text fields have an event of that name too.
      if (event instanceof CustomEvent) this.#select(event.detail as Selection);
    });
    this.addEventListener('lab-seek', (event) => {
      this.session.seekUs((event as CustomEvent<{us: number}>).detail.us);
    });
    this.addEventListener('lab-hide', (event) => {
      this.session.setHidden((event as CustomEvent<ReadonlySet<FrameFamily>>).detail);
    });
    this.addEventListener('lab-seed', (event) => this.session.setSeed((event as CustomEvent<string>).detail));
    matchMedia('(prefers-reduced-motion: reduce)').addEventListener('change', (event) => {
      this.reducedMotion = event.matches;
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('keydown', this.#onKey);
    window.addEventListener('hashchange', this.#onHash);
    void this.#openings.address(location.hash);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('keydown', this.#onKey);
    window.removeEventListener('hashchange', this.#onHash);
  }

  /** The worker could not be loaded, or has died. */
  tellWorkerFailure(why: string): void {
    this.workerFailure = why;
  }

  notify(sentence: string): void {
    this.notice = sentence;
  }

  readonly #onHash = (): void => {
    if (location.hash.startsWith('#run=')) void this.#openings.address(location.hash);
  };

  /** A scenario has been opened: a page of null is the present one. */
  #begin(page: PageName | null, beside: Variation | null): void {
    this.#telling.begin();
    if (page !== null) this.page = page;
    void this.#late.openBeside(beside);
  }

  // What people ask for.

  readonly #askCluster = (words: readonly string[]) => this.session.askCluster(words);

  #act(action: Action): void {
    const {session} = this;
    switch (action.kind) {
      case 'toggle':
        session.toggle();
        return;
      case 'step':
        session.step(action.by);
        return;
      case 'seek-us':
        session.seekUs(action.us);
        return;
      case 'seek-entry':
        session.pause();
        session.seekEntry(action.entryId);
        if (action.select) this.#select(session.selectionOf(action.entryId));
        return;
      case 'play-to':
        session.playTo(action.place, action.select, action.side);
        return;
      case 'pace':
        session.setPace(action.pace);
        return;
      case 'intervene':
        session.intervene(action.intervention);
        // The button just pressed turns into its opposite; the space bar, meant to play on, would undo the deed.
        this.renderRoot.querySelector<HTMLElement>('lab-transport')?.focus();
        return;
      case 'lift':
        session.lift(action.index);
        return;
      case 'lift-all':
        session.liftAll();
        return;
      case 'navigate':
        this.page = action.page;
        this.pane = 'story';
        return;
      case 'switch-language':
        pageLanguage.set(this.words.language === 'en' ? 'zh-CN' : 'en');
        return;
      case 'theme':
        this.theme = action.theme;
        applyTheme(action.theme);
        return;
      case 'share':
      case 'help':
      case 'messages':
      case 'mqadmin':
      case 'checks':
        void this.#late.openDialog(action);
        return;
      case 'compare':
        void this.#late.askToCompare();
        return;
      case 'compare-with':
        void this.#late.compareWith(action.variation);
        return;
      case 'open-library':
        if (action.edit) void this.#openings.edit(action.name, () => (this.page = 'sandbox'));
        else void this.#openings.fromShelf(action.name);
        return;
      case 'open-recording':
        this.#intake.ask();
        return;
      case 'open-text':
        void this.#openings.fromText(action.text);
        return;
    }
  }

  #select(selection: Selection, side: Side = this.session.side): void {
    this.session.select(selection, side);
    if (selection !== null && matchMedia('(max-width: 1099px)').matches) this.pane = 'inspect';
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (this.#late.isDialogOpen) return;
    const action = keyAction(event);
    if (action === null) return;
    event.preventDefault();
    const {session} = this;
    switch (action.kind) {
      case 'act':
        this.#act(action.action);
        return;
      case 'cause':
      case 'effect':
        session.followCause(action.kind);
        return;
      case 'jump':
        session.jump(action.seconds);
        return;
      case 'begin':
        session.seekUs(0);
        return;
      case 'end':
        session.seekUs(Number.MAX_SAFE_INTEGER);
        return;
      case 'escape':
        if (session.selection !== null) session.select(null);
        else this.pane = 'stage';
    }
  };

  // Drawing.

  protected override willUpdate(): void {
    this.#telling.look(this.page === 'lessons');
  }

  override render() {
    const {t, session} = this;
    const {run} = session;
    return html`<a class="skip" href="#stage" @click=${this.#skip}>${t.skipToStage}</a>
      <lab-top-bar
        .page=${this.page}
        .name=${this.#title()}
        .stepText=${this.#telling.stepText}
        .theme=${this.theme}
        ?hasRecording=${session.opened?.recording !== undefined}
        ?comparing=${session.beside !== null}
      ></lab-top-bar>
      ${notices(t, {
        failure: this.workerFailure ?? session.failure,
        reading: this.#intake.reading,
        run,
        notice: this.notice,
        dismiss: () => this.notify(''),
      })}
      <main class="show-${this.pane} ${session.beside === null ? '' : 'is-comparing'} ${session.selection === null ? '' : 'is-inspecting'}">
        <section class="side story" aria-label=${t.tabStory}>${this.#drawerClose()}${this.#side()}</section>
        <section class="centre" id="stage" tabindex="-1" aria-label=${t.stage}>${this.#stage()}</section>
        <section class="side inspect" aria-label=${t.inspector}>
          ${this.#drawerClose()}${this.#inspector()}
        </section>
      </main>
      <lab-ledger
        ?recorded=${run?.recording != null}
        ?hidden=${session.beside !== null}
        .counts=${session.view?.ledger ?? null}
        .checks=${run?.checks ?? null}
        .entryId=${session.playhead.entryId}
        ?ended=${run?.isComplete === true && session.playhead.entryId >= run.store.lastId}
      ></lab-ledger>
      <lab-transport
        .run=${run}
        .playhead=${session.playhead}
        .timeMap=${session.timeMap}
        .pace=${session.pace}
        .playing=${session.playing}
        .atEnd=${session.isAtEnd}
        .rerunning=${session.isRerunning}
        .horizonUs=${run?.isComplete ? -1 - run.horizonUs : (run?.horizonUs ?? 0)}
        .differenceUs=${this.#late.comparing?.differenceUs ?? -1}
      ></lab-transport>
      ${paneTabs(t, this.page, this.pane, (pane) => (this.pane = pane))}
      ${this.#late.renderDialogs()} ${this.#intake.render()}`;
  }

  #inspector() {
    const {session} = this;
    const {beside, playhead} = session;
    const right = session.side === 'right' ? beside : null;
    const run = right?.run ?? session.run;
    return html`<lab-inspector
      .run=${run}
      .view=${right === null ? session.view : session.viewBeside}
      .playhead=${right === null ? playhead : {us: playhead.us, entryId: session.entryBeside}}
      .selection=${session.selection}
      .horizonUs=${run?.horizonUs ?? 0}
      @lab-act=${(event: ActEvent) => this.#late.comparing?.inspected(event)}
    ></lab-inspector>`;
  }

  #skip(event: Event): void {
    event.preventDefault();
    this.renderRoot.querySelector<HTMLElement>('#stage')?.focus();
  }

  #title(): string {
    const {opened} = this.session;
    return opened?.scenario.title[this.words.language] ?? '';
  }

  #drawerClose() {
    return html`<button
      class="drawer-close"
      aria-label=${this.t.closePane}
      @click=${() => (this.pane = 'stage')}
    >
      ${icon('close')}
    </button>`;
  }

  #side() {
    const {session} = this;
    const openings = this.#openings;
    switch (this.page) {
      case 'sandbox':
        void import('../pages/sandbox-page.ts');
        return html`<lab-sandbox
          .text=${openings.text}
          .problems=${openings.problems}
          ?checked=${openings.checked}
          @lab-edited=${() => openings.edited()}
        ></lab-sandbox>`;
      case 'scenarios': {
        void import('../pages/scenarios-page.ts');
        const source = session.opened?.source;
        return html`<lab-scenarios
          .library=${this.#world.library.entries}
          .current=${source?.kind === 'lesson' ? source.name : ''}
        ></lab-scenarios>`;
      }
      case 'recording':
        return html`<div class="narrative">
          <lab-recording .about=${session.opened?.recording?.about ?? null}></lab-recording>
          ${this.#justNow(false)}
        </div>`;
      case 'lessons':
        return html`<div class="narrative">
          ${this.#telling.render(this.#late.isBesideComing, session.opened === null && this.workerFailure === null)}
          ${this.#justNow(this.#telling.asksNow)}
        </div>`;
    }
  }

  #justNow(brief: boolean) {
    const {session} = this;
    return html`<lab-just-now
      .run=${session.run}
      .entryId=${session.playhead.entryId}
      ?playing=${session.playing}
      ?brief=${brief}
    ></lab-just-now>`;
  }

  #stage() {
    const {session} = this;
    const {comparing} = this.#late;
    if (session.beside !== null && comparing !== null)
      return comparing.render(session.beside, this.#telling.isUntold, this.reducedMotion);
    const {run, view, timeMap} = session;
    const {language} = this.words;
    return html`<div class="topology">
        <lab-topology
          .view=${view}
          .index=${run?.stage ?? null}
          .timeUs=${session.playhead.us}
          .timeMap=${timeMap ?? undefined}
          .selection=${session.selection}
          .hiddenFamilies=${session.hiddenFamilies}
          .reducedMotion=${this.reducedMotion}
          .lang=${language}
        ></lab-topology>
        ${
          run === null || run.store.lastId === 0
            ? html`<p class="computing" role="status">${this.t.computing}</p>`
            : nothing
        }
      </div>
      <lab-families
        .index=${run?.stage ?? null}
        .hiddenFamilies=${session.hiddenFamilies}
        .horizonUs=${run?.horizonUs ?? 0}
      ></lab-families>
      <div class="lanes">
        <lab-lanes
          .view=${view}
          .index=${run?.stage ?? null}
          .endUs=${run?.durationUs ?? Number.POSITIVE_INFINITY}
          .timeUs=${session.playhead.us}
          .timeMap=${timeMap ?? undefined}
          .selection=${session.selection}
          .hiddenFamilies=${session.hiddenFamilies}
          .reducedMotion=${this.reducedMotion}
          .lang=${language}
        ></lab-lanes>
      </div>
      <lab-log
        .run=${run}
        .entryId=${session.playhead.entryId}
        .us=${session.playhead.us}
        .ask=${run?.recording ? null : this.#askCluster}
      ></lab-log>`;
  }
}
