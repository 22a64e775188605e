import * as Comlink from 'comlink';
import {problemOf} from '../../lab/recording/read-recording.ts';
import {type Survey, Surveyor} from '../../lab/recording/survey.ts';
import {RecordingTrace} from '../../lab/recording/trace-of-recording.ts';
import {sentenceOf} from '../base/sentence-of.ts';
import type {OpenedRecording, RecordingAbout, RecordingWorker} from './protocol.ts';

/** So much of the file is in memory at a time. */
const READ_BYTES = 1 << 20;
/** So much becomes one slice of history: few enough entries that the page takes one in between two frames. */
const SLICE_BYTES = 48 * 1024;

let generation = 0;
let opened: {readonly file: File; readonly survey: Survey} | null = null;

const api: RecordingWorker = {
  async open(file, progress): Promise<OpenedRecording | null> {
    const mine = ++generation;
    opened = null;
    const surveyor = new Surveyor();
    try {
      for (let at = 0; at < file.size; at += READ_BYTES) {
        surveyor.take(await readPart(file, at));
        if (mine !== generation) return null;
        progress(Math.min(1, (at + READ_BYTES) / file.size));
        if (surveyor.state.kind !== 'good') break;
      }
    } catch (error) {
      return {
        ok: false,
        problem: {kind: 'unreadable', why: sentenceOf(error)},
      };
    }
    const survey = surveyor.finish();
    const problem = problemOf(survey);
    if (problem !== null) return {ok: false, problem};
    opened = {file, survey};
    return {ok: true, about: aboutOf(file, survey)};
  },

  async play(tell) {
    const mine = ++generation;
    if (opened === null) return null;
    const {file, survey} = opened;
    const began = performance.now();
    const trace = new RecordingTrace(survey);
    const give = async (): Promise<void> => {
      const chunk = trace.cut();
      const {horizonUs} = trace;
      if (chunk.entries.length > 0) {
        await tell(Comlink.transfer({chunk, horizonUs}, [chunk.bytes.buffer as ArrayBuffer]));
      }
    };
    for (let at = 0; at < file.size; at += READ_BYTES) {
      const part = await readPart(file, at);
      for (let from = 0; from < part.length; from += SLICE_BYTES) {
        trace.take(part.subarray(from, from + SLICE_BYTES));
        await give();
        if (mine !== generation) return null;
      }
    }
    trace.finish();
    await give();
    if (mine !== generation) return null;
    const wallMs = Math.round(performance.now() - began);
    return {traceHash: '', events: trace.entryCount, wallMs, virtualUs: survey.durationUs};
  },

  abandon() {
    generation += 1;
  },
};

async function readPart(file: File, at: number): Promise<Uint8Array> {
  return new Uint8Array(await file.slice(at, at + READ_BYTES).arrayBuffer());
}

function aboutOf(file: File, survey: Survey): RecordingAbout {
  const {epochMs, durationUs, state, tornBytes, isOver, own, far} = survey;
  return {
    fileName: file.name,
    sizeBytes: file.size,
    epochMs,
    durationUs,
    shortfall: state.kind === 'damaged' ? 'damaged' : tornBytes > 0 ? 'torn' : isOver ? null : 'not-closed',
    processes: [
      ...own.map(({name, kind, machine}) => ({name, kind, machine, isOwn: true})),
      ...far.map(({name, kind, machine}) => ({name, kind, machine, isOwn: false})),
    ],
  };
}

Comlink.expose(api);
