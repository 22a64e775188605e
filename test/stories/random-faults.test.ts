import {expect, test} from 'vitest';
import {randomCluster} from './random-cluster.ts';
import {tell} from './story.ts';

const SEEDS = Array.from({length: 24}, (_, index) => index + 1);

/** What is true of every cluster, whatever struck it; an empty list when all of it is. */
function complaints(seed: number): string[] {
  const {report, store} = tell(randomCluster(seed), String(seed));
  const found: string[] = [];
  for (const entry of store.entries) {
    if (entry.kind === 'process-ended' && entry.why === 'crashed')
      found.push(`${entry.process}: ${entry.reason}`);
  }
  // Kills and cuts take no page cache with them: whatever was acknowledged is still held.
  if (report.ledger.lost !== 0) found.push(`${report.ledger.lost} lost`);
  for (const check of report.checks) {
    if (check.verdict === 'defect') found.push(`${check.name}: ${check.detail}`);
  }
  // Everything was healed long before the end: messages that were acknowledged have been delivered.
  if (report.ledger.acked > 0 && report.ledger.delivered === 0) found.push('nothing was delivered');
  return found.map((line) => `seed ${seed}: ${line}`);
}

test('whatever strikes a small cluster, no process crashes, nothing acknowledged is lost, and it goes on once healed', () => {
  expect(SEEDS.flatMap(complaints)).toEqual([]);
});

test('a cluster with faults at random has one history', () => {
  const [first, second] = [tell(randomCluster(7), '7'), tell(randomCluster(7), '7')];
  expect(first.report.traceHash).toBe(second.report.traceHash);
});
