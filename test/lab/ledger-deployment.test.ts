import {expect, test} from 'vitest';
import {parseScenario, problemLine} from '../../src/lab/scenario/parse.ts';

/** Three members on three machines; `conf` replaces lines of one of them. */
function problemsOf(changes: Readonly<Record<string, string>>, of = 'n0', one = false): string[] {
  const PEERS = 'n0-10.211.55.3:40911;n1-10.211.55.4:40912;n2-10.211.55.5:40913';
  const brokers = ['n0', 'n1', 'n2'].map((id, i) => {
    const lines: Record<string, string> = {
      brokerName: 'RaftNode00',
      listenPort: String(30_911 + i * 10),
      storePathRootDir: `/store/${id}`,
      enableDLegerCommitLog: 'true',
      dLegerGroup: 'RaftNode00',
      dLegerPeers: PEERS,
      dLegerSelfId: id,
      ...(id === of ? changes : {}),
    };
    const conf = Object.entries(lines).map(([key, value]) => `      ${key}=${value}`);
    return `  ${id}:\n    machine: ${one ? 'vm0' : `vm${i}`}\n    config: |\n${conf.join('\n')}`;
  });
  const text = `name: group
duration: 10s
machines:
  vm0: {address: 10.211.55.3}
  vm1: {address: 10.211.55.4}
  vm2: {address: 10.211.55.5}
nameservers:
  ns: {machine: vm0}
brokers:
${brokers.join('\n')}
`;
  return parseScenario(text, 'group.yaml').problems.map(problemLine);
}

test('a group whose files agree is taken without a word', () => {
  expect(problemsOf({})).toEqual([]);
});

test('the study notes: one file names 127.0.0.1 where the others name the machines', () => {
  const LOCAL = 'n0-127.0.0.1:40911;n1-127.0.0.1:40912;n2-127.0.0.1:40913';
  expect(problemsOf({dLegerPeers: LOCAL})).toEqual([
    `group.yaml:18:19: warning: brokers.n0.config: found "${LOCAL}", expected "n0-10.211.55.3:40911;n1-10.211.55.4:40912;n2-10.211.55.5:40913", as n1 of the same group has it: each member counts votes and looks for the others by its own list`,
    'group.yaml:18:19: warning: brokers.n0.config: found "127.0.0.1" for n0, expected 10.211.55.3, the address of vm0: members that go by this list do not find it elsewhere',
  ]);
});

test.each([
  [{dLegerSelfId: 'n1'}, 'n1 for n0'],
  [{mappedFileSizeCommitLog: '65536'}, 'entries must lie at the same place in every log'],
  [{enableBatchPush: 'true'}, 'members that push differently do not understand each other'],
  [{brokerName: 'RaftNode01', dLegerGroup: 'RaftNode00'}, 'clients take them for different brokers'],
])('what members must have alike is told: %o', (changes, words) => {
  const told = problemsOf(changes).join('\n');
  expect(told).toContain('warning');
  expect(told).toContain(words === 'n1 for n0' ? 'which n0 has too' : words);
});

test('two members on one machine need ledger ports of their own, and no port for the other replication', () => {
  const same = {
    listenPort: '30912',
    dLegerPeers: 'n0-10.211.55.3:40912;n1-10.211.55.4:40911;n2-10.211.55.5:40913',
  };
  const told = problemsOf(same, 'n0', true);
  expect(
    told.some((line) =>
      line.includes('port 40912 (port of n1 in dLegerPeers of n1), which n0 uses on vm0 too'),
    ),
  ).toBe(true);
  expect(told.some((line) => line.includes('HA port'))).toBe(false);
});
