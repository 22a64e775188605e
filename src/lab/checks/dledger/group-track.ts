import type {FactOf} from '../../../rocketmq/facts.ts';
import type {DLedgerCheckName} from '../check-names.ts';
import {asConfigured, type Cause, defect, Findings, known} from './findings.ts';
import {GroupCauses, sayTaker} from './group-causes.ts';
import {type Calamity, GroupState, type Member} from './group-state.ts';
import {isSameEntry, type LogEntry, type LogTaker, MemberLog} from './member-log.ts';

/**
 * What can be said against one DLedger group, at every entry of its history: every fact is judged when it is told. Logs are kept
 * as the members told them, and compared where they change.
 */
export class GroupTrack {
  readonly oneLeader = new Findings('one-leader-per-term');
  readonly logsMatch = new Findings('logs-match');
  readonly leaderComplete = new Findings('leader-complete');
  readonly neverLost = new Findings('committed-never-lost');
  readonly inOrder = new Findings('state-machine-order');
  readonly staysCut = new Findings('cut-stays-cut');
  private readonly group: string;
  private readonly state = new GroupState();
  private readonly causes = new GroupCauses(this.state);
  /** By index: what the first member to commit it has handed on. */
  private readonly applied: (LogEntry | undefined)[] = [];

  constructor(group: string) {
    this.group = group;
  }

  member(id: string, process: string, fixes: ReadonlySet<string>): Member {
    let member = this.state.members.get(id);
    if (member === undefined) {
      member = {
        id,
        process,
        fixes,
        log: new MemberLog(),
        committedIndex: -1,
        beginIndex: 0,
        leads: false,
        opening: false,
        votes: new Map(),
        calamity: null,
        forgotVoteOf: -1,
        lostDisk: false,
        wasCut: false,
        losses: [],
      };
      this.state.add(member);
    }
    return member;
  }

  started(process: string): void {
    for (const member of this.state.membersIn(process)) member.opening = true;
  }

  ended(process: string): void {
    for (const member of this.state.membersIn(process)) member.leads = false;
  }

  /** The gravest of what befell it counts. */
  befell(process: string, calamity: Calamity): void {
    for (const member of this.state.membersIn(process)) {
      if (calamity.by === 'disk-destroyed') {
        member.lostDisk = true;
        const gone = member.log.clear();
        this.lose(member, gone, calamity.by, calamity.entryId);
      }
      if (member.calamity?.by !== 'disk-destroyed') member.calamity = calamity;
    }
  }

  syncsFail(process: string): void {
    for (const member of this.state.membersIn(process)) member.log.distrustSyncs();
  }

  flushed(process: string, pos: number): void {
    for (const member of this.state.membersIn(process)) member.log.flushed(pos);
  }

  recovered(member: Member, fact: FactOf<'dledger-recovered'>, entryId: number): void {
    const {calamity, log} = member;
    member.opening = false;
    member.leads = false;
    for (const term of member.votes.keys())
      if (fact.term < term || (fact.term === term && fact.votedFor === null)) member.forgotVoteOf = term;
    const {gone, risen} = log.recovered(fact.endIndex, calamity?.by === 'power-loss');
    this.lose(member, gone, calamity?.by ?? 'nothing-known', entryId);
    for (const entry of gone) {
      const reign = this.state.reigns.get(entry.term);
      if (reign?.leader === member.id) reign.forgot = true;
    }
    if (member.wasCut) this.checkRisen(member, risen, calamity, entryId);
    member.calamity = null;
    member.beginIndex = Math.max(0, fact.beginIndex);
    for (const entry of risen) this.compare(member, entry, entryId);
    member.committedIndex = fact.committedIndex;
    for (let index = Math.max(0, fact.beginIndex); index <= fact.committedIndex; index += 1) {
      this.apply(
        member,
        index,
        entryId,
        risen.some((entry) => entry.index === index),
      );
    }
  }

  private checkRisen(
    member: Member,
    risen: readonly LogEntry[],
    calamity: Calamity | null,
    entryId: number,
  ): void {
    this.staysCut.looked += 1;
    member.wasCut = false;
    if (risen.length === 0) return;
    // What wipes is in the page cache like everything else.
    const cause =
      calamity === null
        ? known('S3', member.fixes)
        : asConfigured(`${sayTaker(calamity.by)} took from ${member.id} what says that they were cut off`);
    const what = `${sayIndexes(risen)} of ${this.group}, which ${member.id} had cut off, ${risen.length === 1 ? 'is' : 'are'} in its log again`;
    this.staysCut.add(entryId, cause, what);
  }

