import type {
  BrokerView,
  ConsumerView,
  FlightView,
  LedgerCounts,
  ProcessView,
  ProducerView,
  QueueView,
  ViewState,
} from './view-state.ts';

export type Writable<T> = {-readonly [K in keyof T]: T[K]};

/** A flight whose frame is looked up only if it is still in the air at the end of a batch. */
export type PendingFlight = Omit<FlightView, 'frame'> & {frame: FlightView['frame'] | null};

export const NO_COUNTS: LedgerCounts = {
  sent: 0,
  acked: 0,
  givenUp: 0,
  durable: 0,
  delivered: 0,
  duplicated: 0,
  lost: 0,
  outOfReach: 0,
};

export const EMPTY_STATE: ViewState = {
  entryId: 0,
  atUs: 0,
  machines: new Map(),
  processes: new Map(),
  connections: new Map(),
  flights: new Map(),
  cuts: [],
  changedLinks: [],
  ledger: NO_COUNTS,
};

/**
 * A view state being advanced. What a batch of entries touches is copied once, then written in place until `finish`; what
 * it does not touch is shared with the state it began from. So states are immutable to everybody else, and a checkpoint is
 * only a reference.
 */
export class Draft {
  readonly state: Writable<ViewState>;
  readonly #owned = new Set<object>();

  constructor(base: ViewState) {
    this.state = {...base};
  }

  /** A map that may be written now: the given one, if this draft has copied it before, or a copy. */
  map<K, V>(map: ReadonlyMap<K, V>): Map<K, V> {
    if (this.#owned.has(map)) return map as Map<K, V>;
    const copy = new Map(map);
    this.#owned.add(copy);
    return copy;
  }

  /** The same for an object. */
  object<T extends object>(value: T): Writable<T> {
    if (this.#owned.has(value)) return value;
    const copy = {...value};
    this.#owned.add(copy);
    return copy;
  }

  process(name: string): Writable<ProcessView> | null {
    const known = this.state.processes.get(name);
    if (known === undefined) return null;
    if (this.#owned.has(known)) return known;
    const copy = this.object(known);
    const processes = this.map(this.state.processes);
    processes.set(name, copy);
    this.state.processes = processes;
    return copy;
  }

  broker(name: string): Writable<BrokerView> | null {
    const process = this.process(name);
    if (process?.broker === undefined) return null;
    const broker = this.object(process.broker);
    process.broker = broker;
    return broker;
  }

  queue(broker: Writable<BrokerView>, topic: string, queueId: number): Writable<QueueView> {
    const key = `${topic} ${queueId}`;
    const queues = this.map(broker.queues);
    broker.queues = queues;
    const queue = this.object(
      queues.get(key) ?? {
        topic,
        queueId,
        minOffset: 0,
        maxOffset: 0,
        committed: new Map<string, number>(),
        persisted: new Map<string, number>(),
      },
    );
    queues.set(key, queue);
    return queue;
  }

  producer(name: string): Writable<ProducerView> | null {
    const process = this.process(name);
    if (process?.producer === undefined) return null;
    const producer = this.object(process.producer);
    process.producer = producer;
    return producer;
  }

  consumer(name: string): Writable<ConsumerView> | null {
    const process = this.process(name);
    if (process?.consumer === undefined) return null;
    const consumer = this.object(process.consumer);
    process.consumer = consumer;
    return consumer;
  }
}
