import {linearTime, type TimeMap} from '../stage/time-map.ts';

/** How virtual time passes on screen: the story's own pace, or real proportions; `rate` 1 is the usual story, or real time. */
export interface Pace {
  readonly kind: 'story' | 'linear';
  readonly rate: number;
}

export const STORY: Pace = {kind: 'story', rate: 1};

/** All that can be chosen, with the digit that chooses it. */
export const PACES: readonly {readonly key: string; readonly pace: Pace}[] = [
  {key: '0', pace: {kind: 'story', rate: 0.25}},
  {key: '1', pace: STORY},
  {key: '9', pace: {kind: 'story', rate: 4}},
  {key: '2', pace: {kind: 'linear', rate: 0.001}},
  {key: '3', pace: {kind: 'linear', rate: 0.01}},
  {key: '4', pace: {kind: 'linear', rate: 0.1}},
  {key: '5', pace: {kind: 'linear', rate: 1}},
  {key: '6', pace: {kind: 'linear', rate: 10}},
  {key: '7', pace: {kind: 'linear', rate: 100}},
  {key: '8', pace: {kind: 'linear', rate: 1000}},
];

export function samePace(a: Pace, b: Pace): boolean {
  return a.kind === b.kind && a.rate === b.rate;
}

/** The map that the page draws by: the same object for as long as it maps the same. */
export class KeptMap {
  #kept: {
    readonly story: TimeMap;
    readonly mappedUs: number;
    readonly pace: Pace;
    readonly map: TimeMap;
  } | null = null;

  /** @param mappedUs how far a story reaches that grows after it was first drawn by; 0 for any other */
  of(pace: Pace, story: TimeMap, mappedUs: number): TimeMap {
    const kept = this.#kept;
    if (kept?.story === story && kept.pace === pace && kept.mappedUs === mappedUs) return kept.map;
    const map = mapOf(pace, story, mappedUs > 0);
    this.#kept = {story, mappedUs, pace, map};
    return map;
  }
}

/** The map that a pace plays by; `story` is the run's own. With `anew`, an object that nobody has drawn by before. */
function mapOf(pace: Pace, story: TimeMap, anew: boolean): TimeMap {
  if (pace.kind === 'linear') return linearTime(pace.rate);
  if (pace.rate === 1 && !anew) return story;
  return {
    toScreen: (us) => story.toScreen(us) / pace.rate,
    toVirtual: (seconds) => story.toVirtual(seconds * pace.rate),
    get gaps() {
      return story.gaps ?? [];
    },
  };
}
