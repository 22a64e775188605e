import type {RecordingProblem} from '../../lab/recording/read-recording.ts';
import type {ProcessKind} from '../../sim/trace.ts';
import type {RunEnd, RunSlice} from '../worker/protocol.ts';

/** What is told of a recording beside its history. */
export interface RecordingAbout {
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly epochMs: number;
  readonly durationUs: number;
  readonly shortfall: 'damaged' | 'torn' | 'not-closed' | null;
  readonly processes: readonly {
    readonly name: string;
    readonly kind: ProcessKind;
    readonly machine: string;
    /** Recorded from within; else seen from outside. */
    readonly isOwn: boolean;
  }[];
}

export type OpenedRecording =
  | {readonly ok: true; readonly about: RecordingAbout}
  | {
      readonly ok: false;
      readonly problem: RecordingProblem | {readonly kind: 'unreadable'; readonly why: string};
    };

/** What the page asks of the worker that reads recordings. It holds one file at a time. */
export interface RecordingWorker {
  /** Reads the file through once; `progress` is told the share read. Resolves with null if another file was opened meanwhile. */
  open(file: File, progress: (share: number) => void): Promise<OpenedRecording | null>;
  /** Reads the file again and tells its history. Null: it was abandoned. */
  play(tell: (slice: RunSlice) => Promise<void> | void): Promise<RunEnd | null>;
  abandon(): void;
}
