import {LedgerTrack} from '../ledger.ts';
import {messageLines} from '../report-lines.ts';
import {sayCount, sayDuration, sayMoment} from '../say-duration.ts';
import type {LedgerCounts} from '../view/view-state.ts';
import {type ReadRecording, shortfallOf} from './read-recording.ts';

/** What a recording holds, for the command line; with `--json` these fields are the object. */
export interface RecordingReport {
  readonly file: string;
  readonly begunAt: string;
  readonly durationMs: number;
  readonly traceEntries: number;
  readonly frames: number;
  readonly frameBytes: number;
  /** What is wrong with the file; null: nothing. */
  readonly shortfall: string | null;
  readonly processes: readonly {
    readonly name: string;
    readonly kind: string;
    readonly machine: string;
    /** Whether it was recorded from within. */
    readonly recorded: boolean;
    readonly atEnd: string;
  }[];
  /** Messages, as far as the recorded bytes and facts tell. `delivered` counts what pulls have brought to foreign clients, too. */
  readonly ledger: LedgerCounts;
}

export function recordingReport(file: string, {survey, store}: ReadRecording): RecordingReport {
  const ledger = new LedgerTrack(store);
  ledger.update();
  const ends = new Map<string, string>();
  let frames = 0;
  for (const entry of store.entries) {
    if (entry.kind === 'bytes-sent') frames += 1;
    else if (entry.kind === 'process-started') ends.set(entry.process, 'running');
    else if (entry.kind === 'peer-seen') ends.set(entry.process, 'connected');
    else if (entry.kind === 'peer-gone') ends.set(entry.process, `gone at ${sayMoment(entry.atUs)}`);
    else if (entry.kind === 'process-ended') {
      const reason = entry.reason === '' ? '' : `: ${entry.reason}`;
      ends.set(entry.process, `${entry.why} at ${sayMoment(entry.atUs)}${reason}`);
    }
  }
  const processes = [
    ...survey.own.map((process) => ({...process, recorded: true})),
    ...survey.far.map((process) => ({...process, recorded: false})),
  ].map(({name, kind, machine, recorded}) => ({
    name,
    kind,
    machine,
    recorded,
    atEnd: ends.get(name) ?? 'never seen',
  }));
  return {
    file,
    begunAt: new Date(survey.epochMs).toISOString(),
    durationMs: Math.round(survey.durationUs / 1000),
    traceEntries: store.lastId,
    frames,
    frameBytes: store.byteCount,
    shortfall: shortfallOf(survey),
    processes,
    ledger: ledger.counts,
  };
}

/** The report as lines for a person. */
export function recordingReportLines(report: RecordingReport): string[] {
  const {ledger, processes} = report;
  const width = (field: 'name' | 'kind'): number =>
    Math.max(0, ...processes.map((process) => process[field].length));
  return [
    `${report.file}: ${sayDuration(report.durationMs * 1000, 'en')} of a real run, from ${report.begunAt}`,
    `${sayCount(report.traceEntries)} trace entries, ${sayCount(report.frames)} frames of ${sayCount(report.frameBytes)} bytes`,
    ...(report.shortfall === null ? [] : [report.shortfall]),
    '',
    'Processes',
    ...processes.map(
      ({name, kind, machine, recorded, atEnd}) =>
        `  ${name.padEnd(width('name'))}  ${kind.padEnd(width('kind'))}  ${recorded ? 'recorded ' : 'seen from outside'} on ${machine}, ${atEnd}`,
    ),
    '',
    ...messageLines(ledger),
  ];
}
