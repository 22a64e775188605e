import type {RecordingState} from '../../recording/reader.ts';
import {TraceStore} from '../trace-store.ts';
import {type Survey, Surveyor} from './survey.ts';
import {RecordingTrace} from './trace-of-recording.ts';

/** A recording, read. */
export interface ReadRecording {
  readonly survey: Survey;
  readonly store: TraceStore;
}

/** Why a file cannot be shown as a recording at all. A damaged or torn one is shown as far as it goes. */
export type RecordingProblem =
  | {readonly kind: 'foreign'}
  | {readonly kind: 'other-version'; readonly version: string}
  | {readonly kind: 'empty'};

/** Whether the first bytes of a file are those of a recording, of whatever version. */
export {isRecording} from '../../recording/reader.ts';

/** What stands against showing it; null: it can be shown. */
export function problemOf(survey: {
  readonly state: RecordingState;
  readonly recordCount: number;
}): RecordingProblem | null {
  const {state, recordCount} = survey;
  if (state.kind === 'foreign') return {kind: 'foreign'};
  if (state.kind === 'other-version') return {kind: 'other-version', version: state.version};
  return recordCount === 0 ? {kind: 'empty'} : null;
}

/** Reads a file that can be gone through twice. Nothing in it makes this throw. */
export function readRecording(slices: () => Iterable<Uint8Array>): ReadRecording | RecordingProblem {
  const surveyor = new Surveyor();
  for (const slice of slices()) surveyor.take(slice);
  const survey = surveyor.finish();
  const problem = problemOf(survey);
  if (problem !== null) return problem;
  const store = new TraceStore();
  const trace = new RecordingTrace(survey);
  for (const slice of slices()) {
    trace.take(slice);
    store.append(trace.cut());
  }
  trace.finish();
  store.append(trace.cut());
  return {survey, store};
}

/** What is wrong with a recording that can be shown nevertheless, for the command line; null: nothing. */
export function shortfallOf({state, tornBytes, isOver, durationUs}: Survey): string | null {
  const until = `${(durationUs / 1e6).toFixed(3)} s`;
  if (state.kind === 'damaged') {
    return `damaged at byte ${state.atByte}; what comes before is read, up to ${until}`;
  }
  if (tornBytes > 0) return `its last ${tornBytes} bytes are cut off in the middle; read up to ${until}`;
  if (!isOver)
    return `not closed in order: who recorded it was killed, or is still at it; read up to ${until}`;
  return null;
}
