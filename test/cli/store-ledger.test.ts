import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {gunzipSync} from 'node:zlib';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {main} from '../../src/cli/main.ts';

// What `lab store` says of a ledger that Apache's broker has written: n0 of a group of three, which took 61 messages from another
// leader in term 1, led in term 2 for 51 more, and was killed.

const MEMBER = 'dledger-n0';
/** As the broker had them; `lab store` takes them from the files where no broker.conf is given. */
const SIZES = 'mappedFileSizeCommitLog=65536\nmappedFileSizeConsumeQueue=6000\n';
const LAST_FILE = `${MEMBER}/data/00000000000000065536`;

class LedgerFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'lab-ledger-'));

  constructor() {
    const packed = readFileSync(join(import.meta.dirname, '../fixtures/ledger/killed.json.gz'));
    const files: Record<string, {sizeBytes: number; head: string}> = JSON.parse(
      gunzipSync(packed).toString(),
    );
    for (const [path, {sizeBytes, head}] of Object.entries(files)) {
      mkdirSync(dirname(this.at(path)), {recursive: true});
      writeFileSync(this.at(path), Buffer.from(head, 'base64'));
      truncateSync(this.at(path), sizeBytes);
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.path, {recursive: true, force: true});
  }

  at(path: string): string {
    return join(this.path, path);
  }

  write(path: string, bytes: Uint8Array | string): void {
    mkdirSync(dirname(this.at(path)), {recursive: true});
    writeFileSync(this.at(path), bytes);
  }

  change(path: string, run: (bytes: Buffer) => void): void {
    const bytes = readFileSync(this.at(path));
    run(bytes);
    writeFileSync(this.at(path), bytes);
  }

  /** Each file, how long it is and when it was changed. */
  state(): string[] {
    return readdirSync(this.path, {recursive: true, encoding: 'utf8'})
      .sort()
      .map((name) => {
        const {size, mtimeMs} = statSync(this.at(name));
        return `${name} ${size} ${mtimeMs}`;
      });
  }
}

interface Said {
  readonly code: number;
  readonly out: readonly string[];
  readonly err: readonly string[];
}

async function lab(...args: readonly string[]): Promise<Said> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await main(args, {
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    readInput: () => '',
    readFile: (path) => readFileSync(path, 'utf8'),
    nowMs: () => 0,
  });
  return {code, out, err};
}

const startOf = (said: Said): string[] => said.out.slice(said.out.lastIndexOf('') + 1);
const member = (folder: LedgerFolder): string => folder.at(MEMBER);

test('terms, entries, files and the queues around them are told, and a start that takes all of it', async () => {
  using folder = new LedgerFolder();
  const before = folder.state();
  const said = await lab('store', folder.path);
  expect(said.err).toEqual([]);
  expect(said.code).toBe(0);
  expect(said.out.slice(0, 10)).toEqual([
    `${folder.path}: not stopped in order (abort is there)`,
    '',
    `ledger of n0 (${member(folder)}): 2 files of 65,536 bytes, 112 entries`,
    '  00000000000000000000  entries 0 to 70, to offset 64653, then a blank to the end of the file',
    '  00000000000000065536  entries 71 to 111, to offset 103666, then unused',
    '  index: 1 file of 167,772,160 bytes',
    '  term 1: entries 0 to 60',
    '  term 2: entries 61 to 111',
    '  currterm: term 2, voted for n0',
    '  checkpoint: committed up to 111, of entries up to 111',
  ]);
  expect(said.out).toContain('consume queues: 4, 112 entries');
  expect(startOf(said)).toEqual([
    'n0 would start with entries 0 to 111, the last of term 2, in term 2; n0 has its vote',
    '  the data end at offset 103666; entries up to 111 are known to be committed',
    'the broker around n0 would read its log up to offset 103666',
    '  dispatched again: 0 records, 0 bytes',
    // No checkpoint vouches for it, and what was in it does not come back (7355).
    expect.stringMatching(/^ {2}removed: .*\/index\/20261121090115844$/),
  ]);
  expect(folder.state()).toEqual(before);
});

