import type {Detail} from './box.ts';
import {drawLaneTerms, drawNameTerms} from './draw-lane-terms.ts';
import {frameTerm} from './frame-term.ts';
import type {LogStrip} from './log-strip.ts';
import {type Ballot, type MemberModel, memberModel, type PeerMark} from './member-model.ts';
import {memberNote} from './member-note.ts';
import {MEMBER_ROWS} from './strip-rows.ts';
import {attr, child, label, short} from './svg.ts';
import {termColour} from './term-colour.ts';
import {textWidth} from './text-metrics.ts';

/** What the stage needs once a broker is in a DLedger group; fetched then, and handed on as one thing. */
export const MEMBER_STAGE = {
  model: memberModel,
  note: memberNote,
  colour: termColour,
  termOf: frameTerm,
  node: newNode,
  laneTerms: drawLaneTerms,
  nameTerms: drawNameTerms,
};
export type MemberStage = typeof MEMBER_STAGE;

interface Rows {
  /** Baseline of role and term, and whether they stand at the right. */
  readonly chip: number;
  readonly isRight: boolean;
  readonly timer: number;
  /** Top and height of the log's strip, and the baseline of the names of peers. */
  readonly strip: number;
  readonly height: number;
  readonly peers: number;
}

const ROWS: Readonly<Record<Detail, Rows>> = {
  large: {chip: 41, isRight: true, timer: 50, peers: 63, ...MEMBER_ROWS.large},
  medium: {chip: 37, isRight: true, timer: 43, peers: 56, ...MEMBER_ROWS.medium},
  low: {chip: 17, isRight: true, timer: 24, peers: -1, ...MEMBER_ROWS.low},
  small: {chip: 36, isRight: true, timer: 41, peers: -1, ...MEMBER_ROWS.small},
  mini: {chip: 37, isRight: false, timer: 45, peers: 84, ...MEMBER_ROWS.mini},
};

function newNode(root: SVGGElement): MemberNode {
  return new MemberNode(root);
}

/** Role, term, vote, timer, ballots and the marks of peers, on a broker's card. */
export class MemberNode {
  readonly #chip: SVGRectElement;
  readonly #text: SVGTextElement;
  readonly #vote: SVGTextElement;
  readonly #timer: SVGGElement;
  readonly #terms: SVGGElement;
  readonly #apart: SVGPathElement;
  readonly #flags: SVGGElement;
  readonly #ballots: SVGTextElement;

  constructor(root: SVGGElement) {
    this.#chip = child(root, 'rect');
    this.#text = child(root, 'text');
    this.#vote = child(root, 'text', 'muted end');
    this.#timer = child(root, 'g');
    this.#terms = child(root, 'g');
    this.#apart = child(root, 'path');
    this.#flags = child(root, 'g');
    this.#ballots = child(root, 'text');
  }

