import {describe, expect, test} from 'vitest';
import type {FlightView} from '../../../src/lab/view/view-state.ts';
import {ViewTimeline} from '../../../src/lab/view/view-timeline.ts';
import {frameTerm} from '../../../src/viz/stage/frame-term.ts';
import {historyOf} from '../../../src/viz/stage/member-history.ts';
import {memberModel} from '../../../src/viz/stage/member-model.ts';
import {StageIndex} from '../../../src/viz/stage/stage-index.ts';
import {TERM_COLOURS, termColour} from '../../../src/viz/stage/term-colour.ts';
import {play} from '../../stories/dledger/ledger-story.ts';

type Triple = readonly [number, number, number];

/** What the cones of others make of linear red, green and blue. Source: Machado, Oliveira and Fernandes 2009, severity 1. */
const VISIONS: Readonly<Record<string, readonly [Triple, Triple, Triple]>> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function linear(hex: string): Triple {
  const channel = (at: number): number => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

const dot = (a: Triple, b: Triple): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

function lab(colour: Triple, [r, g, b]: readonly [Triple, Triple, Triple]): Triple {
  const seen = [dot(r, colour), dot(g, colour), dot(b, colour)].map((v) => Math.max(0, Math.min(1, v)));
  const rgb = seen as unknown as Triple;
  const curve = (t: number): number => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = curve(dot([0.4124, 0.3576, 0.1805], rgb) / 0.95047);
  const y = curve(dot([0.2126, 0.7152, 0.0722], rgb));
  const z = curve(dot([0.0193, 0.1192, 0.9505], rgb) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const luminance = (hex: string): number => dot([0.2126, 0.7152, 0.0722], linear(hex));

function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** `--pane` of both themes. */
const PANES = ['#ffffff', '#151c26'] as const;

describe('colours of terms', () => {
  test.each(Object.keys(VISIONS))('any three terms in a row differ for %s', (vision) => {
    for (const theme of [0, 1] as const) {
      const seen = TERM_COLOURS.map((pair) => lab(linear(pair[theme]), VISIONS[vision]!));
      seen.forEach((colour, i) => {
        for (const by of [1, 2]) {
          const other = seen[(i + by) % seen.length]!;
          const difference = Math.hypot(...colour.map((value, k) => value - other[k]!));
          expect(difference, `${i} and ${i + by}`).toBeGreaterThan(10);
        }
      });
    }
  });

  test('a number in its colour can be read on a card, and one in the colour of the card on it', () => {
    for (const pair of TERM_COLOURS) {
      for (const theme of [0, 1] as const) expect(contrast(pair[theme], PANES[theme])).toBeGreaterThan(4.5);
    }
  });

  test('a term has one colour, whoever is in it, and terms go round the wheel', () => {
    expect(termColour(0)).toBe(termColour(TERM_COLOURS.length));
    expect(new Set(TERM_COLOURS.map((_, term) => termColour(term))).size).toBe(TERM_COLOURS.length);
  });
});

describe('terms of a group whose leader is cut off and comes back', () => {
  const {store, index: trace} = play('leader-cut-off-with-producer');
  const index = new StageIndex(trace);
  index.extend();
  const history = historyOf(index);
  const spansOf = (process: string) =>
    history.spans
      .get(process)!
      .map(({role, term, fromUs}) => ({role, term, fromS: Math.floor(fromUs / 1e6)}));

  test('the lanes know who was what in which term, one stretch after the other', () => {
    expect(spansOf('n0').filter(({fromS}) => fromS < 14)).toEqual([
      {role: 'CANDIDATE', term: 0, fromS: 0},
      {role: 'LEADER', term: 0, fromS: 0},
    ]);
    const last = spansOf('n0').at(-1)!;
    expect(last).toMatchObject({role: 'FOLLOWER', term: 1});
    for (const spans of history.spans.values()) {
      spans.forEach((span, i) => {
        expect(span.toUs).toBe(spans[i + 1]?.fromUs ?? null);
      });
    }
  });

  test('every frame between members is of a term, answers that leave it out of that of their request', () => {
    let told = 0;
    let silent = 0;
    for (const {sent, requestCode, form} of index.frames) {
      if (requestCode < 51_000 || 52_000 <= requestCode) continue;
      const frame: FlightView['frame'] = index.summaryOf(sent);
      const term = frameTerm(index, sent, frame);
      expect([0, 1]).toContain(term);
      told += 1;
      if (form === 'response' && !/T\d/.test(frame.detail)) silent += 1;
    }
    expect(told).toBeGreaterThan(500);
    expect(silent).toBeGreaterThan(20);
    const other = index.frames.find(({requestCode}) => requestCode === 310)!;
    expect(frameTerm(index, other.sent, index.summaryOf(other.sent))).toBe(-1);
  });

  test('a push of an old entry is of the term of who pushes it', () => {
    const compare = index.frames
      .map(({sent}) => index.summaryOf(sent))
      .filter(({form, detail}) => form === 'request' && detail.startsWith('COMPARE'));
    expect(compare.map(({detail}) => detail)).toContain('COMPARE #9 T1');
  });

  test('a leader without a majority of heartbeats runs out of its lease, and says so', () => {
    const views = new ViewTimeline(store, trace);
    const at = (us: number) => {
      const view = views.stateAt(views.entryAt(us));
      return memberModel(view.processes.get('n0')!, null, {view, index, timeUs: us, language: 'en'})!;
    };
    expect(at(13_900_000)).toMatchObject({role: 'LEADER', lineTone: 'muted', timer: {segments: 3}});
    expect(at(13_900_000).timer!.part).toBeLessThan(0.35);
    const alone = at(16_500_000);
    expect(alone).toMatchObject({role: 'LEADER', lineTone: 'bad'});
    expect(alone.lines[0]).toMatch(/^no majority for 4\.\d s$/);
    const turn = history.spans.get('n0')!.find(({role, fromUs}) => role === 'CANDIDATE' && 14e6 < fromUs)!;
    expect(at(turn.fromUs - 1).timer!.part).toBe(1);
    expect(at(turn.fromUs).role).toBe('CANDIDATE');
  });
});
