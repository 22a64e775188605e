import type {Side} from '../../recording/format.ts';
import {readFrameHead} from '../frame-head.ts';
import type {FarProcess} from './far-processes.ts';
import type {Draft} from './reordering.ts';

/** Requests of ours that nobody answers are not kept without end. */
const ASKED_MAX = 1024;

/** A connection while its records are read: between two recorded sides, or one and a far one. */
export interface Ends {
  /** Names by side. */
  readonly asking: string;
  readonly taking: string;
  readonly far: FarProcess | null;
  readonly farSide: Side | null;
  isOpen: boolean;
  openedUs: number;
  /** When we last wrote to the far side; -1: never. */
  wroteUs: number;
  /** Whether we have said that we send no more. */
  hasEnded: boolean;
  /** Where our requests arrive at the far side, by opaque, until they are answered. */
  readonly asked: Map<number, Draft>;
  /** Shown arrivals at the far side that may still be moved. */
  readonly travelling: Draft[];
  /** Between two recorded sides: frames that have not been taken in, and how far each direction is. */
  readonly waiting: Record<Side, {draft: Draft; end: number}[]>;
  readonly sentBytes: Record<Side, number>;
  readonly tookBytes: Record<Side, number>;
}

export function newEnds(asking: string, taking: string, far: FarProcess | null, farSide: Side): Ends {
  return {
    asking,
    taking,
    far,
    farSide: far === null ? null : farSide,
    isOpen: false,
    openedUs: 0,
    wroteUs: -1,
    hasEnded: false,
    asked: new Map(),
    travelling: [],
    waiting: {asking: [], taking: []},
    sentBytes: {asking: 0, taking: 0},
    tookBytes: {asking: 0, taking: 0},
  };
}

/** Notes where a request of ours arrives at the far side, so that the answer can be told to come of it. */
export function noteAsked({asked}: Ends, bytes: Uint8Array, arrived: Draft): void {
  const head = readFrameHead(bytes);
  if (head !== null && (head.flag & 3) === 0 && asked.size < ASKED_MAX) asked.set(head.opaque, arrived);
}

/** For a response of a far side, the arrival of our request that it answers. */
export function answeredBy({asked}: Ends, bytes: Uint8Array): Draft | null {
  if (asked.size === 0) return null;
  const head = readFrameHead(bytes);
  if (head === null || (head.flag & 1) === 0) return null;
  const arrived = asked.get(head.opaque) ?? null;
  asked.delete(head.opaque);
  return arrived;
}
