import type {Connection, Listener, ListenFailure} from '../../../ports/network.ts';
import {report} from '../../facts.ts';
import {GroupTransfer} from './group-transfer.ts';
import {HaClient} from './ha-client.ts';
import {HaConnection} from './ha-connection.ts';
import type {HaParts, ReplicaOutcome} from './ha-parts.ts';

/**
 * Replication of one broker, of whatever role: every one listens for slaves, and a slave besides follows its master.
 * Source: RocketMQ 4.9.1 `store.ha.HAService`.
 */
export class HaService {
  private readonly parts: HaParts;
  private readonly transfers: GroupTransfer;
  private readonly client: HaClient;
  private readonly connections = new Set<HaConnection>();
  private listener: Listener | null = null;

  constructor(parts: HaParts) {
    this.parts = parts;
    this.transfers = new GroupTransfer(parts);
    this.client = new HaClient(parts);
  }

  /** How many slaves are connected, as far as this side knows. */
  get connectionCount(): number {
    return this.connections.size;
  }

  /** The furthest that any slave has acknowledged since this process began. */
  get pushedOffset(): number {
    return this.transfers.pushedOffset;
  }

  setMasterAddress(address: string): void {
    this.client.setMasterAddress(address);
  }

  /** Answers why it cannot listen, or null. */
  start(): ListenFailure | null {
    const {host, config} = this.parts;
    const listener = host.network.listen(config.haListenPort, (connection) => this.accept(connection));
    if ('failure' in listener) return listener;
    this.listener = listener;
    this.client.start();
    return null;
  }

  shutdown(): void {
    this.client.shutdown();
    this.listener?.close();
    for (const connection of [...this.connections]) connection.close('stopped');
    this.transfers.shutdown();
  }

  /** There is more of the log to read. */
  appended(): void {
    for (const connection of this.connections) connection.appended();
  }

  /** A put up to `endOffset` wants a replica; `done` comes once, at once or when a slave has it or the patience is over. */
  replicate(endOffset: number, done: (outcome: ReplicaOutcome) => void): void {
    if (this.connections.size === 0 || !this.isSlaveNear(endOffset)) {
      const outcome: ReplicaOutcome = 'SLAVE_NOT_AVAILABLE';
      report(this.parts.host.journal, {kind: 'replica-missed', endOffset, outcome, waitedMs: 0});
      done(outcome);
      return;
    }
    this.transfers.wait(endOffset, done);
    for (const connection of this.connections) connection.wake();
  }

  /** Source: `HAService#isSlaveOK`. */
  private isSlaveNear(endOffset: number): boolean {
    return endOffset - this.transfers.pushedOffset < this.parts.config.haSlaveFallbehindMax;
  }

  private accept(socket: Connection) {
    const connection = new HaConnection(this.parts, socket, {
      acknowledged: (offset) => this.transfers.pushed(offset),
      gone: (gone) => this.connections.delete(gone),
    });
    this.connections.add(connection);
    return connection.handlers;
  }
}
