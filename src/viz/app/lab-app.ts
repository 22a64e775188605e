import {html, nothing, type PropertyValues} from 'lit';
import {state} from 'lit/decorators.js';
import type {Difference} from '../../lab/compare/first-difference.ts';
import type {Variation} from '../../lab/compare/vary.ts';
import type {Lesson} from '../../lab/lesson/lesson.ts';
import type {PlayedStep} from '../../lab/lesson/play.ts';
import {sayCount, sayMoment} from '../../lab/say-duration.ts';
import {hasErrors, type Problem} from '../../lab/scenario/problem.ts';
import type {FrameFamily} from '../../lab/view/view-state.ts';
import type {ActEvent, Action, LedgerColumn, PageName, PaneName} from '../base/act.ts';
import {icon} from '../base/icons.ts';
import {LabElement} from '../base/lab-element.ts';
import {sharedStyles} from '../base/shared-styles.ts';
import type {SideSelectEvent} from '../compare/side-by-side.ts';
import '../controls/family-chips.ts';
import '../controls/ledger-bar.ts';
import '../controls/transport-bar.ts';
import {pageLanguage} from '../i18n/i18n.ts';
import '../inspector/inspector.ts';
import '../narrative/just-now.ts';
import '../narrative/lesson-pane.ts';
import {asksAt, stepAt} from '../narrative/lesson-pane.ts';
import '../narrative/log-pane.ts';
import type {Selection, Side} from '../selection.ts';
import type {Beside} from '../session/beside.ts';
import {LessonOfRun, type PlayedLesson} from '../session/lesson-of-run.ts';
import type {RunData} from '../session/run-data.ts';
import type {LabSession} from '../session/session.ts';
import {SessionController} from '../session/session-controller.ts';
import '../stage/lab-lanes.ts';
import '../stage/lab-topology.ts';
import type {WorldClient} from '../worker/world-client.ts';
import {appStyles} from './app-styles.ts';
import {keyAction} from './keys.ts';
import {fromLibrary, type Opening, openingOf} from './opening.ts';
import {applyTheme, chosenTheme} from './theme.ts';
import './top-bar.ts';

/** A lesson as the present run has it; kept until the run has grown. */
/** What a dragged file does to a window. */
const DRAGS = ['dragenter', 'dragover', 'dragleave', 'drop'] as const;

/** The page. It owns nothing of the run: it hands the session's state down and carries out what its elements ask for. */
export class LabApp extends LabElement {
  static #given: {session: LabSession; world: WorldClient} | null = null;
  /** What the page element works with; called once, before it is defined. */
  static begin(session: LabSession, world: WorldClient): void {
    LabApp.#given = {session, world};
  }

  static override styles = [sharedStyles, appStyles];

  readonly #session = LabApp.#given!.session;
  readonly #world = LabApp.#given!.world;
  @state() private page: PageName = 'lessons';
  /** The pane that a narrow page shows; on a middling one, the drawer that is open. */
  @state() private pane: PaneName = 'stage';
  @state() private theme = chosenTheme();
  @state() private notice = '';
  /** How far the reading of a recording is; empty while none is read. */
  @state() private reading = '';
  /** A file is held over the page. */
  @state() private dropping = false;
  @state() private dialog: 'share' | 'help' | 'compare' | 'mqadmin' | null = null;
  /** What is wrong with the comparison asked for. */
  @state() private compareProblem = '';
  /** Where the two runs part. */
  @state() private difference: Difference | null = null;
  @state() private messages: LedgerColumn | null = null;
  @state() private shareLink = '';
  @state() private sandboxText = '';
  @state() private problems: readonly Problem[] = [];
  @state() private checked = false;
  @state() private workerFailure: string | null = null;
  @state() private picked: ReadonlyMap<string, string> = new Map();
  @state() private reducedMotion = matchMedia('(prefers-reduced-motion: reduce)').matches;
  readonly #lessonOfRun = new LessonOfRun();
  #played: PlayedLesson | null = null;
  #openings = 0;
  /** Runs beside that are on their way. */
  #besideOpenings = 0;

