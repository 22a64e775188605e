import type {Fact} from '../../rocketmq/facts.ts';
import type {TraceEntry, TraceReader} from '../../sim/trace.ts';
import {ConfTrack} from '../scenario/conf-key.ts';
import type {Scenario} from '../scenario/scenario.ts';

interface Ends {
  logEnd: number;
  dispatchedTo: number;
}

/** What a member of a DLedger group has told of its log. */
interface LedgerEnds {
  /** A file that the disk would not let go may lie before it. */
  beginPos: number;
  writtenPos: number;
  committedPos: number;
  isMaster: boolean;
}

/** Whether a check of the scenario looks at the disks: reading them takes its time. */
export function wantsAudit(scenario: Scenario): boolean {
  return scenario.checks.some((name) => name === 'queues-match-log' || name === 'replica-is-prefix');
}

/**
 * What has to be known of a run to read the disks at its end, followed through its trace: a trace that is handed over piece by
 * piece is gone by then.
 */
export class BrokersSeen {
  readonly #confs: ConfTrack;
  readonly #ends = new Map<string, Ends>();
  readonly #ledgers = new Map<string, LedgerEnds>();

  constructor(scenario: Scenario) {
    this.#confs = new ConfTrack(scenario);
  }

  /** All that a trace tells. */
  static in(scenario: Scenario, trace: TraceReader): BrokersSeen {
    const seen = new BrokersSeen(scenario);
    for (const entry of trace.entries) seen.take(entry);
    return seen;
  }

  take(entry: TraceEntry): void {
    this.#confs.take(entry);
    const ends = this.#ends;
    if (entry.kind === 'process-started') {
      ends.delete(entry.process);
      this.#ledgers.delete(entry.process);
    }
    if (entry.kind !== 'fact') return;
    const fact = entry.fact as Fact;
    this.#takeLedgerFact(entry.process, fact);
    if (fact.kind === 'store-recovered') {
      ends.set(entry.process, {logEnd: fact.maxPhysicalOffset, dispatchedTo: fact.maxPhysicalOffset});
      return;
    }
    const of = ends.get(entry.process);
    if (of === undefined) return;
    if (fact.kind === 'message-appended')
      of.logEnd = Math.max(of.logEnd, fact.physicalOffset + fact.sizeBytes);
    else if (fact.kind === 'slave-appended') of.logEnd = Math.max(of.logEnd, fact.physicalOffset);
    else if (fact.kind === 'log-dispatched') of.dispatchedTo = Math.max(of.dispatchedTo, fact.physicalOffset);
  }

  #takeLedgerFact(process: string, fact: Fact): void {
    switch (fact.kind) {
      case 'dledger-trimmed':
        this.#ledgerOf(process).beginPos = fact.minPhysicalOffset;
        return;
      case 'dledger-truncated':
        // What begins beyond the end begins anew there.
        if (fact.fromEndIndex + 1 < fact.endIndex) this.#ledgerOf(process).beginPos = fact.pos;
        this.#ledgerOf(process).writtenPos = fact.pos + fact.sizeBytes;
        return;
      case 'dledger-appended':
        this.#ledgerOf(process).writtenPos = fact.pos + fact.sizeBytes;
        return;
      case 'dledger-committed':
        this.#ledgerOf(process).committedPos = fact.committedPos;
        return;
      case 'broker-role-changed':
        this.#ledgerOf(process).isMaster = fact.brokerId === 0;
        return;
      case 'store-recovered':
        // Told by brokers without a ledger as well; nothing else makes an account of those.
        if (!this.#ledgers.has(process)) return;
        this.#ledgerOf(process).beginPos = fact.minPhysicalOffset;
        this.#ledgerOf(process).writtenPos = fact.maxPhysicalOffset;
        return;
      case 'dledger-recovered':
        this.#ledgerOf(process);
        return;
      default:
    }
  }

  #ledgerOf(process: string): LedgerEnds {
    let ledger = this.#ledgers.get(process);
    if (ledger === undefined) {
      ledger = {beginPos: 0, writtenPos: 0, committedPos: 0, isMaster: false};
      this.#ledgers.set(process, ledger);
    }
    return ledger;
  }

  /** What a member of a group has told since its start; undefined for other brokers. */
  ledgerOf(process: string): Readonly<LedgerEnds> | undefined {
    return this.#ledgers.get(process);
  }

  /** Where a broker's log ends, and up to where it is dispatched, as it has told; undefined while it is still recovering. */
  endsOf(process: string): Readonly<Ends> | undefined {
    return this.#ends.get(process);
  }

  /** The broker.conf that it runs on. */
  confOf(process: string): string {
    return this.#confs.confOf(process);
  }
}
