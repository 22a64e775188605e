import type {Fact, FactOf} from '../../../rocketmq/facts.ts';
import type {TraceEntry} from '../../../sim/trace.ts';
import {sayCount} from '../../say-duration.ts';
import {type CheckResult, nothing} from '../check.ts';
import type {DLedgerCheckName} from '../check-names.ts';
import {defect, type Findings} from './findings.ts';
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
export class DLedgerTrack {
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

  take(entry: TraceEntry): void {
    switch (entry.kind) {
      case 'fact':
        this.takeFact(entry.process, entry.fact as Fact, entry.id);
        return;
      case 'process-added':
        this.machineOf.set(entry.process, entry.machine);
        return;
      case 'process-started':
        this.groupOf.get(entry.process)?.started(entry.process);
        return;
      case 'process-ended':
        this.groupOf.get(entry.process)?.ended(entry.process);
        return;
      case 'machine-power-lost':
        this.befell(entry.machine, 'power-loss', entry.id);
        return;
      case 'disk-destroyed':
      case 'disk-replaced':
        this.befell(entry.machine, 'disk-destroyed', entry.id);
        return;
      case 'disk-fault-struck':
        if (entry.fault.kind !== 'slow' && entry.fault.kind !== 'stalled')
          this.befell(entry.machine, 'disk-fault', entry.id);
        if (entry.fault.kind === 'sync-errors' || entry.fault.kind === 'write-errors') {
          for (const [process, track] of this.groupOf)
            if (this.machineOf.get(process) === entry.machine) track.syncsFail(process);
        }
        return;
      default:
    }
  }

  /** The verdict so far of one of the checks over every group. */
  result(name: DLedgerCheckName): CheckResult {
    const results = [...this.groups.values()].map((track) => resultOf(name, track));
    const [first = nothing(name, 'there is no DLedger group'), ...others] = results;
    return others.reduce(graver, first);
  }

  private takeFact(process: string, fact: Fact, entryId: number): void {
    switch (fact.kind) {
      case 'dledger-recovered':
        this.on(process, fact, (track, member) => track.recovered(member, fact, entryId));
        return;
      case 'dledger-role-changed':
        this.terms.set(process, fact.currTerm);
        this.on(process, fact, (track, member) => track.roleChanged(member, fact, entryId));
        return;
      case 'dledger-term-changed':
        this.terms.set(process, fact.term);
        return;
      case 'dledger-vote-answered':
        this.on(process, fact, (track, member) => track.voteAnswered(member, fact));
        return;
      case 'dledger-appended':
        this.on(process, fact, (track, member) => track.appended(member, fact, entryId));
        return;
      case 'dledger-trimmed':
        this.on(process, fact, (track, member) => track.trimmed(member, fact));
        return;
      case 'dledger-truncated':
        this.on(process, fact, (track, member) => track.truncated(member, fact, entryId));
        return;
      case 'dledger-committed':
        this.on(process, fact, (track, member) =>
          track.committedTo(member, fact, this.terms.get(process) ?? fact.term, entryId),
        );
        return;
      case 'log-flushed':
        this.groupOf.get(process)?.flushed(process, fact.physicalOffset);
        return;
      case 'message-appended':
        this.noteStored(process, fact);
        return;
      case 'send-acknowledged':
        if (fact.status === 'SEND_OK') this.acknowledged(fact, entryId);
        return;
      default:
    }
  }

  private on(
    process: string,
    {group, selfId}: {readonly group: string; readonly selfId: string},
    run: (track: GroupTrack, member: ReturnType<GroupTrack['member']>) => void,
  ): void {
    let track = this.groups.get(group);
    if (track === undefined) {
      track = new GroupTrack(group);
      this.groups.set(group, track);
    }
    this.groupOf.set(process, track);
    run(track, track.member(selfId, process, this.fixesOf(process)));
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