  constructor() {
    super();
    new SessionController(this, this.#session);
    this.addEventListener('lab-act', (event) => this.#act((event as ActEvent).detail));
    this.addEventListener('select', (event) => {
      // Text fields have an event of that name too.
      if (event instanceof CustomEvent) this.#select(event.detail as Selection);
    });
    this.addEventListener('lab-seek', (event) => {
      this.#session.seekUs((event as CustomEvent<{us: number}>).detail.us);
    });
    this.addEventListener('lab-hide', (event) => {
      this.#session.setHidden((event as CustomEvent<ReadonlySet<FrameFamily>>).detail);
    });
    this.addEventListener('lab-seed', (event) =>
      this.#session.setSeed((event as CustomEvent<string>).detail),
    );
    matchMedia('(prefers-reduced-motion: reduce)').addEventListener('change', (event) => {
      this.reducedMotion = event.matches;
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    for (const kind of DRAGS) window.addEventListener(kind, this.#onDrag);
    window.addEventListener('keydown', this.#onKey);
    window.addEventListener('hashchange', this.#onHash);
    void this.#openAddress(location.hash);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const kind of DRAGS) window.removeEventListener(kind, this.#onDrag);
    window.removeEventListener('keydown', this.#onKey);
    window.removeEventListener('hashchange', this.#onHash);
  }

  /** The worker could not be loaded, or has died. */
  tellWorkerFailure(why: string): void {
    this.workerFailure = why;
  }

  // Opening.

  /** Carries out one opening. What was asked for before it and has not come yet is no longer wanted. */
  async #opening<T>(fetch: () => Promise<T>, show: (fetched: T) => void): Promise<void> {
    this.#openings += 1;
    const mine = this.#openings;
    try {
      const fetched = await fetch();
      if (mine === this.#openings) show(fetched);
    } catch (error) {
      this.workerFailure = error instanceof Error ? error.message : String(error);
    }
  }

  readonly #onHash = (): void => {
    if (location.hash.startsWith('#run=')) void this.#openAddress(location.hash);
  };

  #openAddress(hash: string): Promise<void> {
    const {library} = this.#world;
    const check = (text: string) => this.#world.check(text, 'scenario.yaml');
    return this.#opening(
      () => openingOf(hash, library, check),
      (opening) => {
        if (opening.kind === 'failed') {
          const {t} = this;
          this.notice = t.linkBroken(t.linkErrorSentence(opening.error, opening.detail));
          void this.#openLibrary(library.entries[0]!.name, false);
          return;
        }
        this.notice = '';
        this.#show(opening);
      },
    );
  }

  #show(opening: Extract<Opening, {kind: 'opened'}>): void {
    this.picked = new Map();
    this.#played = null;
    this.sandboxText = opening.opened.scenarioText;
    this.problems = opening.problems;
    this.checked = true;
    if (opening.language !== null && !new URLSearchParams(location.search).has('lang')) {
      pageLanguage.set(opening.language);
    }
    this.page = opening.opened.source.kind === 'lesson' ? 'lessons' : 'sandbox';
    this.#session.open(opening.opened, opening.seed, opening.interventions, opening.atUs);
    void this.#openBeside(opening.beside);
  }

  /** Puts the run beside that a lesson is told with, or that a link names. */
  async #openBeside(variation: Variation | null): Promise<void> {
    this.difference = null;
    if (variation === null) return;
    const {opened} = this.#session;
    this.#besideOpenings += 1;
    try {
      await import('../compare/side-by-side.ts');
      if (this.#session.opened !== opened) return;
      const problem = await this.#session.compareWith(variation);
      if (problem !== null) this.notice = problem;
    } catch (error) {
      this.notice = error instanceof Error ? error.message : String(error);
    } finally {
      this.#besideOpenings -= 1;
      this.requestUpdate();
    }
  }

  #openLibrary(name: string, edit: boolean): Promise<void> {
    return this.#opening(
      () => this.#world.library.load(name),
      (item) => {
        if (!edit) {
          this.#show(fromLibrary(item));
          return;
        }
        this.sandboxText = item.scenarioText;
        this.problems = item.problems;
        this.checked = false;
        this.page = 'sandbox';
      },
    );
  }

  #openText(text: string): Promise<void> {
    this.sandboxText = text;
    const {library} = this.#world;
    return this.#opening(
      async () => {
        const alike = library.entries.filter((entry) => entry.textLength === text.length);
        const items = await Promise.all(alike.map((entry) => library.load(entry.name)));
        const known = items.find((item) => item.scenarioText === text) ?? null;
        return {known, ...(await this.#world.check(text, 'scenario.yaml'))};
      },
      ({known, scenario, problems}) => {
        this.problems = problems;
        this.checked = true;
        if (scenario === null || hasErrors(problems)) return;
        this.#session.open({
          source: known ? {kind: 'lesson', name: known.name} : {kind: 'text', text},
          scenarioText: text,
          scenario,
          lesson: known?.lesson ?? null,
        });
        void this.#openBeside(known?.lesson?.beside ?? null);
        this.picked = new Map();
        this.#played = null;
      },
    );
  }

  get #openLesson(): Lesson | null {
    return this.#session.opened?.lesson ?? null;
  }

