import {readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {askCluster} from '../../../src/lab/ask-cluster.ts';
import {timelineOf} from '../../../src/lab/run.ts';
import {parseScenario} from '../../../src/lab/scenario/parse.ts';
import type {AdminApi} from '../../../src/rocketmq/admin/admin-api.ts';
import {type MqadminOrder, parseMqadmin} from '../../../src/rocketmq/admin/mqadmin.ts';
import type {AdminTools} from '../../../src/rocketmq/admin/tools.ts';
import type {MessageExt} from '../../../src/rocketmq/message/message.ts';
import {decodeRecord, encodeRecord} from '../../../src/rocketmq/message/record.ts';

const order = (...words: string[]) => parseMqadmin(words) as MqadminOrder;

/** What the tool of 4.9.1 printed. */
const recorded = (name: string): string =>
  readFileSync(`test/fixtures/mqadmin/${name}.txt`, 'utf8').replace(/^\$.*\n/, '');

describe('the tables that 4.9.1 printed, of the messages that it was asked for', () => {
  const ID = 'C00002023BF34E0E2F2A674958100005';
  const place = {brokerName: 'broker-a', topic: 'AdmTopic', queueId: 2};
  const message = (id: string, queueOffset: number, key = 'KEY1'): MessageExt =>
    decodeRecord(
      encodeRecord(
        {
          topic: 'AdmTopic',
          queueId: 2,
          flag: 0,
          sysFlag: 0,
          bornTimestampMs: Date.UTC(2026, 10, 21, 1, 20, 59, 920),
          bornHost: '127.0.0.1:40270',
          storeHost: '127.0.0.1:36911',
          reconsumeTimes: 0,
          preparedTransactionOffset: 0,
          body: new TextEncoder().encode('body'),
          propertiesString: `KEYS\u0001${key}\u0002idx\u00015\u0002UNIQ_KEY\u0001${id}\u0002CLUSTER\u0001DefaultCluster\u0002TAGS\u0001TagB`,
        },
        {
          queueOffset,
          physicalOffset: 1000,
          storeTimestampMs: Date.UTC(2026, 10, 21, 1, 20, 59, 923),
        },
      ),
    )!;
  const GROUP = 'AdmGroup_consumer';
  const broker = {
    cluster: 'DefaultCluster',
    brokerName: 'broker-a',
    brokerAddrs: new Map([[0, '127.0.0.1:36911']]),
  };
  const subscription = {tagsSet: [] as string[]};

  /** A cluster that answers as the recorded one did, with these messages in its index. */
  const api = (found: readonly MessageExt[], consumerOffset = 4) =>
    ({
      topicRoute: (_topic, done) => done({ok: true, value: {brokerDatas: [broker]}} as never),
      queryMessages: (_address, _query, done) => done(found),
      viewMessage: (_address, _offset, done) => done({ok: true, value: found[0] ?? null}),
      pullOne: (_address, _queue, _offset, done) => {
        found[0]!.properties.set('MIN_OFFSET', '0');
        found[0]!.properties.set('MAX_OFFSET', '4');
        done({ok: true, value: found[0]!});
      },
      groupsOfTopic: (_address, _topic, done) => done({ok: true, value: [GROUP]}),
      consumerConnection: (_address, _group, done) =>
        done({
          ok: true,
          value: {
            connectionSet: [{}],
            consumeType: 'CONSUME_PASSIVELY',
            subscriptionTable: new Map([['AdmTopic', subscription]]),
          },
        } as never),
      consumeStats: (_address, _group, done) =>
        done({ok: true, value: {offsetTable: [[place, {consumerOffset}]]}} as never),
      clusterInfo: (done) =>
        done({ok: true, value: {brokerAddrTable: new Map([['broker-a', broker]])}} as never),
    }) as Pick<
      AdminApi,
      | 'topicRoute'
      | 'queryMessages'
      | 'viewMessage'
      | 'pullOne'
      | 'groupsOfTopic'
      | 'consumerConnection'
      | 'consumeStats'
      | 'clusterInfo'
    >;

  function run(words: readonly string[], answers: ReturnType<typeof api>) {
    let printed = '';
    let failure: string | null = 'never ended';
    const saved = new Map<string, string>();
    const {command, options} = order(...words);
    const tools: AdminTools = {
      api: answers as AdminApi,
      print: (line) => {
        printed += `${line}\n`;
      },
      write: (text) => {
        printed += text;
      },
      printError: (line) => {
        printed += `error: ${line}\n`;
      },
      saveFile: (path, bytes) => {
        saved.set(path, new TextDecoder().decode(bytes));
        return null;
      },
      nowMs: () => 0,
      after: () => ({cancel() {}}),
    };
    command.run(tools, options, (why) => {
      failure = why;
    });
    return {printed, failure, saved};
  }

  test('queryMsgByKey: those that have the key, of all that have its hash', () => {
    const ids = [
      'C00002023BF34E0E2F2A674957FF0001',
      ID,
      'C00002023BF34E0E2F2A674958270009',
      'C00002023BF34E0E2F2A6749583B000D',
    ];
    const found = [
      ...ids.map((id, i) => message(id, i)),
      message('AA', 9, 'KEY1X KEY11'),
      message('AB', 9, 'a b'),
    ];
    const {printed, failure} = run(['queryMsgByKey', '-t', 'AdmTopic', '-k', 'KEY1'], api(found));
    expect(printed).toBe(recorded('queryMsgByKey'));
    expect(failure).toBeNull();
    const one = run(['queryMsgByKey', '-t', 'AdmTopic', '-k', 'KEY11'], api(found));
    expect(one.printed.split('\n')[1]).toMatch(/^AA +2 +9$/);
  });

  test('queryMsgByUniqueKey: the one that was stored first, with what became of it; the body is in the file named', () => {
    const later = {...message(ID, 3), storeTimestampMs: message(ID, 3).storeTimestampMs + 1};
    const found = [later, message(ID, 1), message('AA', 2)];
    const asked = ['queryMsgByUniqueKey', '-t', 'AdmTopic', '-i', ID];
    const {printed, failure, saved} = run(asked, api(found));
    expect(printed).toBe(recorded('queryMsgByUniqueKey'));
    expect(failure).toBeNull();
    expect(saved).toEqual(new Map([[`/tmp/rocketmq/msgbodys/${ID}`, 'body']]));
    expect(run([...asked, '-a'], api(found)).printed).toBe(printed);
  });

  test('queryMsgById and queryMsgByOffset: with the offset id; a second id goes on where the first one ended', () => {
    const byId = ['queryMsgById', '-i', '7F0000010000902F00000000000003E8'];
    expect(run(byId, api([message(ID, 1)])).printed).toBe(recorded('queryMsgById'));
    const byOffset = ['queryMsgByOffset', '-t', 'AdmTopic', '-b', 'broker-a', '-i', '2', '-o', '1'];
    expect(run(byOffset, api([message(ID, 1)])).printed).toBe(recorded('queryMsgByOffset'));
    const twice = ['queryMsgById', '-i', `${byId[2]}, ${byId[2]}`];
    expect(run(twice, api([message(ID, 1)])).printed).toBe(recorded('queryMsgById').repeat(2));
    expect(run(byId, api([])).printed).toBe('\nMessage not found!');
    // A unique id has as many digits, and is told from an offset id by its port.
    expect(run(['queryMsgById', '-i', ID], api([])).failure).toContain(
      'CODE: 208  DESC: query message by id finished',
    );
  });

  test('what became of it: consumed, filtered, not yet', () => {
    const track = (consumerOffset: number, ...tags: string[]): string | undefined => {
      subscription.tagsSet = tags;
      const asked = ['queryMsgByUniqueKey', '-t', 'AdmTopic', '-i', ID];
      return /trackType=(\w+)/.exec(run(asked, api([message(ID, 1)], consumerOffset)).printed)?.[1];
    };
    expect(track(2)).toBe('CONSUMED');
    expect(track(2, 'TagA', 'TagB')).toBe('CONSUMED');
    expect(track(2, 'TagA')).toBe('CONSUMED_BUT_FILTERED');
    expect(track(1)).toBe('NOT_CONSUME_YET');
  });

  test('a unique id that would name a file elsewhere names none', () => {
    const id = '../../../etc/passwd';
    const {printed, failure, saved} = run(
      ['queryMsgByUniqueKey', '-t', 'T', '-i', id],
      api([message(id, 1)]),
    );
    expect(saved.size).toBe(0);
    expect(printed).toBe('');
    expect(failure).toContain('java.io.FileNotFoundException');
  });
});

describe('in a simulated cluster', () => {
  const {scenario, problems} = parseScenario(
    `
name: keys
duration: 30s
machines: {a: {address: 10.0.0.1}, b: {address: 10.0.0.2}, c: {address: 10.0.0.3}}
nameservers: {namesrv: {machine: a}}
brokers:
  one: {machine: a, config: "brokerName=one\\nautoCreateTopicEnable=true"}
  two: {machine: b, config: "brokerName=two\\nautoCreateTopicEnable=true"}
producers:
  producer: {machine: c, start: 3s, program: rate, topic: T, every: 50ms, keys: 4, body: 6KiB}
consumers:
  consumer: {machine: c, start: 4s, program: service, topic: T, group: G, settings: {instanceName: reader}}
`,
    'keys.yaml',
  );
  const timeline = timelineOf(scenario!);
  const ask = (...words: string[]) => askCluster(timeline, 6_000_000, order(...words), null);

  test('keys are found on every broker, ids on theirs, and all four commands tell of the same message', () => {
    expect(problems).toEqual([]);
    const byKey = ask('queryMsgByKey', '-t', 'T', '-k', 'key-1');
    expect(byKey.errors).toEqual([]);
    const [header, first, ...more] = byKey.printed;
    expect(header).toMatch(/^#Message ID {40}#QID {34}#Offset$/);
    expect(more.length).toBeGreaterThan(8);
    const id = first!.split(' ')[0]!;
    const {printed} = ask('queryMsgByUniqueKey', '-t', 'T', '-i', id);
    expect(printed[0]).toBe('Topic:               T');
    expect(printed[2]).toBe('Keys:                [key-1]');
    expect(printed.slice(-3)).toEqual([
      '',
      '',
      'MessageTrack [consumerGroup=G, trackType=CONSUMED, exceptionDesc=null]',
    ]);
    const [, queue, offset] = first!.split(/ +/);
    const host = printed.find((line) => line.startsWith('Store Host'))!.split(/: +/)[1]!;
    const brokerName = host === `${scenario!.machines[0]!.address}:10911` ? 'one' : 'two';
    const byOffset = ask('queryMsgByOffset', '-t', 'T', '-b', brokerName, '-i', queue!, '-o', offset!);
    const [offsetId, ...rest] = byOffset.printed;
    const bare = (lines: readonly string[]) =>
      lines.map((line) => line.replace(/M(IN|AX)_OFFSET=\d+, /g, ''));
    expect(bare(rest)).toEqual(printed);
    expect(ask('queryMsgById', '-i', offsetId!.split(/: +/)[1]!).printed).toEqual([offsetId, ...printed]);
  });

  test('what is not found is a failure with its cause', () => {
    const cause = (...words: string[]) => ask(...words).errors[1]?.split('\n')[0];
    const exception = 'Caused by: org.apache.rocketmq.client.exception.MQClientException: ';
    expect(cause('queryMsgByKey', '-t', 'T', '-k', 'key')).toBe(
      `${exception}CODE: 208  DESC: query message by key finished, but no message.`,
    );
    expect(cause('queryMsgByUniqueKey', '-t', 'No', '-i', 'X')).toBe(
      `${exception}CODE: 17  DESC: The topic[No] not matched route info`,
    );
    expect(cause('queryMsgByOffset', '-t', 'T', '-b', 'three', '-i', '0', '-o', '0')).toBe(
      `${exception}The broker[three] not exist`,
    );
    expect(cause('queryMsgByOffset', '-t', 'T', '-b', 'one', '-i', 'x', '-o', '0')).toBe(
      'Caused by: java.lang.NumberFormatException: For input string: "x"',
    );
    expect(ask('queryMsgByOffset', '-t', 'T', '-b', 'one', '-i', '0', '-o', '99999')).toMatchObject({
      printed: [],
      errors: [],
    });
  });

  test('a consumer is given a message once more, by name', () => {
    const id = ask('queryMsgByKey', '-t', 'T', '-k', 'key-2').printed[1]!.split(' ')[0]!;
    const to = (client: string) => ask('queryMsgByUniqueKey', '-t', 'T', '-i', id, '-g', 'G', '-d', client);
    expect(to('10.0.0.3@reader').printed).toEqual([
      expect.stringMatching(
        /^ConsumeMessageDirectlyResult \[order=false, autoCommit=true, consumeResult=CR_SUCCESS, remark=null, spentTimeMills=\d+\]$/,
      ),
    ]);
    expect(to('nobody').errors[1]).toContain('CODE: 1  DESC: The Consumer <G> <nobody> not online');
  });
});