  update(model: MemberModel, log: LogStrip | null, detail: Detail, left: number, right: number): void {
    const rows = ROWS[detail];
    const colour = termColour(model.term);
    this.#drawChip(model, rows, colour, left, right);
    this.#drawTimer(model, rows, colour, left, right);
    const cellPx = log === null ? 0 : Math.floor(((right - left) / log.columns) * 10) / 10;
    this.#drawTerms(log, rows, cellPx, left);
    const top = rows.strip;
    const crosses = model.apart.map((column) => {
      const x = left + column * cellPx;
      return `M${short(x + 2)} ${top + 2}L${short(x + cellPx - 2)} ${top + rows.height - 2}M${short(x + cellPx - 2)} ${top + 2}L${short(x + 2)} ${top + rows.height - 2}`;
    });
    attr(this.#apart, 'd', crosses.join(''));
    attr(this.#apart, 'style', 'fill:none;stroke:var(--s-bad);stroke-width:1.8');
    this.#drawPeers(model.peers, rows, cellPx, left, right);
    this.#drawBallots(model.ballots, rows, left, right);
  }

  #drawChip(model: MemberModel, rows: Rows, colour: string, left: number, right: number): void {
    // The address, or the name, has the left of the line.
    const room = right - left - (rows.isRight && 190 <= right - left ? 100 : 0);
    const text =
      model.chip.find((one) => textWidth(one, 12) * 1.06 + 12 <= room) ?? model.chip[model.chip.length - 1]!;
    const width = textWidth(text, 12) * 1.06 + 12;
    // Beside the name the crown has its place.
    const x = rows.isRight ? right - width - (rows.chip < rows.timer - 4 && rows.timer < 30 ? 24 : 0) : left;
    attr(this.#chip, 'x', short(x));
    attr(this.#chip, 'y', rows.chip - 12);
    attr(this.#chip, 'width', short(width));
    attr(this.#chip, 'height', 16);
    attr(this.#chip, 'rx', 4);
    const fill = model.role === 'LEADER' ? colour : `color-mix(in srgb, ${colour} 10%, var(--s-pane))`;
    const dash = model.role === 'CANDIDATE' ? ';stroke-dasharray:3 2' : '';
    attr(this.#chip, 'style', `fill:${fill};stroke:${colour}${dash}`);
    attr(this.#text, 'x', short(x + 6));
    attr(this.#text, 'y', rows.chip);
    const ink = model.role === 'LEADER' ? 'var(--s-pane)' : colour;
    attr(this.#text, 'style', `fill:${ink};font-weight:600`);
    label(this.#text, text);
    // Whom it has voted for is news while nobody leads; later the inspector knows it.
    const vote = model.role === 'CANDIDATE' && model.votedFor !== '' ? `→ ${model.votedFor}` : '';
    const fits = !rows.isRight && textWidth(vote, 12) + width + 10 <= right - left;
    attr(this.#vote, 'x', short(right));
    attr(this.#vote, 'y', rows.chip);
    label(this.#vote, fits ? vote : '');
  }

  /** The number of a term, in the first of the cells that were written in it. */
  #drawTerms(log: LogStrip | null, rows: Rows, cellPx: number, left: number): void {
    const cells = log === null || cellPx < LEAST_CELL_PX ? [] : log.cells;
    const firsts = cells.filter(({term}, i) => 0 <= term && cells[i - 1]?.term !== term);
    while (this.#terms.childElementCount < firsts.length) child(this.#terms, 'text');
    while (firsts.length < this.#terms.childElementCount) this.#terms.lastElementChild!.remove();
    firsts.forEach(({column, term}, i) => {
      const text = this.#terms.children[i]!;
      attr(text, 'x', left + (column + 0.5) * cellPx);
      attr(text, 'y', rows.strip + rows.height / 2 + 4.3);
      attr(text, 'style', 'text-anchor:middle;font-weight:700;pointer-events:none');
      label(text, textWidth(String(term), 12) <= cellPx ? String(term) : '');
    });
  }

  /** What is left of its patience, in as many parts as it bears missed heartbeats; it shrinks from the right. */
  #drawTimer({timer}: MemberModel, rows: Rows, colour: string, left: number, right: number): void {
    const segments = timer?.segments ?? 0;
    while (this.#timer.childElementCount < segments * 2) child(this.#timer, 'rect');
    while (segments * 2 < this.#timer.childElementCount) this.#timer.lastElementChild!.remove();
    if (timer === null) return;
    const step = (right - left + 3) / segments;
    const remaining = (1 - timer.part) * segments;
    const isLate = segments > 1 && remaining < segments - 1.03;
    for (let i = 0; i < segments; i++) {
      const full = Math.max(0, Math.min(1, remaining - i));
      for (const [k, share] of [
        [0, 1],
        [1, full],
      ] as const) {
        const rect = this.#timer.children[2 * i + k]!;
        attr(rect, 'x', short(left + i * step));
        attr(rect, 'y', rows.timer);
        attr(rect, 'width', short((step - 3) * share));
        attr(rect, 'height', 4);
        attr(rect, 'rx', 2);
        const fill =
          k === 0 ? 'color-mix(in srgb, var(--s-ink) 10%, transparent)' : isLate ? 'var(--s-bad)' : colour;
        attr(rect, 'style', `fill:${fill}`);
      }
    }
  }

  #drawPeers(peers: readonly PeerMark[], rows: Rows, cellPx: number, left: number, right: number): void {
    const byColumn = new Map<number, PeerMark[]>();
    for (const mark of peers) byColumn.set(mark.column, [...(byColumn.get(mark.column) ?? []), mark]);
    const columns = [...byColumn.keys()].sort((a, b) => a - b);
    while (this.#flags.childElementCount < columns.length) {
      const flag = child(this.#flags, 'g');
      child(flag, 'path');
      child(flag, 'text');
    }
    while (columns.length < this.#flags.childElementCount) this.#flags.lastElementChild!.remove();
    const texts = peerTexts(
      columns.map((column) => byColumn.get(column)!),
      right - left,
    );
    const xs = spread(
      columns.map((column, i) => ({at: left + column * cellPx, width: textWidth(texts[i]!, 12)})),
      left,
      right,
    );
    columns.forEach((column, i) => {
      const [arrow, text] = this.#flags.children[i]!.children as unknown as [SVGPathElement, SVGTextElement];
      const x = left + column * cellPx;
      const isUnder = rows.strip < rows.peers;
      const y = isUnder ? rows.strip + rows.height + 1 : rows.strip - 1;
      const away = isUnder ? 5 : -5;
      attr(arrow, 'd', `M${short(x)} ${y}l-3.5 ${away}h7z`);
      attr(arrow, 'style', 'fill:var(--replicate)');
      attr(text, 'x', short(xs[i]!));
      attr(text, 'y', rows.peers);
      attr(text, 'style', 'fill:var(--replicate)');
      label(text, 0 < rows.peers ? texts[i]! : '');
    });
  }

  /** How each member has answered the candidate; of many, how many have said what. */
  #drawBallots(ballots: readonly Ballot[], rows: Rows, left: number, right: number): void {
    const words =
      rows.peers < 0 ? [] : ballots.map(({member, answer}) => ({text: `${member} ${SIGNS[answer]}`, answer}));
    const width = words.reduce((sum, {text}) => sum + textWidth(text, 12) + 8, -8);
    const shown =
      width <= right - left
        ? words
        : (['yes', 'later', 'no'] as const)
            .map((answer) => ({answer, count: ballots.filter((one) => one.answer === answer).length}))
            .filter(({count}) => 0 < count)
            .map(({answer, count}) => ({text: `${count} ${SIGNS[answer]}`, answer}));
    while (this.#ballots.childElementCount < shown.length) child(this.#ballots, 'tspan');
    while (shown.length < this.#ballots.childElementCount) this.#ballots.lastElementChild!.remove();
    attr(this.#ballots, 'x', left);
    attr(this.#ballots, 'y', Math.max(0, rows.peers));
    shown.forEach(({text, answer}, i) => {
      const span = this.#ballots.children[i]!;
      attr(span, 'dx', i === 0 ? null : 8);
      attr(span, 'style', `fill:${FILLS[answer]};font-weight:600`);
      label(span, text);
    });
  }
}

/** A cell that has room for a digit of 12 px. */
const LEAST_CELL_PX = 9;
const SIGNS: Readonly<Record<Ballot['answer'], string>> = {yes: '✓', no: '✗', later: '↻'};
const FILLS: Readonly<Record<Ballot['answer'], string>> = {
  yes: 'var(--s-good)',
  no: 'var(--s-bad)',
  later: 'var(--s-muted)',
};

/** The names at each mark, or how many they are where there is no room for names. */
function peerTexts(columns: readonly (readonly PeerMark[])[], widthPx: number): string[] {
  const fits = (texts: readonly string[]): boolean =>
    texts.reduce((sum, text) => sum + textWidth(text, 12) + 6, -6) <= widthPx;
  const named = columns.map((marks) => marks.map(peerText).join(' '));
  if (fits(named)) return named;
  const counted = columns.map((marks) => `×${marks.length}`);
  return fits(counted) ? counted : columns.map(() => '');
}

/** A peer whose log is not known to be like the leader's yet carries a question, one whose log is being cut a cut. */
function peerText({peer, state}: PeerMark): string {
  return state === 'APPEND' ? peer : `${peer} ${state === 'COMPARE' ? '?' : '✂'}`;
}

/** Places words under their marks, within the strip and clear of each other. */
function spread(
  words: readonly {readonly at: number; readonly width: number}[],
  left: number,
  right: number,
): number[] {
  let end = left - 6;
  const xs = words.map(({at, width}) => {
    const x = Math.max(end + 6, Math.min(at - width / 2, right - width), left);
    end = x + width;
    return x;
  });
  let limit = right;
  for (let i = xs.length - 1; 0 <= i; i--) {
    xs[i] = Math.min(xs[i]!, limit - words[i]!.width);
    limit = xs[i]! - 6;
  }
  return xs;
}
