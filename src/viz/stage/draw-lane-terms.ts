import {select} from 'd3';
import {type Lane, type LanesWindow, secondsOfX, xOfSeconds} from './lanes-geometry.ts';
import {historyOf, type RoleSpan} from './member-history.ts';
import {upperBound} from './ordered.ts';
import type {StageIndex} from './stage-index.ts';
import {attr, child, label} from './svg.ts';
import {termColour} from './term-colour.ts';
import {textWidth} from './text-metrics.ts';
import type {TimeMap} from './time-map.ts';

interface Scene {
  readonly window: LanesWindow;
  readonly lanes: readonly Lane[];
  readonly index: StageIndex;
  readonly timeMap: TimeMap;
  readonly timeUs: number;
  /** The last entry taken into account. */
  readonly entryId: number;
}

interface Piece {
  readonly key: string;
  readonly lane: Lane;
  readonly span: RoleSpan;
  readonly x0: number;
  readonly x1: number;
  /** The term, where it begins and there is room for it. */
  readonly text: string;
}

/** How thick a lane is drawn for who leads, follows, or would lead. */
const THICK = {LEADER: 6, FOLLOWER: 2.4, CANDIDATE: 2.4} as const;
/** Words stand over a lane from this height on. */
const WORDY_PX = 24;

/** Each member's role and term along its lane: thick while it leads, dashed while it would, in the colour of the term. */
export function drawLaneTerms(layer: SVGGElement, scene: Scene): void {
  select(layer)
    .selectAll<SVGGElement, Piece>('g')
    .data(piecesOf(scene), (piece) => piece.key)
    .join((enter) =>
      enter.append('g').each(function () {
        child(this, 'path');
        child(this, 'text');
      }),
    )
    .each(function ({lane, span, x0, x1, text}) {
      const [line, words] = this.children as unknown as [SVGPathElement, SVGTextElement];
      const colour = termColour(span.term);
      const dash = span.role === 'CANDIDATE' ? ';stroke-dasharray:4 3' : '';
      attr(line, 'd', `M${x0} ${lane.y}H${x1}`);
      attr(line, 'style', `fill:none;stroke:${colour};stroke-width:${THICK[span.role]}${dash}`);
      attr(words, 'x', x0 + 3);
      attr(words, 'y', lane.y + 14);
      attr(words, 'style', `fill:${colour};font-weight:700`);
      label(words, text);
    });
}

function piecesOf({window, lanes, index, timeMap}: Scene): Piece[] {
  const {spans} = historyOf(index);
  const clamp = (us: number): number =>
    Math.max(window.plotX, Math.min(window.width, xOfSeconds(window, timeMap.toScreen(us))));
  const fromUs = timeMap.toVirtual(Math.max(0, secondsOfX(window, window.plotX)));
  const toUs = timeMap.toVirtual(Math.max(0, secondsOfX(window, window.width)));
  const pieces: Piece[] = [];
  for (const lane of lanes) {
    const own = spans.get(lane.process) ?? [];
    const first = Math.max(0, lastBegun(own, fromUs));
    for (let i = first; i < own.length && own[i]!.fromUs <= toUs; i++) {
      const span = own[i]!;
      const x0 = clamp(span.fromUs);
      const x1 = span.toUs === null ? window.width : clamp(span.toUs);
      if (x1 - x0 < 0.5) continue;
      const text = `T${span.term}`;
      const isRoomy = WORDY_PX <= lane.height && textWidth(text, 13) + 6 < x1 - x0;
      pieces.push({
        key: `${lane.process} ${span.entry}`,
        lane,
        span,
        x0,
        x1,
        text: isRoomy && window.plotX < x0 ? text : '',
      });
    }
  }
  return pieces;
}

/** Place of the last span that has begun by a moment; -1 for none. */
function lastBegun(spans: readonly RoleSpan[], us: number): number {
  return upperBound(spans, us, ({fromUs}) => fromUs) - 1;
}

interface Tag {
  readonly lane: Lane;
  readonly span: RoleSpan;
}

/** Beside each member's name the term that it is in at the moment shown; filled for who leads. */
export function drawNameTerms(layer: SVGGElement, {window, lanes, index, timeUs, entryId}: Scene): void {
  const {spans} = historyOf(index);
  const tags = lanes.flatMap((lane): Tag[] => {
    const own = spans.get(lane.process) ?? [];
    // Of several turns in one microsecond, those up to the entry shown.
    const at = upperBound(own, entryId, ({entry}) => entry) - 1;
    const span = own[at];
    if (span === undefined) return [];
    // It has ended without another turn: the process has.
    const isOver = span.toUs !== null && span.toUs <= timeUs && own[at + 1]?.fromUs !== span.toUs;
    return isOver ? [] : [{lane, span}];
  });
  select(layer)
    .selectAll<SVGGElement, Tag>('g')
    .data(tags, ({lane}) => lane.process)
    .join((enter) =>
      enter.append('g').each(function () {
        child(this, 'rect');
        child(this, 'text');
      }),
    )
    .each(function ({lane, span}) {
      const [box, words] = this.children as unknown as [SVGRectElement, SVGTextElement];
      const text = `T${span.term}`;
      const width = textWidth(text, 12) + 8;
      const x = window.plotX - width - 8;
      const colour = termColour(span.term);
      const leads = span.role === 'LEADER';
      attr(box, 'x', x);
      attr(box, 'y', lane.y - 8);
      attr(box, 'width', width);
      attr(box, 'height', 16);
      attr(box, 'rx', 4);
      const dash = span.role === 'CANDIDATE' ? ';stroke-dasharray:3 2' : '';
      attr(box, 'style', `fill:${leads ? colour : 'var(--s-pane)'};stroke:${colour}${dash}`);
      attr(words, 'x', x + 4);
      attr(words, 'y', lane.y + 4.5);
      attr(words, 'style', `fill:${leads ? 'var(--s-pane)' : colour};font-weight:600;pointer-events:none`);
      label(words, text);
    });
}
