import type {TraceEntry} from '../../sim/trace.ts';
import {factOf, textField} from './fact-of-entry.ts';
import {noteLevel} from './note-level.ts';
import {Novelty} from './novelty.ts';
import {PieceMap} from './piece-map.ts';
import type {StageFrame, StageIndex} from './stage-index.ts';
import type {Gap, TimeMap} from './time-map.ts';

/** Screen seconds that a new kind of frame spends in the air, and the least that the hundredth of its kind still gets. */
const FRAME_SECONDS = 0.55;
const BACKGROUND_FRAME_SECONDS = 0.45;
const FRAME_FLOOR_SECONDS = 0.012;
const BACKGROUND_FLOOR_SECONDS = 0.02;
/** A connection being opened, whose end is not known when it begins. */
const CONNECT_SECONDS = 0.25;
const CONNECT_US = 300;
const LANDMARK_SECONDS = 0.6;
const NOTE_SECONDS = 0.12;
const HOLD_FLOOR_SECONDS = 0.001;
/** Silence: each doubling of its length costs the same, so the longer it lasts the faster it passes. */
const SILENCE_FIRST_US = 40;
const SILENCE_SECONDS = 0.05;
const LONG_SILENCE_US = 20_000;
const LONG_SILENCE_SECONDS = 0.075;
const GAP_LEAST_US = 20_000;
/** After this much on screen, a new disturbance makes the familiar interesting again. */
const AROUSED_SECONDS = 4;

interface Active {
  readonly endUs: number;
  /** Screen seconds per virtual µs that it asks for. */
  readonly rate: number;
}

/**
 * The pace of a story: virtual time told so that whoever watches can follow. A frame of a kind not seen before is in the air
 * for about half a second; the more of its kind have passed, the faster it goes; silence passes ever faster the longer
 * it lasts; a landmark holds the clock for a moment; a disturbance makes what follows slow again.
 *
 * The pace at a moment depends on the trace up to that moment only, so what is mapped never changes as the trace grows,
 * however it is cut into chunks. Two runs that are watched side by side have one story: it is slow where either is new.
 */
export class StoryTime implements TimeMap {
  readonly #sources: {readonly index: StageIndex; read: number}[];
  readonly #map = new PieceMap();
  readonly #gaps: Gap[] = [];
  readonly #novelty = new Novelty();
  /** What asks for slowness now, the slowest first. */
  readonly #active: Active[] = [];
  readonly #emptyPolls = new Map<string, number>();
  /** When the last thing of note ended; silence is counted from here. */
  #busyUntilUs = 0;
  /** How slow the story is now, from 1 (all new) towards 0; short silences shrink with it. */
  #tempo = 1;
  #arousedAtSeconds = -AROUSED_SECONDS;

  constructor(...indices: readonly [StageIndex, ...StageIndex[]]) {
    this.#sources = indices.map((index) => ({index, read: 0}));
  }

  /** Everything up to here is mapped for good. Later moments are told at the pace of silence for the time being. */
  get mappedUs(): number {
    return this.#map.lastUs;
  }

  get durationSeconds(): number {
    return this.#map.lastSeconds;
  }

  /** Gaps so far, the one that may still last at the end included. */
  get gaps(): readonly Gap[] {
    const open = this.#gapUntil(this.mappedUs);
    return open === null ? this.#gaps : [...this.#gaps, open];
  }

  /**
   * Takes the entries up to `horizonUs` that have been read since, and the promise that nothing else happens before it. Answers
   * false if it stopped after `mostEntries` with more to take.
   */
  extend(horizonUs: number, mostEntries = Number.POSITIVE_INFINITY): boolean {
    for (let taken = 0; taken < mostEntries; taken += 1) {
      const source = this.#earliest();
      const entry = source?.index.trace.entries[source.read];
      if (source === null || entry === undefined || horizonUs < entry.atUs) {
        this.#advance(horizonUs);
        return true;
      }
      source.read += 1;
      this.#advance(entry.atUs);
      this.#take(entry, source.index);
    }
    return false;
  }

