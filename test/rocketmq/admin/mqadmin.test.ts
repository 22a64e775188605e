import {readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {askCluster} from '../../../src/lab/ask-cluster.ts';
import {fork, timelineOf} from '../../../src/lab/run.ts';
import {parseScenario} from '../../../src/lab/scenario/parse.ts';
import {type MqadminOrder, parseMqadmin} from '../../../src/rocketmq/admin/mqadmin.ts';

const file = 'lessons/quickstart/scenario.yaml';
const {scenario} = parseScenario(readFileSync(file, 'utf8'), file);
const timeline = timelineOf(scenario!);
const order = (...words: string[]) => parseMqadmin(words) as MqadminOrder;
const ask = (atUs: number, ...words: string[]) => askCluster(timeline, atUs, order(...words), null);

/** Recorded from the tool of 4.9.1: the same columns at the same places, and figures of its own cluster. */
const HEADER =
  '#Cluster Name     #Broker Name            #BID  #Addr                  #Version                #InTPS(LOAD)       #OutTPS(LOAD) #PCWait(ms) #Hour #SPACE';
const ROW =
  'DefaultCluster    broker-a                0     127.0.0.1:36911        V4_9_1                   0.00(0,0ms)         0.00(0,0ms)          0 498673.36 0.0981';

describe('clusterList', () => {
  test('prints the table of the real tool, with the figures of this cluster at this moment', () => {
    const {printed, errors, tookUs} = ask(20_000_000, 'clusterList');
    expect(errors).toEqual([]);
    expect(tookUs).toBeGreaterThan(0);
    const [header, row, ...more] = printed;
    expect(header).toBe(HEADER);
    expect(more).toEqual([]);
    expect(row).toContain(
      'DefaultCluster    worker1                 0     192.168.232.128:10911  V4_9_1           ',
    );
    expect(row).toHaveLength(ROW.length);
    // What varies aside, every character stands where the real one puts it.
    const figures = (line: string) =>
      line.slice(86).replace(/ *[\d.]+/g, (cell) => '9'.padStart(cell.length));
    expect(figures(row!)).toBe(figures(ROW));
  });

  test('-m prints what came in and went out today', () => {
    expect(ask(20_000_000, 'clusterList', '-m').printed).toEqual([
      '#Cluster Name     #Broker Name                       #InTotalYest  #OutTotalYest  #InTotalToday #OutTotalToday',
      'DefaultCluster    worker1                                       0              0           1000           1000',
    ]);
  });

  test('whoever the NameServer has forgotten is not in the table; without a NameServer there is none', () => {
    const killed = fork(timeline, 4_000_000, {kind: 'kill', process: 'broker'});
    const {printed, errors} = askCluster(killed, 4_000_000, order('clusterList'), null);
    // The NameServer sees the connection end at once and forgets the broker.
    expect(printed).toEqual([HEADER]);
    expect(errors).toEqual([]);
    const dark = fork(timeline, 4_000_000, {kind: 'lose-power', machine: 'worker1'});
    const nobody = askCluster(dark, 4_000_000, order('clusterList'), null);
    expect(nobody.printed).toEqual([]);
  });
});

test('topicStatus and consumerProgress tell the offsets of every queue', () => {
  const status = ask(30_000_000, 'topicStatus', '-t', 'TopicTest').printed;
  expect(status).toHaveLength(5);
  for (const [i, line] of status.slice(1).entries()) {
    expect(line).toMatch(
      new RegExp(`^worker1 {27}${i} {5}0 {21}250 {21}2021-06-15 \\d\\d:\\d\\d:\\d\\d,\\d{3}$`),
    );
  }
  const progress = ask(30_000_000, 'consumerProgress', '-g', 'please_rename_unique_group_name_4').printed;
  expect(progress).toHaveLength(9);
  expect(progress[0]).toBe(
    '#Topic                            #Broker Name                      #QID  #Broker Offset        #Consumer Offset      #Diff                 #LastTime',
  );
  expect(progress[8]).toBe('Diff Total: 0');
});

test('topicRoute prints the route as fastjson does; a topic that nobody has is a failure with its cause', () => {
  const {printed} = ask(30_000_000, 'topicRoute', '-t', 'TopicTest');
  expect(printed.slice(0, 6)).toEqual([
    '{',
    '\t"brokerDatas":[',
    '\t\t{',
    '\t\t\t"brokerAddrs":{0:"192.168.232.128:10911"',
    '\t\t\t},',
    '\t\t\t"brokerName":"worker1",',
  ]);
  expect(ask(30_000_000, 'topicRoute', '-t', 'Nowhere').errors).toEqual([
    'org.apache.rocketmq.tools.command.SubCommandException: TopicRouteSubCommand command failed',
    expect.stringContaining(
      'Caused by: org.apache.rocketmq.client.exception.MQClientException: CODE: 17  DESC: No topic route info in name server for the topic: Nowhere',
    ),
  ]);
});

test('what is wrong with an order is told in one line', () => {
  expect(parseMqadmin([])).toBe(
    'expected a command, one of topicRoute, topicStatus, queryMsgById, queryMsgByKey, queryMsgByUniqueKey, queryMsgByOffset, consumerProgress, clusterList',
  );
  expect(parseMqadmin(['nope'])).toContain('The sub command nope not exist.');
  expect(parseMqadmin(['topicStatus'])).toBe(
    'topicStatus needs -t <topic>; it takes -t <topic> [-n <namesrvAddr>]',
  );
  expect(parseMqadmin(['clusterList', '-x'])).toBe(
    'clusterList knows no -x; it takes [-m] [-n <namesrvAddr>]',
  );
  expect(parseMqadmin(['topicStatus', '-t'])).toBe('topicStatus: -t wants a value');
});

test('asking changes nothing: the timeline is run as before', () => {
  ask(4_000_000, 'clusterList');
  expect(timeline).toEqual(timelineOf(scenario!));
});