  roleChanged(member: Member, fact: FactOf<'dledger-role-changed'>, entryId: number): void {
    member.leads = fact.role === 'LEADER';
    if (!member.leads) return;
    const {term} = fact;
    const reign = this.state.reigns.get(term);
    this.oneLeader.looked += 1;
    if (reign === undefined) this.state.reigns.set(term, {leader: member.id, forgot: false});
    else if (reign.leader !== member.id) {
      const cause = this.state.doubleVotes.get(term) ?? defect('nobody is known to have voted twice');
      this.oneLeader.add(
        entryId,
        cause,
        `${reign.leader} and ${member.id} both lead term ${term} of ${this.group}`,
      );
    }
    this.checkComplete(member, entryId);
  }

  voteAnswered(member: Member, fact: FactOf<'dledger-vote-answered'>): void {
    if (fact.result !== 'ACCEPT') return;
    const {term, candidate} = fact;
    const earlier = member.votes.get(term);
    member.votes.set(term, candidate);
    if (earlier === undefined || earlier === candidate) return;
    const forgot = member.forgotVoteOf >= term;
    const cause = member.lostDisk
      ? asConfigured(`${member.id} voted twice, as its disk with its vote was replaced`)
      : forgot
        ? known('S8', member.fixes)
        : defect(`${member.id} voted for ${earlier} and for ${candidate}`);
    this.state.doubleVotes.set(term, cause);
  }

  appended(member: Member, fact: FactOf<'dledger-appended'>, entryId: number): void {
    const {index, term, pos, sizeBytes, bodyCrc} = fact;
    const entry = {index, term, pos, sizeBytes, bodyCrc};
    member.log.append(entry);
    const committed = this.state.committed[index];
    if (committed !== undefined && isSameEntry(committed.entry, entry)) committed.holders.add(member.id);
    this.compare(member, entry, entryId);
    if (index <= member.committedIndex) {
      const cause = known('S6', member.fixes);
      this.apply(member, index, entryId, false, cause);
    }
  }

  trimmed(member: Member, {beginIndex}: FactOf<'dledger-trimmed'>): void {
    member.beginIndex = beginIndex;
  }

  truncated(member: Member, fact: FactOf<'dledger-truncated'>, entryId: number): void {
    const entry: LogEntry = {
      index: fact.endIndex,
      term: fact.entryTerm,
      pos: fact.pos,
      sizeBytes: fact.sizeBytes,
      bodyCrc: fact.bodyCrc,
    };
    const {unsureFrom, end} = member.log;
    const gone = member.log.cut(entry, fact.wasThere);
    if (end + 1 < entry.index) member.beginIndex = entry.index;
    if (gone.length > 0) member.wasCut = true;
    const leader = this.state.members.get(fact.leaderId);
    // A log that ends before its leader's begins is dropped whole. Of what the leader has deleted, it goes as that did.
    const expired = gone.filter(({index}) => index < (leader?.beginIndex ?? 0));
    this.lose(member, expired, 'deleted', entryId);
    // What a loss of power has left of its last entries may be torn, and is rightly cut off and fetched again.
    this.lose(
      member,
      gone.filter(({index}) => unsureFrom <= index),
      'power-loss',
      entryId,
    );
    const taken = gone
      .slice(expired.length)
      .filter((one) => one.index < unsureFrom && this.state.isCommitted(one) && !isSameEntry(one, entry));
    if (taken.length > 0) {
      const first = taken[0]!;
      const cause = this.causes.whyCutOff(leader, member, first);
      this.neverLost.add(
        entryId,
        cause,
        `${fact.leaderId} made ${member.id} cut off ${sayIndexes(taken)} of ${this.group}, which ${taken.length === 1 ? 'was' : 'were'} committed`,
      );
      for (const one of taken) member.losses.push({by: 'cut', entryId, entry: one, cause});
    }
    if (!fact.wasThere) this.compare(member, entry, entryId);
  }

  committedTo(member: Member, fact: FactOf<'dledger-committed'>, term: number, entryId: number): void {
    // What it believes before it has told of its log is told with the log.
    if (member.opening) return;
    const from = Math.min(member.committedIndex, fact.index) + 1;
    for (let index = from; index <= fact.index; index += 1) {
      const entry = member.log.at(index);
      if (entry === undefined) continue;
      if (member.leads) this.commit(member, entry, term, entryId);
      this.apply(member, index, entryId, false);
    }
    member.committedIndex = fact.index;
  }

  findings(name: DLedgerCheckName): Findings {
    switch (name) {
      case 'one-leader-per-term':
        return this.oneLeader;
      case 'logs-match':
        return this.logsMatch;
      case 'leader-complete':
        return this.leaderComplete;
      case 'committed-never-lost':
        return this.neverLost;
      case 'state-machine-order':
        return this.inOrder;
      case 'cut-stays-cut':
        return this.staysCut;
    }
  }

  /** The entry of a process whose bytes begin there. */
  entryAt(process: string, pos: number): LogEntry | undefined {
    return this.state.membersIn(process)[0]?.log.atPos(pos);
  }

  /** Whether it is or once was what its group has committed at its index. */
  wasCommitted(entry: LogEntry): boolean {
    return this.state.commitOf(entry) !== undefined;
  }

