import type {FactOf} from '../../../rocketmq/facts.ts';
import {type Reader, type Takes, taking} from '../../readers.ts';
import {sayCount} from '../../say-duration.ts';
import type {CheckResult} from '../check.ts';
import {LinkCuts} from '../link-cuts.ts';
import {type Cause, defect, Findings, known} from './findings.ts';

/** A leader gives its followers 2.5 s to acknowledge an entry, and has something to say then. */
const PATIENCE_US = 2_600_000;

/** A message in a leader's log whose producer waits. */
interface Waiting {
  readonly process: string;
  readonly physicalOffset: number;
  readonly sinceUs: number;
}

/**
 * Liveness: who sends a message to the leader of a group that takes it into its log is answered, well or badly, as long as both run
 * and no link between them is cut. What is given up before the leader has to answer is not looked at.
 */
export class AnswerTrack implements Reader {
  private readonly found = new Findings('sends-answered');
  private readonly fixesOf: (process: string) => ReadonlySet<string>;
  private readonly machineOf = new Map<string, string>();
  private readonly members = new Set<string>();
  private readonly senders = new Map<string, string>();
  private readonly waiting = new Map<string, Waiting>();
  private readonly steppedDownUs = new Map<string, number>();
  /** By machine: until when a clock that was set back makes leaders patient. */
  private readonly slowUntilUs = new Map<string, number>();
  private readonly committedPos = new Map<string, number>();
  private readonly cuts = new LinkCuts();

  /** @param fixesOf remedies that are on in a process */
  constructor(fixesOf: (process: string) => ReadonlySet<string>) {
    this.fixesOf = fixesOf;
  }

  readonly takes = [taking(this, AnswerTrack.table)];

  private static readonly table: Takes<AnswerTrack> = {
    entries: {
      'process-added': (self, {process, machine}) => {
        self.machineOf.set(process, machine);
      },
      'process-ended': (self, {process}) => self.excuseFor(process),
      'process-stopping': (self, {process}) => self.excuseFor(process),
      'process-paused': (self, {process}) => self.excuseFor(process),
      'clock-jumped': (self, {machine, byMs, atUs}) => {
        // A leader measures its patience with the wall clock, and none behind an entry that is young by it is looked at.
        self.slowUntilUs.set(machine, atUs + Math.max(0, -byMs) * 1000 + PATIENCE_US);
        self.excuse((_sender, {process}) => self.machineOf.get(process) === machine);
      },
      'link-cut': (self, entry) => {
        self.cuts.cut(entry);
        self.excuse((sender, {process}) => self.isCut(sender, process));
      },
      'link-healed': (self, entry) => {
        self.cuts.heal(entry);
        self.excuse((sender, {process}) => self.isCut(sender, process));
      },
    },
    facts: {
      'dledger-recovered': (self, {process}) => {
        self.members.add(process);
      },
      'dledger-role-changed': (self, {process, atUs}, {role}) => {
        if (role !== 'LEADER') self.steppedDownUs.set(process, atUs);
      },
      'dledger-committed': (self, {process}, {committedPos}) => {
        self.committedPos.set(process, committedPos);
      },
      'send-begun': (self, {process}, {mode, msgId}) => {
        if (mode !== 'oneway') self.senders.set(msgId, process);
      },
      'message-appended': (self, {process, atUs}, fact) => self.appended(process, fact, atUs),
      'send-attempt-failed': (self, {atUs, id}, fact) => self.failed(fact, atUs, id),
      'send-acknowledged': (self, _entry, {msgId}) => self.answered(msgId),
      'send-given-up': (self, _entry, {msgId}) => self.answered(msgId),
    },
  };

  result(): CheckResult {
    return this.found.result(
      `${sayCount(this.found.looked)} sends that a leader took into its log were answered`,
      'no leader took a message into its log',
    );
  }

  private answered(msgId: string): void {
    if (this.waiting.delete(msgId)) this.found.looked += 1;
    this.senders.delete(msgId);
  }

  private appended(process: string, fact: FactOf<'message-appended'>, atUs: number): void {
    const {msgId, physicalOffset} = fact;
    const sender = this.senders.get(msgId);
    if (sender === undefined || !this.members.has(process) || this.isCut(sender, process)) return;
    this.waiting.set(msgId, {process, physicalOffset, sinceUs: atUs});
  }

  /** In either direction: an answer needs the acknowledgement of its bytes, too. */
  private isCut(one: string, other: string): boolean {
    return this.cuts.between(this.machineOf.get(one), this.machineOf.get(other));
  }

  private failed(fact: FactOf<'send-attempt-failed'>, atUs: number, entryId: number): void {
    const waiting = this.waiting.get(fact.msgId);
    if (waiting === undefined) return;
    this.waiting.delete(fact.msgId);
    if (waiting.sinceUs < (this.slowUntilUs.get(this.machineOf.get(waiting.process) ?? '') ?? 0)) return;
    const isAnswer = /CODE: \d/.test(fact.error);
    const waitedUs = atUs - waiting.sinceUs;
    if (!isAnswer && waitedUs < PATIENCE_US) return;
    this.found.looked += 1;
    if (isAnswer) return;
    const seconds = (waitedUs / 1e6).toFixed(1);
    this.found.add(
      entryId,
      this.whySilent(waiting),
      `${fact.msgId} lay in the log of ${waiting.process} for ${seconds} s, and its producer heard nothing`,
    );
  }

  private whySilent({process, physicalOffset, sinceUs}: Waiting): Cause {
    const fixes = this.fixesOf(process);
    if ((this.steppedDownUs.get(process) ?? -1) >= sinceUs) return known('S9', fixes);
    if ((this.committedPos.get(process) ?? 0) > physicalOffset) return known('S10', fixes);
    return defect('it is not committed, and has not been given up either');
  }

  private excuseFor(one: string): void {
    this.excuse((sender, {process}) => process === one || sender === one);
  }

  private excuse(isConcerned: (sender: string, waiting: Waiting) => boolean): void {
    for (const [msgId, waiting] of this.waiting)
      if (isConcerned(this.senders.get(msgId) ?? '', waiting)) this.waiting.delete(msgId);
  }
}
