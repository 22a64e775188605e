import {beforeAll, expect, test} from 'vitest';
import {readLessonFiles} from '../../src/cli/lesson-command.ts';
import {evidenceOfLesson} from '../../src/lab/lesson/claims.ts';
import type {Lesson, LessonFiles} from '../../src/lab/lesson/lesson.ts';
import {matchesOf, momentOf, type RunEvidence, timeOf} from '../../src/lab/lesson/matching.ts';
import {parseLesson} from '../../src/lab/lesson/parse.ts';
import {playLesson} from '../../src/lab/lesson/play.ts';
import {judge} from '../../src/lab/lesson/predicates.ts';
import {computeValue} from '../../src/lab/lesson/values.ts';
import {problemLine} from '../../src/lab/scenario/problem.ts';

const files = readLessonFiles('replication') as LessonFiles;
let lesson: Lesson;
let both: RunEvidence;
beforeAll(() => {
  lesson = parseLesson(files, 'replication').lesson!;
  both = evidenceOfLesson(lesson, '1');
});

const acknowledged = {fact: 'send-acknowledged'} as const;
const besides = {...acknowledged, in: 'beside'} as const;

test('what is asked of the run beside is answered by it: its moments, its figures, its checks', () => {
  expect(lesson.beside).toEqual({key: 'brokerRole', value: 'SYNC_MASTER'});
  expect(momentOf(besides, both)).toBe(momentOf(acknowledged, both.beside!));
  // Who waits for a slave is answered later.
  expect(timeOf(besides, both)).toBeGreaterThan(timeOf(acknowledged, both)!);
  const lost = (place: object) => computeValue({ledger: 'lost', ...place}, both, {})?.raw;
  expect(lost({})).toBeGreaterThan(0);
  expect(lost({in: 'beside'})).toBe(0);
  const promised = {check: 'durable-as-promised'};
  expect(judge(promised, both, {}).holds).toBe(false);
  expect(judge({...promised, in: 'beside'}, both, {}).holds).toBe(true);
});

test('where there is no run beside, nothing is found in it, and nothing is claimed of it', () => {
  const alone = {...both, beside: null};
  expect(matchesOf(besides, alone)).toEqual([]);
  expect(computeValue({ledger: 'lost', in: 'beside'}, alone, {})).toBeNull();
  expect(judge({never: besides}, alone, {})).toEqual({holds: false, looked: 0});
});

test('a step of the run beside is told when the left run has come as far, and not an instant earlier', () => {
  const played = playLesson(lesson, both).find((step) => step.id === 'two-copies')!;
  const atUs = timeOf(besides, both)!;
  expect(played.atUs).toBe(atUs);
  expect(both.store.entry(played.entryId)!.atUs).toBeLessThanOrEqual(atUs);
  expect(both.store.entry(played.entryId + 1)!.atUs).toBeGreaterThan(atUs);
  expect(played.pointsBeside).toBe(true);
});

test('figures are made of figures, and of the messages of one producer at a moment', () => {
  const values = {
    all: {ledger: 'acked'},
    kept: {ledger: 'delivered'},
    gone: {minus: ['all', 'kept'] as [string, string]},
    share: {percent: ['kept', 'all'] as [string, string]},
  } as const;
  const raw = (name: keyof typeof values) => computeValue(values[name], both, values)!.raw as number;
  expect(raw('gone')).toBe(both.ledger.counts.lost);
  expect(raw('share')).toBe(Math.round((raw('kept') * 100) / raw('all')));
  const of = (messages: 'acked' | 'lost' | 'unread') =>
    computeValue({messages, producer: 'orders'}, both, {})!.raw;
  expect([of('acked'), of('lost'), of('unread')]).toEqual([raw('all'), raw('gone'), 0]);
  const first = {ledger: 'acked', at: {...acknowledged, nth: 3}} as const;
  expect(computeValue(first, both, {})!.raw).toBe(3);
  const middle = computeValue({sendLatency: 'p50'}, both, {})!.raw as number;
  expect(middle).toBeLessThan(computeValue({sendLatency: 'p50', in: 'beside'}, both, {})!.raw as number);
});

/** What is wrong with the lesson once its plan is changed. */
function problemsWith(from: string | RegExp, to: string): string[] {
  const plan = files['lesson.yaml'].replace(from, to);
  expect(plan).not.toBe(files['lesson.yaml']);
  return parseLesson({...files, 'lesson.yaml': plan}, 'r').problems.map(problemLine);
}

test('a variation that the scenario cannot have is told with its line', () => {
  const beside = 'beside: brokerRole=SYNC_MASTER';
  expect(problemsWith(beside, 'beside: brokerRole=SINK_MASTER')).toContainEqual(
    expect.stringMatching(/^r\/lesson\.yaml:2:\d+: error: beside: found .*SINK_MASTER/),
  );
  expect(problemsWith(beside, 'beside: brokerRole=SYNC_MASTER,SLAVE')).toContainEqual(
    expect.stringMatching(/^r\/lesson\.yaml:2:.*one key=value/),
  );
  // Without it, whatever speaks of the other run speaks of nothing.
  const without = problemsWith(`${beside}\n`, '');
  expect(without.length).toBeGreaterThan(3);
  expect(without[0]).toMatch(/found a run beside, expected a lesson that opens with two runs/);
});

test('a run named twice, an order across runs and a value used before it is told are errors', () => {
  expect(
    problemsWith(
      'ack-sync: { sendLatency: p50, in: beside }',
      'ack-sync: { sendLatency: p50, in: beside, after: { time: 1s, in: beside } }',
    ),
  ).toContainEqual(expect.stringContaining('values.ack-sync.after.in: found a run within a condition'));
  expect(
    problemsWith(
      'inOrder: [{ fact: send-acknowledged }',
      'inOrder: [{ fact: send-acknowledged, in: beside }',
    ),
  ).toContainEqual(expect.stringContaining('found moments of two runs'));
  expect(problemsWith('percent: [ack-sync, ack-async]', 'percent: [ack-sync, delivered]')).toContainEqual(
    expect.stringMatching(/values\.sync-to-async: found value "delivered" before it is told/),
  );
});

test('a message that takes the place of one that was read and then lost is passed over, and the check says why', () => {
  const {lesson: cut} = parseLesson(readLessonFiles('power-cut') as LessonFiles, 'power-cut');
  const run = evidenceOfLesson(cut!, '1');
  const check = (of: RunEvidence) => of.checks.find(({name}) => name === 'delivered-at-least-once')!;
  expect(check(run).verdict).toBe('lost-as-configured');
  expect(check(run).detail).toMatch(/42 took the places of messages that were read before they were lost$/);
  expect(check(run.beside!).verdict).toBe('held');
});
