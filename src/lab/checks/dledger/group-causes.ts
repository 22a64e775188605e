import {asConfigured, type Cause, defect, known} from './findings.ts';
import type {GroupState, Member} from './group-state.ts';
import {isSameEntry, type LogEntry, type LogTaker} from './member-log.ts';

/** Why something broke that a DLedger group should keep, from what is known of its members and their logs. */
export class GroupCauses {
  private readonly state: GroupState;

  constructor(state: GroupState) {
    this.state = state;
  }

  /**
   * A leader counts what a follower says that it has. In 0.2.2 that may be an entry that nobody has compared, or one that the leader had
   * deleted itself before it told the follower where to begin.
   */
  whyFalselyCommitted(leader: Member, entry: LogEntry): Cause {
    if (entry.index < leader.beginIndex) return known('deleted-uncommitted', leader.fixes);
    const cause = known('S4b', this.state.fixesOfAll());
    // What it has brought to the others is what it found at its start.
    return cause.verdict === 'defect' && leader.log.isUnsure(entry.index) ? afterPowerLoss(leader) : cause;
  }

  /** Why a leader makes a member cut off a committed entry. */
  whyCutOff(leader: Member | undefined, member: Member, entry: LogEntry): Cause {
    // It found the entry at its start, and may have found its head and another body.
    if (leader?.log.isUnsure(entry.index)) return afterPowerLoss(leader);
    if (leader?.log.holds(entry)) return known('S1', new Set([...leader.fixes, ...member.fixes]));
    return this.whyGone(entry);
  }

  /** Why a member hands on another entry than was handed on before; `cause` where the one who asks knows one. */
  whyAppliedOtherwise(
    member: Member,
    first: LogEntry,
    entry: LogEntry,
    isRisen: boolean,
    cause: Cause | undefined,
  ): Cause {
    const committed = this.state.committed[entry.index];
    if (member.log.isUnsure(entry.index)) return afterPowerLoss(member);
    if (committed !== undefined && isSameEntry(committed.entry, entry)) {
      // It is the earlier one that should not have been handed on, or that was lost since.
      return this.whyGone(first);
    }
    if (isRisen) return known('S3', member.fixes);
    if (cause !== undefined) return cause;
    // It has what its leader believes to have been there all along.
    const leader = [...this.state.members.values()].find(({leads}) => leads);
    if (leader?.log.isUnsure(entry.index)) return afterPowerLoss(leader);
    return member.leads ? this.whyGone(first) : known('S4a', member.fixes);
  }

  /** Why two members have different entries of one index and term. */
  whySameTermDiffers(member: Member, other: Member, entry: LogEntry): Cause {
    const told = this.whyWrittenTwice(entry);
    if (told !== null && told.verdict !== 'defect') return told;
    const unsure = this.unsureOf(entry.index, member, other);
    if (unsure !== undefined) return afterPowerLoss(unsure);
    return told ?? defect('one leader wrote both');
  }

  /** Why an index of a term may have been written a second time; null where nothing is known to have led to that. */
  private whyWrittenTwice({term}: LogEntry): Cause | null {
    const reign = this.state.reigns.get(term);
    if (reign?.forgot) return known('S7', this.state.fixesOfAll());
    if (reign !== undefined && this.state.members.get(reign.leader)?.lostDisk)
      return asConfigured(`${reign.leader} led it twice, as its disk with its terms was replaced`);
    return this.state.doubleVotes.get(term) ?? null;
  }

  /** Who of two members, or the leader that has brought it to them, found the head of an entry at a start, and maybe another body. */
  private unsureOf(index: number, member: Member, other: Member): Member | undefined {
    const leader = [...this.state.members.values()].find(({leads}) => leads);
    return [member, other, leader].find((one) => one?.log.isUnsure(index));
  }

  /** Why they have, before an entry that is the same. */
  whyBeforeDiffers(member: Member, other: Member, index: number): Cause {
    const unsure = this.unsureOf(index, member, other);
    if (unsure !== undefined) return afterPowerLoss(unsure);
    return known('S4b', new Set([...member.fixes, ...other.fixes]));
  }

  /** Why a committed entry may be missing somewhere, from what became of its copies. */
  whyGone(entry: LogEntry): Cause {
    const committed = this.state.commitOf(entry);
    if (committed === undefined) return known('S4a', this.state.fixesOfAll());
    const losses = [...this.state.members.values()].flatMap(({id, losses}) =>
      losses.filter((loss) => isSameEntry(loss.entry, entry)).map((loss) => ({id, ...loss})),
    );
    const cut = losses.find(({by}) => by === 'cut');
    if (cut !== undefined) return cut.cause;
    const unknown = losses.find(({by}) => by === 'nothing-known');
    if (unknown !== undefined) return unknown.cause;
    const whoLost = new Set(losses.map(({id}) => id));
    const left = [...committed.holders].filter((id) => !whoLost.has(id)).length;
    if (losses.length > 0 && left < this.state.majority) {
      return asConfigured(
        `${[...new Set(losses.map(({id, by}) => `${sayTaker(by)} took it from ${id}`))].join(', ')}, and a majority acknowledges from page caches`,
      );
    }
    if (entry.term < committed.term) return known('S5', this.state.fixesOfAll());
    for (const [term, cause] of this.state.doubleVotes) if (term >= committed.term) return cause;
    return defect(`${[...committed.holders].join(' and ')} had it, and nothing is known that took it`);
  }
}

function afterPowerLoss(member: Member): Cause {
  return asConfigured(
    `the power went on ${member.id}, and 0.2.2 believes what the disk had of pages that were not flushed`,
  );
}

export function sayTaker(by: LogTaker): string {
  switch (by) {
    case 'power-loss':
      return 'a power cut';
    case 'disk-destroyed':
      return 'the loss of a disk';
    case 'disk-fault':
      return 'a disk fault';
    case 'cut':
      return 'a cut of the log';
    case 'deleted':
      return 'the deletion of old files';
    case 'nothing-known':
      return 'nothing known';
  }
}
