import {type ChildProcess, spawn} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {endChild, javaFlags} from './driver.ts';
import {brokerIdsOf} from './operator.ts';
import {freePorts} from './ports.ts';
import {until, waitFor} from './until.ts';

const ROOT = join(import.meta.dirname, '../../..');
export const GROUP = 'RaftNode00';
export const SEGMENT_BYTES = 65_536;
export const MEMBERS = ['n0', 'n1', 'n2'] as const;
export type Member = (typeof MEMBERS)[number];
/** The others are Apache's. */
export const OURS: Member = 'n2';

/** Of each member, behind its own: the fast port, the listen port, the one of the classic replication, the ledger's. */
const PORTS_APART = 5;
const listenOffset = (member: Member): number => 3 + MEMBERS.indexOf(member) * PORTS_APART;
const PORTS = [0, ...MEMBERS.flatMap((member) => [-2, 0, 1, 2].map((more) => listenOffset(member) + more))];

/** Three brokers of one DLedger group on free ports of 127.0.0.1, two of them Apache's and one ours, and our NameServer. */
export class LedgerTrio {
  readonly folder = mkdtempSync(join(tmpdir(), 'lab-trio-'));
  readonly #children = new Map<string, ChildProcess>();
  readonly #port: number;

  private constructor(port: number) {
    this.#port = port;
  }

  /** With all of them started, and nobody elected yet. */
  static async started(): Promise<LedgerTrio> {
    const trio = new LedgerTrio(await freePorts(PORTS));
    const args = ['tools/lab.mjs', 'serve', 'namesrv', '-p', String(trio.#port), '--store', trio.folder];
    await trio.#run('namesrv', process.execPath, args, 'Name Server boot');
    await Promise.all(MEMBERS.map((member) => trio.start(member)));
    return trio;
  }

  get namesrvAddr(): string {
    return `127.0.0.1:${this.#port}`;
  }

  get clientHome(): string {
    return join(this.folder, 'home');
  }

  async start(member: Member): Promise<void> {
    const conf = this.#conf(member);
    if (member === OURS) {
      const args = ['tools/lab.mjs', 'serve', 'broker', '-c', conf, '--store', join(this.folder, member)];
      await this.#run(member, process.execPath, args, 'boot success. serial');
      return;
    }
    const flags = javaFlags(join(this.folder, `home-${member}`), 'JSON');
    const main = 'org.apache.rocketmq.broker.BrokerStartup';
    await this.#run(member, 'java', [...flags, main, '-c', conf], 'boot success');
  }

  async kill(member: Member): Promise<void> {
    const child = this.#children.get(member);
    this.#children.delete(member);
    if (child !== undefined) await endChild(child, 'SIGKILL', 60_000);
  }

  async end(): Promise<void> {
    for (const name of [...this.#children.keys()]) {
      const child = this.#children.get(name)!;
      this.#children.delete(name);
      await endChild(child, 'SIGKILL', 60_000);
    }
    rmSync(this.folder, {recursive: true, force: true});
  }

  /** brokerId of each member, as the NameServer has it: the third column of `mqadmin clusterList`. */
  async table(): Promise<Partial<Record<Member, number>>> {
    const ids = await brokerIdsOf(this.namesrvAddr, GROUP);
    const rows: Partial<Record<Member, number>> = {};
    for (const [brokerId, address] of ids) {
      const member = MEMBERS.find((one) => address.endsWith(`:${this.#port + listenOffset(one)}`));
      if (member !== undefined) rows[member] = brokerId;
    }
    return rows;
  }

  /** Until the NameServer's table is one that is wanted. */
  async untilTable(
    isWanted: (table: Partial<Record<Member, number>>) => boolean,
    what: string,
  ): Promise<Partial<Record<Member, number>>> {
    let table: Partial<Record<Member, number>> = {};
    await waitFor(
      async () => {
        table = await this.table();
        return isWanted(table);
      },
      () => `${what}; the table is ${JSON.stringify(table)}`,
    );
    return table;
  }

  /** The files of a member's ledger one behind the other, without the zeros at their end. */
  ledger(member: Member): Buffer {
    const folder = join(this.folder, member, `dledger-${member}`, 'data');
    const names = existsSync(folder) ? readdirSync(folder).sort() : [];
    const bytes = Buffer.concat(names.map((name) => readFileSync(join(folder, name))));
    let length = bytes.length;
    while (length > 0 && bytes[length - 1] === 0) length--;
    return bytes.subarray(0, length);
  }

  #conf(member: Member): string {
    const store = join(this.folder, member);
    mkdirSync(store, {recursive: true});
    const file = join(this.folder, `${member}.conf`);
    const peers = MEMBERS.map((one) => `${one}-127.0.0.1:${this.#port + listenOffset(one) + 2}`).join(';');
    const lines = [
      'brokerClusterName=RaftCluster',
      `brokerName=${GROUP}`,
      'brokerIP1=127.0.0.1',
      'brokerIP2=127.0.0.1',
      `listenPort=${this.#port + listenOffset(member)}`,
      `namesrvAddr=${this.namesrvAddr}`,
      `storePathRootDir=${store}`,
      `storePathCommitLog=${join(store, 'commitlog')}`,
      `mappedFileSizeCommitLog=${SEGMENT_BYTES}`,
      'mappedFileSizeConsumeQueue=6000',
      'maxHashSlotNum=500',
      'maxIndexNum=2000',
      'enableDLegerCommitLog=true',
      `dLegerGroup=${GROUP}`,
      `dLegerPeers=${peers}`,
      `dLegerSelfId=${member}`,
      `preferredLeaderId=${OURS}`,
      // As shipped, a preferred leader that is handed the lead before it has caught up stays a candidate for ever (S2), and on a slow machine
      // ours would be. Theirs never get the lead handed over.
      ...(member === OURS ? ['lab.fix=transfer-when-caught-up'] : []),
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    return file;
  }

  async #run(name: string, command: string, args: readonly string[], line: string): Promise<void> {
    const child = spawn(command, args, {cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe']});
    this.#children.set(name, child);
    let printed = '';
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
    }
    await until(
      () => printed.includes(line) || child.exitCode !== null,
      () => `${name} up: ${printed}`,
    );
    if (!printed.includes(line)) throw new Error(`${name} did not start: ${printed}`);
  }
}