  // Recordings.

  get #fileInput(): HTMLInputElement {
    return this.renderRoot.querySelector<HTMLInputElement>('#recording-file')!;
  }

  /** A file that is dragged over the page may be dropped anywhere on it. */
  readonly #onDrag = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    this.dropping = event.type === 'dragenter' || event.type === 'dragover';
    const file = event.type === 'drop' ? event.dataTransfer.files[0] : undefined;
    if (file !== undefined) void this.#openRecording(file);
  };

  #fileChosen(): void {
    const input = this.#fileInput;
    const file = input.files?.[0];
    input.value = '';
    if (file !== undefined) void this.#openRecording(file);
  }

  async #openRecording(file: File): Promise<void> {
    this.notice = '';
    try {
      const {openRecording} = await import('../recording/open-recording.ts');
      const opening = await openRecording(file, this.words.language, (sentence) => (this.reading = sentence));
      this.reading = '';
      if (opening === null) return;
      if ('sentence' in opening) {
        this.notice = opening.sentence;
        return;
      }
      this.page = 'recording';
      this.pane = 'stage';
      this.#session.open(opening.opened);
    } catch (error) {
      this.reading = '';
      this.notice = error instanceof Error ? error.message : String(error);
    }
  }

  // What people ask for.

  #act(action: Action): void {
    const session = this.#session;
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
      case 'other-seed':
        session.setSeed(String(Number(session.run?.timeline.seed ?? 0) + 1 || 1));
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
        void this.#share();
        return;
      case 'help':
        void this.#help();
        return;
      case 'messages':
        void this.#showMessages(action.of);
        return;
      case 'mqadmin':
        void this.#openConsole();
        return;
      case 'compare':
        void this.#askToCompare();
        return;
      case 'compare-with':
        void this.#compareWith(action.variation);
        return;
      case 'pane':
        this.pane = action.pane ?? 'stage';
        return;
      case 'open-library':
        void this.#openLibrary(action.name, action.edit);
        return;
      case 'open-recording':
        this.#fileInput.click();
        return;
      case 'open-text':
        void this.#openText(action.text);
        return;
    }
  }

  #select(selection: Selection, side: Side = this.#session.side): void {
    this.#session.select(selection, side);
    if (selection !== null && matchMedia('(max-width: 1099px)').matches) this.pane = 'inspect';
  }

  async #share(): Promise<void> {
    const fragment = await this.#session.shareFragment(this.words.language);
    if (fragment === null) {
      if (this.#session.opened?.recording !== undefined) this.notice = this.t.recordingNoLink;
      return;
    }
    this.#session.pause();
    const link = new URL(location.href);
    link.hash = fragment;
    link.searchParams.delete('lang');
    this.shareLink = link.href;
    await import('../dialogs/share-dialog.ts');
    this.dialog = 'share';
  }

  async #openConsole(): Promise<void> {
    this.#session.pause();
    await import('../dialogs/mqadmin-dialog.ts');
    this.dialog = 'mqadmin';
  }

  async #askToCompare(): Promise<void> {
    if (this.#session.opened === null) return;
    if (this.#session.opened.recording !== undefined) {
      this.notice = this.t.recordingNoComparison;
      return;
    }
    await import('../dialogs/compare-dialog.ts');
    this.compareProblem = '';
    this.dialog = 'compare';
  }

  async #compareWith(variation: Variation | null): Promise<void> {
    this.difference = null;
    if (variation === null) {
      this.#session.stopComparing();
      this.dialog = null;
      return;
    }
    await import('../compare/side-by-side.ts');
    const problem = await this.#session.compareWith(variation);
    this.compareProblem = problem ?? '';
    if (problem === null) this.dialog = null;
  }

  /** What is looked into lies in one run of two: a way to another of its entries is a way to that moment. */
  #inspected(event: ActEvent): void {
    const run = this.#session.beside?.run;
    const action = event.detail;
    if (this.#session.side === 'left' || run === undefined || action.kind !== 'seek-entry') return;
    event.stopPropagation();
    const entry = run.store.entry(action.entryId);
    if (entry === undefined) return;
    this.#session.pause();
    this.#session.seekUs(entry.atUs);
    if (!action.select) return;
    const isFrame = entry.kind === 'bytes-sent';
    this.#select(isFrame ? {kind: 'frame', sent: entry.id} : {kind: 'entry', id: entry.id});
  }

  #selectedOn({side, selection}: SideSelectEvent['detail']): void {
    this.#select(selection, side);
  }

  async #help(): Promise<void> {
    await import('../dialogs/help-dialog.ts');
    this.dialog = 'help';
  }

  async #showMessages(column: LedgerColumn): Promise<void> {
    await import('../dialogs/messages-dialog.ts');
    this.messages = column;
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (this.dialog !== null || this.messages !== null) return;
    const action = keyAction(event);
    if (action === null) return;
    event.preventDefault();
    const session = this.#session;
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

  protected override willUpdate(_changed: PropertyValues): void {
    const {run} = this.#session;
    const lesson = this.#openLesson;
    if (run === null || lesson === null) {
      this.#played = null;
      this.#session.setStops([]);
      return;
    }
    this.#played = this.#lessonOfRun.look(lesson, run, this.#lessonBeside(lesson), this.words.language);
    this.#askOnTheWay(lesson, this.#played.steps);
  }

  /** The run that a lesson is told beside; null where it is told of one, or that other one is not there. */
  #lessonBeside(lesson: Lesson): RunData | null {
    const {beside} = this.#session;
    const {key, value} = lesson.beside ?? {};
    return beside !== null && beside.variation.key === key && beside.variation.value === value
      ? beside.run
      : null;
  }

  /** Playing rests where a question is asked that nobody has answered. */
  #askOnTheWay(lesson: Lesson, steps: readonly PlayedStep[]): void {
    const open = steps.filter(
      (step, i) => step.entryId !== 0 && lesson.plan.steps[i]?.question && !this.picked.has(step.id),
    );
    const places = open.map(({atUs, entryId}) => ({us: atUs, entryId}));
    this.#session.setStops(this.page === 'lessons' ? places : []);
  }

  override render() {
    const {t} = this;
    const session = this.#session;
    const {run} = session;
    return html`<a class="skip" href="#stage" @click=${this.#skip}>${t.skipToStage}</a>
      <lab-top-bar
        .page=${this.page}
        .name=${this.#title()}
        .stepText=${this.#stepText()}
        .theme=${this.theme}
        ?hasRecording=${session.opened?.recording !== undefined}
        ?comparing=${session.beside !== null}
      ></lab-top-bar>
      ${this.#notices()}
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
        .differenceUs=${session.beside === null ? -1 : (this.difference?.atUs ?? -1)}
      ></lab-transport>
      ${this.#tabs()} ${this.#dialogs()}
      <input id="recording-file" type="file" hidden @change=${this.#fileChosen} />
      ${this.dropping ? html`<div class="drop">${t.dropRecording}</div>` : nothing}`;
  }

  #inspector() {
    const session = this.#session;
    const {beside, playhead} = session;
    const right = session.side === 'right' ? beside : null;
    const run = right?.run ?? session.run;
    return html`<lab-inspector
      .run=${run}
      .view=${right === null ? session.view : session.viewBeside}
      .playhead=${right === null ? playhead : {us: playhead.us, entryId: session.entryBeside}}
      .selection=${session.selection}
      .horizonUs=${run?.horizonUs ?? 0}
      @lab-act=${this.#inspected}
    ></lab-inspector>`;
  }

  #skip(event: Event): void {
    event.preventDefault();
    this.renderRoot.querySelector<HTMLElement>('#stage')?.focus();
  }

  #title(): string {
    const {opened} = this.#session;
    return opened?.scenario.title[this.words.language] ?? '';
  }

  #stepText(): string {
    const steps = this.#played?.steps ?? [];
    const at = stepAt(steps, this.#session.playhead.entryId);
    return this.page === 'lessons' && at >= 0 ? this.t.step(at + 1, steps.length) : '';
  }

  #notices() {
    const {t, reading} = this;
    const session = this.#session;
    const failure = this.workerFailure ?? session.failure;
    return html`${
      failure === null ? nothing : html`<p class="notice bad" role="alert">${t.worldFailed(failure)}</p>`
    }${reading === '' ? nothing : html`<p class="notice" role="status">${reading}</p>`}${session.run?.isFull ? html`<p class="notice" role="status">${this.#fullText(session.run)}</p>` : nothing}${
      this.notice === ''
        ? nothing
        : html`<p class="notice" role="alert">
            ${this.notice} <button @click=${() => (this.notice = '')}>${t.dismiss}</button>
          </p>`
    }`;
  }

  #fullText(run: RunData): string {
    const {lastId, byteCount} = run.store;
    return this.t.runTooLong(
      sayCount(lastId),
      sayCount(Math.round(byteCount / 1e6)),
      sayMoment(run.horizonUs),
    );
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
    const session = this.#session;
    switch (this.page) {
      case 'sandbox':
        void import('../pages/sandbox-page.ts');
        return html`<lab-sandbox
          .text=${this.sandboxText}
          .problems=${this.problems}
          ?checked=${this.checked}
          @lab-edited=${() => {
            this.checked = false;
          }}
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
          <lab-just-now
            .run=${session.run}
            .entryId=${session.playhead.entryId}
            ?playing=${session.playing}
          ></lab-just-now>
        </div>`;
      case 'lessons': {
        const played = this.#played;
        return html`<div class="narrative">
          <lab-lesson
            .lesson=${this.#openLesson}
            ?loading=${session.opened === null && this.workerFailure === null}
            .steps=${played?.steps ?? []}
            .values=${played?.values ?? new Map()}
            .entryId=${session.playhead.entryId}
            .picked=${this.picked}
            ?complete=${played?.isComplete ?? false}
            ?alone=${this.#isAlone()}
            @lab-picked=${this.#onPicked}
          ></lab-lesson>
          <lab-just-now
            .run=${session.run}
            .entryId=${session.playhead.entryId}
            ?playing=${session.playing}
            ?brief=${session.run?.timeline.interventions.length === 0 && asksAt(this.#openLesson, played?.steps ?? [], session.playhead.entryId, this.picked)}
          ></lab-just-now>
        </div>`;
      }
    }
  }

  #onPicked(event: CustomEvent<{step: string; option: string}>): void {
    this.picked = new Map(this.picked).set(event.detail.step, event.detail.option);
    const lesson = this.#openLesson;
    if (lesson !== null && this.#played !== null) this.#askOnTheWay(lesson, this.#played.steps);
  }

  /** The lesson's other run is wanted, and is not to come either. */
  #isAlone(): boolean {
    const lesson = this.#openLesson;
    if (lesson === null || lesson.beside === null) return false;
    return this.#besideOpenings === 0 && this.#lessonBeside(lesson) === null;
  }

  /** Of two runs, a lesson has not told yet how they end: it still asks something, or speaks of what lies ahead. */
  #isUntold(): boolean {
    const lesson = this.#openLesson;
    if (this.page !== 'lessons' || lesson === null || this.#lessonBeside(lesson) === null) return false;
    const last = this.#played?.steps.at(-1);
    return last === undefined || last.entryId === 0 || this.#session.playhead.entryId < last.entryId;
  }

  #sideBySide(beside: Beside) {
    const session = this.#session;
    const {run, view, timeMap} = session;
    const {key, value} = beside.variation;
    const left = {
      run,
      view,
      name: beside.present === null ? this.t.compareAsItIs : `${key}=${beside.present}`,
    };
    const right = {run: beside.run, view: session.viewBeside, name: `${key}=${value}`};
    return html`<lab-side-by-side
      .left=${left}
      .right=${right}
      .timeUs=${session.playhead.us}
      .timeMap=${timeMap}
      .selection=${session.selection}
      .side=${session.side}
      ?untold=${this.#isUntold()}
      .hiddenFamilies=${session.hiddenFamilies}
      ?reducedMotion=${this.reducedMotion}
      .horizonUs=${Math.min(run?.horizonUs ?? 0, beside.run.horizonUs)}
      @lab-side-select=${(event: SideSelectEvent) => this.#selectedOn(event.detail)}
      @lab-difference=${(event: CustomEvent<Difference | null>) => {
        this.difference = event.detail;
      }}
    ></lab-side-by-side>`;
  }

  #stage() {
    const session = this.#session;
    if (session.beside !== null) return this.#sideBySide(session.beside);
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
      <lab-log .run=${run} .entryId=${session.playhead.entryId}></lab-log>`;
  }

  #tabs() {
    const {t} = this;
    const tabs: readonly (readonly [PaneName, string, 'story' | 'stage' | 'log' | 'inspect'])[] = [
      [
        'story',
        {lessons: t.tabStory, sandbox: t.sandbox, scenarios: t.scenarios, recording: t.recording}[this.page],
        'story',
      ],
      ['stage', t.tabStage, 'stage'],
      ['log', t.tabLog, 'log'],
      ['inspect', t.tabInspect, 'inspect'],
    ];
    return html`<nav class="panes" aria-label=${t.panes}>
      ${tabs.map(
        ([pane, label, name]) =>
          html`<button
            class="pane-${pane}"
            aria-pressed=${String(this.pane === pane)}
            @click=${() => this.#act({kind: 'pane', pane: this.pane === pane ? null : pane})}
          >
            ${icon(name)}<span>${label}</span>
          </button>`,
      )}
    </nav>`;
  }

  #dialogs() {
    const session = this.#session;
    return html`<lab-share-dialog
        ?open=${this.dialog === 'share'}
        .link=${this.shareLink}
        .moment=${sayMoment(Math.floor(session.playhead.us))}
        @lab-closed=${() => (this.dialog = null)}
      ></lab-share-dialog>
      <lab-compare-dialog
        ?open=${this.dialog === 'compare'}
        .variation=${session.beside?.variation ?? null}
        .problem=${this.compareProblem}
        @lab-closed=${() => (this.dialog = null)}
      ></lab-compare-dialog>
      <lab-mqadmin-dialog
        ?open=${this.dialog === 'mqadmin'}
        .scenario=${session.opened?.scenario ?? null}
        .moment=${sayMoment(Math.floor(session.playhead.us))}
        .ask=${(words: readonly string[]) => session.askCluster(words)}
        @lab-closed=${() => (this.dialog = null)}
      ></lab-mqadmin-dialog>
      <lab-help-dialog
        ?open=${this.dialog === 'help'}
        .hiddenFamilies=${session.hiddenFamilies}
        @lab-closed=${() => (this.dialog = null)}></lab-help-dialog>
      <lab-messages-dialog
        .column=${this.messages}
        .run=${session.run}
        .entryId=${session.playhead.entryId}
        @lab-closed=${() => (this.messages = null)}
      ></lab-messages-dialog>`;
  }
}
