import {describe, expect, test} from 'vitest';
import {parseBrokerConf} from '../../../src/rocketmq/broker/broker-conf.ts';
import {settleBrokerConfig} from '../../../src/rocketmq/broker/broker-config.ts';
import {parseProperties} from '../../../src/rocketmq/config/java-properties.ts';
import {BrokerWorld} from './broker-world.ts';

const pairs = (text: string): string[][] => parseProperties(text).entries.map(({key, value}) => [key, value]);

describe('the syntax is that of java.util.Properties', () => {
  test.each([
    ['key and value', 'a=b', [['a', 'b']]],
    ['blanks around the separator', '  a = b', [['a', 'b']]],
    ['a colon', 'a:b', [['a', 'b']]],
    ['a blank alone', 'a b c', [['a', 'b c']]],
    ['the first separator counts', 'a=b=c:d', [['a', 'b=c:d']]],
    ['comments', '# x=1\n! y=2\n  # z=3\na=b', [['a', 'b']]],
    ['a comment sign later', 'a=b # not a comment', [['a', 'b # not a comment']]],
    ['blank lines', '\n \t\n\f\na=b\n\n', [['a', 'b']]],
    ['a continued line', 'a=b\\\n   c\\\n\td', [['a', 'bcd']]],
    [
      'an even number of backslashes does not continue',
      'a=b\\\\\nc=d',
      [
        ['a', 'b\\'],
        ['c', 'd'],
      ],
    ],
    ['a comment is not continued', '# x\\\na=b', [['a', 'b']]],
    ['escapes', 'a\\=b\\ c=\\t\\u0041\\q', [['a=b c', '\tAq']]],
    ['blanks at the end stay', 'a=b  ', [['a', 'b  ']]],
    [
      'no value',
      'a\nb=',
      [
        ['a', ''],
        ['b', ''],
      ],
    ],
    [
      'all three line ends',
      'a=1\r\nb=2\rc=3\n',
      [
        ['a', '1'],
        ['b', '2'],
        ['c', '3'],
      ],
    ],
    ['an empty key', '=v', [['', 'v']]],
  ])('%s', (_, text, expected) => {
    expect(pairs(text)).toEqual(expected);
  });

  test('says where each value stands, and where an escape is broken', () => {
    const {entries, malformed} = parseProperties('# top\n  key = value\nx=\\u12');
    expect(entries[0]).toMatchObject({line: 2, column: 3, valueLine: 2, valueColumn: 9});
    expect(malformed).toEqual([{line: 3, column: 3, found: '\\u12'}]);
  });
});

const told = (text: string): string[] =>
  parseBrokerConf(text).problems.map(
    ({severity, line, column, message}) => `${severity} ${line}:${column} ${message}`,
  );

