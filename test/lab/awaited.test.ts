import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {evidenceOf} from '../../src/lab/lesson/claims.ts';
import {openRun, runToEnd, timelineOf} from '../../src/lab/run.ts';
import {parseScenario} from '../../src/lab/scenario/parse.ts';
import {problemLine} from '../../src/lab/scenario/problem.ts';
import type {TraceEntry} from '../../src/sim/trace.ts';

const QUICKSTART = readFileSync('lessons/quickstart/scenario.yaml', 'utf8').replace('60s', '6s');

/** The quickstart with faults, and what is wrong with it. */
function withFaults(...faults: string[]) {
  const text = `${QUICKSTART}\nfaults:\n${faults.map((fault) => `  - { ${fault} }\n`).join('')}`;
  const {scenario, problems} = parseScenario(text, 's.yaml');
  return {scenario, problems: problems.map(problemLine)};
}

function endsOf(entries: readonly TraceEntry[]): string[] {
  return entries.flatMap((entry) =>
    entry.kind === 'process-ended' ? [`${entry.process} ${entry.why} at ${entry.atUs}`] : [],
  );
}

const FIFTH = 'when: { fact: send-acknowledged, process: producer, nth: 5 }';

test('a fault that waits for a moment strikes right behind it, and so long after it as it says', () => {
  const {scenario, problems} = withFaults(`${FIFTH}, kill: broker`, `${FIFTH}, after: 2ms, kill: producer`);
  expect(problems).toEqual([]);
  const {entries} = runToEnd(timelineOf(scenario!)).world.trace;
  const told = entries.filter((entry) => entry.kind === 'fact' && entry.fact.kind === 'send-acknowledged');
  const fifth = told[4]!.atUs;
  expect(endsOf(entries)).toEqual([`broker killed at ${fifth}`, `producer killed at ${fifth + 2000}`]);
});

test('it is the same moment however the run is cut into slices', () => {
  const {scenario} = withFaults(`${FIFTH}, kill: broker`);
  const whole = runToEnd(timelineOf(scenario!));
  const sliced = openRun(timelineOf(scenario!));
  for (let untilUs = 50_000; !sliced.finished; untilUs += 50_000) {
    while (!sliced.advance(untilUs, 7)) sliced.world.forgetTrace(sliced.world.trace.entries.length);
  }
  expect(sliced.world.traceHash()).toBe(whole.world.traceHash());
});

test('one fault brings about the next, in the same microsecond if need be, and with `at` only what comes later counts', () => {
  const {scenario} = withFaults(
    'at: 4s, kill: broker',
    'when: { entry: process-ended, process: broker, where: { why: killed } }, kill: producer',
    'at: 2s, when: { entry: process-started }, kill: namesrv',
  );
  const {entries} = runToEnd(timelineOf(scenario!)).world.trace;
  // The NameServer and the broker are started before 2 s; the producer is the first from then on.
  expect(endsOf(entries)).toEqual([
    'namesrv killed at 3000000',
    'broker killed at 4000000',
    'producer killed at 4000000',
  ]);
});

test('a moment that never comes is told', () => {
  const {scenario} = withFaults('when: { fact: send-acknowledged, nth: 100000 }, kill: broker');
  const {checks} = evidenceOf(timelineOf(scenario!));
  expect(checks.find(({name}) => name === 'faults-struck')).toMatchObject({
    verdict: 'looked-at-nothing',
    detail: '1 waited in vain, or came after the end of the run',
  });
});

test.each([
  ['kill: broker', 'faults.0: found neither at nor when'],
  ['at: 1s, after: 1s, kill: broker', 'faults.0.after: found after without when'],
  ['when: { process: broker }, kill: broker', 'faults.0.when: found nothing to wait for'],
  ['when: { fact: a, entry: b }, kill: broker', 'faults.0.when: found fact and entry at once'],
  [
    'when: { fact: a, process: borker }, kill: broker',
    'faults.0.when.process: found unknown process "borker"',
  ],
])('%s is told to be wrong, with its place', (fault, problem) => {
  expect(withFaults(fault).problems).toEqual([expect.stringContaining(problem)]);
});
