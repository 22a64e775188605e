import * as Comlink from 'comlink';
import type {Timeline} from '../../lab/timeline.ts';
import {LIBRARY} from './library.ts';
import type {Library, RunEnd, RunSlice, WorldWorker} from './protocol.ts';

/** The page's side of the worker. */
export interface WorldClient {
  readonly library: Library;
  check(text: string, fileName: string): ReturnType<WorldWorker['check']>;
  vary: WorldWorker['vary'];
  askCluster: WorldWorker['askCluster'];
  run(timeline: Timeline, tell: (slice: RunSlice) => Promise<void>): Promise<RunEnd | null>;
  abandon(): Promise<void>;
}

/** Starts the worker. `failed` is told when the worker itself cannot load or dies. */
export function startWorld(failed: (why: string) => void): WorldClient {
  const worker = new Worker(new URL('./world-worker.ts', import.meta.url), {type: 'module', name: 'world'});
  worker.addEventListener('error', (event) => failed(event.message || 'the worker did not load'));
  const remote = Comlink.wrap<WorldWorker>(worker);
  return {
    library: LIBRARY,
    check: (text, fileName) => remote.check(text, fileName),
    askCluster: (timeline, atUs, words) => remote.askCluster(timeline, atUs, words),
    vary: (scenario, key, value) => remote.vary(scenario, key, value),
    run: (timeline, tell) => remote.run(timeline, Comlink.proxy(tell)),
    abandon: () => remote.abandon(),
  };
}
