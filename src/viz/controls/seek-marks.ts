import {type Moment, type MomentSign, momentsOf} from '../../lab/view/moments.ts';
import type {TraceIndex} from '../../lab/view/trace-index.ts';
import type {TimedIntervention} from '../../sim/intervention.ts';
import {type FaultMark, faultMarksOf} from '../stage/fault-marks.ts';
import type {StageIndex} from '../stage/stage-index.ts';

/** A mark on the seek bar: all that happened in one microsecond and is worth one. */
export interface SeekMark {
  readonly atUs: number;
  /** In order; the last is where the mark leads to. */
  readonly entryIds: readonly number[];
  readonly sign: MomentSign;
  readonly tone: Moment['tone'];
  /** Somebody did this, and nothing came of it. */
  readonly isIdle: boolean;
  /** What it is drawn as: a path, twelve wide and fourteen high. */
  readonly shape: string;
}

/** More than this many marks are a blur; the first ones are kept. */
const MOST_MARKS = 60;

/** Twelve wide and fourteen high. What is struck is filled, what is mended is drawn in outline. */
const SHAPES: Readonly<Record<MomentSign, string>> = {
  process: 'M7 0 1 8h4l-1 6 6-8H6z',
  freeze: 'M2 2h3v10H2zM7 2h3v10H7z',
  cut: 'M0 6h3.6v3H0zM8.4 6H12v3H8.4zM6.9 0 8.3.5 5.1 14l-1.4-.5z',
  link: 'M0 5.5h2.8v3H0zM4.6 5.5h2.8v3H4.6zM9.2 5.5H12v3H9.2z',
  power: 'M3 0h1.8v4h2.4V0H9v4h1.4v4L7.4 10.4V14H4.6v-3.6L1.6 8V4H3z',
  disk: 'M1 3a5 2.4 0 0 1 10 0v8a5 2.4 0 0 1-10 0zM2.6 3a3.4 1 0 0 0 6.8 0 3.4 1 0 0 0-6.8 0z',
  clock: 'M6 1a6 6 0 1 0 .01 0zM5.2 3.5h1.6v3.2l2.3 1.6-.9 1.3-3-2z',
  config: 'M0 3h2v1.8H0zM2.8 1H5v5.8H2.8zM5.8 3H12v1.8H5.8zM0 9.2h6.2V11H0zM7 7.2h2.2V13H7zM10 9.2h2V11h-2z',
  leader: 'M0 3l3 3 3-5 3 5 3-3-1.5 9h-9z',
  peer: 'M1 13 5 5l2 4 2-3 3 7z',
};
/** What comes up again, and a link that is whole again, are better known by another shape. */
const MENDED: Partial<Record<MomentSign, string>> = {
  process: 'M2 1.5 11 7l-9 5.5z',
  cut: 'M0 5.2h12v3.6H0z',
  link: 'M0 5.2h12v3.6H0z',
};

export function shapeOf({sign, tone}: Pick<SeekMark, 'sign' | 'tone'>): string {
  return (tone === 'mended' ? MENDED[sign] : undefined) ?? SHAPES[sign];
}

/** All that stands on the seek bar besides how much happens. */
export function findMarks(
  stage: StageIndex,
  index: TraceIndex,
  byHand: readonly TimedIntervention[],
): {readonly marks: readonly SeekMark[]; readonly faults: readonly FaultMark[]} {
  return {marks: seekMarksOf(index, byHand), faults: faultMarksOf(stage, index)};
}

/**
 * The marks of a run, in order. What is done to the world is told by what comes of it, and by itself only where nothing does.
 * @param byHand what people did on top of the scenario
 */
export function seekMarksOf(index: TraceIndex, byHand: readonly TimedIntervention[]): SeekMark[] {
  const ended = new Set<string>();
  const shown: Moment[] = [];
  const told = new Set<number>();
  for (const moment of momentsOf(index)) {
    if (!isShown(index, byHand, moment, ended)) continue;
    shown.push(moment);
    told.add(moment.entryId);
  }
  const left = shown.filter(
    ({kind, entryId}) => kind !== 'intervened' || !index.effectsOf(entryId).some((id) => told.has(id)),
  );
  const marks: SeekMark[] = [];
  for (let from = 0; from < left.length && marks.length < MOST_MARKS; ) {
    const {atUs} = left[from]!;
    let to = from;
    while (left[to]?.atUs === atUs) to += 1;
    const alike = left.slice(from, to);
    const {sign, tone, entryId, kind} = alike.find((moment) => moment.tone === 'struck') ?? alike[0]!;
    marks.push({
      atUs,
      entryIds: alike.map((moment) => moment.entryId),
      sign,
      tone,
      shape: shapeOf({sign, tone}),
      isIdle: kind === 'intervened' && index.effectsOf(entryId).length === 0,
    });
    from = to;
  }
  return marks;
}

/** `ended` is who has ended before this moment. */
function isShown(
  index: TraceIndex,
  byHand: readonly TimedIntervention[],
  moment: Moment,
  ended: Set<string>,
): boolean {
  const entry = index.store.entry(moment.entryId);
  switch (entry?.kind) {
    case 'process-ended':
      ended.add(entry.process);
      // One that has done its work and ends is no fault; that power went is told of the machine.
      return entry.why !== 'exited' && entry.why !== 'power-lost';
    case 'process-started':
      // What comes up at the beginning needs no mark.
      return ended.has(entry.process) || isByHand(index, byHand, entry.cause);
    case 'intervened':
      // A start is told by what starts; one of which nothing came only where somebody wanted it.
      return entry.intervention.kind !== 'start' || index.effectsOf(entry.id).length === 0;
    default:
      return true;
  }
}

function isByHand(index: TraceIndex, byHand: readonly TimedIntervention[], entryId: number): boolean {
  const entry = index.store.entry(entryId);
  if (entry?.kind !== 'intervened') return false;
  const did = JSON.stringify(entry.intervention);
  return byHand.some(({atUs, intervention}) => atUs === entry.atUs && JSON.stringify(intervention) === did);
}
