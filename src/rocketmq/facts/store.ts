/** What the store of a broker reports. */
export type StoreFact =
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
  | {readonly kind: 'config-persisted'; readonly path: string};
