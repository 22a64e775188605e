import {expect, test} from 'vitest';
import {readLessonFiles} from '../../src/cli/lesson-command.ts';
import {evidenceOfLesson} from '../../src/lab/lesson/claims.ts';
import type {LessonFiles} from '../../src/lab/lesson/lesson.ts';
import {matchesOf} from '../../src/lab/lesson/matching.ts';
import {parseLesson} from '../../src/lab/lesson/parse.ts';
import {filled, fillings, playLesson} from '../../src/lab/lesson/play.ts';

const {lesson} = parseLesson(readLessonFiles('failover') as LessonFiles, 'lessons/failover');

/** Where a step stands, and at whom it points. */
function play(seed: string) {
  const run = evidenceOfLesson(lesson!, seed);
  const steps = new Map(playLesson(lesson!, run).map((step) => [step.id, step]));
  const at = (id: string): string => {
    const point = steps.get(id)!.point;
    return point !== null && 'name' in point ? point.name : JSON.stringify(point);
  };
  return {run, steps, at, values: fillings(lesson!, run, 'en')};
}

test('failover: as in the study notes the second one leads first, and the first one after it', () => {
  const {run, steps, at, values} = play('7');
  expect([at('elected'), at('killed'), at('new-leader'), at('compared')]).toEqual(['n1', 'n1', 'n0', 'n1']);
  expect(['n0-id', 'n1-id', 'n2-id'].map((name) => values.get(name))).toEqual(['1', '0', '3']);
  expect([values.get('new-address'), values.get('other-id'), values.get('old-id')]).toEqual([
    '10.211.55.3:30911',
    '3',
    '2',
  ]);
  const answers = [...steps.values()].flatMap(({id, rightOption}) =>
    rightOption === null ? [] : [[id, rightOption]],
  );
  expect(answers).toEqual([
    ['three-files', 'at-once'],
    ['registered', 'by-name'],
    ['appended', 'majority'],
    ['cut-off', 'nothing'],
    ['killed', 'seconds'],
    ['master', 'much-later'],
    ['back', 'has-to-follow'],
    ['compared', 'gone'],
  ]);
  // What a question asks has not happened when it is asked.
  const first = (condition: object): number => matchesOf(condition, run)[0]!;
  const moment = (id: string): number => steps.get(id)!.entryId;
  expect(moment('three-files')).toBeLessThan(first({fact: 'dledger-role-changed'}));
  expect(moment('registered')).toBeLessThan(
    first({fact: 'broker-registered', where: {brokerId: {atLeast: 1}}}),
  );
  expect(moment('appended')).toBeLessThan(first({fact: 'send-acknowledged'}));
  expect(moment('back')).toBeLessThan(first({fact: 'dledger-votes-requested', after: {time: '42s'}}));
  expect(moment('compared')).toBeLessThan(first({fact: 'dledger-truncated', after: {time: '42s'}}));
});

test('failover: with another seed it is told of others, who are pointed at just as well', () => {
  const {at, values} = play('3');
  expect([at('elected'), at('killed'), at('new-leader'), at('compared')]).toEqual(['n2', 'n2', 'n1', 'n2']);
  expect(['n0-id', 'n1-id', 'n2-id'].map((name) => values.get(name))).toEqual(['1', '2', '0']);
});

test('a figure within code is said as code, in one piece with what stands beside it', () => {
  const {values} = play('7');
  const table = lesson!.texts.en.steps.find(({id}) => id === 'table')!;
  const list = table.blocks.find((block) => block.kind === 'list')!;
  expect(list.kind === 'list' && filled(list.items[0]!, values)).toEqual([
    {kind: 'code', text: 'RaftCluster  RaftNode00  1  10.211.55.3:30911'},
  ]);
});
