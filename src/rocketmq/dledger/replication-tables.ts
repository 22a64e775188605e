import type {Host} from '../../ports/host.ts';
import {report} from '../facts.ts';
import type {AppendFuture} from './append-future.ts';
import {DLedgerResponseCode} from './codes.ts';
import type {DLedgerConfig} from './config.ts';
import type {MemberState} from './member-state.ts';
import {emptyMessage} from './protocol.ts';
import type {DLedgerRpc} from './rpc.ts';
import type {DLedgerStore} from './store.ts';

/** Whom dispatchers tell that a peer has more, or may have: at once, or for the next look. */
export interface AckListener {
  wakeUp(): void;
  notice(): void;
}

/**
 * What the threads of a leader's replication share: who has acknowledged what, and who waits for it.
 * Source: the tables of DLedger 0.2.2 `DLedgerEntryPusher`.
 */
export class ReplicationTables {
  readonly config: DLedgerConfig;
  readonly host: Host;
  readonly memberState: MemberState;
  readonly store: DLedgerStore;
  readonly rpc: DLedgerRpc;
  /** By term and peer: the highest index acknowledged. It jumps over gaps and never goes down within a term. */
  readonly watermarksByTerm = new Map<number, Map<string, number>>();
  /** By term and index: who waits for a quorum. */
  readonly pendingByTerm = new Map<number, Map<number, AppendFuture>>();

  constructor(
    host: Host,
    config: DLedgerConfig,
    memberState: MemberState,
    store: DLedgerStore,
    rpc: DLedgerRpc,
  ) {
    this.host = host;
    this.config = config;
    this.memberState = memberState;
    this.store = store;
    this.rpc = rpc;
  }

  getPeerWaterMark(term: number, peer: string): number {
    return this.watermarksOf(term).get(peer) ?? -1;
  }

  updatePeerWaterMark(term: number, peer: string, index: number): void {
    const watermarks = this.watermarksOf(term);
    const before = watermarks.get(peer);
    if (before === undefined || before >= index) return;
    watermarks.set(peer, index);
    if (peer === this.memberState.selfId) return;
    report(this.host.journal, {
      kind: 'dledger-acknowledged',
      group: this.memberState.group,
      selfId: this.memberState.selfId,
      peer,
      term,
      index,
    });
  }

  watermarksOf(term: number): Map<string, number> {
    let watermarks = this.watermarksByTerm.get(term);
    if (watermarks === undefined) {
      watermarks = new Map();
      for (const peer of this.memberState.peers.keys()) watermarks.set(peer, -1);
      this.watermarksByTerm.set(term, watermarks);
    }
    return watermarks;
  }

  pendingOf(term: number): Map<number, AppendFuture> {
    let pending = this.pendingByTerm.get(term);
    if (pending === undefined) {
      pending = new Map();
      this.pendingByTerm.set(term, pending);
    }
    return pending;
  }

  /** Tells whoever waits, and the journal, that an append has not come to a good end. */
  failPending(term: number, index: number, future: AppendFuture, code: number, responseTerm: number): void {
    const {memberState, host} = this;
    if (future.isDone) return;
    report(host.journal, {
      kind: 'dledger-append-failed',
      group: memberState.group,
      selfId: memberState.selfId,
      term,
      index,
      code,
    });
    future.complete({
      ...emptyMessage(),
      group: memberState.group,
      code,
      term: responseTerm,
      index,
      leaderId: code === DLedgerResponseCode.TERM_CHANGED ? memberState.leaderId : memberState.selfId,
      pos: -1,
    });
  }
}
