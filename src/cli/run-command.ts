import {reportLines, reportOf} from '../lab/report.ts';
import {openRun, timelineOf} from '../lab/run.ts';
import {EXIT} from './exit.ts';
import type {Output} from './output.ts';
import {type RunOptions, readScenario} from './scenario-file.ts';

/** Runs a scenario and reports. 0: every check holds; 1: one does not; 2: the input is bad and nothing was run. */
export function runCommand(
  file: string,
  options: RunOptions & {readonly json?: boolean},
  output: Output,
): number {
  const read = readScenario(file, options, output);
  if (read === null) return EXIT.badInput;
  const beganMs = output.nowMs();
  // A longer `--until` than the scenario's duration lets it go on.
  const scenario = {...read.scenario, durationUs: read.untilUs};
  const run = openRun(timelineOf(scenario, read.seed));
  run.advance(read.untilUs, Number.MAX_SAFE_INTEGER);
  const report = reportOf(run, output.nowMs() - beganMs);
  if (options.json) output.out(JSON.stringify(report));
  else for (const line of reportLines(report)) output.out(line);
  return report.checks.every((check) => check.ok) ? EXIT.ok : EXIT.failed;
}
