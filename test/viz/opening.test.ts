import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {parseScenario} from '../../src/lab/scenario/parse.ts';
import {encodeShareLink, type SharedMoment} from '../../src/lab/share-link.ts';
import {openingOf} from '../../src/viz/app/opening.ts';
import type {Library} from '../../src/viz/worker/protocol.ts';

const file = 'lessons/quickstart/scenario.yaml';
const scenarioText = readFileSync(file, 'utf8');
const {scenario, problems} = parseScenario(scenarioText, file);
const library: Library = {
  entries: [
    {
      name: 'quickstart',
      title: scenario!.title,
      isLesson: false,
      durationUs: scenario!.durationUs,
      namesrvs: 1,
      brokers: 1,
      producers: 1,
      consumers: 1,
      textLength: scenarioText.length,
    },
  ],
  load: async (name) => ({name, scenarioText, scenario: scenario!, lesson: null, problems}),
};
const check = (text: string) => parseScenario(text, 'scenario.yaml');
const moment: SharedMoment = {
  source: {kind: 'lesson', name: 'quickstart'},
  seed: '7',
  interventions: [{atUs: 5, intervention: {kind: 'kill', process: 'broker'}}],
  atUs: 4_000_000,
  language: 'zh-CN',
};
const open = (shared: SharedMoment) => openingOf(`#${encodeShareLink(shared)}`, library, check);

test('no link opens the first lesson at its beginning', async () => {
  expect(await openingOf('', library, check)).toMatchObject({
    kind: 'opened',
    seed: '1',
    atUs: 0,
    interventions: [],
  });
});

test('a link opens what it says', async () => {
  expect(await open(moment)).toMatchObject({
    kind: 'opened',
    seed: '7',
    atUs: 4_000_000,
    interventions: moment.interventions,
    language: 'zh-CN',
  });
  expect(await open({...moment, source: {kind: 'text', text: scenarioText}})).toMatchObject({kind: 'opened'});
});

test('what a link cannot have is named, and nothing is run', async () => {
  const cases: [SharedMoment, string, string][] = [
    [{...moment, source: {kind: 'lesson', name: 'nowhere'}}, 'unknown-scenario', 'nowhere'],
    [{...moment, source: {kind: 'text', text: 'name: [x'}}, 'bad-scenario', '1:'],
    [
      {...moment, interventions: [{atUs: 5, intervention: {kind: 'kill', process: 'ghost'}}]},
      'unknown-victim',
      'ghost',
    ],
    [
      {
        ...moment,
        interventions: [
          {atUs: 5, intervention: {kind: 'cut', from: 'worker1', to: 'moon', direction: 'both'}},
        ],
      },
      'unknown-victim',
      'moon',
    ],
  ];
  for (const [shared, error, detail] of cases) {
    const opening = await open(shared);
    expect(opening).toMatchObject({kind: 'failed', error});
    expect((opening as {detail: string}).detail).toContain(detail);
  }
});
