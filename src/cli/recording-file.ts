import {closeSync, openSync, readSync} from 'node:fs';
import {
  isRecording,
  type ReadRecording,
  type RecordingProblem,
  readRecording,
  shortfallOf,
} from '../lab/recording/read-recording.ts';
import type {Output} from './output.ts';

const SLICE_BYTES = 1 << 20;

/** Whether a file holds a recording; false also where it cannot be read. */
export function isRecordingFile(file: string): boolean {
  try {
    for (const slice of slicesOf(file, 64)) return isRecording(slice);
  } catch {
    // Whoever reads it will tell why it cannot be read.
  }
  return false;
}

/** Reads a recording; what is wrong with it is told. Null: there is nothing to show. */
export function readRecordingFile(file: string, output: Output): ReadRecording | null {
  let read: ReadRecording | RecordingProblem;
  try {
    read = readRecording(() => slicesOf(file, SLICE_BYTES));
  } catch (error) {
    output.err(`${file}: ${(error as Error).message}`);
    return null;
  }
  if ('kind' in read) {
    output.err(`${file}: ${sayProblem(read)}`);
    return null;
  }
  const shortfall = shortfallOf(read.survey);
  if (shortfall !== null) output.err(`${file}: ${shortfall}`);
  return read;
}

function sayProblem(problem: RecordingProblem): string {
  switch (problem.kind) {
    case 'foreign':
      return 'not a recording of lab serve';
    case 'other-version':
      return `a recording of version "${problem.version}", which this version of the lab cannot read`;
    case 'empty':
      return 'a recording that breaks off before its first record';
  }
}

function* slicesOf(file: string, sliceBytes: number): Generator<Uint8Array> {
  const fd = openSync(file, 'r');
  try {
    for (;;) {
      // A new one each: what is read keeps views of it.
      const slice = new Uint8Array(sliceBytes);
      const count = readSync(fd, slice);
      if (count === 0) return;
      yield slice.subarray(0, count);
    }
  } finally {
    closeSync(fd);
  }
}
