import type {FactOf} from '../../../rocketmq/facts.ts';
import {type Reader, type Takes, taking} from '../../readers.ts';
import {sayCount} from '../../say-duration.ts';
import {type CheckResult, nothing} from '../check.ts';
import type {DLedgerCheckName} from '../check-names.ts';
import {defect, type Findings} from './findings.ts';
import type {Member} from './group-state.ts';
import {GroupTrack} from './group-track.ts';
import type {LogEntry} from './member-log.ts';

/** The head of an entry, behind which its body begins: what lies there is a message's record. */
const BODY_OFFSET = 48;

interface Stored {
  readonly track: GroupTrack;
  readonly entry: LogEntry;
}

/**
 * The checks of DLedger groups over a history, entry by entry: nothing of it has to be kept once it was taken in.
 *
 * What DLedger promises is less than Raft does, and only that is demanded: an acknowledgement rests on the page caches of a
 * majority, so a majority's, or a leader's and one loss of power, may take what was committed; and whatever its known flaws
 * break is told by their names.
 */
export class DLedgerTrack implements Reader {
  private readonly groups = new Map<string, GroupTrack>();
  private readonly groupOf = new Map<string, GroupTrack>();
  private readonly machineOf = new Map<string, string>();
  /** Terms in which members lead or follow now, by process. */
  private readonly terms = new Map<string, number>();
  private readonly stored = new Map<string, Stored[]>();
  private readonly fixesOf: (process: string) => ReadonlySet<string>;

  /** @param fixesOf remedies that are on in a process */
  constructor(fixesOf: (process: string) => ReadonlySet<string>) {
    this.fixesOf = fixesOf;
  }

  readonly takes = [taking(this, DLedgerTrack.table)];

  private static readonly table: Takes<DLedgerTrack> = {
    entries: {
      'process-added': (self, {process, machine}) => {
        self.machineOf.set(process, machine);
      },
      'process-started': (self, {process}) => self.groupOf.get(process)?.started(process),
      'process-ended': (self, {process}) => self.groupOf.get(process)?.ended(process),
      'machine-power-lost': (self, {machine, id}) => self.befell(machine, 'power-loss', id),
      'disk-destroyed': (self, {machine, id}) => self.befell(machine, 'disk-destroyed', id),
      'disk-replaced': (self, {machine, id}) => self.befell(machine, 'disk-destroyed', id),
      'disk-fault-struck': (self, {machine, fault: {kind}, id}) => {
        if (kind !== 'slow' && kind !== 'stalled') self.befell(machine, 'disk-fault', id);
        if (kind === 'sync-errors' || kind === 'write-errors') {
          for (const [process, track] of self.groupOf)
            if (self.machineOf.get(process) === machine) track.syncsFail(process);
        }
      },
    },
    facts: {
      'dledger-recovered': (self, {process, id}, fact) => {
        const {track, member} = self.of(process, fact);
        track.recovered(member, fact, id);
      },
      'dledger-role-changed': (self, {process, id}, fact) => {
        self.terms.set(process, fact.currTerm);
        const {track, member} = self.of(process, fact);
        track.roleChanged(member, fact, id);
      },
      'dledger-term-changed': (self, {process}, {term}) => {
        self.terms.set(process, term);
      },
      'dledger-vote-answered': (self, {process}, fact) => {
        const {track, member} = self.of(process, fact);
        track.voteAnswered(member, fact);
      },
      'dledger-appended': (self, {process, id}, fact) => {
        const {track, member} = self.of(process, fact);
        track.appended(member, fact, id);
      },
      'dledger-trimmed': (self, {process}, fact) => {
        const {track, member} = self.of(process, fact);
        track.trimmed(member, fact);
      },
      'dledger-truncated': (self, {process, id}, fact) => {
        const {track, member} = self.of(process, fact);
        track.truncated(member, fact, id);
      },
      'dledger-committed': (self, {process, id}, fact) => {
        const {track, member} = self.of(process, fact);
        track.committedTo(member, fact, self.terms.get(process) ?? fact.term, id);
      },
      'log-flushed': (self, {process}, {physicalOffset}) =>
        self.groupOf.get(process)?.flushed(process, physicalOffset),
      'message-appended': (self, {process}, fact) => self.noteStored(process, fact),
      'send-acknowledged': (self, {id}, fact) => {
        if (fact.status === 'SEND_OK') self.acknowledged(fact, id);
      },
    },
  };

