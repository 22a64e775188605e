import type {Random} from '../../ports/random.ts';
import type {MessageQueue} from '../message/message.ts';

/** A queue as a producer's table holds it. With latency faults on, 4.9.1 overwrites entries in place. */
export type PublishQueue = {-readonly [K in keyof MessageQueue]: MessageQueue[K]};

/**
 * A counter that begins at a random non-negative number, and wraps. Source: `client.common.ThreadLocalIndex`.
 * One thread sends here, so there is one counter per use.
 */
export class RotatingIndex {
  private readonly random: Random;
  /** An int that is only ever counted up; null until first asked. */
  private value: number | null = null;

  constructor(random: Random) {
    this.random = random;
  }

  incrementAndGet(): number {
    this.value = ((this.value ?? javaAbs(this.random.int32())) + 1) | 0;
    return javaAbs(this.value);
  }
}

/** What a producer knows of a topic. Source: RocketMQ 4.9.1 `client.impl.producer.TopicPublishInfo`. */
export class TopicPublishInfo {
  readonly queues: PublishQueue[];
  /** Whether a route has been seen, even one without a queue to write to. */
  readonly hasRoute: boolean;
  readonly index: RotatingIndex;
  private readonly writeQueueNums: ReadonlyMap<string, number>;

  constructor(
    queues: PublishQueue[],
    hasRoute: boolean,
    writeQueueNums: ReadonlyMap<string, number>,
    random: Random,
  ) {
    this.queues = queues;
    this.hasRoute = hasRoute;
    this.writeQueueNums = writeQueueNums;
    this.index = new RotatingIndex(random);
  }

  get ok(): boolean {
    return this.queues.length > 0;
  }

  /** Write queues of a broker in the route; -1 if it is not in it. */
  writeQueueNumsOf(brokerName: string | null): number {
    return (brokerName === null ? undefined : this.writeQueueNums.get(brokerName)) ?? -1;
  }

  /** The next queue in rotation. */
  next(): PublishQueue {
    return this.queues[this.position(this.index.incrementAndGet())]!;
  }

  /** The next queue in rotation that is not on `lastBrokerName`, or the next one where there is none. */
  nextAvoiding(lastBrokerName: string | null): PublishQueue {
    if (lastBrokerName === null) return this.next();
    for (let i = 0; i < this.queues.length; i++) {
      const queue = this.next();
      if (queue.brokerName !== lastBrokerName) return queue;
    }
    return this.next();
  }

  position(index: number): number {
    return Math.max(0, javaAbs(index) % this.queues.length);
  }
}

/** `Math.abs` of an int: the lowest one stays as it is. */
export function javaAbs(value: number): number {
  return value === -2147483648 ? value : Math.abs(value);
}
