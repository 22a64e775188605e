import {readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {expect, test} from 'vitest';
import {parseScenario} from '../../src/lab/scenario/parse.ts';
import type {SweepLevel} from '../../src/lab/sweep/level.ts';
import {type SweepRun, sweepRun} from '../../src/lab/sweep/sweep-run.ts';
import {parseFixes, sweepTimeline} from '../../src/lab/sweep/sweep-timeline.ts';

/** What a scenario breaks itself. */
const OWN = 'none';
const FLAWS = 'scenarios/dledger';
const PAIRS = 'scenarios/master-slave';
const BURSTS = 'scenarios/dledger/bursts.yaml';
const FAILOVER = 'lessons/failover/scenario.yaml';

/** Of docs/sweep.md: which remedies are off while all others are on, and what names the flaw. */
const TABLE: readonly (readonly [
  flaw: string,
  file: string,
  level: SweepLevel,
  seed: string,
  off: string,
])[] = [
  ['S1', `${FLAWS}/s01-stale-compare.yaml`, OWN, '2', 'compare-afresh,keep-committed,durable-vote'],
  [
    'S2',
    `${FLAWS}/s02-candidate-for-ever.yaml`,
    OWN,
    '1',
    'heed-higher-term,transfer-when-caught-up,prefer-who-keeps-up',
  ],
  ['S3', `${FLAWS}/s03-truncated-rise.yaml`, OWN, '1', 'wipe-after-cut'],
  ['S4b', `${FLAWS}/s04b-silent-divergence.yaml`, OWN, '1', 'match-first,wipe-after-cut,heed-commit-reply'],
  ['S6', `${FLAWS}/s06-committed-above-end.yaml`, OWN, '1', 'clamp-commit,keep-committed'],
  ['S7', `${FLAWS}/s07-same-term-other-log.yaml`, OWN, '1', 'new-term-after-restart'],
  ['S8', `${FLAWS}/s08-double-vote.yaml`, OWN, '1', 'durable-vote'],
  [
    'S11',
    `${FLAWS}/s11-network-threads-stuck.yaml`,
    OWN,
    '1',
    'never-block-network,heed-higher-term,transfer-when-caught-up',
  ],
  [
    'S12',
    `${FLAWS}/s12-stuck-behind-one-index.yaml`,
    OWN,
    '1',
    'forget-answered-gap,match-first,heed-commit-reply',
  ],
  ['S13', `${FLAWS}/s13-wiped-follower.yaml`, OWN, '1', 'heed-commit-reply,match-first'],
  ['S15', `${FLAWS}/s15-first-reign.yaml`, OWN, '1', 'judge-own-heartbeats,durable-vote'],
  ['S16', `${FLAWS}/s16-hand-over-in-vain.yaml`, OWN, '1', 'prefer-who-keeps-up'],
  ['early-put', `${FLAWS}/early-put.yaml`, OWN, '1', 'puts-by-masters-only'],
  ['flush-behind-cut', `${FLAWS}/flush-behind-cut.yaml`, OWN, '1', 'flush-after-cut'],
  ['3015', `${PAIRS}/slave-ahead.yaml`, OWN, '1', 'slave-offset-checked'],
  ['3827', `${PAIRS}/patience-in-a-row.yaml`, OWN, '1', 'replica-deadline-from-put'],
  ['half-append', `${FLAWS}/half-append.yaml`, OWN, '1', 'undo-half-append'],
  ['deleted-uncommitted', `${FLAWS}/deleted-uncommitted.yaml`, OWN, '1', 'keep-uncommitted'],
  ['misplaced-entry', BURSTS, 'heavy', '218', 'keep-queue-places'],
  ['file-left-behind', BURSTS, 'heavy', '22', 'remove-left-behind'],
  ['S9', BURSTS, 'swarm', '5', 'answer-on-step-down'],
  ['S10', BURSTS, 'swarm', '1', 'answer-at-quorum'],
  ['7355', FAILOVER, 'swarm', '22', 'redispatch-after-crash'],
  ['given-up-entry', FAILOVER, 'swarm', '41', 'retry-refused-entries'],
];

function play(file: string, level: SweepLevel, seed: string, fix: string): SweepRun {
  const {scenario} = parseScenario(readFileSync(file, 'utf8'), file, (name) =>
    readFileSync(join(dirname(file), name), 'utf8'),
  );
  const fixes = parseFixes(fix) as readonly string[];
  return sweepRun(sweepTimeline(scenario!, seed, {level, fixes}));
}

test.each(TABLE)(
  '%s is named by a sweep of %s, faults %s, seed %s, without %s, and not with all on',
  (...row) => {
    const [flaw, file, level, seed, off] = row;
    const flaws = (run: SweepRun): (string | null)[] => run.checks.map((check) => check.flaw);
    expect(flaws(play(file, level, seed, `all-but:${off}`))).toContain(flaw);
    const mended = play(file, level, seed, 'all');
    expect(flaws(mended)).not.toContain(flaw);
    expect(mended.verdict).not.toBe('defect');
  },
);
