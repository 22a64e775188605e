import {isLanguage, LANGUAGES, type Language} from '../lab/language.ts';
import {openRun, timelineOf} from '../lab/run.ts';
import {entryKind, traceLine} from '../lab/trace-line.ts';
import {storeOf, type TraceStore} from '../lab/trace-store.ts';
import {TraceIndex} from '../lab/view/trace-index.ts';
import {EXIT} from './exit.ts';
import type {Output} from './output.ts';
import {isRecordingFile, readRecordingFile} from './recording-file.ts';
import {type RunOptions, readScenario} from './scenario-file.ts';

/** Prints the history of a run, or of a recording. 0, also if `--kind` matches nothing; 2 for bad input. */
export function traceCommand(
  file: string,
  options: RunOptions & {readonly kind?: string; readonly lang: string},
  output: Output,
): number {
  const {lang, kind} = options;
  if (!isLanguage(lang)) {
    output.err(`--lang: found "${lang}", expected one of ${LANGUAGES.join(', ')}`);
    return EXIT.badInput;
  }
  const store = isRecordingFile(file)
    ? recorded(file, options, output)
    : simulated(file, options, output, lang);
  if (store === null) return EXIT.badInput;
  const index = new TraceIndex(store);
  index.update();
  let told = 0;
  for (const entry of store.entries) {
    if (kind !== undefined && entry.kind !== kind && entryKind(entry) !== kind) continue;
    output.out(traceLine(entry, index, lang));
    told += 1;
  }
  if (kind !== undefined && told === 0) output.err(`no entry or fact of kind ${kind} in this run`);
  return EXIT.ok;
}

function simulated(file: string, options: RunOptions, output: Output, language: Language): TraceStore | null {
  const read = readScenario(file, options, output, language);
  if (read === null) return null;
  const run = openRun(timelineOf({...read.scenario, durationUs: read.untilUs}, read.seed));
  run.advance(read.untilUs, Number.MAX_SAFE_INTEGER);
  return storeOf(run.world.trace);
}

function recorded(file: string, {seed, until}: RunOptions, output: Output): TraceStore | null {
  if (seed !== undefined || until !== undefined) {
    output.err(`${file} is a recording: it has no seed, and is read to its end`);
    return null;
  }
  return readRecordingFile(file, output)?.store ?? null;
}
