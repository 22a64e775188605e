import type {FlushOutcome} from './commit-log-flush.ts';
import type {ReplicaOutcome} from './ha/ha-parts.ts';
import type {PutMessageStatus} from './message-store.ts';

/**
 * A put that waits for its flush and for its replica, side by side. Where both fail, the replica's failure is told.
 * Source: the end of RocketMQ 4.9.1 `CommitLog#asyncPutMessage`.
 */
export class FlushAndReplica {
  private readonly done: (status: PutMessageStatus) => void;
  private flush: FlushOutcome | null = null;
  private replica: ReplicaOutcome | null = null;

  constructor(done: (status: PutMessageStatus) => void) {
    this.done = done;
  }

  flushed(outcome: FlushOutcome): void {
    this.flush = outcome;
    this.settle();
  }

  replicated(outcome: ReplicaOutcome): void {
    this.replica = outcome;
    this.settle();
  }

  private settle(): void {
    const {flush, replica} = this;
    if (flush !== null && replica !== null) this.done(replica === 'PUT_OK' ? flush : replica);
  }
}
