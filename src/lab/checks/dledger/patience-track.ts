import type {FactOf} from '../../../rocketmq/facts.ts';
import {type Reader, type Takes, taking} from '../../readers.ts';
import {sayCount} from '../../say-duration.ts';
import type {CheckResult} from '../check.ts';
import {Findings, known} from './findings.ts';

/** Three heartbeats of 2 s without a majority; less a second, as clocks drift. Who has fewer missed has missed 4 s at most. */
const PATIENCE_US = 5_000_000;
const MOMENT_US = 1000;

interface Reign {
  readonly sinceUs: number;
  /** When its last round of heartbeats had too few answers; -1: none had. */
  missedUs: number;
}

/**
 * A leader without a majority gives up once it has been without one for three heartbeats. Whoever leads for less time than that has not
 * been: it judged its leadership by the heartbeats of an earlier one, or by none. What ends otherwise (a higher term, another leader, a
 * kill) is not looked at, nor who had its clock set.
 */
export class PatienceTrack implements Reader {
  private readonly found = new Findings('leaders-are-patient');
  private readonly fixesOf: (process: string) => ReadonlySet<string>;
  private readonly machineOf = new Map<string, string>();
  private readonly reigns = new Map<string, Reign>();

  /** @param fixesOf remedies that are on in a process */
  constructor(fixesOf: (process: string) => ReadonlySet<string>) {
    this.fixesOf = fixesOf;
  }

  readonly takes = [taking(this, PatienceTrack.table)];

  private static readonly table: Takes<PatienceTrack> = {
    entries: {
      'process-added': (self, {process, machine}) => {
        self.machineOf.set(process, machine);
      },
      'process-ended': (self, {process}) => {
        self.reigns.delete(process);
      },
      'clock-jumped': (self, {machine}) => {
        for (const process of self.reigns.keys())
          if (self.machineOf.get(process) === machine) self.reigns.delete(process);
      },
    },
    facts: {
      'dledger-heartbeat-missed': (self, {process, atUs}, {verdict}) => {
        const reign = self.reigns.get(process);
        if (reign !== undefined && verdict === 'missed') reign.missedUs = atUs;
      },
      'dledger-role-changed': (self, {process, atUs, id}, fact) => self.roleChanged(process, fact, atUs, id),
    },
  };

  result(): CheckResult {
    return this.found.result(
      `${sayCount(this.found.looked)} times a leader gave up, each after three heartbeats without a majority`,
      'no leader gave up for want of a majority',
    );
  }

  private roleChanged(
    process: string,
    {group, selfId, role, term}: FactOf<'dledger-role-changed'>,
    atUs: number,
    entryId: number,
  ): void {
    const reign = this.reigns.get(process);
    this.reigns.delete(process);
    if (role === 'LEADER') this.reigns.set(process, {sinceUs: atUs, missedUs: -1});
    // It gives up at the moment at which it counts the answers.
    if (reign === undefined || role !== 'CANDIDATE') return;
    if (reign.missedUs === -1 || reign.missedUs < atUs - MOMENT_US) return;
    this.found.looked += 1;
    const ledUs = atUs - reign.sinceUs;
    if (ledUs >= PATIENCE_US) return;
    this.found.add(
      entryId,
      known('S15', this.fixesOf(process)),
      `${selfId} gave up leading ${group} in term ${term} after ${(ledUs / 1e6).toFixed(1)} s`,
    );
  }
}
