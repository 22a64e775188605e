import type {DLedgerVoteResultName} from '../../rocketmq/facts/dledger.ts';
import type {DiskFault, DiskFaultName} from '../../sim/disk-fault.ts';
import type {LinkChange} from '../../sim/intervention.ts';
import type {BytesRef, ProcessKind} from '../../sim/trace.ts';
import type {HaFrame} from '../ha-frame.ts';

/**
 * What the screen shows at one moment: a pure function of the trace up to and including one entry. Renderers add `t`
 * (a frame in flight is drawn between sender and receiver at the point that t implies) and nothing else.
 */
export interface ViewState {
  /** Last entry taken into account; 0 before the first. */
  readonly entryId: number;
  readonly atUs: number;
  readonly machines: ReadonlyMap<string, MachineView>;
  /** In scenario order. */
  readonly processes: ReadonlyMap<string, ProcessView>;
  readonly connections: ReadonlyMap<number, ConnectionView>;
  /** Sent and neither arrived nor lost, by the id of their `bytes-sent`. */
  readonly flights: ReadonlyMap<number, FlightView>;
  readonly cuts: readonly CutView[];
  /** Links whose quality was changed, one direction each, in the order of the changes. */
  readonly changedLinks: readonly ChangedLinkView[];
  readonly ledger: LedgerCounts;
}

export interface MachineView {
  readonly name: string;
  readonly address: string;
  readonly hasPower: boolean;
  /** When that last changed. */
  readonly powerSinceUs: number;
  readonly disk: DiskView;
}

export interface DiskView {
  readonly status: 'in-place' | 'read-only' | 'destroyed';
  readonly statusSinceUs: number;
  /** Not ours: known by what crosses its connections only. */
  readonly foreign?: true;
  /** In the order in which they struck. */
  readonly faults: readonly DiskFaultView[];
}

export interface DiskFaultView {
  /** What to lift it by (`heal-disk`). */
  readonly name: DiskFaultName;
  readonly fault: DiskFault;
  readonly sinceUs: number;
}

/** What was changed of the link from one machine to another; the way back is a link of its own. */
export interface ChangedLinkView {
  readonly from: string;
  readonly to: string;
  readonly change: LinkChange;
  readonly sinceUs: number;
}

export interface CutView {
  readonly from: string;
  readonly to: string;
  readonly direction: 'both' | 'one-way';
  readonly sinceUs: number;
}

export type ProcessStatus =
  | 'not-started'
  | 'running'
  | 'stopping'
  | 'paused'
  | 'stopped'
  | 'killed'
  | 'exited'
  | 'crashed'
  | 'power-lost'
  /** A foreign process without a connection to ours. */
  | 'disconnected';

export interface ProcessView {
  readonly name: string;
  readonly kind: ProcessKind;
  readonly machine: string;
  /** `a.b.c.d:port` of the first port it listens on, else its machine's address. */
  readonly address: string;
  readonly status: ProcessStatus;
  readonly statusSinceUs: number;
  /** Not ours: known by what crosses its connections only. */
  readonly foreign?: true;
  /** Why it exited or crashed; else empty. */
  readonly reason: string;
  /** Present by kind. What is in memory only is gone after an end; what is on disk stays. */
  readonly namesrv?: NamesrvView;
  readonly broker?: BrokerView;
  readonly producer?: ProducerView;
  readonly consumer?: ConsumerView;
  /** What was set by hand in its configuration, by key; absent where nothing was. */
  readonly settings?: ReadonlyMap<string, SettingView>;
  /** Topics whose routes this client knows. */
  readonly routes: ReadonlyMap<string, RouteView>;
}

export interface SettingView {
  readonly value: string;
  /** The process has started since. */
  readonly isRead: boolean;
}

export interface RouteView {
  readonly topic: string;
  readonly brokers: readonly {
    readonly brokerName: string;
    readonly readQueueNums: number;
    readonly writeQueueNums: number;
    readonly perm: number;
    readonly addresses: readonly {readonly brokerId: number; readonly address: string}[];
  }[];
}

