import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {scenarioJsonSchema} from '../../src/lab/scenario/schema.ts';
import {lab, labWithInput} from './lab.ts';

const folder = mkdtempSync(join(tmpdir(), 'lab-cli-'));
afterAll(() => rmSync(folder, {recursive: true}));

function fileWith(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const QUICKSTART = 'lessons/quickstart/scenario.yaml';

test('run --json prints exactly one object with the promised fields, and exits 0', async () => {
  const {code, out, err} = await lab('run', QUICKSTART, '--json');
  expect([code, out.length, err]).toEqual([0, 1, []]);
  const report = JSON.parse(out[0]!);
  expect(report).toMatchObject({
    scenario: 'quickstart',
    seed: '1',
    virtualMs: 60_000,
    ledger: {sent: 1000, acked: 1000, durable: 1000, delivered: 1000, duplicated: 0, lost: 0},
    checks: [
      {name: 'acked-messages-survive', ok: true, looked: 1000},
      {name: 'delivered-at-least-once', ok: true, looked: 1000},
      {name: 'queue-order-kept', ok: true, looked: 2000},
    ],
  });
  expect(report.traceHash).toMatch(/^[0-9a-f]{16}$/);
  expect(typeof report.wallMs).toBe('number');
  expect(report.events).toBeGreaterThan(1000);
});

test('the same seed gives the same history, another seed another', async () => {
  const hash = async (seed: string) =>
    JSON.parse((await lab('run', QUICKSTART, '--json', '--seed', seed)).out[0]!).traceHash;
  const [first, again, other] = [await hash('7'), await hash('7'), await hash('8')];
  expect(first).toBe(again);
  expect(first).not.toBe(other);
});

test('run prints a report that a person can read', async () => {
  const {code, out} = await lab('run', QUICKSTART);
  expect(code).toBe(0);
  expect(out.join('\n')).toContain('  acknowledged     1,000\n');
  expect(out.join('\n')).toMatch(/ {2}ok {4}queue-order-kept {9}held: /);
});

test('a check that looked at nothing is no pass: exit 1', async () => {
  const {code, out} = await lab('run', QUICKSTART, '--until', '2s', '--json');
  expect(code).toBe(1);
  const [survive] = JSON.parse(out[0]!).checks;
  expect(survive).toMatchObject({ok: false, looked: 0, verdict: 'looked-at-nothing'});
});

test('bad input: exit 2, a line for each problem, nothing on standard output', async () => {
  const file = fileWith('bad.yaml', 'name: bad\nduration: 60 seconds\nmachine: {}\nmachines: {}\n');
  const {code, out, err} = await lab('run', file, '--json');
  expect([code, out]).toEqual([2, []]);
  expect(err).toHaveLength(2);
  expect(err[0]).toContain(`${file}:2:11: error: duration: found "60 seconds"`);
  expect(err[1]).toContain('did you mean machines?');
  expect((await lab('run', join(folder, 'none.yaml'))).code).toBe(2);
  expect((await lab('run', QUICKSTART, '--until', 'soon')).code).toBe(2);
  expect((await lab('run')).code).toBe(2);
  expect((await lab('walk')).code).toBe(2);
  expect((await lab('--help')).code).toBe(0);
});

test('a folder stands for the scenario in it; what is no scenario is told with what was expected', async () => {
  const byFolder = await lab('run', 'lessons/quickstart', '--json', '--until', '1s');
  expect(byFolder).toEqual(await lab('run', 'lessons/quickstart/scenario.yaml', '--json', '--until', '1s'));
  for (const [named, why] of [
    ['lessons', 'found a folder without a scenario.yaml that can be read, expected a scenario'],
    ['lessons/none', 'found nothing of that name, expected a scenario file or a folder with one'],
  ] as const) {
    expect(await lab('run', named)).toEqual({code: 2, out: [], err: [`${named}: ${why}`]});
  }
});

test('an unknown broker.conf key is a warning on standard error, and the run goes on', async () => {
  const file = fileWith(
    'warn.yaml',
    'name: w\nduration: 1s\nmachines: {m: {address: 10.0.0.1}}\nbrokers: {b: {machine: m, config: autoCreateTopicEnabel=true}}\n',
  );
  const {code, err} = await lab('run', file);
  expect(code).toBe(0);
  expect(err).toEqual([
    expect.stringMatching(/:4:\d+: warning: .*autoCreateTopicEnabel.*autoCreateTopicEnable/),
  ]);
});

test('compare prints runs side by side, and the first thing that a person would see differ', async () => {
  const args = [
    'compare',
    'lessons/replication/scenario.yaml',
    '--vary',
    'brokerRole=ASYNC_MASTER,SYNC_MASTER',
  ];
  const {code, out, err} = await lab(...args);
  expect([code, err]).toEqual([0, []]);
  const text = out.join('\n');
  expect(text).toMatch(/ {2}lost for good +[1-9]\d* +0\n/);
  expect(text).toMatch(/ {2}durable-as-promised +lost-as-configured +held\n/);
  expect(out[out.length - 1]).toMatch(
    /^At 18\.765 000 s message \d+ of orders, acknowledged, turns out to be lost \(brokerRole=ASYNC_MASTER\); that never happens in the other run \(brokerRole=SYNC_MASTER\)\.$/,
  );
  const json = JSON.parse((await lab(...args, '--json', '--seed', '7')).out[0]!);
  expect(json).toMatchObject({
    scenario: 'replication',
    seed: '7',
    runs: [
      {vary: {brokerRole: 'ASYNC_MASTER'}, fault: {atUs: 18_765_000}, firstAcknowledgedAfterFaultUs: null},
      {vary: {brokerRole: 'SYNC_MASTER'}, ledger: {lost: 0}},
    ],
    firstDifferences: [{difference: {how: 'only-in-a', a: {kind: 'lost'}}}],
  });
});

test('compare tells bad input in one line, and runs nothing', async () => {
  const file = 'lessons/replication/scenario.yaml';
  const {code, out, err} = await lab('compare', file, '--vary', 'brokerRole=ASYNC_MASTER,SYNC_MASTR');
  expect([code, out, err.length]).toEqual([2, [], 1]);
  expect(err[0]).toContain('brokerRole: found "SYNC_MASTR"');
  expect((await lab('compare', file, '--vary', 'brokerRole')).err).toEqual([
    '--vary: found "brokerRole", expected key=value,value such as brokerRole=ASYNC_MASTER,SYNC_MASTER',
  ]);
  expect((await lab('compare', file)).code).toBe(2);
  expect((await lab('compare', join(folder, 'none.yaml'), '--vary', 'disk=ssd,hdd')).code).toBe(2);
});

test('run reads the configuration files that a scenario names, from beside it', async () => {
  const {code, err} = await lab('run', 'scenarios/2m-2s-sync/scenario.yaml', '--until', '1s');
  expect([code, err]).toEqual([1, []]);
});

test('trace tells in its language what files of a deployment say against each other', async () => {
  const notes = [
    'trace',
    'scenarios/dledger/study-notes.yaml',
    '--until',
    '100ms',
    '--kind',
    'dledger-role-changed',
  ];
  const [en, zh] = [await lab(...notes), await lab(...notes, '--lang', 'zh-CN')];
  expect(en.err.map((line) => /warning: .* (?:as|found) .*n[01]/.test(line))).toEqual([true, true, true]);
  expect(zh.err.map((line) => line.includes('警告：brokers.n0.configFile：看到'))).toEqual([
    true,
    true,
    true,
  ]);
  expect(zh.out[0]).toContain('当选');
});

test('trace prints a line per entry, and --kind picks facts or entries', async () => {
  const all = await lab('trace', QUICKSTART, '--until', '2s');
  expect(all.code).toBe(0);
  expect(all.out[0]).toMatch(/^ +0\.000 000 s +1 +world-began +The world begins, with seed 1\.$/);
  const booted = await lab('trace', QUICKSTART, '--until', '2s', '--kind', 'broker-booted');
  expect(booted.out).toEqual([
    expect.stringMatching(
      /broker-booted +Broker worker1 \(brokerId 0\) is ready at 192\.168\.232\.128:10911: ASYNC_MASTER, ASYNC_FLUSH\.$/,
    ),
  ]);
  const chinese = await lab(
    'trace',
    QUICKSTART,
    '--until',
    '2s',
    '--kind',
    'namesrv-booted',
    '--lang',
    'zh-CN',
  );
  expect(chinese.out[0]).toContain('NameServer namesrv 启动完成');
});

test('frame decodes a real frame, and tells what is none with its line', async () => {
  // The golden frame of the binary header: code 105, version 395, opaque 5, remark "r中", topic=T, body "xy".
  const golden =
    '0000002B 01000025 0069 00 018B 00000005 00000000 00000004 72E4B8AD 0000000C 0005 746F706963 00000001 54 7879';
  const {code, out} = await labWithInput(`${golden}\n\nzz\n00\n`, ['frame']);
  expect(code).toBe(1);
  expect(out.map((line) => JSON.parse(line))).toEqual([
    {
      code: 105,
      name: 'GET_ROUTEINFO_BY_TOPIC',
      isResponse: false,
      oneway: false,
      opaque: 5,
      serializer: 'ROCKETMQ',
      version: 395,
      language: 'JAVA',
      remark: 'r中',
      extFields: {topic: 'T'},
      bodyBytes: 2,
    },
    {error: '"z" is no hexadecimal digit', line: 3},
    {error: expect.stringContaining('too few'), line: 4},
  ]);
  expect((await labWithInput(golden, ['frame'])).code).toBe(0);
});

test('schema prints the JSON Schema', async () => {
  const {out} = await lab('schema');
  expect(JSON.parse(out.join('\n'))).toEqual(scenarioJsonSchema());
});

test('lesson check tells each claim, its seeds and what it looked at', async () => {
  const {code, out} = await lab('lesson', 'check', 'quickstart', '--seeds', '2');
  expect(code).toBe(0);
  expect(out[0]).toMatch(/^quickstart: \d+ claims, 2 seeds$/);
  expect(out).toContainEqual(
    expect.stringMatching(/^ {2}a-thousand-sent +held for 2 of 2, looked at 1,000 facts or more$/),
  );
  expect((await lab('lesson', 'check', 'nosuch')).code).toBe(2);
});
