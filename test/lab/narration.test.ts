import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {evidenceOf} from '../../src/lab/lesson/claims.ts';
import {narrate} from '../../src/lab/narration/narrate.ts';
import {timelineOf} from '../../src/lab/run.ts';
import {parseScenario} from '../../src/lab/scenario/parse.ts';

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
