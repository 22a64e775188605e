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
      /** The disk has refused an entry too often: the message goes without it, and until a restart no other gets in. */
      readonly kind: 'store-marked-broken';
      readonly of: 'queue' | 'index';
      /** Of the message. */
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
  // DLedger. `group` and `selfId` name the member that reports.
  | {
      /** The log was opened. What it recovered as its own may hold what others never had, or have cut off (S3). */
      readonly kind: 'dledger-recovered';
      readonly group: string;
      readonly selfId: string;
      readonly term: number;
      readonly votedFor: string | null;
      readonly beginIndex: number;
      readonly endIndex: number;
      readonly endTerm: number;
      readonly committedIndex: number;
    }
  | {
      /** A role event; `from` may be the same role. `term` is the event's, which the current term may be behind. */
      readonly kind: 'dledger-role-changed';
      readonly group: string;
      readonly selfId: string;
      readonly from: DLedgerRoleName;
      readonly role: DLedgerRoleName;
      readonly term: number;
      readonly currTerm: number;
      readonly leaderId: string | null;
    }
  | {
      readonly kind: 'dledger-term-changed';
      readonly group: string;
      readonly selfId: string;
      readonly from: number;
      readonly term: number;
    }
  | {
      readonly kind: 'dledger-votes-requested';
      readonly group: string;
      readonly selfId: string;
      readonly term: number;
      readonly ledgerEndIndex: number;
      readonly ledgerEndTerm: number;
    }
  | {
      /** The voter reports. */
      readonly kind: 'dledger-vote-answered';
      readonly group: string;
      readonly selfId: string;
      readonly candidate: string;
      readonly term: number;
      readonly result: DLedgerVoteResultName;
      readonly answeredTerm: number;
    }
  | {
      readonly kind: 'dledger-vote-round-ended';
      readonly group: string;
      readonly selfId: string;
      readonly term: number;
      readonly result: 'WAIT_TO_REVOTE' | 'REVOTE_IMMEDIATELY' | 'PASSED' | 'WAIT_TO_VOTE_NEXT';
      readonly members: number;
      readonly answers: number;
      readonly valid: number;
      readonly accepted: number;
      readonly notReady: number;
      readonly biggerLedger: number;
      readonly alreadyHasLeader: boolean;
      readonly maxTerm: number;
      readonly tookMs: number;
      /** Until this candidate may ask again. */
      readonly nextInMs: number;
    }
  | {
      /** A leader's round of heartbeats that did not get its majority. */
      readonly kind: 'dledger-heartbeat-missed';
      readonly group: string;
      readonly selfId: string;
      readonly term: number;
      /** How many others said that they follow, and how many answered or failed at all. */
      readonly followers: number;
      readonly answers: number;
      readonly verdict: 'quorum' | 'ask-again' | 'higher-term' | 'inconsistent-leader' | 'missed';
    }
  | {
      /** A follower gives its leader up. */
      readonly kind: 'dledger-leader-lost';
      readonly group: string;
      readonly selfId: string;
      readonly leaderId: string;
      readonly silentMs: number;
    }
  | {
      readonly kind: 'dledger-appended';
      readonly group: string;
      readonly selfId: string;
      readonly as: 'leader' | 'follower';
      readonly index: number;
      readonly term: number;
      readonly pos: number;
      readonly sizeBytes: number;
      /** By which two entries of one index and term are told apart. */
      readonly bodyCrc: number;
    }
  | {
      /** On the leader: a peer has everything up to `index`, or so its answers are read. */
      readonly kind: 'dledger-acknowledged';
      readonly group: string;
      readonly selfId: string;
      readonly peer: string;
      readonly term: number;
      readonly index: number;
    }
  | {
      readonly kind: 'dledger-committed';
      readonly group: string;
      readonly selfId: string;
      /** -1, only with the remedy `clamp-commit`: a cut has left nothing of what was committed. */
      readonly index: number;
      /** Of the entry that stands at that index here. */
      readonly term: number;
      readonly committedPos: number;
    }
  | {
      /** On the leader: what it does with a peer's log from now on. `index` -1 in COMPARE: its own last. */
      readonly kind: 'dledger-push-state';
      readonly group: string;
      readonly selfId: string;
      readonly peer: string;
      readonly term: number;
      readonly state: 'COMPARE' | 'TRUNCATE' | 'APPEND';
      readonly index: number;
    }
  | {
      readonly kind: 'dledger-compared';
      readonly group: string;
      readonly selfId: string;
      readonly leaderId: string;
      readonly term: number;
      readonly index: number;
      readonly isSame: boolean;
      readonly endIndex: number;
    }
  | {
      /** The log was cut so that one entry is its last, which `wasThere` or was written with the cut. */
      readonly kind: 'dledger-truncated';
      readonly group: string;
      readonly selfId: string;
      readonly leaderId: string;
      readonly term: number;
      readonly fromEndIndex: number;
      readonly endIndex: number;
      readonly entryTerm: number;
      readonly pos: number;
      readonly sizeBytes: number;
      readonly bodyCrc: number;
      readonly wasThere: boolean;
      readonly committedIndex: number;
    }
  | {
      readonly kind: 'dledger-append-refused' /** Nothing was written. */;
      readonly group: string;
      readonly selfId: string;
      readonly code: number;
      readonly leaderId: string | null;
    }
  | {
      readonly kind: 'dledger-append-failed' /** What was written may be committed yet. */;
      readonly group: string;
      readonly selfId: string;
      readonly term: number;
      readonly index: number;
      readonly code: number;
    }
  | {
      readonly kind: 'dledger-transfer' /** On the leader that hands over. */;
      readonly group: string;
      readonly selfId: string;
      readonly transferee: string;
      readonly term: number;
      readonly what: 'begun' | 'ended';
      readonly code: number;
    }
  | {
      /** Only with `keep-committed`: its leader wants it to cut below what it knows to be committed. */
      readonly kind: 'dledger-cut-refused';
      readonly group: string;
      readonly selfId: string;
      readonly leaderId: string;
      readonly term: number;
      /** That would be its last. */
      readonly index: number;
      readonly committedIndex: number;
    }
  | {
      /** The queue of pushes is full: one more of the threads that serve all requests waits for room in it. */
      readonly kind: 'dledger-thread-blocked';
      readonly group: string;
      readonly selfId: string;
      readonly blocked: number;
      readonly threads: number;
    }
  | {
      /** What a broker of a group is from now on, and tells its NameServers. */
      readonly kind: 'broker-role-changed';
      readonly brokerName: string;
      readonly brokerId: number;
      readonly role: 'SYNC_MASTER' | 'SLAVE';
    }
  | {
      /** It leads its group and is no master yet: what its log holds of earlier terms is not all committed and dispatched. */
      readonly kind: 'broker-mastership-waits';
      readonly group: string;
      readonly selfId: string;
      readonly term: number;
      readonly ledgerEndIndex: number;
      readonly committedIndex: number;
      readonly dispatchBehindBytes: number;
    }
  | {
      /** It stopped leading before it was a master, or the event came too late. */
      readonly kind: 'broker-mastership-missed';
      readonly group: string;
      readonly selfId: string;
      readonly term: number;
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

export type DLedgerRoleName = 'CANDIDATE' | 'LEADER' | 'FOLLOWER';
export type DLedgerVoteResultName =
  | 'UNKNOWN'
  | 'ACCEPT'
  | 'REJECT_UNKNOWN_LEADER'
  | 'REJECT_UNEXPECTED_LEADER'
  | 'REJECT_EXPIRED_VOTE_TERM'
  | 'REJECT_ALREADY_VOTED'
  | 'REJECT_ALREADY_HAS_LEADER'
  | 'REJECT_TERM_NOT_READY'
  | 'REJECT_TERM_SMALL_THAN_LEDGER'
  | 'REJECT_EXPIRED_LEDGER_TERM'
  | 'REJECT_SMALL_LEDGER_END_INDEX'
  | 'REJECT_TAKING_LEADERSHIP';

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
