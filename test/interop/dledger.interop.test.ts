import {type ChildProcess, spawn} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {createHost, type NodeHost} from '../../src/host/host.ts';
import {DLedgerRequestCode} from '../../src/rocketmq/dledger/codes.ts';
import {createDLedgerServer, type DLedgerServer} from '../../src/rocketmq/dledger/dledger-server.ts';
import {createRemotingClient} from '../../src/rocketmq/remoting/client.ts';
import {request} from '../../src/rocketmq/remoting/command.ts';
import {freePorts} from '../host/free-ports.ts';
import {BUILT} from './support/driver.ts';
import {until, waitFor} from './support/until.ts';

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
  let states: Awaited<ReturnType<Member['state']>>[] = [];
  const agree = async (): Promise<boolean> => {
    states = await Promise.all([...members.values()].map((member) => member.state()));
    const {leader, term} = states[0]!;
    const isAgreed = states.every((state) => state.leader === leader && state.term === term);
    return isAgreed && states.filter(({role}) => role === 'LEADER').length === 1;
  };
  await waitFor(agree, () => `one leader that all follow: ${JSON.stringify(states)}`);
  return states[0]!;
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

const COUNT = 150;
let rounds = 0;

/**
 * Has one of these lead, and append: all must have all of it then, and the same. A leader that has not heard of the others for
 * seconds, as on a busy machine, gives up the lead: then once more.
 */
async function writeAndCompare(
  leaders: readonly string[],
  makeLeader: () => Promise<string>,
): Promise<string> {
  let leader = '';
  let prefix = '';
  let acknowledged = 0;
  await waitFor(
    async () => {
      leader = await makeLeader();
      if (!leaders.includes(leader)) return false;
      prefix = `by-${leader}-${rounds++}-`;
      acknowledged = await members.get(leader)!.append(prefix, COUNT);
      return acknowledged === COUNT;
    },
    () => `${COUNT} entries by one of ${leaders}; ${acknowledged} by ${leader}`,
  );
  let logs: string[] = [];
  let committed: number[] = [];
  await waitFor(
    async () => {
      const all = [...members.values()];
      committed = (await Promise.all(all.map((member) => member.state()))).map((state) => state.committed);
      logs = await Promise.all(all.map((member) => member.log()));
      return new Set(logs).size === 1 && committed.every((index) => index === logs[0]!.split(' ').length - 1);
    },
    () =>
      `all is committed everywhere, and the same: ${committed} of ${logs.map((log) => log.split(' ').length)}`,
  );
  const bodies = logs[0]!.split(' ').map((entry) => entry.slice(entry.indexOf(':') + 1));
  const wanted = Array.from({length: COUNT}, (_, i) => `${prefix}${i}`);
  expect(bodies.filter((body) => body.startsWith(prefix))).toEqual(wanted);
  return leader;
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
  const theirs = ['n0', 'n1'];
  const withoutOurs = async (): Promise<string> => {
    const {leader} = await settledLeader();
    return leader === 'n2' ? killAndStart('n2') : leader;
  };
  await writeAndCompare(theirs, withoutOurs);

  let code = 0;
  await writeAndCompare(['n2'], async () => {
    const {leader, term} = await settledLeader();
    if (leader === 'n2' && code === 200) return leader;
    // It is given three seconds to be elected. If that was too short and it leads nevertheless, it hands the lead back, to be asked again.
    const to = leader === 'n2' ? 'n0' : 'n2';
    const answer = await handOver(leader, to, term);
    if (to === 'n2') code = answer;
    return code === 200 ? (await settledLeader()).leader : '';
  });
  expect(code).toBe(200);

  let isKilled = false;
  const leader = await writeAndCompare(theirs, async () => {
    if (isKilled) return withoutOurs();
    isKilled = true;
    return killAndStart('n2');
  });

  await killAndStart(leader);
  await writeAndCompare(IDS, async () => (await settledLeader()).leader);

  for (const file of ['data', 'index']) {
    const [first, second, ours] = IDS.map((id) =>
      readFileSync(join(folder, `dledger-${id}/${file}/${'0'.repeat(20)}`)),
    );
    expect(second!.equals(first!)).toBe(true);
    expect(ours!.equals(first!)).toBe(true);
  }
});
