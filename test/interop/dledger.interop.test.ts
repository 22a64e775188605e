import {type ChildProcess, spawn} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {setTimeout as sleep} from 'node:timers/promises';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {createHost, type NodeHost} from '../../src/host/host.ts';
import {DLedgerRequestCode} from '../../src/rocketmq/dledger/codes.ts';
import {createDLedgerServer, type DLedgerServer} from '../../src/rocketmq/dledger/dledger-server.ts';
import {createRemotingClient} from '../../src/rocketmq/remoting/client.ts';
import {request} from '../../src/rocketmq/remoting/command.ts';
import {BUILT} from './support/driver.ts';
import {freePorts} from './support/ports.ts';
import {until} from './support/until.ts';

// Two members that are the library of Maven, and one that is ours, in one group.

const folder = mkdtempSync(join(tmpdir(), 'lab-dledger-'));
const IDS = ['n0', 'n1', 'n2'] as const;
let peers = '';

interface Member {
  state(): Promise<{role: string; term: number; leader: string; committed: number}>;
  append(prefix: string, count: number): Promise<number>;
  log(): Promise<string>;
  kill(): void;
}

class JavaMember implements Member {
  readonly #child: ChildProcess;
  readonly #answers: string[] = [];

  constructor(id: string) {
    const classpath = `${join(BUILT, 'java/classes')}:${readFileSync(join(BUILT, 'java/classpath'), 'utf8')}`;
    const args = ['-Xmx128m', '-cp', classpath, 'lab.DLedgerMember', id, peers, folder];
    this.#child = spawn('java', args, {stdio: ['pipe', 'pipe', 'ignore']});
    createInterface({input: this.#child.stdout!}).on('line', (line) => {
      if (line.startsWith('> ')) this.#answers.push(line.slice(2));
    });
  }

  async up(): Promise<this> {
    await this.#answer('it is up');
    return this;
  }

  async state() {
    const [role, term, leader, committed] = (await this.#ask('state')).split(' ');
    return {role: role!, term: Number(term), leader: leader!, committed: Number(committed)};
  }

  async append(prefix: string, count: number): Promise<number> {
    return Number(await this.#ask(`append ${prefix} ${count}`));
  }

  log(): Promise<string> {
    return this.#ask('log');
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #ask(command: string): Promise<string> {
    this.#child.stdin!.write(`${command}\n`);
    return this.#answer(command);
  }

  async #answer(what: string): Promise<string> {
    await until(
      () => this.#answers.length > 0,
      () => `an answer: ${what}`,
    );
    return this.#answers.shift()!;
  }
}

class OurMember implements Member {
  readonly #id: string;
  readonly #host: NodeHost;
  #server!: DLedgerServer;

  constructor(id: string) {
    this.#id = id;
    this.#host = createHost({name: id, address: '127.0.0.1', storeRoot: folder});
    this.#host.run(() => {
      this.#server = createDLedgerServer(this.#host, {
        group: 'g',
        selfId: id,
        peers,
        storeBaseDir: folder,
        mappedFileSizeForEntryData: 64 * 1024,
        mappedFileSizeForEntryIndex: 32 * 1024,
      });
      this.#server.startup();
    });
  }

  async state() {
    const {memberState, store} = this.#server;
    const {role, currTerm, leaderId} = memberState;
    return {role, term: currTerm, leader: leaderId ?? 'null', committed: store.committedIndex};
  }

  async append(prefix: string, count: number): Promise<number> {
    let acknowledged = 0;
    let answered = 0;
    this.#host.run(() => {
      for (let i = 0; i < count; i++) {
        const bodies = [new TextEncoder().encode(`${prefix}${i}`)];
        this.#server
          .handleAppend({group: 'g', remoteId: this.#id, bodies, isBatch: false})
          .whenComplete(({code}) => {
            answered++;
            if (code === 200) acknowledged++;
          });
      }
    });
    await until(
      () => answered === count,
      () => `${count} answers; there were ${answered}`,
    );
    return acknowledged;
  }

  async log(): Promise<string> {
    const {store} = this.#server;
    const entries: string[] = [];
    for (let index = 0; index <= store.ledgerEndIndex; index++) {
      const {term, body} = store.get(index)!;
      entries.push(`${term}:${new TextDecoder().decode(body!)}`);
    }
    return entries.join(' ');
  }

  kill(): void {
    this.#host.end();
  }
}

