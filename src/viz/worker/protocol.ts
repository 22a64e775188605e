import type {MqadminAnswer} from '../../lab/ask-cluster.ts';
import type {LogAudit} from '../../lab/audit/audit.ts';
import type {Outcome} from '../../lab/compare/vary.ts';
import type {Texts} from '../../lab/language.ts';
import type {Lesson} from '../../lab/lesson/lesson.ts';
import type {Problem} from '../../lab/scenario/problem.ts';
import type {Scenario} from '../../lab/scenario/scenario.ts';
import type {Timeline} from '../../lab/timeline.ts';
import type {TraceChunk} from '../../lab/trace-store.ts';

/** A scenario or lesson that comes with the page, whole. */
export interface LibraryItem {
  readonly name: string;
  readonly scenarioText: string;
  readonly scenario: Scenario;
  /** Null where it is a plain scenario. */
  readonly lesson: Lesson | null;
  /** Warnings only: a shipped scenario with an error is not built. */
  readonly problems: readonly Problem[];
}

/** What a list of the scenarios shows of one, before anybody has opened it. */
export interface LibraryEntry {
  readonly name: string;
  readonly title: Texts;
  readonly isLesson: boolean;
  readonly durationUs: number;
  readonly namesrvs: number;
  readonly brokers: number;
  readonly producers: number;
  readonly consumers: number;
  /** Of the scenario's text, in UTF-16 units: a text of another length is another text. */
  readonly textLength: number;
}

/** What comes with the page, in order of name, the quickstart first. Each is fetched when it is opened. */
export interface Library {
  readonly entries: readonly LibraryEntry[];
  /** Rejects where the file cannot be fetched; `name` must be one of the entries'. */
  load(name: string): Promise<LibraryItem>;
}

/** A slice of a run: what came of it, and how far the world is. */
export interface RunSlice {
  readonly chunk: TraceChunk;
  /** Nothing before this moment is still to come. */
  readonly horizonUs: number;
}

export interface RunEnd {
  /** What lay on the brokers' disks in the end; absent where no check looks at it. */
  readonly audit?: LogAudit;
  readonly traceHash: string;
  readonly events: number;
  readonly wallMs: number;
  readonly virtualUs: number;
}

/** A scenario with one thing otherwise. */
export interface Varied {
  readonly scenario: Scenario;
  /** What it has there as it stands; null where that is no single value. */
  readonly present: string | null;
}

/** What the page asks of the worker. One run at a time: opening another abandons the one before. */
export interface WorldWorker {
  /** Reads a scenario, or makes one of the files of brokers that were pasted: `text` is what was read in the end. */
  check(
    text: string,
    fileName: string,
  ): Promise<{text: string; scenario: Scenario | null; problems: readonly Problem[]}>;
  /** The scenario with one thing otherwise, or what is wrong with that in one line. */
  vary(scenario: Scenario, key: string, value: string): Promise<Outcome<Varied>>;
  /**
   * Runs a timeline from its start to its end, telling each slice. Resolves with the end, or with null if another run was
   * opened meanwhile. A slice's promise is its consumer's leave to go on, so a slow page slows the world and nothing piles up.
   */
  run(timeline: Timeline, tell: (slice: RunSlice) => Promise<void> | void): Promise<RunEnd | null>;
  /**
   * What the console tool would print at a moment of a timeline; a text is what is wrong with the words, in one line. Does not
   * disturb what is being run.
   */
  askCluster(timeline: Timeline, atUs: number, words: readonly string[]): Promise<MqadminAnswer | string>;
  abandon(): void;
}