test('each entry is one line, with the message that is its body', async () => {
  using folder = new LedgerFolder();
  const {out, err} = await lab('store', folder.path, '--json');
  expect(err).toEqual([]);
  const rows = out.map((line) => JSON.parse(line));
  expect(rows.map(({index}) => index)).toEqual(Array.from({length: 112}, (_, index) => index));
  expect(new Set(rows.map(({term, index}) => `${term} ${index < 61}`))).toEqual(
    new Set(['1 true', '2 false']),
  );
  expect(
    rows.every(({pos, commitLogOffset, topic}) => commitLogOffset === pos + 48 && topic === 'Agreed'),
  ).toBe(true);
  expect(rows.every(({size, storeSize}) => size === storeSize + 48)).toBe(true);
  const bodies = rows.map(({body}) => Buffer.from(body, 'base64').toString().replace(/\.+$/, ''));
  expect([bodies[0], bodies[60], bodies[61], bodies[111]]).toEqual([
    'first probe',
    'first 59',
    'second probe',
    'second 49',
  ]);
});

test('a member’s folder can be looked at alone', async () => {
  using folder = new LedgerFolder();
  const said = await lab('store', member(folder));
  expect(said.out[0]).toBe(`ledger of n0 (${member(folder)}): 2 files of 65,536 bytes, 112 entries`);
  expect(startOf(said)[0]).toBe(
    'n0 would start with entries 0 to 111, the last of term 2, in term 2; n0 has its vote',
  );
  expect((await lab('store', member(folder), '--json')).out).toHaveLength(112);
});

test('a folder of that form is a member’s only with a member’s name or files', async () => {
  using folder = new LedgerFolder();
  folder.write('mine/data/a.csv', '1,2');
  folder.write('mine/index/a.txt', 'a');
  const path = folder.at('mine');
  expect((await lab('store', path)).err[0]).toMatch(/not a store/);
  folder.write(
    'copy/data/00000000000000000000',
    readFileSync(folder.at(`${MEMBER}/data/00000000000000000000`)),
  );
  folder.write('copy/index/none', '');
  const said = await lab('store', folder.at('copy'));
  expect(said.out[1]).toBe(
    '  00000000000000000000  entries 0 to 70, to offset 64653, then a blank to the end of the file',
  );
  // A member finds its folder by its name.
  expect(startOf(said)).toEqual([
    'copy would refuse to start:',
    `  a member looks for ${folder.at('dledger-copy')}`,
  ]);
});

test('a torn tail is told with the reason, and a start cuts it off and knows less to be committed', async () => {
  using folder = new LedgerFolder();
  // The last entry begins 930 bytes before the end: half of its head never reached the disk.
  folder.change(LAST_FILE, (bytes) => bytes.fill(0, 103_666 - 65_536 - 930 + 20));
  const said = await lab('store', folder.path);
  expect(said.err).toEqual([
    expect.stringMatching(
      /data\/00000000000000065536: torn or foreign: no entry follows at offset 102736: it says that it lies at 0$/,
    ),
  ]);
  expect(startOf(said).slice(0, 2)).toEqual([
    'n0 would start with entries 0 to 110, the last of term 2, in term 2; n0 has its vote',
    '  the data end at offset 102736; entries up to 110 are known to be committed',
  ]);
  const json = await lab('store', folder.path, '--json');
  expect([json.code, json.out.length, json.err.length]).toEqual([0, 111, 1]);
});

test('a torn body is told by nobody: there is no checksum, and a start believes it', async () => {
  using folder = new LedgerFolder();
  folder.change(LAST_FILE, (bytes) => bytes.fill(0, 103_666 - 65_536 - 400));
  const said = await lab('store', folder.path);
  expect(said.err).toEqual([]);
  expect(startOf(said)[0]).toContain('entries 0 to 111');
});

test('a foreign entry ends the log, though good ones follow it', async () => {
  using folder = new LedgerFolder();
  const file = `${MEMBER}/data/00000000000000000000`;
  // Entry 1 calls itself 9.
  folder.change(file, (bytes) => bytes.writeBigInt64BE(9n, 241 + 8));
  const said = await lab('store', folder.path);
  expect(said.err[0]).toMatch(/no entry follows at offset 241: it is entry 9, where 1 should follow$/);
  expect(startOf(said).slice(0, 3)).toEqual([
    'n0 would start with entries 0 to 0, the last of term 1, in term 2; n0 has its vote',
    '  the data end at offset 241; entries up to 0 are known to be committed',
    '  given up: 41 entries behind it',
  ]);
  expect(startOf(said)).toContain(`  removed: ${folder.at(LAST_FILE)}`);
});

