import '../../src/viz/i18n/pack-zh-cn.ts';
import type {Language} from '../../src/lab/language.ts';
import type {TraceStore} from '../../src/lab/trace-store.ts';
import {ViewTimeline} from '../../src/lab/view/view-timeline.ts';
import '../../src/viz/stage/lab-topology.ts';
import '../../src/viz/stage/lab-lanes.ts';
import '../../src/viz/stage/lab-legend.ts';
import type {Selection} from '../../src/viz/selection.ts';
import type {StageFrame, StageIndex} from '../../src/viz/stage/stage-index.ts';
import {StoryTime} from '../../src/viz/stage/story-time.ts';
import {indexOf, type SyntheticOptions, syntheticTrace} from './stage/synthetic.ts';

/**
 * Fixed moments of made-up runs, to look at: `gallery.html?moment=first-send&lang=zh-CN&theme=dark&bare`. Served by the
 * development server; not part of the build.
 */
interface Run {
  readonly store: TraceStore;
  readonly index: StageIndex;
  readonly views: ViewTimeline;
  readonly story: StoryTime;
}

type Find = (run: Run) => number;

const frameMiddle =
  (wanted: (frame: StageFrame) => boolean, part = 0.5): Find =>
  ({index}) => {
    const frame = index.frames.find(wanted)!;
    return frame.sentUs + (frame.endUs - frame.sentUs) * part;
  };
const afterEntry =
  (wanted: (entry: TraceStore['entries'][number]) => boolean, us: number): Find =>
  ({store}) =>
    store.entries.find(wanted)!.atUs + us;
const isFact = (entry: TraceStore['entries'][number], kind: string) =>
  entry.kind === 'fact' && entry.fact.kind === kind;
const nthSend = (n: number) => {
  let seen = 0;
  return (frame: StageFrame) => frame.requestCode === 310 && frame.form === 'request' && seen++ === n;
};

const MOMENTS: Readonly<
  Record<string, {options: SyntheticOptions; at: Find; selection?: (run: Run) => Selection}>
> = {
  begin: {options: {}, at: () => 0},
  registering: {options: {}, at: frameMiddle((f) => f.requestCode === 103)},
  connecting: {options: {}, at: afterEntry((e) => e.kind === 'connecting' && e.process === 'producer', 200)},
  'route-query': {options: {}, at: frameMiddle((f) => f.requestCode === 105 && f.from === 'producer', 0.6)},
  'first-send': {
    options: {},
    at: frameMiddle(nthSend(0), 0.55),
    selection: ({index}) => ({kind: 'frame', sent: index.frames.find(nthSend(0))!.sent}),
  },
  'topic-created': {options: {}, at: afterEntry((e) => isFact(e, 'topic-configured'), 130)},
  'early-stream': {
    options: {messages: 40},
    at: frameMiddle(nthSend(12), 0.5),
    selection: () => ({kind: 'process', name: 'broker-a'}),
  },
  'mid-stream': {options: {messages: 1000}, at: frameMiddle(nthSend(520), 0.4)},
  polling: {options: {messages: 30}, at: ({story}) => story.mappedUs + 400_000},
  killed: {options: {messages: 60, killAfter: 33}, at: afterEntry((e) => e.kind === 'process-ended', 90)},
  'killed-later': {
    options: {messages: 60, killAfter: 33},
    at: afterEntry((e) => e.kind === 'process-ended', 1_600_000),
  },
  restart: {options: {messages: 60, killAfter: 33}, at: afterEntry((e) => isFact(e, 'store-recovered'), 60)},
  cut: {options: {messages: 60, cutAfter: 33}, at: afterEntry((e) => e.kind === 'link-cut', 1_100_000)},
  paused: {options: {messages: 60, pauseAfter: 20}, at: frameMiddle(nthSend(40), 0.6)},
};

const asked = new URLSearchParams(location.search);
const language: Language =
  asked.get('lang') === 'zh-CN' || navigator.language.startsWith('zh') ? 'zh-CN' : 'en';
if (asked.has('theme')) document.documentElement.dataset['theme'] = asked.get('theme')!;
document.documentElement.lang = language;

const nav = document.querySelector('nav')!;
if (asked.has('bare')) nav.remove();
for (const name of Object.keys(MOMENTS)) {
  const link = document.createElement('a');
  const query = new URLSearchParams(asked);
  query.set('moment', name);
  link.href = `?${query}`;
  link.textContent = name;
  nav.append(link);
}

const moment = MOMENTS[asked.get('moment') ?? 'first-send']!;
const store = syntheticTrace(moment.options);
const {traceIndex, index} = indexOf(store);
const views = new ViewTimeline(store, traceIndex);
const story = new StoryTime(index);
const begun = store.entries[store.entries.length - 1]!.atUs;
story.extend(begun + 2_000_000);
const run: Run = {store, index, views, story};
let timeUs = moment.at(run);
let selection: Selection = asked.has('select') ? (moment.selection?.(run) ?? null) : null;
let hidden: ReadonlySet<'produce' | 'replicate' | 'deliver' | 'election' | 'route'> = new Set();

const main = document.querySelector('main')!;
const topology = document.createElement('lab-topology');
const lanes = document.createElement('lab-lanes');
const legend = document.createElement('lab-legend');
main.append(topology, lanes, legend);

function show(): void {
  const view = views.stateAt(views.entryAt(timeUs));
  const reducedMotion = asked.has('reduced');
  Object.assign(topology, {
    view,
    index,
    timeUs,
    timeMap: story,
    selection,
    hiddenFamilies: hidden,
    reducedMotion,
    lang: language,
  });
  Object.assign(lanes, {
    view,
    index,
    timeUs,
    timeMap: story,
    selection,
    hiddenFamilies: hidden,
    reducedMotion,
    lang: language,
  });
  Object.assign(legend, {hiddenFamilies: hidden, lang: language});
}

addEventListener('select', (event) => {
  selection = (event as CustomEvent<Selection>).detail;
  show();
});
addEventListener('lab-seek', (event) => {
  timeUs = (event as CustomEvent<{us: number}>).detail.us;
  show();
});
addEventListener('lab-hide', (event) => {
  hidden = (event as CustomEvent<typeof hidden>).detail;
  show();
});

/** Plays screen time and measures what a frame costs: `await measure(600)` in the console. */
async function measure(frames: number): Promise<{meanMs: number; worstMs: number; p95Ms: number}> {
  const costs: number[] = [];
  const from = story.toScreen(timeUs);
  for (let i = 0; i < frames; i++) {
    await new Promise((next) => requestAnimationFrame(next));
    timeUs = story.toVirtual(from + i / 60);
    const start = performance.now();
    show();
    await Promise.all([topology.updateComplete, lanes.updateComplete]);
    costs.push(performance.now() - start);
  }
  costs.sort((a, b) => a - b);
  const sum = costs.reduce((total, cost) => total + cost, 0);
  return {meanMs: sum / frames, worstMs: costs[frames - 1]!, p95Ms: costs[Math.floor(frames * 0.95)]!};
}

Object.assign(window, {measure, run});
show();
