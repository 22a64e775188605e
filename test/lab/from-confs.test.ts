import {readFileSync} from 'node:fs';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {scenarioOfConfs} from '../../src/lab/scenario/from-confs.ts';
import {parseScenario} from '../../src/lab/scenario/parse.ts';
import {problemLine} from '../../src/lab/scenario/problem.ts';

const NOTES = [0, 1, 2].map((n) =>
  readFileSync(`scenarios/dledger/study-notes/broker-n${n}.conf`, 'utf8').trim(),
);

function read(text: string) {
  const made = scenarioOfConfs(text);
  const {scenario, problems} = parseScenario(made!, 'pasted.yaml');
  return {text: made!, scenario: scenario!, problems: problems.map(problemLine)};
}

const namesOf = (list: readonly {readonly name: string; readonly machine: string}[]) =>
  list.map(({name, machine}) => `${name} on ${machine}`);

describe('three files of a group, pasted one after the other as they stand', () => {
  const {text, scenario, problems} = read(NOTES.join('\n'));

  test('make a cluster at the addresses that most of them name', () => {
    expect(scenario.machines.map(({name, address}) => `${name} ${address}`)).toEqual([
      'vm3 10.211.55.3',
      'vm4 10.211.55.4',
      'vm5 10.211.55.5',
      'apps 10.211.55.11',
    ]);
    expect(namesOf(scenario.brokers)).toEqual(['n0 on vm3', 'n1 on vm4', 'n2 on vm5']);
    expect(namesOf(scenario.namesrvs)).toEqual(['namesrv-3 on vm3', 'namesrv-4 on vm4', 'namesrv-5 on vm5']);
  });

  test('stand in it to the letter', () => {
    expect(scenario.brokers.map(({conf}) => conf.trim())).toEqual(NOTES);
  });

  test('and their disagreement is pointed out at its line', () => {
    const line = text.split('\n').findIndex((one) => one.includes('dLegerPeers=n0-127.0.0.1')) + 1;
    expect(problems).toEqual([
      expect.stringContaining('found 127.0.0.1:9876, expected 10.211.55.3:9876;'),
      expect.stringMatching(
        new RegExp(`^pasted\\.yaml:${line}:\\d+: warning: .*as n1 of the same group has it`),
      ),
      expect.stringContaining('found "127.0.0.1" for n0, expected 10.211.55.3, the address of vm3'),
    ]);
  });

  test('in whatever else they stand, with a code fence around each', () => {
    const noted = NOTES.map(
      (conf, n) => `10.211.55.${3 + n}:\n\`\`\`shell\n# edit it\nvim x.conf\n${conf}\n\`\`\``,
    );
    const before = '# Set up\n```shell\nexport A_HOME=/root\nautoCreateTopicEnable=true\n```';
    expect(scenarioOfConfs([before, ...noted].join('\nThen the next.\n'))).toBe(text);
  });
});

test('members that look for each other on 127.0.0.1 are on one machine', () => {
  const local = NOTES.map((conf) => conf.replaceAll(/10\.211\.55\.[345]/g, '127.0.0.1'));
  const {scenario, problems} = read(local.join('\n\n'));
  expect(namesOf(scenario.brokers)).toEqual(['n0 on vm11', 'n1 on vm11', 'n2 on vm11']);
  expect(namesOf(scenario.namesrvs)).toEqual(['namesrv-11 on vm11']);
  expect(problems.filter((line) => line.includes('error'))).toEqual([]);
});

test('masters and slaves get a machine each, and a NameServer where they name none', () => {
  const files = ['broker-a', 'broker-a-s', 'broker-b', 'broker-b-s'].map((name) =>
    readFileSync(`scenarios/2m-2s-sync/${name}.properties`, 'utf8'),
  );
  const {scenario, problems} = read(files.join('\n'));
  expect(problems).toEqual([]);
  expect(namesOf(scenario.brokers)).toEqual([
    'broker-a on vm11',
    'broker-a-s on vm12',
    'broker-b on vm13',
    'broker-b-s on vm14',
  ]);
  expect(namesOf(scenario.namesrvs)).toEqual(['namesrv-15 on vm15']);
});

test('a scenario, and anything that is no file of a broker, is left as it is', () => {
  for (const name of ['failover', 'quickstart', 'five-clusters'])
    expect(scenarioOfConfs(readFileSync(`lessons/${name}/scenario.yaml`, 'utf8'))).toBeNull();
  for (const text of ['', 'hello', 'a=b', 'PATH=/usr/bin\nHOME=/root', 'name: x\nbrokerName=a'])
    expect(scenarioOfConfs(text)).toBeNull();
});

test('whatever stands in such files, a text comes of it that the parser can judge', () => {
  const key = fc.constantFrom(
    ...['brokerName', 'listenPort', 'namesrvAddr', 'dLegerPeers', 'dLegerSelfId', 'dLegerGroup', 'brokerIP1'],
    ...['enableDLegerCommitLog', 'brokerRole', 'brokerId', 'x.y'],
  );
  const value = fc.oneof(
    fc.constantFrom(
      'true',
      'n0',
      '127.0.0.1:9876',
      'n0-127.0.0.1:1;n1',
      '10.0.0.1',
      'SLAVE',
      '0',
      '',
      ';',
      '-:',
    ),
    fc.string({unit: 'binary', maxLength: 12}),
  );
  const line = fc.oneof(
    fc.tuple(key, value).map(([k, v]) => `${k}=${v}`),
    fc.constantFrom('```', '# note', 'prose', ''),
  );
  fc.assert(
    fc.property(fc.array(line, {maxLength: 30}), (lines) => {
      const made = scenarioOfConfs(lines.join('\n'));
      if (made !== null) parseScenario(made, 'pasted.yaml');
    }),
    {numRuns: 100, seed: 1},
  );
});
