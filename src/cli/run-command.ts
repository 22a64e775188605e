import {reportLines, reportOf} from '../lab/report.ts';
import {openRun, timelineOf} from '../lab/run.ts';
import {sweepTimeline} from '../lab/sweep/sweep-timeline.ts';
import {EXIT} from './exit.ts';
import type {Output} from './output.ts';
import {type RunOptions, readScenario} from './scenario-file.ts';
import {readPlan} from './sweep-plan.ts';

/** Runs a scenario and reports. 0: every check holds; 1: one does not; 2: the input is bad and nothing was run. */
export function runCommand(
  file: string,
  options: RunOptions & {readonly json?: boolean; readonly sweepFaults?: string; readonly fix?: string},
  output: Output,
): number {
  const {sweepFaults, fix} = options;
  const plan =
    sweepFaults === undefined && fix === undefined
      ? 'as it is'
      : readPlan('--sweep-faults', sweepFaults ?? 'none', fix, output);
  if (plan === null) return EXIT.badInput;
  const read = readScenario(file, options, output);
  if (read === null) return EXIT.badInput;
  const beganMs = output.nowMs();
  // A longer `--until` than the scenario's duration lets it go on.
  const scenario = {...read.scenario, durationUs: read.untilUs};
  const timeline =
    plan === 'as it is' ? timelineOf(scenario, read.seed) : sweepTimeline(scenario, read.seed, plan);
  const run = openRun(timeline);
  run.advance(run.durationUs, Number.MAX_SAFE_INTEGER);
  const report = reportOf(run, output.nowMs() - beganMs);
  if (options.json) output.out(JSON.stringify(report));
  else for (const line of reportLines(report)) output.out(line);
  return report.checks.every((check) => check.ok) ? EXIT.ok : EXIT.failed;
}
