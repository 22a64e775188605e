import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {parseScenario, problemLine} from '../../src/lab/scenario/parse.ts';
import {scenarioJsonSchema} from '../../src/lab/scenario/schema.ts';
import {readDuration, readPercent, readRate, readSize} from '../../src/lab/scenario/units.ts';

const GOOD = `name: good
duration: 60s
machines:
  worker1: {address: 192.168.232.128}
  worker2: {address: 192.168.232.129}
nameservers:
  namesrv: {machine: worker1}
brokers:
  broker:
    machine: worker1
    config: |
      # pasted from a real machine
      autoCreateTopicEnable=true
producers:
  producer: {machine: worker2, program: quickstart}
faults:
  - {at: 10s, kill: broker}
  - {at: 500ms, cut: [worker1, worker2]}
`;

/** The problems of the good scenario with one text replaced by another. */
function problemsWith(from: string | RegExp, to: string): string[] {
  const text = GOOD.replace(from, to);
  expect(text).not.toBe(GOOD);
  const {scenario, problems} = parseScenario(text, 's.yaml');
  if (problems.some((problem) => problem.severity === 'error')) expect(scenario).toBeNull();
  return problems.map(problemLine);
}

test('a good scenario gives plain data with every default filled in', () => {
  const {scenario, problems} = parseScenario(GOOD, 's.yaml');
  expect(problems).toEqual([]);
  expect(scenario).toMatchObject({
    durationUs: 60_000_000,
    epochMs: Date.UTC(2021, 5, 15, 8),
    seed: '1',
    namesrvs: [{name: 'namesrv', port: 9876, startUs: 0}],
    brokers: [{name: 'broker', brokerName: 'worker1', port: 10911, namesrvAddr: '192.168.232.128:9876'}],
    producers: [
      {group: 'please_rename_unique_group_name', program: {kind: 'quickstart', count: 1000, tags: 'TagA'}},
    ],
    faults: [
      {atUs: 10_000_000, intervention: {kind: 'kill', process: 'broker'}},
      {atUs: 500_000, intervention: {kind: 'cut', from: 'worker1', to: 'worker2', direction: 'both'}},
    ],
  });
});

test('an unknown key is told with the one that was meant', () => {
  expect(problemsWith('nameservers', 'nameserver')).toContainEqual(
    expect.stringMatching(
      /^s\.yaml:6:1: error: nameserver: found unknown key "nameserver", expected one of .*; did you mean nameservers\?$/,
    ),
  );
});

test('a wrong unit is told with the right ones', () => {
  expect(problemsWith('60s', '60 seconds')).toEqual([
    's.yaml:2:11: error: duration: found "60 seconds", expected a duration such as 500ms, 10s, 2min or 1h 30min',
  ]);
});

test('an address that no machine has', () => {
  expect(
    problemsWith('program: quickstart', 'program: quickstart, namesrvAddr: "192.168.232.130:9876"'),
  ).toEqual([
    's.yaml:15:66: error: producers.producer.namesrvAddr: found address "192.168.232.130", which no machine has, expected an address of a machine: 192.168.232.128, 192.168.232.129; did you mean 192.168.232.128?',
  ]);
});

test('two processes on one port: the broker also takes the port two below and the one above', () => {
  const [problem] = problemsWith('{machine: worker1}\nbrokers', '{machine: worker1, port: 10909}\nbrokers');
  expect(problem).toBe(
    's.yaml:11:13: error: brokers.broker.config: found port 10909 (fast port, listenPort - 2 of broker), which namesrv uses on worker1 too (listenPort), expected ports of its own on one machine',
  );
});

test('a broker.conf line that does not parse is told at its place in the file', () => {
  expect(problemsWith('autoCreateTopicEnable=true', 'brokerId=one')).toEqual([
    expect.stringMatching(/^s\.yaml:13:16: error: brokers\.broker\.config: brokerId: found "one"/),
  ]);
});

test('an unknown broker.conf key is only a warning: the real broker ignores it', () => {
  const lines = problemsWith('autoCreateTopicEnable=true', 'autoCreateTopicEnabled=true');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^s\.yaml:13:7: warning: .*autoCreateTopicEnabled.*autoCreateTopicEnable/);
  expect(parseScenario(GOOD.replace('Enable=true', 'Enabled=true'), 's.yaml').scenario).not.toBeNull();
});

test('names that lead nowhere, times that never come', () => {
  expect(problemsWith('kill: broker}', 'kill: brokre}')).toEqual([
    's.yaml:17:21: error: faults.0.kill: found unknown process "brokre", expected a process: namesrv, broker, producer; did you mean broker?',
  ]);
  expect(problemsWith('at: 10s', 'at: 10min')[0]).toMatch(
    /faults\.0\.at: found "10min", expected a time within the duration/,
  );
  expect(problemsWith('machine: worker2', 'machine: worker3')[0]).toMatch(/unknown machine "worker3"/);
});

test('everything wrong is told at once, in the order of the file', () => {
  const places = (lines: readonly string[]): string[] =>
    lines.map((line) => line.split(':').slice(1, 3).join(':'));
  // Of its form:
  expect(places(problemsWith(/60s|nameservers|10s/g, 'x'))).toEqual(['2:11', '6:1', '17:10']);
  // Of what it refers to:
  expect(places(problemsWith(/worker1(?=}\n)|worker2(?=,)|broker(?=})/g, 'x'))).toEqual([
    '7:22',
    '15:23',
    '17:21',
  ]);
});

test('text that is not YAML is told with its place', () => {
  const {scenario, problems} = parseScenario('name: [a\nduration: 3s', 's.yaml');
  expect(scenario).toBeNull();
  expect(problems[0]).toMatchObject({severity: 'error', expected: expect.stringContaining('valid YAML')});
});

test('no text makes the parser throw', () => {
  for (const text of ['', '[]', 'x', '- 1', 'null', '{}', 'a: &a [*a]', 'machines: 3', '\u0000']) {
    expect(parseScenario(text, 's.yaml').scenario).toBeNull();
  }
});

test('an alias that names nothing, and a bomb of aliases, are told and not thrown', () => {
  const nowhere = parseScenario('name: x\nduration: *none\nmachines: {}', 's.yaml').problems;
  expect(nowhere).toMatchObject([
    {line: 2, column: 11, expected: expect.stringContaining('Unresolved alias')},
  ]);
  const layers = Array.from({length: 12}, (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`)}]`);
  const bomb = parseScenario(['a0: &a0 x', ...layers].join('\n'), 's.yaml').problems;
  expect(bomb).toMatchObject([
    {severity: 'error', expected: expect.stringContaining('Excessive alias count')},
  ]);
});

test('units are read exactly', () => {
  expect([readDuration('1.5ms'), readDuration('2min'), readDuration('1min 30s'), readDuration('10')]).toEqual(
    [1500, 120_000_000, 90_000_000, null],
  );
  expect([readSize('1GiB'), readSize('1.5KiB'), readSize('1GB')]).toEqual([1024 ** 3, 1536, null]);
  expect([readRate('100Mbit/s'), readPercent('0.5%'), readPercent('101%')]).toEqual([
    12_500_000,
    5_000,
    null,
  ]);
});

test('the published JSON Schema is the one in force', () => {
  const published = JSON.parse(readFileSync('lessons/scenario.schema.json', 'utf8'));
  expect(published).toEqual(scenarioJsonSchema());
});