test('an index that is gone is written anew', async () => {
  using folder = new LedgerFolder();
  rmSync(folder.at(`${MEMBER}/index/00000000000000000000`));
  const said = await lab('store', folder.path);
  expect(said.err).toEqual([`${member(folder)}/index: does not say where entry 0 lies`]);
  expect(startOf(said)).toContain('  the index is written anew from entry 0 on');
});

test('a term file that a power cut took: what lies beside it counts for nothing', async () => {
  using folder = new LedgerFolder();
  rmSync(folder.at(`${MEMBER}/currterm`));
  const said = await lab('store', folder.path);
  expect(said.err).toEqual([
    `${member(folder)}/currterm: is not there, and nobody reads what lies beside it under .bak or .tmp`,
  ]);
  expect(said.out).toContain('  currterm: none, which counts as term 0 without a vote');
  expect(startOf(said)[0]).toBe(
    'n0 would start with entries 0 to 111, the last of term 2, in term 0; nobody has its vote',
  );
});

test('what makes a start refuse is told as that', async () => {
  for (const [path, bytes, why] of [
    ['data/notes.txt', 'mine', /notes\.txt has 4 bytes, which does not match the file size of 65536/],
    ['data/00000000000000131072', 'short', /has 5 bytes, which does not match/],
    ['checkpoint', 'committedIndex=many\n', /NumberFormatException in checkpoint/],
  ] as const) {
    using folder = new LedgerFolder();
    folder.write(`${MEMBER}/${path}`, bytes);
    const said = await lab('store', folder.path);
    expect(said.code).toBe(0);
    expect(said.err.length).toBeGreaterThan(0);
    const at = startOf(said).indexOf('n0 would refuse to start:');
    expect(startOf(said)[at + 1]).toMatch(why);
    expect((await lab('store', folder.path, '--json')).out).toHaveLength(112);
  }
});

test('a broker.conf without a ledger passes it over, and says so', async () => {
  using folder = new LedgerFolder();
  folder.write('broker.conf', SIZES);
  const said = await lab('store', folder.path, '-c', folder.at('broker.conf'));
  expect(said.err).toEqual([
    `${member(folder)}: a start passes it over, as enableDLegerCommitLog is not true`,
  ]);
});

test('a ledger is told to be another member’s where the broker.conf says who starts', async () => {
  using folder = new LedgerFolder();
  const peers = 'n0-10.0.0.1:40911;n1-10.0.0.2:40911;n2-10.0.0.3:40911';
  const conf = (self: string): string =>
    `${SIZES}enableDLegerCommitLog=true\ndLegerGroup=g\ndLegerPeers=${peers}\ndLegerSelfId=${self}\n`;
  folder.write('n0.conf', conf('n0'));
  folder.write('n1.conf', conf('n1'));
  expect((await lab('store', folder.path, '-c', folder.at('n0.conf'))).err).toEqual([]);
  const other = await lab('store', folder.path, '-c', folder.at('n1.conf'));
  expect(other.err).toEqual([`${member(folder)}: of another member; a start as n1 passes it over`]);
  expect(startOf(other)).toContain('the broker around n1 would read its log up to offset 0');
});

test('whatever stands in the files, they are looked at to the end', async () => {
  using folder = new LedgerFolder();
  const good = readFileSync(folder.at(LAST_FILE));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(40_000), fc.uint8Array({minLength: 1, maxLength: 60})), {
        minLength: 1,
        maxLength: 5,
      }),
      async (damages) => {
        const bytes = Buffer.from(good);
        for (const [at, noise] of damages) bytes.set(noise, at);
        folder.write(LAST_FILE, bytes);
        const [told, json] = [
          await lab('store', member(folder)),
          await lab('store', member(folder), '--json'),
        ];
        expect([told.code, json.code]).toEqual([0, 0]);
        expect(json.out.length).toBeGreaterThanOrEqual(71);
        expect(json.out.length).toBeLessThanOrEqual(112);
        expect(json.err.length).toBe(json.out.length < 112 ? 1 : json.err.length);
      },
    ),
    {seed: 1, numRuns: 30},
  );
});
