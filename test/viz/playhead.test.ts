import {expect, test} from 'vitest';
import type {TraceEntry} from '../../src/sim/trace.ts';
import {isStop, stepFrom} from '../../src/viz/session/playhead.ts';

function entry(id: number, kind: 'timer-ran' | 'process-paused'): TraceEntry {
  return {id, atUs: id * 10, cause: 0, kind, process: 'a'};
}
const entries = [
  entry(1, 'process-paused'),
  entry(2, 'timer-ran'),
  entry(3, 'process-paused'),
  entry(4, 'timer-ran'),
];

test('a step passes over what shows nothing', () => {
  expect(stepFrom(entries, 0, 1)).toBe(1);
  expect(stepFrom(entries, 1, 1)).toBe(3);
  expect(stepFrom(entries, 3, -1)).toBe(1);
});

test('steps end where the known trace ends, and before its first entry', () => {
  expect(stepFrom(entries, 3, 1)).toBeNull();
  expect(stepFrom(entries, 1, -1)).toBe(0);
  expect(stepFrom(entries, 0, -1)).toBeNull();
});

test('what is done to files on the way, and bytes reached disks, is told by facts and no stop; a failed sync is one', () => {
  const at = {id: 1, atUs: 1, cause: 0, process: 'a', path: '/f'};
  const kinds = [
    'disk-write',
    'disk-truncate',
    'disk-rename',
    'disk-remove',
    'disk-sync',
    'disk-write-back',
  ] as const;
  for (const kind of kinds) expect(isStop({...at, kind} as TraceEntry)).toBe(false);
  for (const kind of ['disk-synced', 'disk-written-back'] as const) {
    expect(isStop({...at, kind, failure: null} as TraceEntry)).toBe(false);
    expect(isStop({...at, kind, failure: 'EIO'} as TraceEntry)).toBe(true);
  }
});
