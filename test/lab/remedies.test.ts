import {expect, test} from 'vitest';
import {Remedies} from '../../src/lab/checks/remedies.ts';
import {Readers} from '../../src/lab/readers.ts';
import {parseScenario} from '../../src/lab/scenario/parse.ts';
import type {TraceEntry} from '../../src/sim/trace.ts';
import {play} from '../stories/dledger/ledger-story.ts';

test('a flaw that strikes in a life whose remedy was taken away by hand is the known one, and no defect', () => {
  const story = 's07-same-term-other-log';
  const fixes = ['new-term-after-restart'] as const;
  expect(play(story, {fixes}).verdictOf('logs-match')).toBe('held');
  // n2 comes back at 71.7 s.
  const intervention = {kind: 'set-config', process: 'n2', key: 'lab.fix', value: ''} as const;
  const without = play(story, {fixes, interventions: [{atUs: 71_650_000, intervention}]});
  expect(without.verdictOf('logs-match')).toBe('known-flaw S7');
});

test('a remedy that was off in one life is off in those after it, and one that is set later does not count', () => {
  const {scenario, problems} = parseScenario(
    `
name: two
duration: 1s
machines:
  m: {address: 10.0.0.1}
  n: {address: 10.0.0.2}
nameservers:
  namesrv: {machine: m}
brokers:
  a: {machine: m, config: "brokerName=a\\nlab.fix=durable-vote,match-first"}
  b: {machine: n, config: "brokerName=b\\nlab.fix=durable-vote"}
`,
    'two.yaml',
  );
  expect(problems).toEqual([]);
  const remedies = new Remedies(scenario!);
  const readers = new Readers(remedies);
  const told = (body: object): void =>
    readers.take({id: 1, atUs: 0, cause: 0, process: 'a', ...body} as unknown as TraceEntry);
  const start = {kind: 'process-started', pid: 1};
  const on = (process: string): string[] => [...remedies.of(process)];
  told(start);
  expect(on('a')).toEqual(['durable-vote', 'match-first']);
  told({kind: 'config-set', key: 'lab.fix', value: 'match-first,clamp-commit'});
  expect(on('a'), 'before the next start').toEqual(['durable-vote', 'match-first']);
  told(start);
  expect(on('a')).toEqual(['match-first']);
  told({kind: 'config-set', key: 'lab.fix', value: 'durable-vote'});
  told(start);
  expect(on('a')).toEqual([]);
  expect(on('b')).toEqual(['durable-vote']);
  expect(on('namesrv')).toEqual([]);
});
