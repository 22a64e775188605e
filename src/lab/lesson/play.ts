import type {Language} from '../language.ts';
import type {Lesson} from './lesson.ts';
import {momentOf, type RunEvidence} from './matching.ts';
import {judge} from './predicates.ts';
import type {PointFile} from './schema.ts';
import type {Inline} from './text.ts';
import {computeValue, sayFigure} from './values.ts';

/** What a step points at. The same shapes as what a person can select. */
export type LessonPoint =
  | {readonly kind: 'process'; readonly name: string}
  | {readonly kind: 'frame'; readonly sent: number}
  | {readonly kind: 'link'; readonly from: string; readonly to: string}
  | {readonly kind: 'queue'; readonly broker: string; readonly topic: string; readonly queueId: number}
  | {readonly kind: 'entry'; readonly id: number};

/** A step as a run has it. */
export interface PlayedStep {
  readonly id: string;
  /** The entry at which it is told; 0 if the run has not come to it. */
  readonly entryId: number;
  readonly atUs: number;
  readonly point: LessonPoint | null;
  /** The option that the run makes right; null where there is no question, or the run does not decide for exactly one. */
  readonly rightOption: string | null;
}

/** What a run makes of a lesson: call it again as the run grows; it computes from scratch. */
export function playLesson(lesson: Lesson, run: RunEvidence): PlayedStep[] {
  return lesson.plan.steps.map((step): PlayedStep => {
    const entryId = momentOf(step.until, run);
    const right = (step.question?.options ?? []).filter(
      (option) => judge(option.when, run, lesson.plan.values ?? {}).holds,
    );
    return {
      id: step.id,
      entryId,
      atUs: entryId === 0 ? 0 : run.store.entry(entryId)!.atUs,
      point: step.point === undefined ? null : resolvePoint(step.point, run),
      rightOption: right.length === 1 ? right[0]!.id : null,
    };
  });
}

function resolvePoint(point: PointFile, run: RunEvidence): LessonPoint | null {
  if ('process' in point) return {kind: 'process', name: point.process};
  if ('link' in point) return {kind: 'link', from: point.link[0], to: point.link[1]};
  if ('queue' in point) return {kind: 'queue', ...point.queue};
  const id = momentOf('frame' in point ? point.frame : point.entry, run);
  if (id === 0) return null;
  return 'frame' in point ? {kind: 'frame', sent: id} : {kind: 'entry', id};
}

/** What is said in place of each hole, in a language; a hole whose value the run does not have (yet) is missing. */
export function fillings(lesson: Lesson, run: RunEvidence, language: Language): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [name, value] of Object.entries(lesson.plan.values ?? {})) {
    const figure = computeValue(value, run);
    if (figure !== null) texts.set(name, sayFigure(figure, language));
  }
  return texts;
}

/** Running text with its holes filled; `…` stands where a value is missing. */
export function filled(
  parts: readonly Inline[],
  values: ReadonlyMap<string, string>,
): Exclude<Inline, {kind: 'hole'}>[] {
  return parts.map((part) =>
    part.kind === 'hole' ? {kind: 'text', text: values.get(part.name) ?? '…'} : part,
  );
}

/** Running text as plain text, for titles and screen readers. */
export function plainText(parts: readonly Inline[], values: ReadonlyMap<string, string>): string {
  return filled(parts, values)
    .map((part) => part.text)
    .join('');
}