const members = new Map<string, Member>();
const start = async (id: string): Promise<void> => {
  members.set(id, id === 'n2' ? new OurMember(id) : await new JavaMember(id).up());
};

/** The one that all follow. */
async function settledLeader(): Promise<{leader: string; term: number}> {
  for (let tries = 0; tries < 300; tries++) {
    const states = await Promise.all([...members.values()].map((member) => member.state()));
    const {leader, term} = states[0]!;
    const agree = states.every((state) => state.leader === leader && state.term === term);
    if (agree && states.filter(({role}) => role === 'LEADER').length === 1) return {leader, term};
    await sleep(100);
  }
  throw new Error('never: one leader that all follow');
}

/** Kills a member, waits until the others have a leader, and starts it again. */
async function killAndStart(id: string): Promise<string> {
  members.get(id)!.kill();
  members.delete(id);
  await settledLeader();
  await start(id);
  return (await settledLeader()).leader;
}

/** Asks a leader to hand over, as DLedger's own command does; answers the code. */
async function handOver(from: string, to: string, term: number): Promise<number> {
  const host = createHost({name: 'operator', address: '127.0.0.1'});
  const ids = {remoteId: from, transferId: from, transfereeId: to};
  const body = new TextEncoder().encode(JSON.stringify({group: 'g', term, ...ids}));
  const address = new Map(peers.split(';').map((peer) => peer.split('-') as [string, string])).get(from)!;
  let code: number | null = null;
  host.run(() => {
    const client = createRemotingClient(host);
    client.invoke(
      address,
      request(DLedgerRequestCode.LEADERSHIP_TRANSFER, null, body),
      10_000,
      'sync',
      (result) => {
        code = result.ok ? JSON.parse(new TextDecoder().decode(result.response.body!)).code : -1;
      },
    );
  });
  await until(
    () => code !== null,
    () => 'an answer to the hand-over',
  );
  host.end();
  return code!;
}

let count = 0;

/** Appends through the leader; all must have all of it then, and the same. */
async function writeAndCompare(leader: string): Promise<void> {
  expect(await members.get(leader)!.append(`by-${leader}-${count}-`, 150)).toBe(150);
  count += 150;
  for (const member of members.values()) {
    for (let tries = 0; (await member.state()).committed < count - 1; tries++) {
      if (tries > 100) throw new Error('never: all is committed everywhere');
      await sleep(100);
    }
  }
  const logs = new Set(await Promise.all([...members.values()].map((member) => member.log())));
  expect(logs.size).toBe(1);
  expect([...logs][0]!.split(' ')).toHaveLength(count);
}

beforeAll(async () => {
  const port = await freePorts([0, 1, 2]);
  peers = IDS.map((id, i) => `${id}-127.0.0.1:${port + i}`).join(';');
  await Promise.all(IDS.map(start));
});
afterAll(() => {
  for (const member of members.values()) member.kill();
  rmSync(folder, {recursive: true, force: true});
});

test('theirs leads ours, ours leads theirs, leads are handed over and lost, and all logs are alike to the byte', async () => {
  let {leader, term} = await settledLeader();
  if (leader === 'n2') leader = await killAndStart('n2');
  ({term} = await settledLeader());
  expect(['n0', 'n1']).toContain(leader);
  await writeAndCompare(leader);

  expect(await handOver(leader, 'n2', term)).toBe(200);
  ({leader} = await settledLeader());
  expect(leader).toBe('n2');
  await writeAndCompare('n2');

  leader = await killAndStart('n2');
  expect(['n0', 'n1']).toContain(leader);
  await writeAndCompare(leader);

  leader = await killAndStart(leader);
  await writeAndCompare(leader);

  for (const file of ['data', 'index']) {
    const [first, second, ours] = IDS.map((id) =>
      readFileSync(join(folder, `dledger-${id}/${file}/${'0'.repeat(20)}`)),
    );
    expect(second!.equals(first!)).toBe(true);
    expect(ours!.equals(first!)).toBe(true);
  }
}, 900_000);
