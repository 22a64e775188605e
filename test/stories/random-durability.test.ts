import {expect, test} from 'vitest';
import {runDurability} from './random-durability.ts';

const SEEDS = 500;

test(`whatever is configured, sent and broken, nothing acknowledged is lost beyond what was promised, for ${SEEDS} seeds`, () => {
  const found: string[] = [];
  const takers = new Map<string, number>();
  let lossy = 0;
  let idle = 0;
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const {acked, lost, checks, crashes} = runDurability(seed);
    found.push(...crashes.map((crash) => `seed ${seed}: ${crash}`));
    for (const {name, verdict, detail} of checks) {
      if (verdict === 'defect') found.push(`seed ${seed}: ${name}: ${detail}`);
    }
    if (acked === 0) idle += 1;
    if (lost > 0) lossy += 1;
    for (const {allowance} of checks[0]!.reasons ?? [])
      takers.set(allowance, (takers.get(allowance) ?? 0) + 1);
  }
  expect(found).toEqual([]);
  // And it was about something: most runs acknowledge, many lose, and in each of the ways that there are.
  expect(idle).toBeLessThan(SEEDS / 50);
  expect(lossy).toBeGreaterThan(SEEDS / 5);
  const ways = ['async-flush', 'store-pool', 'disk-gone'];
  expect(ways.filter((way) => (takers.get(way) ?? 0) < 10)).toEqual([]);
});

test('a run with faults at random has one history', () => {
  expect(runDurability(5).traceHash).toBe(runDurability(5).traceHash);
});
