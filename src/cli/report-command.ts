import {recordingReport, recordingReportLines} from '../lab/recording/report.ts';
import {EXIT} from './exit.ts';
import type {Output} from './output.ts';
import {readRecordingFile} from './recording-file.ts';

/** Prints what a recording holds. 0, also where it is torn or damaged, which is told; 2: there is nothing to read. */
export function reportCommand(file: string, options: {readonly json?: boolean}, output: Output): number {
  const read = readRecordingFile(file, output);
  if (read === null) return EXIT.badInput;
  const report = recordingReport(file, read);
  if (options.json) output.out(JSON.stringify(report));
  else for (const line of recordingReportLines({...report, shortfall: null})) output.out(line);
  return EXIT.ok;
}
