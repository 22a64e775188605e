import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {runToEnd} from '../../src/lab/run.ts';
import {parseScenario} from '../../src/lab/scenario/parse.ts';
import {timelineOf} from '../../src/lab/timeline.ts';
import type {FactOf} from '../../src/rocketmq/facts.ts';

const QUICKSTART = readFileSync('lessons/quickstart/scenario.yaml', 'utf8');

/** What a process printed in a run of the quickstart, changed as told. */
function printed(process: string, changes: readonly (readonly [string, string])[]): string[] {
  let text = QUICKSTART;
  for (const [from, to] of changes) {
    expect(text).toContain(from);
    text = text.replace(from, to);
  }
  const {scenario, problems} = parseScenario(text, 'scenario.yaml');
  expect(problems).toEqual([]);
  const {world} = runToEnd(timelineOf(scenario!));
  return world.trace.entries.flatMap((entry) =>
    entry.kind === 'fact' && entry.process === process && entry.fact.kind === 'printed'
      ? [(entry.fact as FactOf<'printed'>).line]
      : [],
  );
}

test('a consumer that starts before its NameServer has lost its main thread, and consumes all the same', () => {
  const lines = printed('consumer', [
    ['count: 1000', 'count: 10'],
    ['{ machine: worker1, port: 9876 }', '{ machine: worker1, port: 9876, start: 5s }'],
    ['start: 3s', 'start: 40s'],
    ['duration: 60s', 'duration: 150s'],
  ]);
  expect(lines[0]).toBe(
    'Exception in thread "main" java.lang.IllegalStateException: ' +
      'org.apache.rocketmq.remoting.exception.RemotingConnectException: connect to [192.168.232.128:9876] failed',
  );
  expect(lines).not.toContain('Consumer Started.');
  expect(lines.filter((line) => line.includes('Receive New Messages')).length).toBe(10);
});

test('threads of a program share its producer: each waits for its own answers, and together they send the count', () => {
  const {scenario, problems} = parseScenario(
    `name: threads
duration: 5s
machines: {m: {address: 10.0.0.1}, c: {address: 10.0.0.2}}
nameservers: {n: {machine: m}}
brokers: {b: {machine: m}}
topics: {T: {queues: 1}}
producers: {p: {machine: c, start: 1s, topic: T, every: 100ms, threads: 3, count: 10}}
`,
    'threads.yaml',
  );
  expect(problems).toEqual([]);
  const {world} = runToEnd(timelineOf(scenario!));
  const kinds = world.trace.entries.flatMap((entry) =>
    entry.kind === 'fact' && (entry.fact.kind === 'send-begun' || entry.fact.kind === 'send-acknowledged')
      ? [entry.fact.kind === 'send-begun' ? 'begun' : 'acknowledged']
      : [],
  );
  expect(kinds.slice(0, 6)).toEqual([
    'begun',
    'begun',
    'begun',
    'acknowledged',
    'acknowledged',
    'acknowledged',
  ]);
  expect(kinds.filter((kind) => kind === 'acknowledged')).toHaveLength(10);
});