  /** Whose next entry comes first; the earlier source where both have one at the same moment. */
  #earliest(): {readonly index: StageIndex; read: number} | null {
    let earliest = null;
    let atUs = Number.POSITIVE_INFINITY;
    for (const source of this.#sources) {
      if (source.read >= source.index.entryCount) continue;
      const next = source.index.trace.entries[source.read]!.atUs;
      if (next >= atUs) continue;
      earliest = source;
      atUs = next;
    }
    return earliest;
  }

  toScreen(us: number): number {
    return this.#map.toScreen(us);
  }

  toVirtual(seconds: number): number {
    return this.#map.toVirtual(seconds);
  }

  /** Maps up to `us` at the pace of what is active. */
  #advance(us: number): void {
    while (this.mappedUs < us) {
      const nowUs = this.mappedUs;
      while (0 < this.#active.length && this.#active[0]!.endUs <= nowUs) popActive(this.#active);
      const slowest = this.#active[0];
      const silence = this.#silenceAt(nowUs);
      if (slowest !== undefined && (nowUs < this.#busyUntilUs || silence.rate < slowest.rate)) {
        this.#map.add(Math.min(us, slowest.endUs), slowest.rate);
      } else {
        this.#map.add(Math.min(us, silence.untilUs, slowest?.endUs ?? Infinity), silence.rate);
      }
    }
  }

  /** The pace of silence at a moment, and until when it holds: a step of the doubling. */
  #silenceAt(us: number): {readonly rate: number; readonly untilUs: number} {
    const since = us - this.#busyUntilUs;
    if (since < SILENCE_FIRST_US) {
      return {
        rate: (SILENCE_SECONDS * this.#tempo) / SILENCE_FIRST_US,
        untilUs: this.#busyUntilUs + SILENCE_FIRST_US,
      };
    }
    // Powers of two are exact, so the steps lie at the same instants however the silence is cut.
    let step = SILENCE_FIRST_US;
    while (step * 2 <= since) step *= 2;
    const seconds = step < LONG_SILENCE_US ? SILENCE_SECONDS * this.#tempo : LONG_SILENCE_SECONDS;
    return {rate: seconds / step, untilUs: this.#busyUntilUs + step * 2};
  }

  #take(entry: TraceEntry, index: StageIndex): void {
    switch (entry.kind) {
      case 'bytes-sent':
        this.#takeFrame(index.frameBySent(entry.id)!, index);
        return;
      case 'connecting':
        this.#ask(
          `connect ${entry.process} ${entry.peer}`,
          CONNECT_SECONDS,
          HOLD_FLOOR_SECONDS,
          entry.atUs,
          CONNECT_US,
          2,
        );
        return;
      case 'intervened':
        this.#arouse(true);
        return;
      case 'link-cut':
      case 'link-healed':
        this.#hold(entry.atUs, LANDMARK_SECONDS);
        return;
      default:
    }
    const level = noteLevel(entry);
    if (level < 2 || !('process' in entry)) return;
    const fact = factOf(entry);
    const key = `${entry.kind} ${fact === null ? '' : `${fact.kind} ${textField(fact, 'topic')}`} ${entry.process}`;
    if (
      entry.kind === 'process-ended' ||
      fact?.kind === 'send-attempt-failed' ||
      fact?.kind === 'broker-removed' ||
      fact?.kind === 'dledger-leader-lost' ||
      (fact?.kind === 'dledger-push-state' && fact['state'] === 'COMPARE')
    ) {
      this.#arouse(false);
    }
    const seconds = level === 3 ? LANDMARK_SECONDS : NOTE_SECONDS;
    this.#hold(entry.atUs, this.#novelty.seconds(key, seconds, HOLD_FLOOR_SECONDS, 1));
  }

  #takeFrame(frame: StageFrame, index: StageIndex): void {
    const path = `${frame.from} ${frame.to}`;
    const key = `${path} ${frame.form} ${frame.requestCode} ${frame.responseCode}`;
    const background =
      frame.family === 'route' || HOUSEKEEPING.has(frame.requestCode) || this.#isIdlePoll(frame, path);
    const most = background ? BACKGROUND_FRAME_SECONDS : FRAME_SECONDS;
    const floor = background ? BACKGROUND_FLOOR_SECONDS : FRAME_FLOOR_SECONDS;
    const seconds = this.#novelty.seconds(key, most, floor, background ? 1 : 5);
    const endUs = frame.endUs < 0 ? frame.sentUs + CONNECT_US : forecast(frame, index);
    const lengthUs = Math.max(1, endUs - frame.sentUs);
    pushActive(this.#active, {endUs: frame.sentUs + lengthUs, rate: seconds / lengthUs});
    if (background && seconds < 0.1) return;
    this.#busy(frame.sentUs, frame.sentUs + lengthUs);
    this.#tempo = Math.max(0.02, Math.min(1, seconds / FRAME_SECONDS));
  }

  /** A pull after an empty answer, and the empty answers after the first, are the rhythm of an idle consumer. */
  #isIdlePoll(frame: StageFrame, path: string): boolean {
    if (frame.requestCode !== PULL_MESSAGE) return false;
    if (frame.form === 'response') {
      if (frame.responseCode !== PULL_NOT_FOUND) return false;
      const back = `${frame.to} ${frame.from}`;
      this.#emptyPolls.set(back, (this.#emptyPolls.get(back) ?? 0) + 1);
      return true;
    }
    const left = this.#emptyPolls.get(path) ?? 0;
    if (left === 0) return false;
    this.#emptyPolls.set(path, left - 1);
    return true;
  }

  #ask(key: string, most: number, floor: number, atUs: number, lengthUs: number, patience: number): void {
    const seconds = this.#novelty.seconds(key, most, floor, patience);
    pushActive(this.#active, {endUs: atUs + lengthUs, rate: seconds / lengthUs});
    if (seconds < 0.03) return;
    this.#busy(atUs, atUs + lengthUs);
  }

  /** Stretches one microsecond, which stops the clock for the eye and keeps the map invertible. */
  #hold(atUs: number, seconds: number): void {
    pushActive(this.#active, {endUs: atUs + 1, rate: seconds});
    if (seconds < 0.03) return;
    this.#busy(atUs, atUs + 1);
    this.#tempo = Math.max(this.#tempo, 0.5);
  }

  #busy(fromUs: number, untilUs: number): void {
    const gap = this.#gapUntil(fromUs);
    if (gap !== null) this.#gaps.push(gap);
    this.#busyUntilUs = Math.max(this.#busyUntilUs, untilUs);
  }

  #gapUntil(us: number): Gap | null {
    return us - this.#busyUntilUs < GAP_LEAST_US ? null : {fromUs: this.#busyUntilUs, toUs: us};
  }

  #arouse(always: boolean): void {
    const seconds = this.durationSeconds;
    if (!always && seconds - this.#arousedAtSeconds < AROUSED_SECONDS) return;
    this.#arousedAtSeconds = seconds;
    this.#novelty.arouse();
  }
}

/**
 * UPDATE_CONSUMER_OFFSET, GET_CONSUMER_LIST_BY_GROUP, and a leader's heartbeats: what is done every few seconds, whatever
 * happens.
 */
const HOUSEKEEPING = new Set([15, 38, 51002]);
const PULL_MESSAGE = 11;
const PULL_NOT_FOUND = 19;

/** The arrival as it was foreseen when the frame was sent: what became of it later is not known to the pace. */
function forecast(frame: StageFrame, index: StageIndex): number {
  const entry = index.trace.entries[frame.sent - 1]!;
  return entry.kind === 'bytes-sent' ? entry.arrivesUs : frame.endUs;
}

function pushActive(heap: Active[], item: Active): void {
  let at = heap.length;
  heap.push(item);
  while (0 < at) {
    const parent = (at - 1) >> 1;
    if (item.rate <= heap[parent]!.rate) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = item;
}

function popActive(heap: Active[]): void {
  const last = heap.pop()!;
  if (heap.length === 0) return;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (heap.length <= child) break;
    if (child + 1 < heap.length && heap[child]!.rate < heap[child + 1]!.rate) child++;
    if (heap[child]!.rate <= last.rate) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = last;
}
