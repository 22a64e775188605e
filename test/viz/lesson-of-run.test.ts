import {expect, test} from 'vitest';
import {readLessonFiles} from '../../src/cli/lesson-command.ts';
import type {LessonFiles} from '../../src/lab/lesson/lesson.ts';
import {parseLesson} from '../../src/lab/lesson/parse.ts';
import {openRun, timelineOf} from '../../src/lab/run.ts';
import {cutTraceChunk} from '../../src/lab/trace-store.ts';
import {LessonOfRun} from '../../src/viz/session/lesson-of-run.ts';
import {RunData} from '../../src/viz/session/run-data.ts';

const {lesson} = parseLesson(readLessonFiles('quickstart') as LessonFiles, 'quickstart');

test('a question that the run decides is decided once the run has ended, even if its end brings no new moment', async () => {
  const timeline = timelineOf(lesson!.scenario);
  const run = openRun(timeline);
  const data = new RunData(timeline);
  run.advance(run.durationUs, Number.MAX_SAFE_INTEGER);
  void data.offer({chunk: cutTraceChunk(run.world.trace, 1), horizonUs: run.durationUs});
  while (data.hasWork) data.pump(1_000);
  const looks = new LessonOfRun();
  const early = looks.look(lesson!, data, null, 'en');
  expect(early.steps.map((step) => step.entryId)).not.toContain(0);
  expect(early.steps.every((step) => step.rightOption === null)).toBe(true);
  expect(looks.look(lesson!, data, null, 'en')).toBe(early);

  await data.finish({
    traceHash: run.world.traceHash(),
    events: run.world.eventCount,
    wallMs: 1,
    virtualUs: run.durationUs,
  });
  while (data.hasWork) data.pump(1_000);
  const late = looks.look(lesson!, data, null, 'en');
  const asked = lesson!.plan.steps.filter((step) => step.question !== undefined).map((step) => step.id);
  expect(late.steps.filter((step) => step.rightOption !== null).map((step) => step.id)).toEqual(asked);
  expect(looks.look(lesson!, data, null, 'en')).toBe(late);
});
