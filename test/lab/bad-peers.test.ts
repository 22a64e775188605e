import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {main} from '../../src/cli/main.ts';
import {parseScenario, problemLine} from '../../src/lab/scenario/parse.ts';

// What somebody who writes dLegerPeers and dLegerSelfId gets wrong is told with file, line and reason wherever the file is read:
// by `lab run`, by `lab serve`, and by the parser that a page asks about a scenario that is pasted into it.

const NODES = [0, 1, 2];
const PEERS = 'n0-10.0.0.1:40911;n1-10.0.0.2:40912;n2-10.0.0.3:40913';

const conf = (peers: string, selfId: string): string =>
  [
    'brokerName=Raft',
    'listenPort=30911',
    'namesrvAddr=127.0.0.1:9876',
    'enableDLegerCommitLog=true',
    'dLegerGroup=Raft',
    `dLegerPeers=${peers}`,
    `dLegerSelfId=${selfId}`,
  ].join('\n');

/** @param broker lines of a broker, after its machine */
const scenario = (broker: (node: number) => string): string => `name: pasted
duration: 1s
machines:
${NODES.map((node) => `  m${node}: {address: 10.0.0.${node + 1}}`).join('\n')}
nameservers:
  namesrv: {machine: m0}
brokers:
${NODES.map((node) => `  b${node}:\n    machine: m${node}\n    ${broker(node)}`).join('\n')}
`;

interface Mistake {
  readonly what: string;
  readonly peers: string;
  readonly selfId: (node: number) => string;
  /** Of the file of this broker. */
  readonly broker: number;
  readonly line: number;
  readonly column: number;
  readonly severity: 'error' | 'warning';
  readonly reason: string;
}

const own = (node: number): string => `n${node}`;

const MISTAKES: readonly Mistake[] = [
  {
    what: 'peers that do not parse',
    peers: 'n0-10.0.0.1:40911;n1@10.0.0.2:40912;n2-10.0.0.3:40913',
    selfId: own,
    broker: 0,
    line: 6,
    column: 31,
    severity: 'error',
    reason: 'dLegerPeers: "n1@10.0.0.2:40912" has no dash between id and address',
  },
  {
    what: 'a self id that is not among the peers',
    peers: PEERS,
    selfId: (node) => `n${node + 1}`,
    broker: 2,
    line: 7,
    column: 14,
    severity: 'error',
    reason: "dLegerSelfId: this member's own id, n3, is not among the peers (n0, n1, n2)",
  },
  {
    what: 'two members with one id',
    peers: 'n0-10.0.0.1:40911;n1-10.0.0.2:40912;n1-10.0.0.3:40913',
    selfId: own,
    broker: 0,
    line: 6,
    column: 49,
    severity: 'error',
    reason: 'dLegerPeers: "n1-10.0.0.3:40913" and "n1-10.0.0.2:40912" have one id, n1',
  },
  {
    what: 'an even group',
    peers: `${PEERS};n3-10.0.0.4:40914`,
    selfId: own,
    broker: 0,
    line: 6,
    column: 13,
    severity: 'warning',
    reason: 'dLegerPeers: a group of 4 survives no more failures than one of 3',
  },
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lab-peers-'));
});
afterAll(() => rmSync(folder, {recursive: true, force: true}));

/** Writes the three files of a deployment, and the scenario that names them. */
function written(confOf: (node: number) => string): string {
  for (const node of NODES) writeFileSync(join(folder, `b${node}.conf`), confOf(node));
  const file = join(folder, 'scenario.yaml');
  writeFileSync(
    file,
    scenario((node) => `configFile: b${node}.conf`),
  );
  return file;
}

async function lab(
  ...args: readonly string[]
): Promise<{readonly code: number; readonly err: readonly string[]}> {
  const err: string[] = [];
  const code = await main(args, {
    out: () => {},
    err: (line) => err.push(line),
    readInput: () => '',
    readFile: (path) => readFileSync(path, 'utf8'),
    nowMs: () => 0,
  });
  return {code, err};
}

describe.each(MISTAKES)('$what', ({peers, selfId, broker, line, column, severity, reason}) => {
  test('lab run', async () => {
    const {code, err} = await lab(
      'run',
      written((node) => conf(peers, selfId(node))),
    );
    const place = `${join(folder, `b${broker}.conf`)}:${line}:${column}`;
    expect(err).toContain(`${place}: ${severity}: brokers.b${broker}.configFile: ${reason}`);
    expect(code === 2).toBe(severity === 'error');
  });

  test.runIf(severity === 'error')('lab serve', async () => {
    const file = join(folder, 'served.conf');
    writeFileSync(file, conf(peers, selfId(broker)));
    const {code, err} = await lab('serve', 'broker', '-c', file, '--store', join(folder, 'store'));
    expect(err).toContain(`${file}:${line}:${column}: ${severity}: ${reason}`);
    expect(code).toBe(2);
  });

  test('pasted into a page', () => {
    const text = scenario((node) => `config: |\n${conf(peers, selfId(node)).replace(/^/gm, '      ')}`);
    const {scenario: parsed, problems} = parseScenario(text, 'pasted');
    // Two lines behind the broker's name its configuration begins.
    const first = text.split('\n').indexOf(`  b${broker}:`) + 3;
    expect(problems.map(problemLine)).toContain(
      `pasted:${first + line}:${column + 6}: ${severity}: brokers.b${broker}.config: ${reason}`,
    );
    expect(parsed === null).toBe(severity === 'error');
  });
});

test('two brokers that give themselves one id are told at the second, though each list is right', async () => {
  const file = written((node) => conf(PEERS, node === 2 ? 'n1' : `n${node}`));
  const {err} = await lab('run', file);
  expect(err).toContain(
    `${join(folder, 'b2.conf')}:7:14: warning: brokers.b2.configFile: found n1 as dLegerSelfId, which b1 has too, expected an id of its own`,
  );
});
