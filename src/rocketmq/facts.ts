import type {Journal} from '../ports/journal.ts';
import type {CloseReason} from '../ports/network.ts';

/**
 * Every kind of fact that the processes of RocketMQ report in their journals. A fact is plain data. Checks, ledger,
 * narration and pictures are made from these and from what the simulator itself records; nothing looks inside a process.
 * Adding a kind: add it here, and a sentence for it in both languages in `lab/narration`.
 */
export type Fact =
  // Any process.
  | {
      readonly kind: 'printed' /** One line of standard output, without its line end. */;
      readonly line: string;
    }
  | {readonly kind: 'warned' /** A condition that the real one only logs. */; readonly text: string}
  // NameServer.
  | {readonly kind: 'namesrv-booted'; readonly port: number}
  | {
      readonly kind: 'broker-registered';
      readonly cluster: string;
      readonly brokerName: string;
      readonly brokerId: number;
      readonly address: string;
      /** Not known before under this address (a first registration). */
      readonly isNew: boolean;
    }
  | {
      readonly kind: 'broker-removed';
      readonly brokerName: string;
      readonly brokerId: number;
      readonly address: string;
      readonly why: 'unregistered' | 'connection-closed' | 'connection-idle' | 'expired';
    }
  | {readonly kind: 'route-changed'; readonly topic: string; readonly brokers: readonly QueueDataFact[]}
  | {readonly kind: 'route-asked'; readonly topic: string; readonly found: boolean}
  | {readonly kind: 'write-permission-wiped'; readonly brokerName: string; readonly topicCount: number}
  | {
      readonly kind: 'kv-changed';
      readonly namespace: string;
      readonly key: string;
      readonly value: string | null;
    }
  // Broker.
  | {
      readonly kind: 'broker-booted';
      readonly cluster: string;
      readonly brokerName: string;
      readonly brokerId: number;
      readonly role: 'ASYNC_MASTER' | 'SYNC_MASTER' | 'SLAVE';
      readonly flush: 'ASYNC_FLUSH' | 'SYNC_FLUSH';
      readonly address: string;
    }
  | {
      readonly kind: 'registered-with-namesrv';
      readonly namesrv: string;
      /** Null when the NameServer took it, otherwise what went wrong. */
      readonly error: string | null;
    }
  | {
      readonly kind: 'topic-configured';
      readonly topic: string;
      readonly readQueueNums: number;
      readonly writeQueueNums: number;
      readonly perm: number;
      readonly why: 'built-in' | 'loaded' | 'auto-created' | 'retry' | 'admin' | 'synchronised';
    }
  | {readonly kind: 'topic-deleted'; readonly topic: string}
  | {readonly kind: 'send-refused'; readonly topic: string; readonly code: number; readonly remark: string}
  | {
      readonly kind: 'client-joined' | 'client-left';
      readonly role: 'producer' | 'consumer';
      readonly group: string;
      readonly clientId: string;
      readonly address: string;
      readonly why: 'heartbeat' | 'unregistered' | 'connection-closed' | 'expired';
    }
  | {readonly kind: 'group-notified'; readonly group: string; readonly clientIds: readonly string[]}
  | {
      readonly kind: 'pull-held' | 'pull-released';
      readonly group: string;
      readonly topic: string;
      readonly queueId: number;
      readonly queueOffset: number;
      readonly why: 'nothing-new' | 'message-arrived' | 'timed-out' | 'connection-closed';
    }
  | {
      readonly kind: 'offset-committed';
      readonly group: string;
      readonly topic: string;
      readonly queueId: number;
      readonly queueOffset: number;
    }
  // Store.
  | {
      readonly kind: 'message-appended';
      readonly topic: string;
      readonly queueId: number;
      readonly queueOffset: number;
      /** Where its record begins in the commit log, and how long the record is. */
      readonly physicalOffset: number;
      readonly sizeBytes: number;
      /** The producer's id (`UNIQ_KEY`), or the offset id where the producer gave none. */
      readonly msgId: string;
      readonly storeTimestampMs: number;
    }
  | {readonly kind: 'log-flushed' /** Everything before it is durable. */; readonly physicalOffset: number}
  | {
      readonly kind: 'log-dispatched';
      /** Everything before it is in its consume queue. */
      readonly physicalOffset: number;
    }
  | {
      readonly kind: 'log-committed';
      /** With a transient store pool: everything before it has left the pool for the page cache, and can be read. */
      readonly physicalOffset: number;
    }
  | {
      readonly kind: 'log-cleaned';
      /** Old files were deleted; where the log begins now, and the first message of each queue that lost some. */
      readonly minPhysicalOffset: number;
      readonly why: 'expired' | 'disk-filling';
      readonly queues: readonly {
        readonly topic: string;
        readonly queueId: number;
        readonly minOffset: number;
      }[];
    }
  | {readonly kind: 'file-created' | 'file-deleted'; readonly path: string; readonly sizeBytes: number}
  | {
      readonly kind: 'store-recovered';
      /** Whether the last stop was clean (no `abort` file). */
      readonly cleanExit: boolean;
      readonly minPhysicalOffset: number;
      readonly maxPhysicalOffset: number;
      readonly truncatedBytes: number;
      /** Max offset of each consume queue with entries. */
      readonly queues: readonly {
        readonly topic: string;
        readonly queueId: number;
        readonly minOffset: number;
        readonly maxOffset: number;
      }[];
    }
  | {readonly kind: 'config-persisted'; readonly path: string}
  // Replication, on a master (or a slave that feeds another). A slave is known by the address of its end of the link.
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
  // Replication, on a slave.
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
    }
  // Clients, both kinds.
  | {
      readonly kind: 'client-started';
      readonly role: 'producer' | 'consumer';
      readonly group: string;
      readonly clientId: string;
    }
  | {
      readonly kind: 'client-stopped';
      readonly role: 'producer' | 'consumer';
      readonly group: string;
      readonly clientId: string;
    }
  | {readonly kind: 'route-learnt'; readonly topic: string; readonly brokers: readonly BrokerRouteFact[]}
  | {readonly kind: 'route-missing'; readonly topic: string; readonly error: string}
  | {readonly kind: 'heartbeat-answered'; readonly address: string; readonly error: string | null}
  // Producer.
  | {
      readonly kind: 'send-begun';
      readonly msgId: string;
      readonly group: string;
      readonly topic: string;
      readonly tags: string | null;
      readonly keys: string | null;
      readonly bodyBytes: number;
      readonly mode: 'sync' | 'async' | 'oneway';
    }
  | {
      readonly kind: 'send-attempted';
      readonly msgId: string;
      readonly attempt: number;
      readonly brokerName: string;
      readonly queueId: number;
      readonly address: string;
    }
  | {
      readonly kind: 'send-attempt-failed';
      readonly msgId: string;
      readonly attempt: number;
      readonly error: string;
      readonly willRetry: boolean;
    }
  | {
      readonly kind: 'send-acknowledged';
      readonly msgId: string;
      readonly status: SendStatusName;
      readonly offsetMsgId: string;
      readonly topic: string;
      readonly brokerName: string;
      readonly queueId: number;
      readonly queueOffset: number;
      readonly tookMs: number;
    }
  | {
      readonly kind: 'send-handed-over' /** One-way: written to the socket; nobody will answer. */;
      readonly msgId: string;
    }
  | {readonly kind: 'send-given-up'; readonly msgId: string; readonly error: string; readonly tookMs: number}
  // Push consumer.
  | {
      readonly kind: 'rebalanced';
      readonly group: string;
      readonly topic: string;
      readonly clientIds: readonly string[];
      readonly allocated: readonly {readonly brokerName: string; readonly queueId: number}[];
    }
  | {
      readonly kind: 'queue-taken';
      readonly group: string;
      readonly topic: string;
      readonly brokerName: string;
      readonly queueId: number;
      readonly queueOffset: number;
    }
  | {
      readonly kind: 'queue-dropped';
      readonly group: string;
      readonly topic: string;
      readonly brokerName: string;
      readonly queueId: number;
      readonly why: 'rebalanced' | 'expired' | 'stopped' | 'offset-illegal';
    }
  | {
      readonly kind: 'pull-failed';
      readonly group: string;
      readonly topic: string;
      readonly brokerName: string;
      readonly queueId: number;
      readonly error: string;
    }
  | {
      readonly kind: 'pull-offset-moved';
      readonly group: string;
      readonly topic: string;
      readonly brokerName: string;
      readonly queueId: number;
      readonly fromOffset: number;
      readonly toOffset: number;
    }
  | {
      readonly kind: 'flow-controlled';
      readonly group: string;
      readonly topic: string;
      readonly brokerName: string;
      readonly queueId: number;
      readonly why: 'count' | 'size' | 'span';
    }
  | {
      /** One message handed to the application's listener. */
      readonly kind: 'message-delivered';
      readonly group: string;
      readonly clientId: string;
      readonly topic: string;
      readonly brokerName: string;
      readonly queueId: number;
      readonly queueOffset: number;
      readonly msgId: string;
      readonly offsetMsgId: string;
      readonly reconsumeTimes: number;
    }
  | {
      /** In recordings: one message that a pull has brought to a client which is not ours. What it makes of it is not known. */
      readonly kind: 'message-received';
      readonly group: string;
      readonly clientId: string;
      readonly topic: string;
      readonly brokerName: string;
      readonly queueId: number;
      readonly queueOffset: number;
      readonly msgId: string;
      readonly offsetMsgId: string;
      readonly reconsumeTimes: number;
    }
  | {
      readonly kind: 'consumption-finished';
      readonly group: string;
      readonly topic: string;
      readonly brokerName: string;
      readonly queueId: number;
      readonly status: 'CONSUME_SUCCESS' | 'RECONSUME_LATER';
      readonly msgIds: readonly string[];
    }
  | {
      readonly kind: 'offset-reported';
      readonly group: string;
      readonly topic: string;
      readonly brokerName: string;
      readonly queueId: number;
      readonly queueOffset: number;
    };

export type FactKind = Fact['kind'];
export type FactOf<K extends FactKind> = Extract<Fact, {kind: K}>;
export type SendStatusName = 'SEND_OK' | 'FLUSH_DISK_TIMEOUT' | 'FLUSH_SLAVE_TIMEOUT' | 'SLAVE_NOT_AVAILABLE';

/** What a slave copies from its master besides the log. */
export type SynchronisedTable = 'topics' | 'consumer-offsets' | 'delay-offsets' | 'subscription-groups';

export interface QueueDataFact {
  readonly brokerName: string;
  readonly readQueueNums: number;
  readonly writeQueueNums: number;
  readonly perm: number;
}

export interface BrokerRouteFact extends QueueDataFact {
  /** brokerId and address of each broker of the name. */
  readonly addresses: readonly {readonly brokerId: number; readonly address: string}[];
}

/** The one door through which `src/rocketmq` reports, so that a misspelt fact does not compile. */
export function report(journal: Journal, fact: Fact): void {
  journal.record(fact);
}
