import {parseBrokerConf} from '../../rocketmq/broker/broker-conf.ts';
import type {FactOf} from '../../rocketmq/facts.ts';
import {LAB_FIXES} from '../../rocketmq/store/lab-fixes.ts';
import {type Reader, type Takes, type Taking, taking} from '../readers.ts';
import {sayCount} from '../say-duration.ts';
import {ConfTrack} from '../scenario/conf-track.ts';
import type {Scenario} from '../scenario/scenario.ts';
import type {CheckResult} from './check.ts';
import {type Cause, defect, Findings} from './dledger/findings.ts';

/** The thread that gives puts up sleeps a second at a time. */
const NAP_MS = 1000;
/** A moment to wake up in; and what a slave says is told 20 times a second at most. */
const WAKE_MS = 100;

/**
 * Liveness: who stores a message with a master that waits for its slave is told of a slave that does not answer within
 * `syncFlushTimeout`, and the second that the master's thread sleeps. A master that was frozen meanwhile is not looked at.
 */
export class ToldOfSlavesTrack implements Reader {
  private readonly found = new Findings('told-of-slaves-in-time');
  private readonly conf: ConfTrack;
  /** Of a master: since when the put that it waits for now can have been the first in the row. */
  private readonly turnUs = new Map<string, number>();
  /** Of a master: the furthest that a slave has ever said it has. */
  private readonly pushedTo = new Map<string, number>();
  private readonly frozenUs = new Map<string, number>();

  constructor(scenario: Scenario) {
    this.conf = new ConfTrack(scenario);
  }

  private static readonly table: Takes<ToldOfSlavesTrack> = {
    entries: {
      'process-started': (self, {process}) => {
        self.turnUs.delete(process);
        self.pushedTo.delete(process);
      },
      'process-resumed': (self, {process, atUs}) => {
        self.frozenUs.set(process, atUs);
      },
    },
    facts: {
      'replica-missed': (self, {process, atUs, id}, fact) => self.missed(process, fact, atUs, id),
      'replicated-to': (self, {process, atUs}, fact) => self.replicated(process, fact, atUs),
    },
  };

  get takes(): readonly Taking[] {
    return [...this.conf.takes, taking(this, ToldOfSlavesTrack.table)];
  }

  result(): CheckResult {
    return this.found.result(
      `${sayCount(this.found.looked)} puts whose slave did not answer were told so in time`,
      'no put waited in vain for a slave',
    );
  }

  /** Only what a slave says for the first time can answer a put. */
  private replicated(process: string, {physicalOffset}: FactOf<'replicated-to'>, atUs: number): void {
    if (physicalOffset <= (this.pushedTo.get(process) ?? -1)) return;
    this.pushedTo.set(process, physicalOffset);
    this.turnUs.set(process, atUs);
  }

  private missed(process: string, fact: FactOf<'replica-missed'>, atUs: number, entryId: number): void {
    const turnUs = this.turnUs.get(process);
    this.turnUs.set(process, atUs);
    const {outcome, waitedMs, endOffset} = fact;
    if (outcome !== 'FLUSH_SLAVE_TIMEOUT') return;
    if (atUs - waitedMs * 1000 <= (this.frozenUs.get(process) ?? -1)) return;
    this.found.looked += 1;
    const {config} = parseBrokerConf(this.conf.confOf(process));
    const limitMs = config.syncFlushTimeout + NAP_MS + WAKE_MS;
    if (waitedMs <= limitMs) return;
    const isInRow = turnUs !== undefined && (atUs - turnUs) / 1000 <= limitMs;
    this.found.add(
      entryId,
      isInRow ? whyLate(config.labFixes) : defect('nothing was before it in the row'),
      `the put that ends at ${endOffset} on ${process} waited ${(waitedMs / 1000).toFixed(1)} s for a slave`,
    );
  }
}

/** The one before it was answered no longer ago than a put has patience: only then did its own begin. */
function whyLate(fixes: ReadonlySet<string>): Cause {
  const {flaw} = LAB_FIXES['replica-deadline-from-put'];
  const words = 'the patience of a put begins when those before it are answered';
  return fixes.has('replica-deadline-from-put')
    ? defect(`${flaw} though replica-deadline-from-put is on: ${words}`)
    : {verdict: 'known-flaw', flaw, text: `${flaw}: ${words}`};
}
