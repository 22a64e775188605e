import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {checkClaims} from '../lab/lesson/claims.ts';
import {LESSON_FILES, type LessonFiles} from '../lab/lesson/lesson.ts';
import {parseLesson} from '../lab/lesson/parse.ts';
import {sayCount} from '../lab/say-duration.ts';
import {hasErrors, problemLine} from '../lab/scenario/problem.ts';
import {EXIT} from './exit.ts';
import type {Output} from './output.ts';

const LESSONS = join(projectRoot(), 'lessons');

/** The folder above this module that has the project's package.json: a bundle lies deeper or less deep than its source. */
function projectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

/** Names of all lessons: the folders of `lessons/` that have a lesson.yaml. */
export function lessonNames(): string[] {
  return readdirSync(LESSONS)
    .filter((name) => existsSync(join(LESSONS, name, 'lesson.yaml')))
    .sort();
}

/** The files of a lesson; a missing one is told by its name. */
export function readLessonFiles(name: string): LessonFiles | {readonly missing: string} {
  const files: Record<string, string> = {};
  for (const file of LESSON_FILES) {
    const path = join(LESSONS, name, file);
    if (!existsSync(path)) return {missing: `lessons/${name}/${file}`};
    files[file] = readFileSync(path, 'utf8');
  }
  return files as unknown as LessonFiles;
}

/**
 * Checks lessons: that their texts are whole in both languages, and that their claims hold for every seed.
 * 0: all is well; 1: something fails; 2: there is no such lesson.
 */
export function lessonCheckCommand(
  name: string | undefined,
  options: {readonly seeds: string},
  output: Output,
): number {
  const seedCount = Number(options.seeds);
  if (!Number.isInteger(seedCount) || seedCount < 1) {
    output.err(`--seeds: found "${options.seeds}", expected a whole number, at least 1`);
    return EXIT.badInput;
  }
  const known = lessonNames();
  if (name !== undefined && !known.includes(name)) {
    output.err(`there is no lesson "${name}"; there are: ${known.join(', ')}`);
    return EXIT.badInput;
  }
  const seeds = Array.from({length: seedCount}, (_, index) => String(index + 1));
  let code: number = EXIT.ok;
  for (const lesson of name === undefined ? known : [name]) {
    if (!checkLesson(lesson, seeds, output)) code = EXIT.failed;
  }
  return code;
}

function checkLesson(name: string, seeds: readonly string[], output: Output): boolean {
  const files = readLessonFiles(name);
  if ('missing' in files) {
    output.err(`${files.missing} is missing`);
    return false;
  }
  const {lesson, problems} = parseLesson(files, `lessons/${name}`);
  for (const problem of problems) output.err(problemLine(problem));
  if (lesson === null || hasErrors(problems)) {
    output.out(`${name}: its files do not fit each other`);
    return false;
  }
  const results = checkClaims(lesson, seeds);
  const claims = results.filter((result) => result.kind === 'claim');
  const failed = results.filter((result) => result.held < result.seeds);
  output.out(`${name}: ${claims.length} claims, ${seeds.length} seeds`);
  const width = Math.max(...results.map((result) => result.name.length));
  // Steps, questions and values are told only where one is missing; claims always.
  for (const result of results) {
    const fails = result.held < result.seeds;
    if (result.kind !== 'claim' && !fails) continue;
    const verdict = fails ? `FAIL (seed ${result.failedSeed})` : 'held';
    const looked = result.kind === 'claim' ? `, looked at ${sayCount(result.lookedLeast)} facts or more` : '';
    output.out(`  ${result.name.padEnd(width)}  ${verdict} for ${result.held} of ${result.seeds}${looked}`);
  }
  const others = results.length - claims.length;
  output.out(
    `  ${others} steps, questions and figures: ${others - failed.filter((r) => r.kind !== 'claim').length} in every seed`,
  );
  return failed.length === 0;
}
