import {expect, test} from 'vitest';
import {narrate} from '../../src/lab/narration/narrate.ts';
import {storeOf} from '../../src/lab/trace-store.ts';
import {TraceIndex} from '../../src/lab/view/trace-index.ts';
import type {Intervention, InterventionKind, TimedIntervention} from '../../src/sim/intervention.ts';
import {seekMarksOf, shapeOf} from '../../src/viz/controls/seek-marks.ts';
import {faultMarksOf} from '../../src/viz/stage/fault-marks.ts';
import {StageIndex} from '../../src/viz/stage/stage-index.ts';
import {talk} from '../sim/talk.ts';

const machine = 'm1';
const link = {from: 'm1', to: 'm2', direction: 'both'} as const;
/** What a person can do, in an order in which each has something to do. A new kind does not compile without its place here. */
const DEEDS: Readonly<Record<InterventionKind, Intervention>> = {
  pause: {kind: 'pause', process: 'server'},
  resume: {kind: 'resume', process: 'server'},
  'set-config': {kind: 'set-config', process: 'server', key: 'flushDiskType', value: 'SYNC_FLUSH'},
  restart: {kind: 'restart', process: 'server'},
  stop: {kind: 'stop', process: 'client'},
  start: {kind: 'start', process: 'client'},
  kill: {kind: 'kill', process: 'client'},
  cut: {kind: 'cut', ...link},
  heal: {kind: 'heal', ...link},
  'set-link': {kind: 'set-link', ...link, link: {latencyUs: 30_000}},
  'jump-clock': {kind: 'jump-clock', machine, byMs: 5000},
  'disk-fault': {kind: 'disk-fault', machine, fault: {kind: 'slow', factor: 9}},
  'heal-disk': {kind: 'heal-disk', machine, fault: 'all'},
  'destroy-disk': {kind: 'destroy-disk', machine, replace: false},
  'replace-disk': {kind: 'replace-disk', machine},
  'lose-power': {kind: 'lose-power', machine},
  'restore-power': {kind: 'restore-power', machine},
};

function marksAfter(deeds: readonly Intervention[]) {
  const t = talk({settingMistake: () => null});
  const byHand: TimedIntervention[] = [];
  deeds.forEach((intervention, i) => {
    const atMs = 20 + 20 * i;
    t.to(atMs);
    t.world.intervene(intervention);
    byHand.push({atUs: atMs * 1000, intervention});
  });
  t.to(40 + 20 * deeds.length);
  const store = storeOf(t.world.trace);
  const index = new TraceIndex(store);
  index.update();
  const stage = new StageIndex(index);
  stage.extend();
  return {store, index, stage, byHand, marks: seekMarksOf(index, byHand)};
}

test('whatever a person does leaves a mark at its moment, with its sentence in both languages', () => {
  const {store, index, byHand, marks} = marksAfter(Object.values(DEEDS));
  for (const {atUs, intervention} of byHand) {
    const mark = marks.find((one) => one.atUs === atUs);
    expect(mark, intervention.kind).toBeDefined();
    expect(mark!.isIdle, intervention.kind).toBe(false);
    for (const id of mark!.entryIds) {
      const entry = store.entry(id)!;
      expect(narrate(entry, 'en', index), entry.kind).toBeTruthy();
      expect(narrate(entry, 'zh-CN', index), entry.kind).toBeTruthy();
    }
  }
});

test('what kind of thing happened is told by the shape of its mark, and whether it was put on or lifted by more than a colour', () => {
  const {marks, byHand} = marksAfter(Object.values(DEEDS));
  const markOf = (kind: InterventionKind) =>
    marks.find(({atUs}) => atUs === byHand.find(({intervention}) => intervention.kind === kind)!.atUs)!;
  const kinds = [
    'kill',
    'pause',
    'cut',
    'set-link',
    'lose-power',
    'destroy-disk',
    'jump-clock',
    'set-config',
  ];
  const shapes = kinds.map((kind) => shapeOf(markOf(kind as InterventionKind)));
  expect(new Set(shapes).size).toBe(kinds.length);
  // One that lifts is drawn in outline.
  for (const [strikes, lifts] of [
    ['disk-fault', 'heal-disk'],
    ['destroy-disk', 'replace-disk'],
    ['lose-power', 'restore-power'],
    ['cut', 'heal'],
    ['pause', 'resume'],
    ['kill', 'start'],
  ] as const) {
    expect([markOf(strikes).tone, markOf(lifts).tone]).toEqual(['struck', 'mended']);
  }
});

test('what was done to no effect has a mark that says so', () => {
  const {marks} = marksAfter([DEEDS.resume, DEEDS['restore-power'], DEEDS.kill]);
  expect(marks.map(({atUs, isIdle}) => [atUs, isIdle])).toEqual([
    [20_000, true],
    [40_000, true],
    [60_000, false],
  ]);
});

test('things of one microsecond are one mark, and who ends because power went is not told one by one', () => {
  const {marks, store} = marksAfter([DEEDS['lose-power']]);
  expect(marks).toHaveLength(1);
  expect(marks[0]!.entryIds.map((id) => store.entry(id)!.kind)).toEqual(['machine-power-lost']);
});

test('a fault of a disk, a changed link and lost power last until they are lifted', () => {
  const {index, stage} = marksAfter([
    {kind: 'disk-fault', machine, fault: {kind: 'slow', factor: 2}},
    {kind: 'disk-fault', machine, fault: {kind: 'slow', factor: 5}},
    {kind: 'heal-disk', machine, fault: 'slow'},
    {kind: 'set-link', ...link, link: {lossPerMillion: 20_000}},
    {kind: 'set-link', from: 'm2', to: 'm1', direction: 'one-way', link: null},
    {kind: 'lose-power', machine},
    {kind: 'restore-power', machine},
    {kind: 'destroy-disk', machine, replace: false},
  ]);
  const spans = faultMarksOf(stage, index).filter(({kind}) => kind !== 'down');
  expect(spans.map(({kind, who, fromUs, toUs}) => [kind, who, fromUs, toUs])).toEqual([
    ['disk', 'm1', 20_000, 40_000],
    ['disk', 'm1', 40_000, 60_000],
    ['link', 'm1 → m2', 80_000, null],
    ['link', 'm2 → m1', 80_000, 100_000],
    ['power', 'm1', 120_000, 140_000],
    ['disk', 'm1', 160_000, null],
  ]);
});
