import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {evidenceOf} from '../../src/lab/lesson/claims.ts';
import {openRun, timelineOf} from '../../src/lab/run.ts';
import {parseScenario} from '../../src/lab/scenario/parse.ts';
import {problemLine} from '../../src/lab/scenario/problem.ts';

const FILE = 'lessons/failover/scenario.yaml';
const TEXT = readFileSync(FILE, 'utf8');

function killedWith(
  seed: string,
  sliceEvents: number,
): {readonly leader: string[]; readonly killed: string[]} {
  const {scenario, problems} = parseScenario(TEXT, FILE);
  expect(problems).toEqual([]);
  const run = openRun(timelineOf(scenario!, seed));
  const leader: string[] = [];
  const killed: string[] = [];
  let seen = 0;
  for (;;) {
    const isThere = run.advance(24_000_000, sliceEvents);
    const {entries} = run.world.trace;
    for (; seen < entries.length; seen += 1) {
      const entry = entries[seen]!;
      if (entry.kind === 'process-ended') killed.push(entry.process);
      if (entry.kind !== 'fact') continue;
      const {kind, role} = entry.fact as {kind: string; role?: string};
      if (kind === 'broker-role-changed' && role === 'SYNC_MASTER') leader.push(entry.process);
    }
    run.world.forgetTrace(seen);
    if (isThere) return {leader, killed};
  }
}

test('whoever leads is struck, whoever it is, and also where the trace is let go of meanwhile', () => {
  const seeds = ['1', '3', '7'];
  const whole = seeds.map((seed) => killedWith(seed, Number.MAX_SAFE_INTEGER));
  expect(whole.map(({killed}) => killed)).toEqual([['n0'], ['n2'], ['n1']]);
  expect(whole.map(({leader}) => leader)).toEqual([['n0'], ['n2'], ['n1']]);
  expect(seeds.map((seed) => killedWith(seed, 500))).toEqual(whole);
});

test('where nobody leads, the faults strike nobody, and that is told', () => {
  const early = TEXT.replace('leader: { at: 23.5s, leads', 'leader: { at: 0s, leads');
  expect(early).not.toBe(TEXT);
  const {scenario} = parseScenario(early, FILE);
  const {store, checks} = evidenceOf(timelineOf(scenario!));
  expect(store.entries.filter(({kind}) => kind === 'process-ended')).toEqual([]);
  expect(checks.find(({name}) => name === 'faults-struck')).toMatchObject({
    verdict: 'looked-at-nothing',
    detail: '6 found nobody to strike, or came after the end of the run',
  });
});

/** The problems of the scenario with something in it changed. */
function problemsWith(from: string, to: string): string[] {
  expect(TEXT).toContain(from);
  return parseScenario(TEXT.replace(from, to), FILE).problems.map(problemLine);
}

test('what cannot be chosen is told with its place', () => {
  expect(problemsWith('leads: RaftNode00', 'leads: RaftNode01')).toEqual([
    expect.stringMatching(
      /scenario\.yaml:\d+:\d+: error: chosen\.leader\.leads: found unknown dLegerGroup "RaftNode01".*did you mean RaftNode00\?/,
    ),
  ]);
  expect(problemsWith('leads: RaftNode00', 'leads: RaftNode00, follows: RaftNode00')).toEqual([
    expect.stringContaining('chosen.leader: found leads and follows at once, expected exactly one'),
  ]);
  expect(problemsWith('  leader: {', '  n1: {')).toEqual(
    expect.arrayContaining([expect.stringContaining('found "n1", which a process or a machine has')]),
  );
  expect(problemsWith('{ at: 24s, kill: leader }', '{ at: 23s, kill: leader }')).toEqual([
    expect.stringContaining('expected a time at or after that at which leader is chosen'),
  ]);
});
