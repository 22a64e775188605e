import type {EntryBase} from '../../sim/trace.ts';
import {type Reader, type Takes, type Taking, taking} from '../readers.ts';
import {sayDuration} from '../say-duration.ts';
import {broken, type CheckResult, held, nothing} from './check.ts';
import {known} from './dledger/findings.ts';
import {FaultsOn} from './faults-on.ts';
import {type Hindered, Hindrances} from './hindrances.ts';

const NAME = 'recovers-after-heal';

/**
 * Within this time after the last fault is lifted there is a leader, and what is asked for is done. It is made of: what TCP still
 * waits before it sends again (as long as the cut had lasted, at most), 9.3 s until a silent leader is replaced, 7 s more for a
 * member that believed in the old one (S17), and 30 s of a client's polling for routes.
 */
export const RECOVERY_LIMIT_US = 60_000_000;

interface Group {
  readonly leaders: Set<string>;
  /** By index, of what its leaders have appended since the faults were lifted; -1: nothing. */
  firstNewIndex: number;
  ledAtUs: number;
  progressAtUs: number;
}

interface Reason {
  readonly verdict: 'defect' | 'known-flaw';
  readonly flaw: string | null;
  readonly text: string;
}

interface Late {
  readonly what: string;
  readonly reason: Reason;
}

/**
 * Liveness, claimed once nothing is broken any more: each DLedger group has a leader, whom every member that runs follows, and commits
 * what is appended from then on; and a producer that sends is answered. Entry by entry. What keeps it from that is told by its name where
 * it is a known flaw whose remedy is off.
 */
export class RecoveryTrack implements Reader {
  private readonly faults: FaultsOn;
  private readonly hindrances: Hindrances;
  private readonly groups = new Map<string, Group>();
  private readonly groupOf = new Map<string, string>();
  /** When the last fault was lifted, or the last process of those that are to run was started. */
  private healedUs = 0;
  private hadFaults = false;
  private firstSendUs = -1;
  private lastSendUs = -1;
  private answeredUs = -1;

  /**
   * @param producers processes that may be down
   * @param fixesOf remedies that are on in a process
   */
  constructor(producers: readonly string[], fixesOf: (process: string) => ReadonlySet<string>) {
    this.faults = new FaultsOn(producers, (entry) => this.begin(entry));
    this.hindrances = new Hindrances(fixesOf);
  }

  private static readonly table: Takes<RecoveryTrack> = {
    entries: {
      'process-ended': (self, {process}) => {
        self.groups.get(self.groupOf.get(process) ?? '')?.leaders.delete(process);
      },
    },
    facts: {
      'dledger-role-changed': (self, {process, atUs}, {group: name, role}) => {
        const group = self.groupNamed(name, process);
        if (role === 'LEADER') {
          group.leaders.add(process);
          if (group.ledAtUs === -1) group.ledAtUs = atUs;
        } else group.leaders.delete(process);
      },
      'dledger-appended': (self, {process}, {group: name, as, index}) => {
        const group = self.groupNamed(name, process);
        if (as === 'leader' && group.firstNewIndex === -1) group.firstNewIndex = index;
      },
      'dledger-committed': (self, {process, atUs}, {group: name, index}) => {
        const group = self.groupNamed(name, process);
        const isNew = group.firstNewIndex !== -1 && group.firstNewIndex <= index;
        if (isNew && group.progressAtUs === -1 && group.leaders.has(process)) group.progressAtUs = atUs;
      },
      'send-begun': (self, {atUs}) => {
        if (self.firstSendUs === -1) self.firstSendUs = atUs;
        self.lastSendUs = atUs;
      },
      'send-acknowledged': (self, {atUs}) => {
        if (self.firstSendUs !== -1 && self.answeredUs === -1) self.answeredUs = atUs;
      },
    },
  };

  // What is mended, and what is claimed from then on, counts before what the same entry does to a group.
  get takes(): readonly Taking[] {
    return [...this.hindrances.takes, ...this.faults.takes, taking(this, RecoveryTrack.table)];
  }