describe('what RocketMQ would ignore in silence is told', () => {
  test.each([
    ['a key nobody knows', 'colour=red', ['warning 1:1 unknown key "colour", which RocketMQ ignores']],
    [
      'a misspelt key',
      'brokerId=0\nautoCreateTopicEnabled=true',
      [
        'warning 2:1 unknown key "autoCreateTopicEnabled", which RocketMQ ignores; did you mean autoCreateTopicEnable?',
      ],
    ],
    [
      'a key in the wrong case',
      'BROKERNAME=x',
      ['warning 1:1 unknown key "BROKERNAME", which RocketMQ ignores; did you mean brokerName?'],
    ],
    [
      'a word for a number',
      'listenPort=abc',
      ['error 1:12 listenPort: found "abc", expected a whole number of 32 bits'],
    ],
    [
      'a number that is too large',
      'fileReservedTime=3000000000',
      ['error 1:18 fileReservedTime: found "3000000000", expected a whole number of 32 bits'],
    ],
    ['no boolean', 'traceOn = yes', ['error 1:11 traceOn: found "yes", expected true or false']],
    [
      'a blank after a number',
      'listenPort=10911 ',
      ['error 1:12 listenPort: found "10911 ", expected a whole number of 32 bits without blanks after it'],
    ],
    [
      'no role',
      'brokerRole=MASTER',
      ['error 1:12 brokerRole: found "MASTER", expected ASYNC_MASTER or SYNC_MASTER or SLAVE'],
    ],
    ['a slave with a master’s id', 'brokerRole=SLAVE', ["error 1:1 Slave's brokerId must be > 0"]],
    [
      'a master with a slave’s id',
      'brokerId=1',
      ['warning 1:1 brokerId of a ASYNC_MASTER is always 0, whatever is written here'],
    ],
    [
      'a NameServer without port',
      'namesrvAddr=10.0.0.1',
      ['error 1:13 namesrvAddr: found "10.0.0.1", expected addresses like "127.0.0.1:9876;192.168.0.1:9876"'],
    ],
    [
      'a key given twice',
      'brokerName=a\nbrokerName=b',
      ['warning 2:1 brokerName was set on line 1 already; this line counts'],
    ],
    [
      'a port that is always overwritten',
      'haListenPort=1',
      ['warning 1:1 haListenPort is always listenPort + 1, whatever is written here'],
    ],
    [
      'a broken escape',
      'brokerName=\\u00zz',
      ['error 1:12 found "\\\\u00zz", expected \\u and four hexadecimal digits'],
    ],
    [
      'a switch with nothing behind it',
      'enablePropertyFilter=true',
      ['warning 1:1 enablePropertyFilter has no effect here: SQL92 expressions are refused'],
    ],
    [
      'a setting with nothing behind it, unless it is the default',
      'destroyMapedFileIntervalForcibly=1000\nredeleteHangedFileInterval=120000\nfileReservedTime=48',
      [
        'warning 1:1 destroyMapedFileIntervalForcibly has no effect here: no file is in use when it is to be deleted',
      ],
    ],
    [
      'a store that moves without its log',
      'storePathRootDir=/data/store',
      [
        'warning 1:1 the commit log does not follow storePathRootDir: without storePathCommitLog it stays in $HOME/store/commitlog',
      ],
    ],
    ['nothing', '# all is well\nbrokerName=a', []],
  ])('%s', (_, text, expected) => {
    expect(told(text)).toEqual(expected);
  });
});

test('values are read by their types, and everything written is kept as it was', () => {
  const text =
    'brokerName=broker-b\nlistenPort=20911\nautoCreateTopicEnable=FALSE\nflushDiskType=SYNC_FLUSH\nmine=1';
  const {config} = parseBrokerConf(text);
  expect(config).toMatchObject({
    brokerName: 'broker-b',
    listenPort: 20_911,
    autoCreateTopicEnable: false,
    flushDiskType: 'SYNC_FLUSH',
    brokerClusterName: 'DefaultCluster',
    fileReservedTime: 72,
  });
  expect([...config.properties]).toEqual([
    ['brokerName', 'broker-b'],
    ['listenPort', '20911'],
    ['autoCreateTopicEnable', 'FALSE'],
    ['flushDiskType', 'SYNC_FLUSH'],
    ['mine', '1'],
  ]);
});

test('what nobody wrote is settled by the machine', () => {
  const {config} = parseBrokerConf('brokerId=7\nhaListenPort=99');
  const {probe} = new BrokerWorld();
  const settled = settleBrokerConfig(config, probe);
  const {processors} = probe.identity;
  expect(settled).toMatchObject({
    brokerName: probe.identity.hostName,
    brokerIP1: '10.0.0.2',
    brokerIP2: '10.0.0.2',
    brokerId: 0,
    haListenPort: 10_912,
    sendMessageThreadPoolNums: Math.min(processors, 4),
    pullMessageThreadPoolNums: 16 + 2 * processors,
    storePathRootDir: '/root/store',
    storePathCommitLog: '/root/store/commitlog',
  });
});
