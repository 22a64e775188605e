import {DiskError} from '../../ports/disk.ts';
import type {Host} from '../../ports/host.ts';
import {report} from '../facts.ts';
import {check, DLedgerResponseCode} from './codes.ts';
import {type DLedgerConfig, dledgerPath} from './config.ts';
import {type Peers, parsePeers} from './peers.ts';
import {javaLong, readPropertiesFile, replaceTextFile, replaceTextFileDurably} from './text-file.ts';

export type Role = 'CANDIDATE' | 'LEADER' | 'FOLLOWER';

const TERM_FILE = 'currterm';

/**
 * What a member knows of itself and its group. Term and vote are in a file, rewritten at each change; nothing else is.
 * Every member begins as a candidate, where Raft's begin as followers.
 * Source: DLedger 0.2.2 `MemberState`.
 */
export class MemberState {
  readonly group: string;
  readonly selfId: string;
  readonly peers: Peers;
  /** Leader only: did the last heartbeat reach the peer? Empty when a leadership begins. */
  readonly peersLive = new Map<string, boolean>();
  private readonly host: Host;
  private readonly termPath: string;
  private readonly isDurable: boolean;
  private readonly durabilityWaiters: ((isDurable: boolean) => void)[] = [];
  private isWritingDurably = false;
  private currentRole: Role = 'CANDIDATE';
  private currentLeaderId: string | null = null;
  private term = 0;
  private votedFor: string | null = null;
  private endIndex = -1;
  private endTerm = -1;
  /** Not persisted, and never lowered. */
  private knownMaxTermInGroup = -1;
  private currentTransferee: string | null = null;
  /** Transferee only: the term in which it is to take over; -1 without. */
  termToTakeLeadership = -1;

  constructor(host: Host, config: DLedgerConfig) {
    this.host = host;
    this.group = config.group;
    this.selfId = config.selfId;
    this.peers = parsePeers(config.peers);
    this.isDurable = config.fixes.has('durable-vote');
    this.termPath = `${dledgerPath(config)}/${TERM_FILE}`;
    this.loadTerm();
  }

  get role(): Role {
    return this.currentRole;
  }

  get isLeader(): boolean {
    return this.currentRole === 'LEADER';
  }

  get isFollower(): boolean {
    return this.currentRole === 'FOLLOWER';
  }

  get isCandidate(): boolean {
    return this.currentRole === 'CANDIDATE';
  }

  /** Null: not known; a candidate knows none. */
  get leaderId(): string | null {
    return this.currentLeaderId;
  }

  get currTerm(): number {
    return this.term;
  }

  /** Who got this member's vote in the current term. */
  get currVoteFor(): string | null {
    return this.votedFor;
  }

  /** As the file store last told; stays -1 with a memory store. */
  get ledgerEndIndex(): number {
    return this.endIndex;
  }

  get ledgerEndTerm(): number {
    return this.endTerm;
  }

  /** To whom this leader is handing over; appends are refused meanwhile. */
  get transferee(): string | null {
    return this.currentTransferee;
  }

  get peerSize(): number {
    return this.peers.size;
  }

  isQuorum(count: number): boolean {
    return count >= Math.floor(this.peers.size / 2) + 1;
  }

  isPeerMember(id: string | null): id is string {
    return id !== null && this.peers.has(id);
  }

  /** With `durable-vote` it is for the caller to ask `whenTermDurable`. */
  setCurrVoteFor(candidate: string): void {
    this.votedFor = candidate;
    if (!this.isDurable) this.persistTerm();
  }

  /** Writes term and vote down so that no crash takes them back; `done` comes later, with whether that worked. */
  whenTermDurable(done: (isDurable: boolean) => void): void {
    this.durabilityWaiters.push(done);
    if (!this.isWritingDurably) this.writeDurably();
  }

  /** Takes a vote back that could not be made durable. Only with `durable-vote`. */
  withdrawVote(previous: string | null): void {
    this.votedFor = previous;
  }

  /** Raises the term: by one, or to the highest that was heard of. */
  nextTerm(): number {
    check(this.isCandidate, DLedgerResponseCode.ILLEGAL_MEMBER_STATE, () => `${this.role} != CANDIDATE`);
    const from = this.term;
    this.term = this.knownMaxTermInGroup > from ? this.knownMaxTermInGroup : from + 1;
    this.votedFor = null;
    this.persistTerm();
    report(this.host.journal, {
      kind: 'dledger-term-changed',
      group: this.group,
      selfId: this.selfId,
      from,
      term: this.term,
    });
    return this.term;
  }

  changeToLeader(term: number): void {
    this.checkTerm(term);
    this.currentRole = 'LEADER';
    this.currentLeaderId = this.selfId;
    this.peersLive.clear();
  }

  changeToFollower(term: number, leaderId: string): void {
    this.checkTerm(term);
    this.currentRole = 'FOLLOWER';
    this.currentLeaderId = leaderId;
    this.currentTransferee = null;
  }

  /** The current term does not move here: that is for the elector's next turn. */
  changeToCandidate(term: number): void {
    check(
      term >= this.term,
      DLedgerResponseCode.ILLEGAL_MEMBER_STATE,
      () => `should ${term} >= ${this.term}`,
    );
    if (term > this.knownMaxTermInGroup) this.knownMaxTermInGroup = term;
    this.currentRole = 'CANDIDATE';
    this.currentLeaderId = null;
    this.currentTransferee = null;
  }

  setTransferee(id: string | null): void {
    check(this.isLeader, DLedgerResponseCode.ILLEGAL_MEMBER_STATE, () => `${this.selfId} is not leader`);
    this.currentTransferee = id;
  }

  updateLedgerIndexAndTerm(index: number, term: number): void {
    this.endIndex = index;
    this.endTerm = term;
  }

  private termText(): string {
    return `voteLeader=${this.votedFor ?? ''}\ncurrTerm=${this.term}\n`;
  }

  private checkTerm(term: number): void {
    check(this.term === term, DLedgerResponseCode.ILLEGAL_MEMBER_STATE, () => `${this.term} != ${term}`);
  }

  /** Only the file itself counts: a missing or unreadable one means term 0 and no vote, whatever stands in `.bak`. */
  private loadTerm(): void {
    const properties = readPropertiesFile(this.host.disk, this.termPath);
    if (properties === null) return;
    const termText = properties.get('currTerm');
    if (termText !== undefined) {
      const term = javaLong(termText);
      if (term === null) {
        report(this.host.journal, {kind: 'warned', text: `Load last term failed: currTerm=${termText}`});
        return;
      }
      this.term = term;
    }
    this.votedFor = properties.get('voteLeader') || null;
  }

  /** A write that fails is only told of; the vote counts nevertheless. */
  private persistTerm(): void {
    if (this.isDurable) {
      this.whenTermDurable(() => {});
      return;
    }
    try {
      replaceTextFile(this.host.disk, this.termPath, this.termText());
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      report(this.host.journal, {kind: 'warned', text: `Persist curr term failed: ${error.message}`});
    }
  }

  private writeDurably(): void {
    const waiters = this.durabilityWaiters.splice(0);
    this.isWritingDurably = true;
    const ended = (isDurable: boolean): void => {
      this.isWritingDurably = false;
      for (const done of waiters) done(isDurable);
      if (this.durabilityWaiters.length > 0 && !this.isWritingDurably) this.writeDurably();
    };
    try {
      replaceTextFileDurably(this.host.disk, this.termPath, this.termText(), ended);
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      report(this.host.journal, {kind: 'warned', text: `Persist curr term failed: ${error.message}`});
      this.host.clock.after(0, () => ended(false));
    }
  }
}
