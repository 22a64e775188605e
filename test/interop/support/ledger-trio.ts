import {join} from 'node:path';
import {freePorts} from '../../host/free-ports.ts';
import {brokerIdsOf} from './operator.ts';
import {filesIn, placedAt, ServerProcesses, SMALL_FILES} from './processes.ts';
import {waitFor} from './until.ts';

export const GROUP = 'RaftNode00';
export const SEGMENT_BYTES = 65_536;
export const MEMBERS = ['n0', 'n1', 'n2'] as const;
export type Member = (typeof MEMBERS)[number];

/** Who is what in a group; the members that are not ours are Apache's. */
export interface TrioPlan {
  readonly ours: readonly Member[];
  readonly preferredLeader: Member | null;
}

/** Of each member, behind its own: the fast port, the listen port, the one of the classic replication, the ledger's. */
const PORTS_APART = 5;
const listenOffset = (member: Member): number => 3 + MEMBERS.indexOf(member) * PORTS_APART;
const PORTS = [0, ...MEMBERS.flatMap((member) => [-2, 0, 1, 2].map((more) => listenOffset(member) + more))];

/** Three brokers of one DLedger group on free ports of 127.0.0.1, and our NameServer. */
export class LedgerTrio {
  readonly #servers = new ServerProcesses('trio');
  readonly #port: number;
  readonly #plan: TrioPlan;

  private constructor(port: number, plan: TrioPlan) {
    this.#port = port;
    this.#plan = plan;
  }

  /** With all of them started, and nobody elected yet. */
  static async started(plan: TrioPlan): Promise<LedgerTrio> {
    const trio = new LedgerTrio(await freePorts(PORTS), plan);
    const words = ['namesrv', '-p', String(trio.#port), '--store', trio.#servers.folder];
    await trio.#servers.ours('namesrv', words, ['Name Server boot']);
    await Promise.all(MEMBERS.map((member) => trio.start(member)));
    return trio;
  }

  get namesrvAddr(): string {
    return `127.0.0.1:${this.#port}`;
  }

  get clientHome(): string {
    return this.#servers.clientHome;
  }

  start(member: Member): Promise<void> {
    const conf = this.#conf(member);
    const store = this.#servers.store(member);
    return this.#isOurs(member)
      ? this.#servers.ours(member, ['broker', '-c', conf, '--store', store], ['boot success. serial'])
      : this.#servers.apachesBroker(member, conf, 'JSON', `${this.clientHome}-${member}`);
  }

  kill(member: Member): Promise<void> {
    return this.#servers.stop(member, 'SIGKILL');
  }

  end(): Promise<void> {
    return this.#servers.end();
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
    const folder = join(this.#servers.store(member), `dledger-${member}`, 'data');
    const bytes = Buffer.concat([...filesIn(folder).values()]);
    let length = bytes.length;
    while (length > 0 && bytes[length - 1] === 0) length--;
    return bytes.subarray(0, length);
  }

  #isOurs(member: Member): boolean {
    return this.#plan.ours.includes(member);
  }

  #conf(member: Member): string {
    const {preferredLeader} = this.#plan;
    const peers = MEMBERS.map((one) => `${one}-127.0.0.1:${this.#port + listenOffset(one) + 2}`).join(';');
    return this.#servers.conf(member, [
      'brokerClusterName=RaftCluster',
      `brokerName=${GROUP}`,
      ...placedAt(this.#servers.store(member)),
      `listenPort=${this.#port + listenOffset(member)}`,
      `namesrvAddr=${this.namesrvAddr}`,
      `mappedFileSizeCommitLog=${SEGMENT_BYTES}`,
      ...SMALL_FILES,
      'enableDLegerCommitLog=true',
      `dLegerGroup=${GROUP}`,
      `dLegerPeers=${peers}`,
      `dLegerSelfId=${member}`,
      ...(preferredLeader === null ? [] : [`preferredLeaderId=${preferredLeader}`]),
      // As shipped, a preferred leader that is handed the lead before it has caught up stays a candidate for ever (S2), as ours
      // would on a slow machine.
      ...(member === preferredLeader && this.#isOurs(member) ? ['lab.fix=transfer-when-caught-up'] : []),
    ]);
  }
}
