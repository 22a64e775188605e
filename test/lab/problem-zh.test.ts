import {readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {BROKER_KEYS, settingProblem} from '../../src/lab/scenario/broker-keys.ts';
import {parseScenario} from '../../src/lab/scenario/parse.ts';
import {confProblemInChinese, problemLineInChinese} from '../../src/lab/scenario/problem-zh.ts';

const FOLDER = 'scenarios/dledger';
const TEXT = readFileSync(`${FOLDER}/study-notes.yaml`, 'utf8');
const filesOf =
  (change: (text: string) => string = (text) => text) =>
  (name: string): string =>
    change(readFileSync(`${FOLDER}/${name}`, 'utf8'));

function told(change?: (text: string) => string): string[] {
  return parseScenario(TEXT, `${FOLDER}/study-notes.yaml`, filesOf(change)).problems.map(
    problemLineInChinese,
  );
}

describe('three files of one group of which one disagrees, as somebody has them in his notes', () => {
  test('it is pointed out with file, line and reason', () => {
    const file = 'scenarios/dledger/study-notes/broker-n0.conf';
    expect(told()).toEqual([
      `${file}:4:13: 警告：brokers.n0.configFile：看到 127.0.0.1:9876，应为 与 n1 一致的 10.211.55.3:9876;10.211.55.4:9876;10.211.55.5:9876：NameServer 之间互不通讯，向其他 NameServer 查询的客户端找不到它`,
      `${file}:9:13: 警告：brokers.n0.configFile：看到 "n0-127.0.0.1:40911;n1-127.0.0.1:40912;n2-127.0.0.1:40913"，应为 与同组的 n1 一致的 "n0-10.211.55.3:40911;n1-10.211.55.4:40912;n2-10.211.55.5:40913"：每个成员都按自己的列表数票、找其他成员`,
      `${file}:9:13: 警告：brokers.n0.configFile：看到 n0 的地址是 "127.0.0.1"，应为 10.211.55.3，即 vm3 的地址：按这份列表去找的成员，在别处找不到它`,
    ]);
  });
});

/** Words of English that are neither a key, nor a value, nor a name. */
function english(lines: readonly string[]): string[] {
  const sentences = /(?<![\w."])[a-z]+ (?:is|are|of|the|has|have|to|with|a|as|which|no|in) /;
  return lines.filter((line) => sentences.test(line));
}

test.each([
  ['sendMessageThreadPoolNums=16', 'sendMessageThreadPoolNum=16'],
  ['listenPort=30921', 'listenPort=x'],
  ['listenPort=30921', 'listenPort=2'],
  ['listenPort=30921', 'listenPort=30911'],
  ['dLegerSelfId=n2', 'dLegerSelfId=n1'],
  ['dLegerSelfId=n2', 'dLegerSelfId=n7'],
  ['dLegerSelfId=n2', 'dLegerSelfId=2'],
  ['dLegerSelfId=n2', ''],
  ['n2-10.211.55.5:40913', 'n2-10.211.55.5'],
  ['n2-10.211.55.5:40913', 'n2'],
  ['n2-10.211.55.5:40913', 'n1-10.211.55.5:40913'],
  ['n2-10.211.55.5:40913', 'n2-10.211.55.4:40912'],
  [';n2-10.211.55.5:40913', ''],
  ['dLegerGroup=RaftNode00', 'dLegerGroup=Other'],
  ['brokerName=RaftNode00', 'brokerName=RaftNode00\nbrokerId=1\nflushDiskType=SYNC_FLUSH\naclEnable=true'],
  [
    'brokerName=RaftNode00',
    'brokerName=RaftNode00\nbrokerName=RaftNode00\nbrokerRole=LEADER\nbrokerIP1=10.1.1.1',
  ],
  ['enableDLegerCommitLog=true', 'brokerRole=SLAVE'],
  ['enableDLegerCommitLog=true', 'brokerId=1'],
])('with %s changed to %s, all of it is told in Chinese', (from, to) => {
  const lines = told((text) => text.replace(from, to));
  expect(lines.length).toBeGreaterThan(0);
  expect(english(lines)).toEqual([]);
});

test('whatever a single key can have for a value, what is wrong with it is told in Chinese', () => {
  const given = Object.keys(BROKER_KEYS).flatMap((key) =>
    ['', 'x', '-1', '70000', 'true ', '5 ', 'SLAVE ', 'KING', '9'.repeat(20)].map((value) => [key, value]),
  );
  const others = [
    ['lab.fix', 'no-such-fix'],
    ['lab.appendPreemptionMs', '60001'],
    ['brokerRoll', 'SLAVE'],
    ['qqqqqqqqqqqq', 'x'],
  ];
  const told = new Map<string, string>();
  for (const [key, value] of [...given, ...others]) {
    const problem = settingProblem(key!, value!);
    if (problem !== null) told.set(problem, confProblemInChinese(problem));
  }
  expect(told.size).toBeGreaterThan(300);
  expect(told.get('unknown key "brokerRoll", which RocketMQ ignores; did you mean brokerRole?')).toBe(
    '未知的键 "brokerRoll"，RocketMQ 会忽略它；是不是想写 brokerRole？',
  );
  expect(
    told.get(
      'brokerRole: found "SLAVE ", expected ASYNC_MASTER or SYNC_MASTER or SLAVE without blanks after it',
    ),
  ).toBe('brokerRole：看到 "SLAVE "，应为 ASYNC_MASTER 或 SYNC_MASTER 或 SLAVE，后面不带空格');
  const inEnglish = [...told.values()].filter((line) =>
    /[a-z]{2,} [a-z]{2,}/.test(line.replace(/"[^"]*"/g, '')),
  );
  expect(inEnglish).toEqual([]);
});