  /** The verdict as it stands with the last entry so far. */
  result(_name: string, {id: lastId, atUs: nowUs}: EntryBase): CheckResult {
    if (!this.hadFaults) return nothing(NAME, 'nothing was ever broken');
    if (this.faults.any) return nothing(NAME, `not claimed while ${this.faults.list().join(' and ')}`);
    const limit = sayDuration(RECOVERY_LIMIT_US, 'en');
    const waitedUs = nowUs - this.healedUs;
    // Who gave up before the time was over can say nothing about it.
    const isAsked =
      this.firstSendUs !== -1 &&
      (this.answeredUs !== -1 || this.lastSendUs - this.healedUs > RECOVERY_LIMIT_US);
    let looked = 0;
    let longestUs = 0;
    const late: Late[] = [];
    for (const [name, group] of this.groups) {
      looked += 1;
      const led = group.ledAtUs;
      const wants = group.firstNewIndex !== -1 || (isAsked && this.answeredUs === -1);
      const done = wants ? group.progressAtUs : led;
      longestUs = Math.max(longestUs, (done === -1 ? nowUs : done) - this.healedUs);
      if (done === -1) {
        late.push({
          what: led === -1 ? `${name} has no leader` : `${name} commits nothing`,
          reason: this.reasonOf(this.hindrances.ofGroup(name)),
        });
      } else if (done - this.healedUs > RECOVERY_LIMIT_US) {
        late.push({what: `${name} took longer`, reason: this.reasonOf(null)});
      }
      for (const hindered of this.hindrances.outside(name)) {
        const outsideUs = nowUs - Math.max(hindered.sinceUs, this.healedUs);
        if (outsideUs <= RECOVERY_LIMIT_US) continue;
        longestUs = Math.max(longestUs, outsideUs);
        late.push({what: `${hindered.process} follows nobody`, reason: this.reasonOf(hindered)});
      }
    }
    if (isAsked) {
      looked += 1;
      const tookUs = (this.answeredUs === -1 ? nowUs : this.answeredUs) - this.firstSendUs;
      longestUs = Math.max(longestUs, tookUs);
      const reason = this.reasonOf(this.hindrances.ofAnybody());
      if (this.answeredUs === -1) late.push({what: 'no send is acknowledged', reason});
      else if (tookUs > RECOVERY_LIMIT_US) late.push({what: 'a send was acknowledged later', reason});
    }
    if (looked === 0) return nothing(NAME, 'there is no group, and nobody sent anything after the faults');
    if (late.length === 0) {
      return held(
        NAME,
        looked,
        `a leader and progress ${sayDuration(longestUs, 'en')} after the last fault was lifted`,
      );
    }
    if (longestUs <= RECOVERY_LIMIT_US) {
      const what = `${late.map((one) => one.what).join(', ')} ${sayDuration(waitedUs, 'en')} after the last fault was lifted`;
      return nothing(NAME, `${what}, and the run ends before the ${limit} are over`);
    }
    // One that nothing known explains is a defect, whatever else there is.
    const {reason} = late.find((one) => one.reason.flaw === null) ?? late[0]!;
    const text = `${late.map((one) => one.what).join(', ')} within ${limit} of the last fault: ${reason.text}`;
    const result = broken(NAME, looked, reason.verdict, text, lastId);
    return reason.flaw === null ? result : {...result, flaw: reason.flaw};
  }

  private reasonOf(hindered: Hindered | null): Reason {
    const {by = null, process, fixes} = hindered ?? {};
    if (by === null || process === undefined || fixes === undefined)
      return {verdict: 'defect', flaw: null, text: 'nothing is known that keeps it from that'};
    if (by === 'given-up-entry') {
      const text = `${process} had given up an entry that its disk refused, and takes nothing until it is restarted`;
      return {verdict: 'known-flaw', flaw: by, text};
    }
    const {flaw, text} = known(by, fixes);
    return {verdict: flaw === null ? 'defect' : 'known-flaw', flaw, text};
  }

  /** What is claimed begins anew. */
  private begin(entry: EntryBase): void {
    this.hadFaults = true;
    this.healedUs = entry.atUs;
    this.firstSendUs = -1;
    this.answeredUs = -1;
    for (const group of this.groups.values()) {
      group.firstNewIndex = -1;
      group.ledAtUs = group.leaders.size > 0 ? entry.atUs : -1;
      group.progressAtUs = -1;
    }
  }

  private groupNamed(name: string, process: string): Group {
    this.groupOf.set(process, name);
    let group = this.groups.get(name);
    if (group === undefined) {
      group = {leaders: new Set(), firstNewIndex: -1, ledAtUs: -1, progressAtUs: -1};
      this.groups.set(name, group);
    }
    return group;
  }
}
