import {sayCount} from '../../lab/say-duration.ts';
import type {FlightView, FrameFamily, FrameSummary} from '../../lab/view/view-state.ts';
import type {Moment} from './card-model.ts';
import {Placer} from './label-placement.ts';
import type {TopologyLayout} from './layout-parts.ts';
import {type LinkPath, pointAt, stretchOf} from './link-path.ts';
import {type Link, linkKey} from './links.ts';
import {textWidth} from './text-metrics.ts';
import {stageWords} from './texts.ts';

export interface DiscLabel {
  readonly x: number;
  readonly y: number;
  readonly lines: readonly string[];
}

/** One frame as it is drawn at one moment. */
export interface Disc {
  readonly sent: number;
  readonly x: number;
  readonly y: number;
  /** Degrees, along its travel. */
  readonly angle: number;
  readonly radius: number;
  readonly family: FrameFamily;
  readonly form: FrameSummary['form'];
  readonly state: 'flying' | 'held' | 'late' | 'lost';
  readonly opacity: number;
  readonly label: DiscLabel | null;
  readonly isSelected: boolean;
  /** Between members of a DLedger group: the term, and its colour. */
  readonly term: {readonly text: string; readonly colour: string} | null;
  /** With reduced motion: the whole way instead of a place on it. */
  readonly arrow: string | null;
  readonly name: string;
  readonly detail: string;
  readonly from: string;
  readonly to: string;
}

/** Frames of one family on one way, too many to follow one by one. */
export interface Flow {
  readonly key: string;
  readonly family: FrameFamily;
  readonly d: string;
  readonly width: number;
  readonly dashOffset: number;
  readonly label: DiscLabel | null;
}

export interface HeldCount {
  readonly key: string;
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

export interface FramesModel {
  readonly discs: readonly Disc[];
  readonly flows: readonly Flow[];
  readonly heldCounts: readonly HeldCount[];
}

export interface FramesInput extends Moment {
  readonly layout: TopologyLayout;
  readonly links: ReadonlyMap<string, Link>;
  readonly hiddenFamilies: ReadonlySet<FrameFamily>;
  readonly reducedMotion: boolean;
  /** Where links are broken, so that no words cover it. */
  readonly breaks: readonly {readonly x: number; readonly y: number}[];
  /** `sent` of the frame that is selected, or -1. */
  readonly selectedFrame: number;
}

/** Half of the stretch on screen over which frames are counted, and how many in it are too many to follow. */
const EYE_SECONDS = 0.45;
const EYE_FRAMES = 9;
const STREAM_PER_SECOND = 40;
/** A label is worth reading if its frame is in the air for this long. */
const READ_SECONDS = 0.25;
const LOST_SECONDS = 0.9;
const ASIDE_PX = 6;
const ABREAST_PX = 13;
const HELD_SHOWN = 3;
const HELD_FIRST_PX = 26;
const HELD_STEP_PX = 19;
const HELD_CLEAR_PX = 12;
const BREAK_PART = 0.5;

/** Where every frame is at the moment, and which have melted into flows. Depends on the moment and the time map only. */
export function framesModel(input: FramesInput): FramesModel {
  const flows = flowsOf(input);
  const flowing = new Set(flows.map(({key}) => key));
  const placer = new Placer(input.layout);
  const held = new Map<string, number>();
  const abreast = new Abreast();
  const placed: Placed[] = [];
  for (const flight of input.view.flights.values()) {
    const one = placeFlight(input, flight, flowing, held, abreast);
    if (one !== null) placed.push(one);
  }
  placed.push(...placeLosses(input));
  for (const sign of input.breaks) placer.block({x: sign.x - 18, y: sign.y - 24, width: 40, height: 42});
  for (const {disc} of placed) {
    // A clock stands over what waits.
    const over = disc.state === 'held' || disc.state === 'late' ? 24 : 9;
    placer.block({x: disc.x - 9, y: disc.y - over, width: 18, height: over + 9});
  }
  const byRank = [...placed].sort((a, b) => b.rank - a.rank || a.disc.sent - b.disc.sent);
  const labels = new Map<number, DiscLabel>();
  for (const {disc, rank} of byRank) {
    if (rank <= 0) continue;
    const lines = linesOf(disc);
    const spot = placer.place(
      disc.x,
      disc.y,
      Math.max(...lines.map((line) => textWidth(line, 12))),
      lines.length * 15,
    );
    if (spot !== null) labels.set(disc.sent, {...spot, lines});
  }
  return {
    discs: placed.map(({disc}) => ({...disc, label: labels.get(disc.sent) ?? null})),
    flows: labelFlows(input, flows, placer),
    heldCounts: heldCountsOf(input, held, placer),
  };
}

/** Frames that left together travel side by side, so that each is seen. */
class Abreast {
  readonly #ways = new Map<string, number[]>();

