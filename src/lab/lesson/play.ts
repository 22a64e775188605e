import type {Language} from '../language.ts';
import {firstAfter} from '../view/trace-index.ts';
import type {Lesson} from './lesson.ts';
import {machineNamed, momentOf, processNamed, type RunEvidence, runOf, timeOf} from './matching.ts';
import {judge} from './predicates.ts';
import type {ConditionFile, PointFile} from './schema.ts';
import type {Inline} from './text.ts';
import {computeValue, sayFigure} from './values.ts';

/** What a step points at. The same shapes as what a person can select. */
export type LessonPoint =
  | {readonly kind: 'process' | 'machine'; readonly name: string}
  | {readonly kind: 'frame'; readonly sent: number}
  | {readonly kind: 'link'; readonly from: string; readonly to: string}
  | {readonly kind: 'queue'; readonly broker: string; readonly topic: string; readonly queueId: number}
  | {readonly kind: 'entry'; readonly id: number};

/** A step as a run has it. */
export interface PlayedStep {
  readonly id: string;
  /** The entry at which it is told; 0 if the run has not come to it. Of a moment of the run beside: the last entry before it. */
  readonly entryId: number;
  readonly atUs: number;
  readonly point: LessonPoint | null;
  /** What it points at is in the run beside. */
  readonly pointsBeside: boolean;
  /** The option that the run makes right; null where there is no question, or the run does not decide for exactly one. */
  readonly rightOption: string | null;
}

/** What a run makes of a lesson: call it again as the run grows; it computes from scratch. */
export function playLesson(lesson: Lesson, run: RunEvidence): PlayedStep[] {
  return lesson.plan.steps.map((step): PlayedStep => {
    const entryId = entryOf(step.until, run);
    const right = (step.question?.options ?? []).filter(
      (option) => judge(option.when, run, lesson.plan.values ?? {}).holds,
    );
    return {
      id: step.id,
      entryId,
      atUs: entryId === 0 ? 0 : (timeOf(step.until, run) ?? 0),
      point: step.point === undefined ? null : resolvePoint(step.point, run),
      pointsBeside: step.point !== undefined && isBeside(step.point),
      rightOption: right.length === 1 ? right[0]!.id : null,
    };
  });
}

/** The entry of the left run at which a moment is shown; 0 if it is not known yet. */
function entryOf(until: ConditionFile, run: RunEvidence): number {
  if (until.in !== 'beside') return momentOf(until, run);
  const atUs = timeOf(until, run);
  const {store} = run;
  // Until the left run has come as far, more of it may still lie before that moment.
  if (atUs === null || (store.entry(store.lastId)?.atUs ?? 0) <= atUs) return 0;
  return firstAfter(store.entries, store.lastId, atUs);
}

function isBeside(point: PointFile): boolean {
  const where = 'frame' in point ? point.frame : 'entry' in point ? point.entry : point;
  return where.in === 'beside';
}

function resolvePoint(point: PointFile, left: RunEvidence): LessonPoint | null {
  if ('frame' in point || 'entry' in point) {
    const id = momentOf('frame' in point ? point.frame : point.entry, left);
    if (id === 0) return null;
    return 'frame' in point ? {kind: 'frame', sent: id} : {kind: 'entry', id};
  }
  const run = runOf(point, left);
  if ('process' in point) {
    const name = processNamed(point.process, run);
    return name === null ? null : {kind: 'process', name};
  }
  if ('machine' in point) {
    const name = machineNamed(point.machine, run);
    return name === null ? null : {kind: 'machine', name};
  }
  if ('link' in point) {
    const [from, to] = point.link.map((who) => machineNamed(who, run));
    return from == null || to == null ? null : {kind: 'link', from, to};
  }
  return {kind: 'queue', ...point.queue};
}

/** What is said in place of each hole, in a language; a hole whose value the run does not have (yet) is missing. */
export function fillings(lesson: Lesson, run: RunEvidence, language: Language): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [name, value] of Object.entries(lesson.plan.values ?? {})) {
    const figure = computeValue(value, run, lesson.plan.values ?? {});
    if (figure !== null) texts.set(name, sayFigure(figure, language));
  }
  return texts;
}

/** Running text with its holes filled; `…` stands where a value is missing. */
export function filled(
  parts: readonly Inline[],
  values: ReadonlyMap<string, string>,
): Exclude<Inline, {kind: 'hole'}>[] {
  const told: {kind: 'text' | 'code' | 'strong' | 'em'; text: string}[] = [];
  for (const part of parts) {
    const [kind, text] =
      part.kind === 'hole' ? [part.as, values.get(part.name) ?? '…'] : [part.kind, part.text];
    const before = told.at(-1);
    if (before?.kind === kind) before.text += text;
    else told.push({kind, text});
  }
  return told;
}

/** Running text as plain text, for titles and screen readers. */
export function plainText(parts: readonly Inline[], values: ReadonlyMap<string, string>): string {
  return filled(parts, values)
    .map((part) => part.text)
    .join('');
}