export interface NamesrvView {
  /** By address. */
  readonly brokers: ReadonlyMap<
    string,
    {
      readonly cluster: string;
      readonly brokerName: string;
      readonly brokerId: number;
      readonly address: string;
      readonly lastRegisteredUs: number;
    }
  >;
  readonly topics: ReadonlyMap<
    string,
    readonly {
      readonly brokerName: string;
      readonly readQueueNums: number;
      readonly writeQueueNums: number;
      readonly perm: number;
    }[]
  >;
  readonly kv: ReadonlyMap<string, string>;
}

export interface BrokerView {
  readonly cluster: string;
  readonly brokerName: string;
  readonly brokerId: number;
  readonly role: string;
  readonly flush: string;
  /** NameServer address → last outcome (null: registered). */
  readonly registrations: ReadonlyMap<string, {readonly atUs: number; readonly error: string | null}>;
  readonly topics: ReadonlyMap<
    string,
    {
      readonly topic: string;
      readonly readQueueNums: number;
      readonly writeQueueNums: number;
      readonly perm: number;
      readonly why: string;
    }
  >;
  readonly log: LogView;
  /** What it is in its DLedger group; absent where its log is no ledger. */
  readonly member?: MemberView;
  /** Key `topic queueId`. */
  readonly queues: ReadonlyMap<string, QueueView>;
  readonly clients: ReadonlyMap<
    string,
    {
      readonly role: 'producer' | 'consumer';
      readonly group: string;
      readonly clientId: string;
      readonly address: string;
    }
  >;
  /** Long polls held now, key `group topic queueId`. */
  readonly heldPulls: ReadonlyMap<
    string,
    {
      readonly group: string;
      readonly topic: string;
      readonly queueId: number;
      readonly queueOffset: number;
      readonly sinceUs: number;
    }
  >;
}

/** A member of a DLedger group, as it sees itself and the others. */
export interface MemberView {
  readonly group: string;
  readonly selfId: string;
  /** Also of a process that has ended: a member begins as a candidate. */
  readonly role: 'CANDIDATE' | 'FOLLOWER' | 'LEADER';
  /** When role or leader last changed. */
  readonly roleSinceUs: number;
  readonly term: number;
  /** Whom it gave its vote in this term, as far as it was told of. */
  readonly votedFor: string | null;
  readonly leaderId: string | null;
  /** -1 while the ledger is empty. */
  readonly beginIndex: number;
  readonly endIndex: number;
  readonly endTerm: number;
  /** -1 while nothing is known to be committed. It may lie beyond the end (S6). */
  readonly committedIndex: number;
  /** On a leader, what it knows of each peer: how it is being pushed to, and up to where it has acknowledged in this term. */
  readonly peers: ReadonlyMap<
    string,
    {readonly state: 'COMPARE' | 'TRUNCATE' | 'APPEND'; readonly matchIndex: number}
  >;
  /** How the members have answered when it last asked them for their votes, by member; empty before it has ever asked. */
  readonly ballots: {readonly term: number; readonly answers: ReadonlyMap<string, DLedgerVoteResultName>};
  /** Its last own round of votes. */
  readonly lastRound: {
    readonly atUs: number;
    readonly term: number;
    readonly result: string;
    readonly members: number;
    readonly accepted: number;
    /** When it may ask again. */
    readonly nextAtUs: number;
  } | null;
}

export interface LogView {
  readonly minOffset: number;
  /** The four marks, as physical offsets. `replicated` is -1 where nothing replicates; of a ledger, up to where it is committed. */
  readonly written: number;
  readonly flushed: number;
  readonly replicated: number;
  readonly dispatched: number;
  readonly messages: number;
  /** Written and not yet in their consume queues, oldest first. */
  readonly undispatched: readonly LogCellView[];
  /** The newest records, oldest first; at most 64. */
  readonly tail: readonly LogCellView[];
}

