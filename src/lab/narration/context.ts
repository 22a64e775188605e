import type {DLedgerFact, DLedgerRoleName} from '../../rocketmq/facts/dledger.ts';
import type {FrameSummary} from '../view/view-state.ts';

/** What a sentence may look up besides its entry. `TraceIndex` is one. */
export interface NarrationContext {
  /** What the write of a `bytes-sent` entry carries. */
  frame(sentId: number): FrameSummary;
  /** 1 for the first delivery of a message to its group, 2 for the second, ... */
  deliveryOrdinal(entryId: number): number;
  /** The role that a member of a DLedger group has taken since its process started, by an entry; null for none. */
  ledgerRoleOf(process: string, entryId: number): DLedgerRoleName | null;
}

/** What a fact of DLedger means, with the process `who` as its subject; null while nobody can tell it. */
export type GroupTeller = (
  who: string,
  fact: DLedgerFact,
  ledgerRole: () => DLedgerRoleName | null,
) => string | null;
