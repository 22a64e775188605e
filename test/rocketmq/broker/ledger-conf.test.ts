import {describe, expect, test} from 'vitest';
import {brokerProgram} from '../../../src/rocketmq/broker/broker.ts';
import {parseBrokerConf} from '../../../src/rocketmq/broker/broker-conf.ts';
import {configProperties} from '../../../src/rocketmq/broker/broker-config.ts';
import {DLEDGER} from '../../../src/rocketmq/broker/dledger-part.ts';

const PEERS = 'n0-10.0.0.1:40911;n1-10.0.0.2:40912;n2-10.0.0.3:40913';

function problemsOf(lines: readonly string[]): string[] {
  const {problems} = parseBrokerConf(['brokerName=Raft', 'enableDLegerCommitLog=true', ...lines].join('\n'));
  return problems.map(({line, column, severity, message}) => `${line}:${column} ${severity}: ${message}`);
}

describe('a broker.conf with a ledger', () => {
  test('the three keys that it needs, and nothing to say', () => {
    expect(problemsOf(['dLegerGroup=Raft', `dLegerPeers=${PEERS}`, 'dLegerSelfId=n1'])).toEqual([]);
  });

  test('what is missing is told at the switch that asks for it', () => {
    expect(problemsOf([])).toEqual([
      '2:1 error: dLegerGroup: is needed with enableDLegerCommitLog=true',
      '2:1 error: dLegerSelfId: is needed with enableDLegerCommitLog=true',
      '2:1 error: dLegerPeers: is needed with enableDLegerCommitLog=true',
    ]);
  });

  test.each([
    [
      'dLegerSelfId=n7',
      'n0-h:1;n1-i:2;n2-j:3',
      "5:14 error: dLegerSelfId: this member's own id, n7, is not among the peers (n0, n1, n2)",
    ],
    [
      'dLegerSelfId=node1',
      'node1-h:1',
      '5:14 error: dLegerSelfId: found "node1", expected one character and a whole number, like n0: the brokerId of a follower is made of it',
    ],
    [
      'dLegerSelfId=n0',
      'n0-h:1;n1-i:2;n0-j:3',
      '4:27 error: dLegerPeers: "n0-j:3" and "n0-h:1" have one id, n0',
    ],
    [
      'dLegerSelfId=n0',
      'n0-h:1;n1i:2;n2-j:3',
      '4:20 error: dLegerPeers: "n1i:2" has no dash between id and address',
    ],
    ['dLegerSelfId=n0', 'n0-h:1;n1-i', '4:20 error: dLegerPeers: "n1-i" names no port'],
    [
      'dLegerSelfId=n0',
      'n0-h:1;n1-i:2',
      '4:13 warning: dLegerPeers: a group of 2 survives no more failures than one of 1',
    ],
  ])('%s, dLegerPeers=%s', (selfId, peers, expected) => {
    expect(problemsOf(['dLegerGroup=Raft', `dLegerPeers=${peers}`, selfId])).toContain(expected);
  });

  test('how long an appending thread is interrupted is a number of milliseconds', () => {
    const ok = ['dLegerGroup=Raft', `dLegerPeers=${PEERS}`, 'dLegerSelfId=n1'];
    expect(problemsOf([...ok, 'lab.appendPreemptionMs=20'])).toEqual([]);
    expect(parseBrokerConf('lab.appendPreemptionMs=20').config.labAppendPreemptionMs).toBe(20);
    expect(problemsOf([...ok, 'lab.appendPreemptionMs=20ms'])).toEqual([
      '6:24 error: lab.appendPreemptionMs: found "20ms", expected milliseconds from 0 to 60000',
    ]);
  });

  test('keys that count for nothing there are told', () => {
    const told = problemsOf([
      'dLegerGroup=Raft',
      `dLegerPeers=${PEERS}`,
      'dLegerSelfId=n0',
      'flushDiskType=SYNC_FLUSH',
      'brokerId=1',
      'preferredLeaderId=n9',
    ]);
    expect(told).toEqual([
      '8:19 warning: preferredLeaderId: n9 is not among the peers, and nobody is preferred',
      '6:1 warning: flushDiskType has no effect with enableDLegerCommitLog: a put waits for the page caches of a majority, and for no disk',
      '7:1 warning: brokerId is 0 while this broker leads its group and follows from dLegerSelfId while it does not, whatever is written here',
    ]);
  });

  test('the key of pushing in batches is named by its setter and printed by its field', () => {
    const {config} = parseBrokerConf('enableBatchPush=true');
    expect(config.enableBatchPush).toBe(true);
    expect(configProperties(config).get('isEnableBatchPush')).toBe('true');
    expect(parseBrokerConf('isEnableBatchPush=true').problems[0]!.message).toContain(
      'did you mean enableBatchPush',
    );
  });

  test('remedies of DLedger have names beside those of RocketMQ', () => {
    const {config, problems} = parseBrokerConf('lab.fix=slave-offset-checked, match-first');
    expect(problems).toEqual([]);
    expect([...config.labFixes]).toEqual(['slave-offset-checked', 'match-first']);
  });
});

test('a program that was not handed the part says so; one with settings that cannot be gives the reason', () => {
  // Both are told before anything of the machine is asked for but who it is.
  const exits: string[] = [];
  const host = {
    identity: {name: 'b', pid: 1, hostName: 'h', address: '10.0.0.1', processors: 2, memoryBytes: 1},
    journal: {record: () => {}},
    exit: (code: number, reason: string) => void exits.push(`${code} ${reason}`),
  };
  const start = (conf: string, dledger: typeof DLEDGER | null): void => {
    const {config} = parseBrokerConf(`brokerName=Raft\nenableDLegerCommitLog=true\n${conf}`);
    brokerProgram(config, {dledger}).start(host as never);
  };
  start(`dLegerGroup=Raft\ndLegerPeers=${PEERS}\ndLegerSelfId=n0`, null);
  start(`dLegerGroup=Raft\ndLegerPeers=${PEERS}\ndLegerSelfId=n7`, DLEDGER);
  expect(exits).toEqual([
    '-3 A commit log of DLedger cannot be run by this broker',
    "-3 dLegerSelfId: this member's own id, n7, is not among the peers (n0, n1, n2)",
  ]);
});
