import * as Comlink from 'comlink';
import type {Language} from '../../lab/language.ts';
import type {Scenario} from '../../lab/scenario/scenario.ts';
import type {Opened} from '../session/opened.ts';
import type {OpenedRecording, RecordingAbout, RecordingWorker} from './protocol.ts';
import './recording-pane.ts';
import {recordingWords} from './words.ts';

let remote: Comlink.Remote<RecordingWorker> | null = null;

function worker(failed: (why: string) => void): Comlink.Remote<RecordingWorker> {
  if (remote !== null) return remote;
  const started = new Worker(new URL('./recording-worker.ts', import.meta.url), {
    type: 'module',
    name: 'recording',
  });
  started.addEventListener('error', (event) => {
    remote = null;
    failed(event.message || 'the worker did not load');
  });
  remote = Comlink.wrap<RecordingWorker>(started);
  return remote;
}

/** What came of opening a file: something to show, a sentence that says why not, or null where another was opened meanwhile. */
export type RecordingOpening = {readonly opened: Opened} | {readonly sentence: string} | null;

/** Reads a file through and makes it something that a session can show. Never rejects for what the file holds. */
export function openRecording(
  file: File,
  language: Language,
  progress: (sentence: string) => void,
): Promise<RecordingOpening> {
  const words = recordingWords(language);
  return new Promise((resolve) => {
    const reader = worker((why) => resolve({sentence: words.unreadable(file.name, why)}));
    const told = Comlink.proxy((share: number) =>
      progress(words.reading(file.name, Math.floor(share * 100))),
    );
    reader.open(file, told).then(
      (result) => resolve(result === null ? null : outcome(result, file.name, language, reader)),
      (error: unknown) => resolve({sentence: words.unreadable(file.name, String(error))}),
    );
  });
}

function outcome(
  result: OpenedRecording,
  fileName: string,
  language: Language,
  reader: Comlink.Remote<RecordingWorker>,
): RecordingOpening {
  if (!result.ok) return {sentence: recordingWords(language).problem(fileName, result.problem)};
  const {about} = result;
  return {
    opened: {
      source: {kind: 'recording'},
      scenarioText: '',
      lesson: null,
      scenario: scenarioOf(about),
      recording: {
        about,
        world: {
          run: (_timeline, tell) => reader.play(Comlink.proxy(tell)),
          abandon: () => reader.abandon(),
        },
      },
    },
  };
}

/** A run that was recorded has no scenario; what the page reads of one is how long it lasts and what it is called. */
function scenarioOf({fileName, epochMs, durationUs}: RecordingAbout): Scenario {
  const link = {latencyUs: 0, jitterUs: 0, bandwidthBytesPerSecond: 0, lossPerMillion: 0};
  return {
    name: fileName,
    title: {en: fileName, 'zh-CN': fileName},
    seed: '',
    epochMs,
    durationUs: Math.max(1, durationUs),
    machines: [],
    network: {between: link, loopback: link, links: []},
    costs: {default: {baseUs: 0, perKiBUs: 0, spreadPercent: 0}, kinds: {}},
    namesrvs: [],
    brokers: [],
    topics: [],
    producers: [],
    consumers: [],
    chosen: [],
    faults: [],
    checks: [],
  } as Scenario;
}