  private commit(leader: Member, entry: LogEntry, term: number, entryId: number): void {
    const {index} = entry;
    const before = this.state.committed[index];
    this.neverLost.looked += 1;
    const holders = new Set<string>();
    for (const member of this.state.members.values()) if (member.log.holds(entry)) holders.add(member.id);
    if (before !== undefined) {
      if (isSameEntry(before.entry, entry)) return;
      this.state.replaced.set(index, [...(this.state.replaced.get(index) ?? []), before]);
      this.neverLost.add(
        entryId,
        this.causes.whyGone(before.entry),
        `entry ${index} of ${this.group}, committed in term ${before.term}, is another one since term ${term}`,
      );
    } else if (holders.size < this.state.majority) {
      const once = [...this.state.members.values()].filter(
        (member) => holders.has(member.id) || member.losses.some((loss) => isSameEntry(loss.entry, entry)),
      );
      if (once.length < this.state.majority) {
        this.neverLost.add(
          entryId,
          this.causes.whyFalselyCommitted(leader, entry),
          `entry ${index} of ${this.group} is called committed, and only ${[...holders].join(' and ') || 'nobody'} has it`,
        );
      }
    }
    this.state.committed[index] = {entry, term, holders};
  }

  /** Of the state machine behind the log: it is handed the same entry at an index, whoever hands it on. */
  private apply(member: Member, index: number, entryId: number, isRisen: boolean, cause?: Cause): void {
    const entry = member.log.at(index);
    if (entry === undefined) return;
    this.inOrder.looked += 1;
    const first = this.applied[index];
    if (first === undefined) {
      this.applied[index] = entry;
      return;
    }
    if (isSameEntry(first, entry)) return;
    const why = this.causes.whyAppliedOtherwise(member, first, entry, isRisen, cause);
    this.inOrder.add(
      entryId,
      why,
      `${member.id} hands on another entry ${index} of ${this.group} (term ${entry.term}) than was handed on before (term ${first.term})`,
    );
    // What the group has committed now is what the others are measured by.
    if (this.state.isCommitted(entry)) this.applied[index] = entry;
  }

  private checkComplete(member: Member, entryId: number): void {
    let missing = 0;
    let first: LogEntry | null = null;
    for (let index = this.state.committed.length - 1; index >= 0; index -= 1) {
      const committed = this.state.committed[index];
      if (committed === undefined) continue;
      if (missing === 0) this.leaderComplete.looked += 1;
      const own = member.log.at(index);
      // Not known, which is not to say that it is not there.
      if (own === undefined && index <= member.log.end) break;
      if (own !== undefined && isSameEntry(own, committed.entry)) break;
      missing += 1;
      first = committed.entry;
    }
    if (first === null) return;
    this.leaderComplete.add(
      entryId,
      this.causes.whyGone(first),
      `${member.id} leads ${this.group} without ${missing === 1 ? `entry ${first.index}, which was` : `${missing} entries from ${first.index} on, which were`} committed`,
    );
  }

  /** Compares an entry that has come into a log with what the others have at its index, and the ones before both. */
  private compare(member: Member, entry: LogEntry, entryId: number): void {
    const {index, term} = entry;
    const previous = member.log.at(index - 1);
    for (const other of this.state.members.values()) {
      if (other === member) continue;
      const theirs = other.log.at(index);
      if (theirs === undefined || theirs.term !== term) continue;
      this.logsMatch.looked += 1;
      if (!isSameEntry(theirs, entry)) {
        this.logsMatch.add(
          entryId,
          this.causes.whySameTermDiffers(member, other, entry),
          `entry ${index} of term ${term} is one thing on ${member.id} and another on ${other.id}, in ${this.group}`,
        );
        continue;
      }
      const theirsBefore = other.log.at(index - 1);
      if (previous === undefined || theirsBefore === undefined || isSameEntry(previous, theirsBefore))
        continue;
      this.logsMatch.add(
        entryId,
        this.causes.whyBeforeDiffers(member, other, index - 1),
        `${member.id} and ${other.id} of ${this.group} have the same entry ${index} and different ones before it`,
      );
    }
  }

  private lose(member: Member, gone: readonly LogEntry[], by: LogTaker, entryId: number): void {
    const cause =
      by === 'nothing-known'
        ? defect(`${member.id} came back without it though its machine kept its power`)
        : asConfigured(`${sayTaker(by)} took it from ${member.id}`);
    for (const entry of gone) member.losses.push({by, entryId, entry, cause});
    const first = gone.find((entry) => this.state.isCommitted(entry));
    if (by === 'nothing-known' && first !== undefined) {
      this.neverLost.add(
        entryId,
        cause,
        `entry ${first.index} of ${this.group}, which was committed, is gone`,
      );
    }
  }
}

function sayIndexes(entries: readonly LogEntry[]): string {
  const first = entries[0]!.index;
  const last = entries[entries.length - 1]!.index;
  return first === last ? `entry ${first}` : `entries ${first} to ${last}`;
}
