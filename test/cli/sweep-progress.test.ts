import {expect, test} from 'vitest';
import {progressLine} from '../../src/cli/sweep-progress.ts';

const MINUTE_MS = 60_000;

test('the bar is as wide as the terminal allows, and what does not fit is left out, the least needed first', () => {
  expect(progressLine(250, 1000, 0, MINUTE_MS, 120)).toBe(
    '██████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  250/1000, 4.2 runs/s, 3 min left',
  );
  expect(progressLine(250, 1000, 3, MINUTE_MS, 80)).toMatch(
    /^█+░+ {2}250\/1000, 3 failing, 4\.2 runs\/s, 3 min left$/,
  );
  expect(progressLine(250, 1000, 3, MINUTE_MS, 40)).toMatch(/^█+░+ {2}250\/1000, 3 failing$/);
  expect(progressLine(250, 1000, 3, MINUTE_MS, 24)).toBe(' 250/1000, 3 failing');
  expect(progressLine(250, 1000, 3, MINUTE_MS, 9)).toBe(' 250/100');
});

test('no line is as wide as its terminal, which would begin another one', () => {
  for (let columns = 1; columns < 140; columns += 1) {
    for (const [done, failing] of [
      [0, 0],
      [1, 1],
      [999, 900],
      [1000, 0],
    ] as const)
      expect(progressLine(done, 1000, failing, MINUTE_MS, columns).length).toBeLessThan(columns);
  }
});

test('a rate is told once it says something, and not when all is done', () => {
  expect(progressLine(1, 8, 0, 500, 80)).not.toContain('runs/s');
  expect(progressLine(8, 8, 0, MINUTE_MS, 80)).toMatch(/ 8\/8$/);
});
