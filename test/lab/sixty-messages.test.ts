import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {broken, type CheckResult, held} from '../../src/lab/checks/check.ts';
import {excuseKnownOfGroups} from '../../src/lab/checks/known-of-groups.ts';
import {evidenceOf} from '../../src/lab/lesson/claims.ts';
import {timelineOf} from '../../src/lab/run.ts';
import {parseScenario} from '../../src/lab/scenario/parse.ts';

const FILE = 'lessons/sixty-messages/scenario.yaml';
const TEXT = readFileSync(FILE, 'utf8');

function played(text: string, seed: string) {
  const {scenario, problems} = parseScenario(text, FILE);
  expect(problems).toEqual([]);
  return evidenceOf(timelineOf(scenario!, seed));
}

test('the verdict of the sixty messages names the flaw', () => {
  const {checks} = played(TEXT, '3');
  const verdictOf = (name: string) => {
    const check = checks.find((one) => one.name === name);
    return [check?.verdict, check?.flaw];
  };
  expect(verdictOf('committed-never-lost')).toEqual(['known-flaw', 'S1']);
  expect(verdictOf('leader-complete')).toEqual(['known-flaw', 'S1']);
  // Nor is what became of the messages taken for a defect of ours.
  expect(verdictOf('durable-as-promised')).toEqual(['known-flaw', 'S1']);
  expect(verdictOf('delivered-at-least-once')).toEqual(['known-flaw', 'S1']);
});

test('a flaw excuses the messages that it took, and nothing else', () => {
  const {scenario} = parseScenario(TEXT, FILE);
  const {store, ledger} = played(TEXT, '3');
  const evidence = {scenario: scenario!, store, ledger, interventions: []};
  const red = broken('durable-as-promised', 66, 'defect', 'sixty are gone', 1);
  const withRest = (rest: CheckResult) =>
    excuseKnownOfGroups(red, 'durable-as-promised', evidence, (without) => {
      expect(without.ledger.messages.size).toBe(ledger.messages.size - 60);
      return rest;
    });
  expect(withRest(held('durable-as-promised', 6, ''))).toMatchObject({verdict: 'known-flaw', flaw: 'S1'});
  expect(withRest(broken('durable-as-promised', 6, 'defect', 'one more is gone', 1))).toBe(red);
});

test('the sixty messages come back as the lesson says: with the other member stopped before the crashed one is started', () => {
  const start = '- { at: 14s, when: *one-leads-again, after: 12s, start: two }';
  expect(TEXT).toContain(start);
  const rescued = TEXT.replace(
    start,
    `- { at: 14s, when: *one-leads-again, after: 8s, stop: one }
  ${start}
  - at: 14s
    when: { fact: dledger-role-changed, process: two, where: { role: LEADER }, nth: 3 }
    after: 3s
    start: one`,
  );
  for (const seed of ['2', '3']) {
    const {ledger, store} = played(rescued, seed);
    expect(ledger.counts).toMatchObject({acked: 66, lost: 0, outOfReach: 0});
    // And there is a master again, which read the whole log.
    const masters = store.entries.filter(
      (entry) => entry.kind === 'fact' && 'role' in entry.fact && entry.fact.role === 'SYNC_MASTER',
    );
    const crash = store.entries.find((entry) => entry.kind === 'process-ended' && entry.why === 'killed');
    expect(masters.filter(({id}) => id > crash!.id)).toHaveLength(1);
  }
});
