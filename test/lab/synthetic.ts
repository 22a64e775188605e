import {TraceStore} from '../../src/lab/trace-store.ts';
import type {Fact} from '../../src/rocketmq/facts.ts';
import type {TraceEntry} from '../../src/sim/trace.ts';

type Body = TraceEntry extends infer E
  ? E extends TraceEntry
    ? Omit<E, 'id' | 'atUs' | 'cause'>
    : never
  : never;

/** A trace written by hand: what happens, each a microsecond after the other unless told. */
export class HandTrace {
  readonly entries: TraceEntry[] = [];
  #bytes: number[] = [];
  atUs = 0;

  add(body: Body, cause = 1): number {
    const id = this.entries.length + 1;
    this.atUs += 1;
    this.entries.push({...body, id, atUs: this.atUs, cause: id === 1 ? 0 : cause} as TraceEntry);
    return id;
  }

  fact(process: string, fact: Fact, cause = 1): number {
    return this.add({kind: 'fact', process, fact}, cause);
  }

  send(connection: number, process: string, peer: string, bytes: Uint8Array, cause = 1): number {
    const offset = this.#bytes.length;
    for (const byte of bytes) this.#bytes.push(byte);
    const ref = {offset, length: bytes.length};
    return this.add(
      {kind: 'bytes-sent', connection, process, peer, bytes: ref, arrivesUs: this.atUs + 101},
      cause,
    );
  }

  /** A store fed in chunks of the given size. */
  store(chunkEntries = Number.POSITIVE_INFINITY): TraceStore {
    const store = new TraceStore();
    const all = Uint8Array.from(this.#bytes);
    for (let from = 0; from < this.entries.length; from += chunkEntries) {
      const entries = this.entries.slice(from, from + chunkEntries);
      const sent = entries.flatMap((entry) => (entry.kind === 'bytes-sent' ? [entry.bytes] : []));
      const start = sent[0]?.offset ?? 0;
      const last = sent[sent.length - 1];
      const end = last === undefined ? 0 : last.offset + last.length;
      store.append({fromEntry: from + 1, entries, bytesFrom: start, bytes: all.slice(start, end)});
    }
    return store;
  }
}

/** The beginning of most traces: one machine, a broker, a producer, a consumer, all running. */
export function smallCluster(): HandTrace {
  const trace = new HandTrace();
  trace.add({kind: 'world-began', seed: '1', epochMs: 0});
  trace.add({kind: 'machine-added', machine: 'm', address: '10.0.0.1'});
  for (const [process, processKind] of [
    ['broker', 'broker'],
    ['producer', 'producer'],
    ['consumer', 'consumer'],
  ] as const) {
    trace.add({kind: 'process-added', process, machine: 'm', processKind});
    trace.add({kind: 'process-started', process, pid: 100});
  }
  return trace;
}

const QUEUE = {topic: 'T', brokerName: 'b', queueId: 0} as const;

export const begun = (msgId: string): Fact => ({
  kind: 'send-begun',
  msgId,
  group: 'pg',
  topic: 'T',
  tags: 'TagA',
  keys: null,
  bodyBytes: 5,
  mode: 'sync',
});
export const appended = (msgId: string, number: number): Fact => ({
  kind: 'message-appended',
  topic: 'T',
  queueId: 0,
  queueOffset: number,
  physicalOffset: number * 100,
  sizeBytes: 100,
  msgId,
  storeTimestampMs: 0,
});
export const acknowledged = (msgId: string, queueOffset: number): Fact => ({
  kind: 'send-acknowledged',
  msgId,
  status: 'SEND_OK',
  offsetMsgId: 'X',
  ...QUEUE,
  queueOffset,
  tookMs: 1,
});
export const delivered = (msgId: string, queueOffset: number, group = 'cg'): Fact => ({
  kind: 'message-delivered',
  group,
  clientId: 'c',
  ...QUEUE,
  queueOffset,
  msgId,
  offsetMsgId: 'X',
  reconsumeTimes: 0,
});
export const flushed = (physicalOffset: number): Fact => ({kind: 'log-flushed', physicalOffset});
export const recovered = (maxPhysicalOffset: number): Fact => ({
  kind: 'store-recovered',
  cleanExit: false,
  minPhysicalOffset: 0,
  maxPhysicalOffset,
  truncatedBytes: 0,
  queues: [],
});
export const booted = (brokerName: string, brokerId = 0): Fact => ({
  kind: 'broker-booted',
  cluster: 'DefaultCluster',
  brokerName,
  brokerId,
  role: brokerId === 0 ? 'SYNC_MASTER' : 'SLAVE',
  flush: 'ASYNC_FLUSH',
  address: '',
});

/** A master on m and a slave on s, both running, with a replication link between them, and a producer and a consumer. */
export class Pair extends HandTrace {
  readonly #link = 7;

  constructor() {
    super();
    this.add({kind: 'world-began', seed: '1', epochMs: 0});
    this.add({kind: 'machine-added', machine: 'm', address: '10.0.0.1'});
    this.add({kind: 'machine-added', machine: 's', address: '10.0.0.2'});
    for (const [process, machine, processKind] of [
      ['broker', 'm', 'broker'],
      ['slave', 's', 'broker'],
      ['producer', 's', 'producer'],
      ['consumer', 's', 'consumer'],
    ] as const) {
      this.add({kind: 'process-added', process, machine, processKind});
      this.add({kind: 'process-started', process, pid: 100});
    }
    this.fact('broker', booted('b'));
    this.fact('slave', booted('b', 1));
    this.link();
  }

  /** The slave connects, with what it has. */
  link(requestedOffset = 0, maxOffset = requestedOffset): void {
    const ends = {localAddress: '10.0.0.1:10912', remoteAddress: '10.0.0.2:40000'};
    this.add({kind: 'connected', connection: this.#link, process: 'broker', peer: 'slave', ...ends});
    this.fact('broker', {kind: 'slave-connected', slave: ends.remoteAddress});
    this.replicated(requestedOffset);
    this.fact('broker', {
      kind: 'replication-begun',
      slave: ends.remoteAddress,
      requestedOffset,
      fromOffset: requestedOffset,
      maxOffset,
    });
  }

  /** The slave tells its master up to where it has the log. */
  replicated(offset: number): number {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setUint32(4, offset);
    return this.send(this.#link, 'slave', 'broker', bytes);
  }

  losePower(machine: string, ...processes: string[]): number {
    const id = this.add({kind: 'machine-power-lost', machine});
    for (const process of processes)
      this.add({kind: 'process-ended', process, why: 'power-lost', reason: ''}, id);
    return id;
  }
}
