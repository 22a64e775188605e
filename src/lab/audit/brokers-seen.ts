import {type Reader, Readers, type Takes, type Taking, taking} from '../readers.ts';
import {ConfTrack} from '../scenario/conf-track.ts';
import type {Scenario} from '../scenario/scenario.ts';
import type {TraceStore} from '../trace-store.ts';

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

/**
 * What has to be known of a run to read the disks at its end, followed through its trace: a trace that is handed over piece by
 * piece is gone by then.
 */
export class BrokersSeen implements Reader {
  readonly #confs: ConfTrack;
  readonly #ends = new Map<string, Ends>();
  readonly #ledgers = new Map<string, LedgerEnds>();

  constructor(scenario: Scenario) {
    this.#confs = new ConfTrack(scenario);
  }

  /** All that a trace tells. */
  static in(scenario: Scenario, store: TraceStore): BrokersSeen {
    const seen = new BrokersSeen(scenario);
    new Readers(seen).takeAll(store);
    return seen;
  }

  get takes(): readonly Taking[] {
    return [...this.#confs.takes, taking(this, BrokersSeen.#table)];
  }

  static readonly #table: Takes<BrokersSeen> = {
    entries: {
      'process-started': (self, {process}) => {
        self.#ends.delete(process);
        self.#ledgers.delete(process);
      },
    },
    facts: {
      'store-recovered': (self, {process}, {minPhysicalOffset, maxPhysicalOffset}) => {
        // Told by brokers without a ledger as well; nothing else makes an account of those.
        const ledger = self.#ledgers.get(process);
        if (ledger !== undefined) {
          ledger.beginPos = minPhysicalOffset;
          ledger.writtenPos = maxPhysicalOffset;
        }
        self.#ends.set(process, {logEnd: maxPhysicalOffset, dispatchedTo: maxPhysicalOffset});
      },
      'message-appended': (self, {process}, {physicalOffset, sizeBytes}) =>
        self.#grew(process, physicalOffset + sizeBytes),
      'slave-appended': (self, {process}, {physicalOffset}) => self.#grew(process, physicalOffset),
      'log-dispatched': (self, {process}, {physicalOffset}) => {
        const of = self.#ends.get(process);
        if (of !== undefined) of.dispatchedTo = Math.max(of.dispatchedTo, physicalOffset);
      },
      'dledger-recovered': (self, {process}) => {
        self.#ledgerOf(process);
      },
      'dledger-trimmed': (self, {process}, {minPhysicalOffset}) => {
        self.#ledgerOf(process).beginPos = minPhysicalOffset;
      },
      'dledger-truncated': (self, {process}, {fromEndIndex, endIndex, pos, sizeBytes}) => {
        // What begins beyond the end begins anew there.
        if (fromEndIndex + 1 < endIndex) self.#ledgerOf(process).beginPos = pos;
        self.#ledgerOf(process).writtenPos = pos + sizeBytes;
      },
      'dledger-appended': (self, {process}, {pos, sizeBytes}) => {
        self.#ledgerOf(process).writtenPos = pos + sizeBytes;
      },
      'dledger-committed': (self, {process}, {committedPos}) => {
        self.#ledgerOf(process).committedPos = committedPos;
      },
      'broker-role-changed': (self, {process}, {brokerId}) => {
        self.#ledgerOf(process).isMaster = brokerId === 0;
      },
    },
  };

  #grew(process: string, logEnd: number): void {
    const of = this.#ends.get(process);
    if (of !== undefined) of.logEnd = Math.max(of.logEnd, logEnd);
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
