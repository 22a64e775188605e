import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {evidenceOf} from '../../src/lab/lesson/claims.ts';
import {narrate} from '../../src/lab/narration/narrate.ts';
import {timelineOf} from '../../src/lab/run.ts';
import {parseScenario} from '../../src/lab/scenario/parse.ts';
import type {DiskFault} from '../../src/sim/disk-fault.ts';
import type {Intervention, TimedIntervention} from '../../src/sim/intervention.ts';

const {scenario} = parseScenario(readFileSync('lessons/quickstart/scenario.yaml', 'utf8'), 'scenario.yaml');
const run = evidenceOf({
  ...timelineOf(scenario!),
  interventions: [
    {atUs: 3_500_000, intervention: {kind: 'kill', process: 'broker'}},
    {atUs: 6_000_000, intervention: {kind: 'start', process: 'broker'}},
    {atUs: 7_000_000, intervention: {kind: 'cut', from: 'worker1', to: 'worker2', direction: 'both'}},
    {atUs: 12_000_000, intervention: {kind: 'heal', from: 'worker1', to: 'worker2', direction: 'both'}},
    {atUs: 20_000_000, intervention: {kind: 'pause', process: 'consumer'}},
    {atUs: 25_000_000, intervention: {kind: 'resume', process: 'consumer'}},
    {atUs: 30_000_000, intervention: {kind: 'stop', process: 'broker'}},
  ],
});

test('every entry of an eventful run is told in both languages or in neither, in one line', () => {
  const untold = new Set<string>();
  for (const entry of run.store.entries) {
    const en = narrate(entry, 'en', run.index);
    const zh = narrate(entry, 'zh-CN', run.index);
    expect((en === null) === (zh === null)).toBe(true);
    if (en === null || zh === null) {
      untold.add(entry.kind === 'fact' ? entry.fact.kind : entry.kind);
      continue;
    }
    expect(en).not.toMatch(/undefined|NaN|null|\n|\[object/);
    expect(zh).not.toMatch(/undefined|NaN|null|\n|\[object/);
    expect(zh).toMatch(/[\u4e00-\u9fff]/);
    expect(en).not.toMatch(/[\u4e00-\u9fff]/);
  }
  expect([...untold].sort()).toEqual(
    [...untold].filter((kind) => /^(printed|bytes-arrived|end-arrived|timer-ran|disk-)/.test(kind)).sort(),
  );
});

test('every deed and every happening of machines, disks and links is told in both languages', () => {
  const interventions: TimedIntervention[] = [];
  let atUs = 3_150_000;
  const machine = 'worker1';
  const path = '/root/store/checkpoint';
  const after = (us: number, intervention: Intervention): void => {
    atUs += us;
    interventions.push({atUs, intervention});
  };
  const faults: DiskFault[] = [
    {kind: 'full'},
    {kind: 'slow', factor: 3},
    {kind: 'stalled'},
    {kind: 'bad-sector', path, positionBytes: 0},
    {kind: 'bit-rot', path, positionBytes: 9, bit: 2},
  ];
  for (const fault of faults) after(0, {kind: 'disk-fault', machine, fault});
  after(0, {kind: 'heal-disk', machine, fault: 'full'});
  after(0, {kind: 'heal-disk', machine, fault: 'all'});
  const link = {latencyUs: 5000, jitterUs: 10, bandwidthBytesPerSecond: 125_000, lossPerMillion: 100};
  const ends = {from: 'worker1', to: 'worker2'};
  after(0, {kind: 'set-link', ...ends, direction: 'both', link});
  after(0, {kind: 'set-link', ...ends, direction: 'one-way', link: null});
  after(0, {kind: 'lose-power', machine});
  after(1_000_000, {kind: 'restore-power', machine});
  after(0, {kind: 'start', process: 'namesrv'});
  after(0, {kind: 'start', process: 'broker'});
  after(10_000_000, {kind: 'disk-fault', machine, fault: {kind: 'sync-errors'}});
  after(10_000_000, {kind: 'disk-fault', machine, fault: {kind: 'write-errors'}});
  after(20_000_000, {kind: 'destroy-disk', machine, replace: false});
  after(0, {kind: 'destroy-disk', machine: 'worker2', replace: true});
  after(0, {kind: 'replace-disk', machine});
  const {store, index} = evidenceOf({...timelineOf(scenario!), interventions});
  const told = new Map<string, [string, string]>();
  for (const entry of store.entries) {
    const en = narrate(entry, 'en', index);
    const zh = narrate(entry, 'zh-CN', index);
    expect((en === null) === (zh === null)).toBe(true);
    if (en === null || zh === null) continue;
    expect(en).not.toMatch(/undefined|NaN|null|\n|\[object|[\u4e00-\u9fff]/);
    expect(zh).not.toMatch(/undefined|NaN|null|\n|\[object/);
    expect(zh).toMatch(/[\u4e00-\u9fff]/);
    told.set(entry.kind === 'intervened' ? entry.intervention.kind : entry.kind, [en, zh]);
  }
  for (const kind of [
    'disk-fault',
    'heal-disk',
    'set-link',
    'lose-power',
    'restore-power',
    'destroy-disk',
    'replace-disk',
    'link-changed',
    'machine-power-lost',
    'machine-power-restored',
    'disk-fault-struck',
    'disk-fault-lifted',
    'disk-pages-lost',
    'disk-undone',
    'disk-read-only',
    'disk-destroyed',
    'disk-replaced',
  ]) {
    expect([...told.keys()]).toContain(kind);
  }
  expect(told.get('link-changed')![0]).toBe('The way from worker1 to worker2 is as it was at first.');
});
