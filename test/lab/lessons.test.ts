import {expect, test} from 'vitest';
import {lessonNames, readLessonFiles} from '../../src/cli/lesson-command.ts';
import {checkClaims, evidenceOf} from '../../src/lab/lesson/claims.ts';
import type {LessonFiles} from '../../src/lab/lesson/lesson.ts';
import {matchesOf} from '../../src/lab/lesson/matching.ts';
import {parseLesson} from '../../src/lab/lesson/parse.ts';
import {fillings, plainText, playLesson} from '../../src/lab/lesson/play.ts';
import {readLessonText} from '../../src/lab/lesson/text.ts';
import {timelineOf} from '../../src/lab/run.ts';
import {problemLine} from '../../src/lab/scenario/problem.ts';

const SEEDS = Array.from({length: 20}, (_, index) => String(index + 1));

function filesOf(name: string): LessonFiles {
  const files = readLessonFiles(name);
  if ('missing' in files) throw new Error(`${files.missing} is missing`);
  return files;
}

test.each(lessonNames())(
  'lesson %s: its texts are whole, its claims hold and its figures exist for every seed',
  (name) => {
    const {lesson, problems} = parseLesson(filesOf(name), name);
    expect(problems.map(problemLine)).toEqual([]);
    const results = checkClaims(lesson!, SEEDS);
    expect(results.filter((result) => result.held < result.seeds || result.lookedLeast === 0)).toEqual([]);
    expect(results.filter((result) => result.kind === 'claim').length).toBeGreaterThan(0);
  },
);

test('the quickstart plays: each step has its moment, each question one answer, no hole stays open', () => {
  const {lesson} = parseLesson(filesOf('quickstart'), 'quickstart');
  const run = evidenceOf(timelineOf(lesson!.scenario));
  const steps = playLesson(lesson!, run);
  expect(steps.map(({id, rightOption}) => [id, rightOption])).toEqual([
    ['name-server', null],
    ['broker-starts', 'broker-told'],
    ['broker-registers', null],
    ['no-route', 'topic-not-exist'],
    ['borrowed-route', 'four'],
    ['topic-created', null],
    ['acknowledged', null],
    ['round-robin', null],
    ['consumer-joins', 'from-first'],
    ['delivery', null],
    ['long-poll', 'held'],
    ['all-sent', null],
    ['offsets', null],
    ['your-turn', null],
  ]);
  expect(steps.every((step) => step.entryId > 0 && step.point !== null)).toBe(true);
  // The story goes forward, and what a question asks has not happened when it is asked.
  expect(steps.map((step) => step.entryId)).toEqual(
    steps.map((step) => step.entryId).toSorted((a, b) => a - b),
  );
  const told = (fact: object): number =>
    matchesOf({process: 'producer', where: {topic: 'TopicTest'}, ...fact}, run)[0]!;
  const moment = (id: string): number => steps.find((step) => step.id === id)!.entryId;
  expect(moment('no-route')).toBeLessThan(told({fact: 'route-missing'}));
  expect(moment('borrowed-route')).toBeGreaterThan(told({fact: 'route-missing'}));
  expect(moment('borrowed-route')).toBeLessThan(told({fact: 'route-learnt'}));
  expect(moment('long-poll')).toBeLessThan(told({fact: 'pull-held', process: 'broker'}));
  expect(moment('consumer-joins')).toBeLessThan(told({fact: 'queue-taken', process: 'consumer'}));
  const en = fillings(lesson!, run, 'en');
  const zh = fillings(lesson!, run, 'zh-CN');
  expect([en.get('first-queues'), zh.get('first-queues')]).toEqual([
    '0, 1, 2, 3, 0, 1, 2, 3',
    '0、1、2、3、0、1、2、3',
  ]);
  for (const language of ['en', 'zh-CN'] as const) {
    const {steps: texts} = lesson!.texts[language];
    const asked = texts.find((step) => step.id === 'borrowed-route')!.question!;
    expect(plainText(asked.asked, language === 'en' ? en : zh)).toContain('8');
  }
});

test('a condition is looked for between the moments that bound it; a bound that never comes leaves nothing', () => {
  const {lesson} = parseLesson(filesOf('quickstart'), 'quickstart');
  const run = evidenceOf(timelineOf(lesson!.scenario));
  const acknowledged = {fact: 'send-acknowledged'};
  const all = matchesOf(acknowledged, run);
  const third = {fact: 'send-acknowledged', nth: 3};
  const fifth = {fact: 'send-acknowledged', nth: 5};
  expect(matchesOf({...acknowledged, after: third, before: fifth}, run)).toEqual([all[3]]);
  expect(matchesOf({...acknowledged, before: {fact: 'topic-deleted'}}, run)).toEqual([]);
});

/** The problems of the quickstart with one of its files changed. */
function problemsWith(file: keyof LessonFiles, from: string, to: string): string[] {
  const files = filesOf('quickstart');
  expect(files[file]).toContain(from);
  const {lesson, problems} = parseLesson({...files, [file]: files[file].replace(from, to)}, 'q');
  expect(lesson).toBeNull();
  return problems.map(problemLine);
}

test('a step that one language lacks is an error', () => {
  const lines = problemsWith('zh-CN.md', '{#round-robin}', '{#roundrobin}');
  expect(lines).toContainEqual(expect.stringContaining('q/zh-CN.md:1:1: error: found no step "round-robin"'));
  expect(lines).toContainEqual(expect.stringContaining('did you mean round-robin?'));
});

test('a hole that nothing fills is an error', () => {
  expect(problemsWith('en.md', '{{held-for}}', '{{held-four}}')).toEqual([
    expect.stringMatching(/^q\/en\.md:1:1: error: found hole \{\{held-four\}\}.*did you mean held-for\?$/),
  ]);
});

test('an option or an answer that one language lacks is an error', () => {
  expect(problemsWith('en.md', '- (four) 4.\n', '')).toEqual([
    expect.stringContaining('found no option "four"'),
  ]);
  const answer = /\n> `TOPIC_NOT_EXIST`[\s\S]*?\n\n/.exec(filesOf('quickstart')['en.md'])![0];
  expect(problemsWith('en.md', answer, '\n')).toEqual([
    expect.stringContaining('a question without an answer'),
  ]);
});

test('a value that a claim misspells is an error', () => {
  expect(problemsWith('lesson.yaml', '[{ value: sent }, 1000]', '[{ value: send }, 1000]')).toEqual([
    expect.stringMatching(
      /lesson\.yaml:\d+:\d+: error: claims\.a-thousand-sent: found unknown value "send".*did you mean sent\?/,
    ),
  ]);
});

test('Chinese lines join without a blank, English ones with one', () => {
  const {text} = readLessonText('# t\n\n一行，\n下一行\n\nfirst\nsecond');
  expect(text.intro).toEqual([
    {kind: 'paragraph', content: [{kind: 'text', text: '一行，下一行'}]},
    {kind: 'paragraph', content: [{kind: 'text', text: 'first second'}]},
  ]);
});
