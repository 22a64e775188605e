import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {lab} from './lab.ts';

const folder = mkdtempSync(join(tmpdir(), 'lab-cli-recording-'));
afterAll(() => rmSync(folder, {recursive: true}));

const FILE = 'test/fixtures/recording/java-orders.rec';

test('report tells who was there and what became of the messages', async () => {
  const {code, out, err} = await lab('report', FILE, '--json');
  expect([code, err]).toEqual([0, []]);
  const report = JSON.parse(out.join('\n'));
  expect(report.ledger).toMatchObject({sent: 11, acked: 11, delivered: 11, lost: 0});
  expect(report.processes.filter((process: {recorded: boolean}) => process.recorded)).toHaveLength(2);
  const text = (await lab('report', FILE)).out.join('\n');
  expect(text).toMatch(/billing +consumer +seen from outside on vm, gone at/);
});

test('trace prints the history of a recording as it does that of a scenario, in both languages, by kind', async () => {
  const all = await lab('trace', FILE);
  expect(all.code).toBe(0);
  expect(all.out[0]).toContain('The recording begins.');
  const {out} = await lab('trace', FILE, '--kind', 'message-received', '--lang', 'zh-CN');
  expect(out).toHaveLength(11);
  expect(out[0]).toContain('billing 拉到 broker-a 上');
});

test('a torn recording is read as far as it goes, which is told; a seed for one is refused', async () => {
  const torn = join(folder, 'torn.rec');
  writeFileSync(torn, readFileSync(FILE).subarray(0, -1000));
  const {code, err} = await lab('report', torn);
  expect(code).toBe(0);
  expect(err.join()).toMatch(/torn\.rec: its last \d+ bytes are cut off in the middle; read up to/);
  expect(await lab('trace', FILE, '--seed', '7')).toMatchObject({code: 2, out: []});
});

test('what is no recording is told in one line: exit 2', async () => {
  expect(await lab('report', 'package.json')).toEqual({
    code: 2,
    out: [],
    err: ['package.json: not a recording of lab serve'],
  });
  expect((await lab('report', join(folder, 'nowhere'))).err).toHaveLength(1);
});
