import {parseVary, type Variation, vary} from '../compare/vary.ts';
import {LANGUAGES, type Language} from '../language.ts';
import {parseScenario} from '../scenario/parse.ts';
import {closest, hasErrors, type Problem} from '../scenario/problem.ts';
import type {Scenario} from '../scenario/scenario.ts';
import {type Path, quote, YamlSource} from '../scenario/yaml-source.ts';
import type {Lesson, LessonFiles} from './lesson.ts';
import {valuesUsed} from './predicates.ts';
import {checkRuns} from './runs-named.ts';
import {type LessonFile, lessonSchema, type PredicateFile} from './schema.ts';
import {holesOf, type LessonText, readLessonText} from './text.ts';

export interface ParsedLesson {
  readonly lesson: Lesson | null;
  readonly problems: readonly Problem[];
}

/**
 * Reads a lesson's folder. A step, an option, an answer or a hole that one language lacks is an error, and so is a hole that
 * lesson.yaml computes no value for.
 * @param folder used in problems, e.g. `lessons/quickstart`
 */
export function parseLesson(files: LessonFiles, folder: string): ParsedLesson {
  const {scenario, problems: scenarioProblems} = parseScenario(
    files['scenario.yaml'],
    `${folder}/scenario.yaml`,
  );
  const source = new YamlSource(`${folder}/lesson.yaml`, files['lesson.yaml']);
  const plan = source.check(lessonSchema);
  const problems: Problem[] = [...scenarioProblems];
  if (plan !== null) checkPlan(plan, source);
  const beside = plan === null || scenario === null ? null : readBeside(plan, scenario, source);
  problems.push(...source.problems);
  const texts = {} as Record<Language, LessonText>;
  for (const language of LANGUAGES) {
    const file = `${folder}/${language}.md`;
    const {text, faults} = readLessonText(files[`${language}.md`]);
    for (const fault of faults) problems.push({...fault, file, column: 1, path: '', severity: 'error'});
    texts[language] = text;
    if (plan !== null) problems.push(...checkText(plan, text, file));
  }
  if (scenario === null || plan === null || hasErrors(problems)) return {lesson: null, problems};
  return {lesson: {name: plan.name, scenario, beside, plan, texts}, problems};
}

/** What is otherwise in the run beside, if there is to be one. */
function readBeside(plan: LessonFile, scenario: Scenario, source: YamlSource): Variation | null {
  if (plan.beside === undefined) return null;
  const read = parseVary(plan.beside);
  const value = read.ok ? read.value.values[0]! : '';
  const problem = !read.ok
    ? read.problem
    : read.value.values.length > 1
      ? `found ${quote(plan.beside)}, expected one key=value, since two runs stand side by side`
      : (([varied]) => (varied!.ok ? '' : varied!.problem))([vary(scenario, read.value.key, value)]);
  if (!read.ok || problem !== '') {
    const {found, expected} = splitProblem(problem);
    source.report(['beside'], {found, expected});
    return null;
  }
  return {key: read.value.key, value};
}

/** `found …, expected …`, as what varies a scenario says it. */
function splitProblem(problem: string): {readonly found: string; readonly expected: string} {
  const match = /^(?:found )?(.*?), expected (.*)$/.exec(problem);
  return match === null
    ? {found: problem, expected: 'a variation such as brokerRole=SYNC_MASTER'}
    : {found: match[1]!, expected: match[2]!};
}

function checkPlan(plan: LessonFile, source: YamlSource): void {
  checkRuns(plan, source);
  const known = Object.keys(plan.values ?? {});
  for (const [at, [name, value]] of Object.entries(plan.values ?? {}).entries()) {
    for (const used of 'percent' in value ? value.percent : 'minus' in value ? value.minus : []) {
      const above = known.slice(0, at);
      if (above.includes(used)) continue;
      source.report(['values', name], {
        found: known.includes(used)
          ? `value ${quote(used)} before it is told`
          : `unknown value ${quote(used)}`,
        expected: `one of the values above: ${above.join(', ')}`,
        didYouMean: closest(used, above),
      });
    }
  }
  const use = (predicate: PredicateFile, path: Path): void => {
    for (const name of valuesUsed(predicate)) {
      if (known.includes(name)) continue;
      source.report(path, {
        found: `unknown value ${quote(name)}`,
        expected: `one of values: ${known.join(', ')}`,
        didYouMean: closest(name, known),
      });
    }
  };
  for (const [name, claim] of Object.entries(plan.claims)) use(claim, ['claims', name]);
  const seen = new Set<string>();
  for (const [position, step] of plan.steps.entries()) {
    if (seen.has(step.id)) {
      source.report(['steps', position, 'id'], {
        found: quote(step.id),
        expected: 'an id that no other step has',
      });
    }
    seen.add(step.id);
    for (const [number, option] of (step.question?.options ?? []).entries()) {
      use(option.when, ['steps', position, 'question', 'options', number, 'when']);
    }
  }
}

function checkText(plan: LessonFile, text: LessonText, file: string): Problem[] {
  const problems: Problem[] = [];
  const note = (line: number, found: string, expected: string, didYouMean?: string | null): void => {
    const hint = didYouMean ? {didYouMean} : {};
    problems.push({file, line, column: 1, path: '', found, expected, severity: 'error', ...hint});
  };
  const ids = plan.steps.map((step) => step.id);
  for (const step of text.steps) {
    if (!ids.includes(step.id))
      note(
        step.line,
        `step ${quote(step.id)}`,
        `a step of lesson.yaml: ${ids.join(', ')}`,
        closest(step.id, ids),
      );
  }
  const order = text.steps.map((step) => step.id).filter((id) => ids.includes(id));
  if (order.join() !== ids.filter((id) => order.includes(id)).join()) {
    note(
      text.steps[0]?.line ?? 1,
      `steps in the order ${order.join(', ')}`,
      `the order of lesson.yaml: ${ids.join(', ')}`,
    );
  }
  for (const planned of plan.steps) {
    const step = text.steps.find((candidate) => candidate.id === planned.id);
    if (step === undefined) {
      note(1, `no step ${quote(planned.id)}`, `a heading \`## … {#${planned.id}}\``);
      continue;
    }
    if (planned.question === undefined) {
      if (step.question !== null)
        note(step.line, 'a question', `no question: lesson.yaml has none in step ${planned.id}`);
      continue;
    }
    if (step.question === null) {
      note(step.line, 'no question', `a heading \`### …\` in step ${planned.id}`);
      continue;
    }
    const wanted = planned.question.options.map((option) => option.id);
    for (const id of wanted) {
      if (!step.question.options.has(id)) note(step.line, `no option ${quote(id)}`, `a line \`- (${id}) …\``);
    }
    for (const id of step.question.options.keys()) {
      if (!wanted.includes(id))
        note(step.line, `option ${quote(id)}`, `one of ${wanted.join(', ')}`, closest(id, wanted));
    }
  }
  const known = Object.keys(plan.values ?? {});
  for (const hole of holesOf(text)) {
    if (!known.includes(hole))
      note(1, `hole {{${hole}}}`, `a value of lesson.yaml: ${known.join(', ')}`, closest(hole, known));
  }
  return problems;
}
