import type {Timer} from '../../ports/clock.ts';
import type {Host} from '../../ports/host.ts';
import type {Role} from '../dledger/member-state.ts';
import {report} from '../facts.ts';
import type {DefaultMessageStore} from '../store/default-message-store.ts';
import type {DLedgerCommitLog} from '../store/dledger/dledger-commit-log.ts';
import type {RoleChanges, RoleFollower} from './dledger-port.ts';

/** How often a new leader looks whether everything of earlier terms is committed and dispatched. */
const LOOK_MS = 100;

export interface RoleChangeParts extends RoleChanges {
  readonly host: Host;
  readonly log: DLedgerCommitLog;
  readonly store: DefaultMessageStore;
}

interface RoleEvent {
  readonly term: number;
  readonly role: Role;
}

/**
 * Makes of a member's role what the broker is. One thread takes the events in their order. A leader becomes master only once
 * its log is committed and dispatched to the end; as it refuses puts until then, that takes the committing of entries of
 * earlier terms, and where that cannot happen (S6) it waits for as long as it leads, and no later event is taken.
 * Source: RocketMQ 4.9.1 `broker.dledger.DLedgerRoleChangeHandler`.
 */
export class DLedgerRoleChangeHandler implements RoleFollower {
  private readonly parts: RoleChangeParts;
  private readonly events: RoleEvent[] = [];
  private timer: Timer | null = null;
  private isStopped = false;
  private hasToldWait = false;

  constructor(parts: RoleChangeParts) {
    this.parts = parts;
    parts.log.server.addRoleChangeHandler((term, role) => {
      if (this.isStopped) return;
      this.events.push({term, role});
      if (this.timer === null) this.after(0);
    });
  }

  stop(): void {
    this.isStopped = true;
    this.timer?.cancel();
    this.timer = null;
  }

  private after(delayMs: number): void {
    this.timer = this.parts.host.clock.after(delayMs, () => {
      this.timer = null;
      this.work();
    });
  }

  /** Events one after the other, up to one that has to wait. */
  private work(): void {
    for (;;) {
      const event = this.events[0];
      if (event === undefined) return;
      if (!this.handle(event)) {
        this.after(LOOK_MS);
        return;
      }
      this.events.shift();
    }
  }

  /** False: not yet. */
  private handle({term, role}: RoleEvent): boolean {
    const {host, log, store} = this.parts;
    switch (role) {
      case 'CANDIDATE':
        if (store.brokerRole !== 'SLAVE') this.parts.changeToSlave(log.slaveBrokerId);
        return true;
      case 'FOLLOWER':
        this.parts.changeToSlave(log.slaveBrokerId);
        return true;
      case 'LEADER': {
        const {memberState} = log.server;
        if (!memberState.isLeader) {
          const {group, selfId} = memberState;
          this.hasToldWait = false;
          report(host.journal, {kind: 'broker-mastership-missed', group, selfId, term});
          return true;
        }
        if (!log.isCaughtUp(store.dispatchBehindBytes)) {
          this.tellWaits(term);
          return false;
        }
        this.hasToldWait = false;
        store.recoverTopicQueueTable();
        this.parts.changeToMaster('SYNC_MASTER');
        return true;
      }
      default: {
        const never: never = role;
        throw new Error(`no such role: ${String(never)}`);
      }
    }
  }

  private tellWaits(term: number): void {
    if (this.hasToldWait) return;
    this.hasToldWait = true;
    const {host, log, store} = this.parts;
    const {group, selfId} = log.server.memberState;
    const {ledgerEndIndex, committedIndex} = log.server.store;
    const {dispatchBehindBytes} = store;
    report(host.journal, {
      kind: 'broker-mastership-waits',
      group,
      selfId,
      term,
      ledgerEndIndex,
      committedIndex,
      dispatchBehindBytes,
    });
  }
}