  /** How many are at this length of the way already. */
  take(way: string, lengthPx: number): number {
    const lengths = this.#ways.get(way) ?? [];
    this.#ways.set(way, lengths);
    const beside = lengths.filter((other) => Math.abs(other - lengthPx) < ABREAST_PX).length;
    lengths.push(lengthPx);
    return Math.min(beside, 4);
  }
}

interface Placed {
  readonly disc: Disc;
  /** Who gets a label first; 0 wants none. */
  readonly rank: number;
}

function placeFlight(
  input: FramesInput,
  flight: FlightView,
  flowing: ReadonlySet<string>,
  held: Map<string, number>,
  abreast: Abreast,
): Placed | null {
  const {timeMap, timeUs} = input;
  const link = input.links.get(linkKey(flight.from, flight.to));
  if (link === undefined) return null;
  const {family} = flight.frame;
  const isSelected = flight.sent === input.selectedFrame;
  if (input.hiddenFamilies.has(family) && !isSelected) return null;
  const isForward = link.a === flight.from;
  const original = originalArrival(input, flight);
  let state: Disc['state'] = 'flying';
  let part: number;
  if (flight.arrivesUs < 0 || original < 0) {
    const key = `${flight.from}\u0000${flight.to}`;
    const count = held.get(key) ?? 0;
    held.set(key, count + 1);
    const most = heldShown(link.path);
    if (most <= count && !isSelected) return null;
    state = 'held';
    part =
      BREAK_PART - (HELD_FIRST_PX + HELD_STEP_PX * Math.min(count, most)) / Math.max(1, link.path.length);
  } else {
    part = (timeUs - flight.sentUs) / Math.max(1, original - flight.sentUs);
    if (original < flight.arrivesUs && 0.9 <= part) {
      state = 'late';
      part = Math.max(0.5, 1 - 20 / Math.max(1, link.path.length));
    }
  }
  const inFlow = flowing.has(flowKey(flight.from, flight.to, family));
  const seconds =
    timeMap.toScreen(Math.max(flight.arrivesUs, flight.sentUs + 1)) - timeMap.toScreen(flight.sentUs);
  const background = family === 'route';
  const way = `${flight.from}\u0000${flight.to}`;
  const aside = ASIDE_PX + (inFlow ? 0 : ABREAST_PX * abreast.take(way, part * link.path.length));
  const {x, y, angle} = pointAt(link.path, isForward ? part : 1 - part, isForward ? aside : -aside);
  const disc: Disc = {
    sent: flight.sent,
    x,
    y,
    angle: isForward ? angle : angle + 180,
    radius: inFlow ? 3.5 : background ? 5 : 6.5,
    term: inFlow ? null : termOf(input, flight.sent, flight.frame),
    family,
    form: flight.frame.form,
    state,
    opacity: 1,
    label: null,
    isSelected,
    arrow: input.reducedMotion ? arrowOf(link.path, isForward, state) : null,
    name: flight.frame.name,
    detail: flight.frame.detail,
    from: flight.from,
    to: flight.to,
  };
  const wants = isSelected || state !== 'flying' || (!inFlow && READ_SECONDS <= seconds);
  const rank = !wants ? 0 : isSelected ? 10 : (background ? 1 : 3) + (disc.form === 'response' ? 0 : 1);
  return {disc, rank};
}

function termOf({members, index}: FramesInput, sent: number, frame: FrameSummary): Disc['term'] {
  const term = members?.termOf(index, sent, frame) ?? -1;
  return term < 0 ? null : {text: String(term), colour: members!.colour(term)};
}

/** So many hang before a break as there is room for between it and the card. */
function heldShown({length}: LinkPath): number {
  const room = length * BREAK_PART - HELD_FIRST_PX - HELD_CLEAR_PX;
  return Math.max(1, Math.min(HELD_SHOWN, 1 + Math.floor(room / HELD_STEP_PX)));
}

/** Arrival as foreseen when the frame left; -1 if a cut held it at once. */
function originalArrival(input: FramesInput, flight: FlightView): number {
  const entry = input.index.trace.entries[flight.sent - 1];
  return entry?.kind === 'bytes-sent' ? entry.arrivesUs : flight.arrivesUs;
}

/** What was lost a moment ago falls from where it was. */
function placeLosses(input: FramesInput): Placed[] {
  const {timeMap, timeUs, index} = input;
  const now = timeMap.toScreen(timeUs);
  const fromUs = timeMap.toVirtual(Math.max(0, now - LOST_SECONDS));
  const placed: Placed[] = [];
  const perWay = new Map<string, number>();
  for (const frame of index.lossesWithin(fromUs, timeUs)) {
    const link = input.links.get(linkKey(frame.from, frame.to));
    if (link === undefined || input.hiddenFamilies.has(frame.family)) continue;
    const way = `${frame.from} ${frame.to}`;
    const nth = perWay.get(way) ?? 0;
    perWay.set(way, nth + 1);
    if (4 < nth) continue;
    const age = (now - timeMap.toScreen(frame.endUs)) / LOST_SECONDS;
    const isForward = link.a === frame.from;
    const part = BREAK_PART + 0.06 * nth;
    const {x, y, angle} = pointAt(link.path, isForward ? part : 1 - part, isForward ? ASIDE_PX : -ASIDE_PX);
    const summary = index.summaryOf(frame.sent);
    placed.push({
      rank: 5 - nth,
      disc: {
        sent: frame.sent,
        x,
        y: y + (input.reducedMotion ? 0 : 34 * age * age),
        angle,
        radius: 6,
        term: termOf(input, frame.sent, summary),
        family: frame.family,
        form: frame.form,
        state: 'lost',
        opacity: 1 - 0.7 * age * age,
        label: null,
        isSelected: frame.sent === input.selectedFrame,
        arrow: null,
        name: summary.name,
        detail: summary.detail,
        from: frame.from,
        to: frame.to,
      },
    });
  }
  return placed;
}

function arrowOf(path: LinkPath, isForward: boolean, state: Disc['state']): string {
  const end = state === 'held' ? 0.42 : 0.93;
  return isForward ? stretchOf(path, 0.07, end, ASIDE_PX) : stretchOf(path, 0.93, 1 - end, -ASIDE_PX);
}

/** A frame's name in as few words as tell it from others: an answer needs only what it says. */
function linesOf(disc: Disc): string[] {
  const arrow = disc.name.indexOf(' → ');
  const name = disc.form === 'response' && 0 <= arrow ? `↩ ${disc.name.slice(arrow + 3)}` : disc.name;
  return disc.detail === '' ? [name] : [name, disc.detail];
}

function flowKey(from: string, to: string, family: FrameFamily): string {
  return `${from}\u0000${to}\u0000${family}`;
}

interface RawFlow extends Flow {
  readonly link: Link;
  readonly isForward: boolean;
  readonly count: number;
  readonly perSecond: number;
}

function flowsOf(input: FramesInput): RawFlow[] {
  const {timeMap, timeUs, index} = input;
  const now = timeMap.toScreen(timeUs);
  const fromUs = timeMap.toVirtual(Math.max(0, now - EYE_SECONDS));
  const toUs = timeMap.toVirtual(now + EYE_SECONDS);
  const flows: RawFlow[] = [];
  for (const {from, to, family} of index.pairs.values()) {
    if (input.hiddenFamilies.has(family)) continue;
    const link = input.links.get(linkKey(from, to));
    if (link === undefined) continue;
    const count = index.countBetween(from, to, family, fromUs, toUs);
    if (count < EYE_FRAMES) continue;
    const perSecond = (count * 1e6) / Math.max(1, toUs - fromUs);
    // A few frames in minutes that pass in a blink are many on screen, but no stream.
    if (timeMap.gaps !== undefined && perSecond < STREAM_PER_SECOND) continue;
    const isForward = link.a === from;
    flows.push({
      key: flowKey(from, to, family),
      family,
      link,
      isForward,
      count,
      perSecond,
      d: isForward ? stretchOf(link.path, 0.02, 0.98, ASIDE_PX) : stretchOf(link.path, 0.98, 0.02, -ASIDE_PX),
      width: Math.min(11, 1.5 + 0.9 * Math.sqrt(count)),
      dashOffset: -((now * 70) % 16),
      label: null,
    });
  }
  return flows;
}

/** One rate for each link: that of its fullest flow. */
function labelFlows(input: FramesInput, flows: readonly RawFlow[], placer: Placer): Flow[] {
  const words = stageWords(input.language);
  const fullest = new Map<string, RawFlow>();
  for (const flow of flows) {
    const known = fullest.get(flow.link.key);
    if (known === undefined || known.count < flow.count) fullest.set(flow.link.key, flow);
  }
  return flows.map((flow) => {
    if (fullest.get(flow.link.key) !== flow) return flow;
    const text = words.perSecond(sayCount(roundRate(flow.perSecond)));
    const middle = pointAt(flow.link.path, 0.5);
    const spot = placer.place(middle.x, middle.y, textWidth(text, 12), 15);
    return spot === null ? flow : {...flow, label: {...spot, lines: [text]}};
  });
}

/** Two significant digits: the rate of a moment is no more exact than that. */
function roundRate(value: number): number {
  const scale = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, value))) - 1);
  return Math.round(value / scale) * scale;
}

function heldCountsOf(input: FramesInput, held: ReadonlyMap<string, number>, placer: Placer): HeldCount[] {
  const counts: HeldCount[] = [];
  for (const [key, count] of held) {
    const [from, to] = key.split('\u0000') as [string, string];
    const link = input.links.get(linkKey(from, to))!;
    const shown = heldShown(link.path);
    if (count <= shown) continue;
    const isForward = link.a === from;
    const part = BREAK_PART - (HELD_FIRST_PX + HELD_STEP_PX * shown) / Math.max(1, link.path.length);
    const {x, y} = pointAt(link.path, isForward ? part : 1 - part, isForward ? 16 : -16);
    const text = stageWords(input.language).held(count);
    const spot = placer.place(x, y, textWidth(text, 12), 15);
    if (spot !== null) counts.push({key, ...spot, text});
  }
  return counts;
}