  /** The verdict so far of one of the checks over every group. */
  result(name: DLedgerCheckName): CheckResult {
    const results = [...this.groups.values()].map((track) => resultOf(name, track));
    const [first = nothing(name, 'there is no DLedger group'), ...others] = results;
    return others.reduce(graver, first);
  }

  private of(
    process: string,
    {group, selfId}: {readonly group: string; readonly selfId: string},
  ): {readonly track: GroupTrack; readonly member: Member} {
    let track = this.groups.get(group);
    if (track === undefined) {
      track = new GroupTrack(group);
      this.groups.set(group, track);
    }
    this.groupOf.set(process, track);
    return {track, member: track.member(selfId, process, this.fixesOf(process))};
  }

  private befell(machine: string, by: 'power-loss' | 'disk-destroyed' | 'disk-fault', entryId: number): void {
    for (const [process, track] of this.groupOf) {
      if (this.machineOf.get(process) === machine) track.befell(process, {by, entryId});
    }
  }

  private noteStored(process: string, fact: FactOf<'message-appended'>): void {
    const track = this.groupOf.get(process);
    const entry = track?.entryAt(process, fact.physicalOffset - BODY_OFFSET);
    if (track === undefined || entry === undefined) return;
    const list = this.stored.get(fact.msgId);
    if (list === undefined) this.stored.set(fact.msgId, [{track, entry}]);
    else list.push({track, entry});
  }

  /** Who is told that a message is stored is told by a leader that has it committed. */
  private acknowledged(fact: FactOf<'send-acknowledged'>, entryId: number): void {
    const stored = this.stored.get(fact.msgId);
    if (stored === undefined) return;
    this.stored.delete(fact.msgId);
    const {neverLost} = stored[0]!.track;
    neverLost.looked += 1;
    if (stored.some(({track, entry}) => track.wasCommitted(entry))) return;
    neverLost.add(entryId, defect('no leader has committed it'), `${fact.msgId} was answered ${fact.status}`);
  }
}

function resultOf(name: DLedgerCheckName, track: GroupTrack): CheckResult {
  const findings: Findings = track.findings(name);
  const count = sayCount(findings.looked);
  switch (name) {
    case 'one-leader-per-term':
      return findings.result(
        `${count} times somebody began to lead, never two in one term`,
        'nobody ever led',
      );
    case 'logs-match':
      return findings.result(
        `${count} entries were compared with those of other members of one index and term, and with the ones before`,
        'no two members had an entry of one index and term',
      );
    case 'leader-complete':
      return findings.result(
        `${count} times a leader began with all that was committed; not promised where power cuts or lost disks took it from a majority's page caches`,
        'nobody began to lead after something was committed',
      );
    case 'committed-never-lost':
      return findings.result(
        `${count} commits and acknowledgements stand, and no member cut off what was committed`,
        'nothing was committed',
      );
    case 'cut-stays-cut':
      return findings.result(
        `${count} restarts of members whose logs had been cut, and nothing came back`,
        'no member whose log had been cut was restarted',
      );
    case 'state-machine-order':
      return findings.result(
        `${count} entries were handed on, at each index the same on every member`,
        'nothing was handed on',
      );
  }
}

const ORDER: readonly CheckResult['verdict'][] = [
  'defect',
  'known-flaw',
  'lost-as-configured',
  'unavailable-as-designed',
  'looked-at-nothing',
  'held',
];

function graver(a: CheckResult, b: CheckResult): CheckResult {
  const worse = ORDER.indexOf(b.verdict) < ORDER.indexOf(a.verdict) ? b : a;
  return {...worse, looked: a.looked + b.looked};
}
