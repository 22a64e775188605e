import type {CloseReason} from '../../ports/network.ts';

/** What masters and slaves report of replication. */
export type ReplicationFact =
  // On a master (or a slave that feeds another). A slave is known by the address of its end of the link.
  | {readonly kind: 'slave-connected'; readonly slave: string}
  | {
      readonly kind: 'replication-begun';
      readonly slave: string;
      /** Where the slave says its log ends; 0 if it has none. */
      readonly requestedOffset: number;
      /** From where it is served, and where the log of the one who serves ends. */
      readonly fromOffset: number;
      readonly maxOffset: number;
    }
  | {
      readonly kind: 'replicated-to';
      readonly slave: string;
      /** The slave says that it has everything before it. Told at most 20 times a second for each slave. */
      readonly physicalOffset: number;
    }
  | {
      readonly kind: 'slave-disconnected';
      readonly slave: string;
      readonly why: 'ended' | 'reset' | 'expired' | 'refused' | 'stopped';
    }
  | {
      /** A put was to be on a slave as well, and was not. */
      readonly kind: 'replica-missed';
      /** Where its record ends in the commit log. */
      readonly endOffset: number;
      readonly outcome: 'FLUSH_SLAVE_TIMEOUT' | 'SLAVE_NOT_AVAILABLE';
      readonly waitedMs: number;
    }
  // On a slave.
  | {
      readonly kind: 'master-connected';
      readonly master: string;
      /** Where the slave's own log ends. */
      readonly maxOffset: number;
    }
  | {
      readonly kind: 'master-disconnected';
      readonly master: string;
      readonly why: CloseReason | 'offset-mismatch' | 'malformed' | 'expired' | 'stopped';
    }
  | {
      readonly kind: 'slave-appended';
      /** Where the slave's log ends now. Told at most 20 times a second. */
      readonly physicalOffset: number;
    }
  | {
      readonly kind: 'slave-synchronised' /** What the slave took over from its master was new to it. */;
      readonly master: string;
      readonly what: SynchronisedTable;
    }
  | {
      readonly kind: 'slave-sync-failed';
      readonly master: string;
      readonly what: SynchronisedTable;
      readonly error: string;
    };

/** What a slave copies from its master besides the log. */
export type SynchronisedTable = 'topics' | 'consumer-offsets' | 'delay-offsets' | 'subscription-groups';
