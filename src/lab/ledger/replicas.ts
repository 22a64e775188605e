import type {FactOf} from '../../rocketmq/facts.ts';
import type {EntryOf, TraceReader} from '../../sim/trace.ts';

/** A slave's log grew by what its master's log has in [from, to); the beginning of a record that ends there may have come before. */
export interface Growth {
  readonly slave: string;
  readonly master: string;
  readonly from: number;
  readonly to: number;
  /** What begins before this is not the master's: the slave was ahead of it and keeps what it had. */
  readonly ownFrom: number;
}

/**
 * How far each slave's log reaches, read from what slaves tell their masters over the replication links: eight bytes with the
 * end of their log, sent the moment it has grown. (The facts about it are told 20 times a second at most.)
 */
export class ReplicaTrack {
  readonly #trace: TraceReader;
  /** Connections by the process at one end and the address at the other. */
  readonly #connections = new Map<string, number>();
  /** Replication links: who sends to whom on them. */
  readonly #links = new Map<number, {master: string; slave: string; slaveAddress: string}>();
  /** Where the log of a slave ends, as it has told; -1 while it was not heard of since its start. */
  readonly #ends = new Map<string, number>();
  /** From where an empty slave is served, by its process. */
  readonly #begins = new Map<string, number>();
  /** Where the log of a slave that was ahead of its master ended then. */
  readonly #foreignEnds = new Map<string, number>();

  constructor(trace: TraceReader) {
    this.#trace = trace;
  }

  connected(entry: EntryOf<'connected'>): void {
    this.#connections.set(`${entry.process} ${entry.remoteAddress}`, entry.connection);
  }

  /** A master has accepted a slave. */
  slaveConnected(master: string, fact: FactOf<'slave-connected'>): void {
    const connection = this.#connections.get(`${master} ${fact.slave}`);
    if (connection !== undefined) this.#links.set(connection, {master, slave: '', slaveAddress: fact.slave});
  }

  replicationBegun(master: string, fact: FactOf<'replication-begun'>): void {
    const connection = this.#connections.get(`${master} ${fact.slave}`);
    const link = connection === undefined ? undefined : this.#links.get(connection);
    if (link === undefined) return;
    if (fact.requestedOffset === 0) this.#begins.set(link.slave, fact.fromOffset);
    if (fact.maxOffset < fact.requestedOffset) this.#foreignEnds.set(link.slave, fact.requestedOffset);
  }

  /** A broker has found out how long its log is. */
  recovered(process: string, maxOffset: number): void {
    this.#ends.set(process, maxOffset);
    if (maxOffset === 0) this.#begins.delete(process);
    if (maxOffset < (this.#foreignEnds.get(process) ?? 0)) this.#foreignEnds.set(process, maxOffset);
  }

  /** The growth of a slave's log that bytes on a link tell of; null where they tell of none. */
  bytesSent(entry: EntryOf<'bytes-sent'>): Growth | null {
    const link = this.#links.get(entry.connection);
    if (link === undefined || entry.process === link.master || entry.bytes.length < 8) return null;
    const {master} = link;
    const slave = entry.process;
    link.slave = slave;
    const bytes = this.#trace.bytes(entry.bytes);
    const to = int64At(bytes, bytes.length - (bytes.length % 8) - 8);
    const end = this.#ends.get(slave) ?? 0;
    if (to <= end) return null;
    this.#ends.set(slave, to);
    const from = end === 0 ? (this.#begins.get(slave) ?? 0) : end;
    return {slave, master, from, to, ownFrom: this.#foreignEnds.get(slave) ?? 0};
  }

  get hasLinks(): boolean {
    return this.#links.size > 0;
  }
}

/** Offsets are far below 2^53; a wild one comes out large, and is no more than that. */
function int64At(bytes: Uint8Array, at: number): number {
  let value = 0;
  for (let i = 0; i < 8; i += 1) value = value * 256 + bytes[at + i]!;
  return value;
}