export interface LogCellView {
  readonly physicalOffset: number;
  readonly sizeBytes: number;
  readonly topic: string;
  readonly queueId: number;
  readonly queueOffset: number;
  readonly msgId: string;
  /** The entry that appended it. */
  readonly entryId: number;
  /** In a ledger: the term of the leader that wrote it. */
  readonly term?: number;
}

export interface QueueView {
  readonly topic: string;
  readonly queueId: number;
  readonly minOffset: number;
  /** One past the last dispatched entry. */
  readonly maxOffset: number;
  /** Committed offset of each group at this broker: in its memory while it runs, on its disk when it does not. */
  readonly committed: ReadonlyMap<string, number>;
  /** The same as last written to `consumerOffset.json`: what a killed broker remembers. */
  readonly persisted: ReadonlyMap<string, number>;
}

export interface ProducerView {
  readonly group: string;
  readonly clientId: string;
  readonly begun: number;
  readonly acknowledged: number;
  readonly givenUp: number;
  /** Sends begun and not ended, newest last; at most 8. */
  readonly waiting: readonly {
    readonly msgId: string;
    readonly sinceUs: number;
    readonly attempt: number;
    readonly brokerName: string;
    readonly queueId: number;
  }[];
  readonly waitingCount: number;
  readonly lastError: {readonly atUs: number; readonly text: string} | null;
}

export interface ConsumerView {
  readonly group: string;
  readonly clientId: string;
  /** Queues this instance holds, key `topic brokerName queueId`. */
  readonly queues: ReadonlyMap<
    string,
    {
      readonly topic: string;
      readonly brokerName: string;
      readonly queueId: number /** Next offset to hand to the listener. */;
      readonly nextOffset: number;
      readonly reportedOffset: number;
    }
  >;
  readonly delivered: number;
  readonly lastError: {readonly atUs: number; readonly text: string} | null;
}

export interface ConnectionView {
  readonly connection: number;
  readonly process: string;
  readonly peer: string;
  readonly localAddress: string;
  readonly remoteAddress: string;
  readonly status: 'connecting' | 'open' | 'half-closed';
  readonly sinceUs: number;
}

/** Families of frames, each with its colour. */
export type FrameFamily = 'produce' | 'replicate' | 'deliver' | 'election' | 'route';

export interface FlightView {
  /** Id of the `bytes-sent` entry. */
  readonly sent: number;
  readonly connection: number;
  readonly from: string;
  readonly to: string;
  readonly sentUs: number;
  /** -1: held by a cut link. */
  readonly arrivesUs: number;
  readonly bytes: BytesRef;
  readonly frame: FrameSummary;
}

/** What one write on a connection carries, as far as it can be read. */
export interface FrameSummary {
  readonly form: 'request' | 'response' | 'oneway' | 'raw';
  /** Request code, also for a response: that of the request it answers; -1 if unknown. */
  readonly requestCode: number;
  /** For a response: its response code; else -1. */
  readonly responseCode: number;
  /** `SEND_MESSAGE_V2`, or `SEND_MESSAGE_V2 → SUCCESS` for a response. */
  readonly name: string;
  readonly opaque: number;
  readonly family: FrameFamily;
  /** One short remark for the picture: a topic and queue, an offset; may be empty. */
  readonly detail: string;
  /** What crosses a replication link. */
  readonly ha?: HaFrame;
}

/** Each number counts messages, not events. `durable ≤ acked` may fail: what is durable need not be acknowledged. */
export interface LedgerCounts {
  /** Begun by a producer. */
  readonly sent: number;
  readonly acked: number;
  readonly givenUp: number;
  /** Stored where a power cut does not take it. */
  readonly durable: number;
  /** Handed to a listener at least once, in every group that should see it. */
  readonly delivered: number;
  /** Handed to a group more than once. */
  readonly duplicated: number;
  /** Acknowledged, and held by no broker any more. */
  readonly lost: number;
  /** Acknowledged and not lost, but every broker that holds it is down: it may come back with one of them. */
  readonly outOfReach: number;
}
