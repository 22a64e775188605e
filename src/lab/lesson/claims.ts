import {auditFor} from '../audit/audit.ts';
import {runChecks} from '../checks/checks.ts';
import {vary} from '../compare/vary.ts';
import {ledgerOf} from '../ledger-of.ts';
import {openRun, type Timeline, timelineOf} from '../run.ts';
import {storeOf} from '../trace-store.ts';
import {TraceIndex} from '../view/trace-index.ts';
import type {Lesson} from './lesson.ts';
import type {RunEvidence} from './matching.ts';
import {playLesson} from './play.ts';
import {judge} from './predicates.ts';
import {computeValue} from './values.ts';

/** Runs a timeline to its end and gathers what lessons look at. */
export function evidenceOf(timeline: Timeline): RunEvidence {
  const run = openRun(timeline);
  run.advance(run.durationUs, Number.MAX_SAFE_INTEGER);
  const store = storeOf(run.world.trace);
  const index = new TraceIndex(store);
  index.update();
  const ledger = ledgerOf(timeline.scenario, store);
  ledger.update();
  const {scenario, interventions} = timeline;
  const evidence = {scenario, store, ledger, interventions, ...auditFor(run.world, scenario, store)};
  return {store, index, ledger, checks: runChecks(evidence)};
}

/** Runs a lesson with a seed, and the run that it is told beside. */
export function evidenceOfLesson(lesson: Lesson, seed: string): RunEvidence {
  const run = evidenceOf(timelineOf(lesson.scenario, seed));
  if (lesson.beside === null) return run;
  const varied = vary(lesson.scenario, lesson.beside.key, lesson.beside.value);
  if (!varied.ok) throw new Error(varied.problem);
  return {...run, beside: evidenceOf(timelineOf(varied.value, seed))};
}

/** One claim, or one thing that the text needs of every run, over many seeds. */
export interface ClaimResult {
  readonly name: string;
  /** `claim`, or a step that must be reached, a question that must be decided, a value that must exist. */
  readonly kind: 'claim' | 'step' | 'question' | 'value';
  readonly seeds: number;
  readonly held: number;
  /** Facts looked at in the seed where fewest were. */
  readonly lookedLeast: number;
  /** The first seed for which it failed; null where there is none. */
  readonly failedSeed: string | null;
}

/** Tries a lesson with each seed: its claims hold, its steps are reached, its questions decided, its holes filled. */
export function checkClaims(lesson: Lesson, seeds: readonly string[]): ClaimResult[] {
  const tallies = new Map<
    string,
    {kind: ClaimResult['kind']; held: number; least: number; failed: string | null}
  >();
  const note = (
    name: string,
    kind: ClaimResult['kind'],
    seed: string,
    holds: boolean,
    looked: number,
  ): void => {
    const tally = tallies.get(name) ?? {kind, held: 0, least: Number.POSITIVE_INFINITY, failed: null};
    tallies.set(name, tally);
    // Something that looked at nothing claims nothing.
    if (holds && looked > 0) tally.held += 1;
    else tally.failed ??= seed;
    tally.least = Math.min(tally.least, looked);
  };
  const {plan} = lesson;
  for (const seed of seeds) {
    const run = evidenceOfLesson(lesson, seed);
    for (const [name, claim] of Object.entries(plan.claims)) {
      const {holds, looked} = judge(claim, run, plan.values ?? {});
      note(name, 'claim', seed, holds, looked);
    }
    let last = 0;
    for (const [position, played] of playLesson(lesson, run).entries()) {
      // A step that the run has not come to, or comes to before the step above it, cannot be told.
      const inOrder = last <= played.entryId;
      last = played.entryId;
      note(`step ${played.id}`, 'step', seed, inOrder, played.entryId === 0 ? 0 : 1);
      const question = plan.steps[position]!.question;
      if (question === undefined) continue;
      note(`question ${played.id}`, 'question', seed, played.rightOption !== null, question.options.length);
    }
    for (const [name, value] of Object.entries(plan.values ?? {})) {
      const figure = computeValue(value, run, plan.values ?? {});
      note(`value ${name}`, 'value', seed, figure !== null, figure === null ? 0 : Math.max(1, figure.looked));
    }
  }
  return [...tallies].map(([name, tally]) => ({
    name,
    kind: tally.kind,
    seeds: seeds.length,
    held: tally.held,
    lookedLeast: tally.least,
    failedSeed: tally.failed,
  }));
}
