import type {FactOf} from '../../rocketmq/facts.ts';

/** What took a record from a broker's log. */
export type Taker =
  | 'disk-destroyed'
  | 'power-loss'
  | 'disk-fault'
  | 'process-end'
  /** Old files are deleted after their time, or because the disk fills. */
  | 'cleaning'
  /** The leader of its group does not have it, and made this member drop it. */
  | 'ledger-cut'
  /** Nothing that happened explains it. */
  | 'nothing';

/** How a broker came to lack a record that it had. */
export interface Taking {
  /** The entry after which it no longer had it. */
  readonly entryId: number;
  readonly by: Taker;
  /** The entry of what did it; `entryId` itself where nothing else is known. */
  readonly byEntryId: number;
  /** Some disk of the machine had a fault that makes a sync say more than it did. */
  readonly diskLied: boolean;
  /** It is the record's head that is gone, and the log goes on behind it: nobody can read it, and no recovery has looked there. */
  readonly isAmid?: true;
}

/** Old files were deleted. */
export function cleaningAt(entryId: number): Taking {
  return {entryId, by: 'cleaning', byEntryId: entryId, diskLied: false};
}

/** One record of a message in one broker's log. */
export interface Holding {
  /** The broker's process. */
  readonly process: string;
  readonly physicalOffset: number;
  readonly sizeBytes: number;
  readonly queueId: number;
  readonly queueOffset: number;
  /** The `message-appended` entry; on a slave, the one in which it tells its master that it has the record. */
  readonly entryId: number;
  /** The broker got it from another one; of a group, from its leader. */
  readonly isReplica: boolean;
  durable: boolean;
  /** The entry that told that it is durable; 0 before. */
  durableEntryId: number;
  /** With a transient store pool, whether it has left the pool for the page cache. */
  committed: boolean;
  /** The entry after which the broker no longer had it; 0 while it has. */
  goneEntryId: number;
  /** Null while the broker has it. */
  taken: Taking | null;
}

/** Everything known of one message. Ids are entry ids, 0 for "not (yet)". */
export interface MessageFate {
  readonly msgId: string;
  readonly topic: string;
  readonly tags: string | null;
  readonly keys: string | null;
  readonly producer: string;
  readonly begunId: number;
  ackedId: number;
  ackStatus: string;
  givenUpId: number;
  /** The entry after which no broker held it any more though it was acknowledged; 0 while one does. */
  lostId: number;
  /**
   * Entries at which it was lost and in a log again, in turn; null for one that never was lost. What is in no log may still be on its
   * way, as in the socket of a process that is frozen.
   */
  lostTurns: number[] | null;
  /** The entry since which no broker that holds it can be asked for it, though it is acknowledged and not lost; 0 while one can. */
  outOfReachId: number;
  /** Entries at which it went out of reach and came back, in turn; null for one that never did. */
  reachTurns: number[] | null;
  readonly holdings: Holding[];
  /** Entries that handed it to a listener, by group. */
  readonly deliveries: Map<string, number[]>;
}

/** Of a message whose send begins. */
export function fateOf(producer: string, begunId: number, fact: FactOf<'send-begun'>): MessageFate {
  const {msgId, topic, tags, keys} = fact;
  return {
    msgId,
    topic,
    tags,
    keys,
    producer,
    begunId,
    ackedId: 0,
    ackStatus: '',
    givenUpId: 0,
    lostId: 0,
    lostTurns: null,
    outOfReachId: 0,
    reachTurns: null,
    holdings: [],
    deliveries: new Map(),
  };
}
