import {TraceStore} from '../../../src/lab/trace-store.ts';
import {TraceIndex} from '../../../src/lab/view/trace-index.ts';
import type {TraceEntry} from '../../../src/sim/trace.ts';
import {StageIndex} from '../../../src/viz/stage/stage-index.ts';

/**
 * A trace in the shape of the quickstart, written by hand rather than run: for tests of pictures, where the exact moment of
 * each entry should be known. Frames are real bytes, so that the same index reads them.
 */
export interface SyntheticOptions {
  readonly messages?: number;
  /** Kill the broker after this many sends; it is started again 4 s later. */
  readonly killAfter?: number;
  /** Cut the two machines apart after this many sends, for 3 s. */
  readonly cutAfter?: number;
  /** Freeze the consumer after this many sends, for good. */
  readonly pauseAfter?: number;
}

const RACK_US = 250;
const LOOP_US = 60;
const TOPIC = 'TopicTest';
const GROUP = 'please_rename_unique_group_name';
const CONSUMERS = 'please_rename_unique_group_name_4';
const NAMESRV = '192.168.232.128:9876';
const BROKER = '192.168.232.128:10911';

type Unnumbered<E> = E extends TraceEntry ? Omit<E, 'id' | 'atUs' | 'cause'> : never;
type Body = Unnumbered<TraceEntry>;
type Ext = Record<string, string>;

export function syntheticTrace(options: SyntheticOptions = {}): TraceStore {
  return new Writer(options).run();
}

export function indexOf(store: TraceStore): {traceIndex: TraceIndex; index: StageIndex} {
  const traceIndex = new TraceIndex(store);
  traceIndex.update();
  const index = new StageIndex(traceIndex);
  index.extend();
  return {traceIndex, index};
}

/** The same trace, but cut off after `count` entries. */
export function prefixOf(store: TraceStore, count: number): TraceStore {
  const prefix = new TraceStore();
  prefix.append({
    fromEntry: 1,
    entries: store.entries.slice(0, count),
    bytesFrom: 0,
    bytes: store.bytes({offset: 0, length: store.byteCount}),
  });
  return prefix;
}

class Writer {
  readonly #options: Required<SyntheticOptions>;
  readonly #entries: TraceEntry[] = [];
  readonly #later: {atUs: number; order: number; run: () => void}[] = [];
  #bytes = new Uint8Array(1 << 16);
  #byteCount = 0;
  #nowUs = 0;
  #cause = 0;
  #order = 0;
  #opaque = 0;
  #connections = 0;
  #connectionOf = new Map<string, number>();
  #offsets = [0, 0, 0, 0];
  #pulled = [0, 0, 0, 0];
  #held = [false, false, false, false];
  #written = 0;
  #flushed = 0;
  #stored = 0;
  #brokerUp = false;
  #cut = false;
  #paused = false;

  constructor(options: SyntheticOptions) {
    this.#options = {messages: 20, killAfter: -1, cutAfter: -1, pauseAfter: -1, ...options};
  }

  run(): TraceStore {
    this.#add({kind: 'world-began', seed: '1', epochMs: 1_700_000_000_000});
    this.#add({kind: 'machine-added', machine: 'worker1', address: '192.168.232.128'});
    this.#add({kind: 'machine-added', machine: 'worker2', address: '192.168.232.129'});
    this.#add({kind: 'process-added', process: 'namesrv', machine: 'worker1', processKind: 'namesrv'});
    this.#add({kind: 'process-added', process: 'broker-a', machine: 'worker1', processKind: 'broker'});
    this.#add({kind: 'process-added', process: 'producer', machine: 'worker2', processKind: 'producer'});
    this.#add({kind: 'process-added', process: 'consumer', machine: 'worker2', processKind: 'consumer'});
    this.#at(100_000, () => {
      this.#start('namesrv');
      this.#add({kind: 'listening', process: 'namesrv', port: 9876});
      this.#fact('namesrv', {kind: 'namesrv-booted', port: 9876});
    });
    this.#at(1_000_000, () => this.#bootBroker());
    this.#at(3_000_000, () => this.#startConsumer());
    this.#at(5_000_000, () => this.#startProducer());
    while (this.#later.length > 0) {
      this.#later.sort((a, b) => a.atUs - b.atUs || a.order - b.order);
      const next = this.#later.shift()!;
      this.#nowUs = next.atUs;
      next.run();
    }
    const store = new TraceStore();
    store.append({
      fromEntry: 1,
      entries: this.#entries,
      bytesFrom: 0,
      bytes: this.#bytes.slice(0, this.#byteCount),
    });
    return store;
  }

  #bootBroker(): void {
    this.#start('broker-a');
    this.#brokerUp = true;
    this.#add({kind: 'listening', process: 'broker-a', port: 10911});
    if (0 < this.#stored) {
      this.#fact('broker-a', {
        kind: 'store-recovered',
        cleanExit: false,
        minPhysicalOffset: 0,
        maxPhysicalOffset: this.#written,
        truncatedBytes: 0,
        queues: this.#offsets.map((maxOffset, queueId) => ({topic: TOPIC, queueId, minOffset: 0, maxOffset})),
      });
    }
    const common = {kind: 'broker-booted', cluster: 'DefaultCluster', brokerName: 'broker-a', brokerId: 0};
    this.#fact('broker-a', {...common, role: 'ASYNC_MASTER', flush: 'ASYNC_FLUSH', address: BROKER});
    this.#connect('broker-a', 'namesrv', () => this.#register(true));
  }

  #register(isNew: boolean): void {
    this.#call('broker-a', 'namesrv', 103, {brokerName: 'broker-a', brokerAddr: BROKER}, () => {
      this.#fact('namesrv', {
        kind: 'broker-registered',
        cluster: 'DefaultCluster',
        brokerName: 'broker-a',
        brokerId: 0,
        address: BROKER,
        isNew,
      });
      return {
        code: 0,
        ext: {},
        after: () => this.#fact('broker-a', {kind: 'registered-with-namesrv', namesrv: NAMESRV, error: null}),
      };
    });
  }

  #startConsumer(): void {
    this.#start('consumer');
    this.#fact('consumer', {
      kind: 'client-started',
      role: 'consumer',
      group: CONSUMERS,
      clientId: '192.168.232.129@4711',
    });
    this.#connect('consumer', 'namesrv', () => {
      this.#askRoute('consumer', false, () => {});
    });
  }

  #startProducer(): void {
    this.#start('producer');
    this.#fact('producer', {
      kind: 'client-started',
      role: 'producer',
      group: GROUP,
      clientId: '192.168.232.129@4712',
    });
    this.#connect('producer', 'namesrv', () => {
      this.#askRoute('producer', true, () =>
        this.#connect('producer', 'broker-a', () => {
          this.#heartbeat('producer');
          this.#send(0);
        }),
      );
    });
  }

  #askRoute(client: string, found: boolean, then: () => void): void {
    this.#call(client, 'namesrv', 105, {topic: found && client === 'producer' ? 'TBW102' : TOPIC}, () => {
      this.#fact('namesrv', {kind: 'route-asked', topic: TOPIC, found});
      return {
        code: found ? 0 : 17,
        ext: {},
        after: () => {
          const queues = {brokerName: 'broker-a', readQueueNums: 4, writeQueueNums: 4, perm: 6};
          if (found) {
            const brokers = [{...queues, addresses: [{brokerId: 0, address: BROKER}]}];
            this.#fact(client, {kind: 'route-learnt', topic: TOPIC, brokers});
          } else
            this.#fact(client, {kind: 'route-missing', topic: TOPIC, error: 'No route info of this topic'});
          then();
        },
      };
    });
  }

  #heartbeat(client: 'producer' | 'consumer'): void {
    this.#call(client, 'broker-a', 34, {}, () => {
      const group = client === 'producer' ? GROUP : CONSUMERS;
      this.#fact('broker-a', {
        kind: 'client-joined',
        role: client,
        group,
        clientId: `192.168.232.129@${client}`,
        address: '192.168.232.129',
        why: 'heartbeat',
      });
      return {code: 0, ext: {}, after: () => {}};
    });
  }

  #send(n: number): void {
    const {messages, killAfter, cutAfter, pauseAfter} = this.#options;
    if (n === killAfter) this.#kill();
    if (n === cutAfter) this.#cutLink();
    if (n === pauseAfter) {
      this.#add({kind: 'intervened', intervention: {kind: 'pause', process: 'consumer'}});
      this.#add({kind: 'process-paused', process: 'consumer'});
      this.#paused = true;
    }
    if (n === messages) return;
    const msgId = `7F0000010${n.toString(16).padStart(23, '0').toUpperCase()}`;
    const queueId = n % 4;
    this.#fact('producer', {
      kind: 'send-begun',
      msgId,
      group: GROUP,
      topic: TOPIC,
      tags: 'TagA',
      keys: null,
      bodyBytes: 16,
      mode: 'sync',
    });
    const startedUs = this.#nowUs;
    this.#attempt(n, msgId, queueId, 1, startedUs);
  }

  #attempt(n: number, msgId: string, queueId: number, attempt: number, startedUs: number): void {
    this.#fact('producer', {
      kind: 'send-attempted',
      msgId,
      attempt,
      brokerName: 'broker-a',
      queueId,
      address: BROKER,
    });
    if (!this.#brokerUp) {
      const error = `connect to <${BROKER}> failed`;
      this.#fact('producer', {kind: 'send-attempt-failed', msgId, attempt, error, willRetry: true});
      this.#at(500_000, () => this.#attempt(n, msgId, queueId, attempt + 1, startedUs));
      return;
    }
    this.#call('producer', 'broker-a', 310, {a: GROUP, b: TOPIC, e: String(queueId)}, () => {
      if (this.#stored === 0) {
        this.#fact('broker-a', {
          kind: 'topic-configured',
          topic: TOPIC,
          readQueueNums: 4,
          writeQueueNums: 4,
          perm: 6,
          why: 'auto-created',
        });
        this.#register(false);
        this.#at(900, () => this.#consume());
      }
      const queueOffset = this.#offsets[queueId]!++;
      const sizeBytes = 196;
      const physicalOffset = this.#written;
      this.#written += sizeBytes;
      this.#stored++;
      this.#fact('broker-a', {
        kind: 'message-appended',
        topic: TOPIC,
        queueId,
        queueOffset,
        physicalOffset,
        sizeBytes,
        msgId,
        storeTimestampMs: 1_700_000_000_000,
      });
      this.#fact('broker-a', {kind: 'log-dispatched', physicalOffset: this.#written});
      if (this.#stored % 5 === 0) {
        const upTo = this.#written;
        this.#at(2_500, () => {
          this.#flushed = upTo;
          this.#fact('broker-a', {kind: 'log-flushed', physicalOffset: this.#flushed});
        });
      }
      if (this.#held[queueId]) this.#release(queueId);
      const done = () => {
        const tookMs = Math.round((this.#nowUs - startedUs) / 1000);
        this.#fact('producer', {
          kind: 'send-acknowledged',
          msgId,
          status: 'SEND_OK',
          offsetMsgId: 'C0A8E88000002A9F',
          topic: TOPIC,
          brokerName: 'broker-a',
          queueId,
          queueOffset,
          tookMs,
        });
        this.#at(30, () => this.#send(n + 1));
      };
      return {code: 0, ext: {msgId, queueId: String(queueId), queueOffset: String(queueOffset)}, after: done};
    });
  }

  #consume(): void {
    this.#askRoute('consumer', true, () =>
      this.#connect('consumer', 'broker-a', () => {
        this.#heartbeat('consumer');
        const allocated = [0, 1, 2, 3].map((queueId) => ({brokerName: 'broker-a', queueId}));
        this.#fact('consumer', {
          kind: 'rebalanced',
          group: CONSUMERS,
          topic: TOPIC,
          clientIds: ['192.168.232.129@4711'],
          allocated,
        });
        for (const queueId of [0, 1, 2, 3]) {
          this.#fact('consumer', {
            kind: 'queue-taken',
            group: CONSUMERS,
            topic: TOPIC,
            brokerName: 'broker-a',
            queueId,
            queueOffset: 0,
          });
          this.#pull(queueId);
        }
      }),
    );
  }

  #pull(queueId: number): void {
    const from = this.#pulled[queueId]!;
    this.#frame(
      'consumer',
      'broker-a',
      11,
      0,
      {topic: TOPIC, queueId: String(queueId), queueOffset: String(from)},
      () => {
        if (!this.#brokerUp) return;
        if (from === this.#offsets[queueId]) {
          this.#held[queueId] = true;
          this.#fact('broker-a', {
            kind: 'pull-held',
            group: CONSUMERS,
            topic: TOPIC,
            queueId,
            queueOffset: from,
            why: 'nothing-new',
          });
        } else this.#at(80, () => this.#deliver(queueId));
      },
    );
  }

  #release(queueId: number): void {
    this.#held[queueId] = false;
    const queueOffset = this.#pulled[queueId]!;
    this.#fact('broker-a', {
      kind: 'pull-released',
      group: CONSUMERS,
      topic: TOPIC,
      queueId,
      queueOffset,
      why: 'message-arrived',
    });
    this.#at(60, () => this.#deliver(queueId));
  }

  #deliver(queueId: number): void {
    if (!this.#brokerUp) return;
    const from = this.#pulled[queueId]!;
    const to = this.#offsets[queueId]!;
    const answered = this.#pullOpaque.get(queueId) ?? 0;
    const received = () => {
      this.#pulled[queueId] = to;
      for (let queueOffset = from; queueOffset < to; queueOffset++) {
        const base = {
          group: CONSUMERS,
          clientId: '192.168.232.129@4711',
          topic: TOPIC,
          brokerName: 'broker-a',
          queueId,
          queueOffset,
        };
        this.#fact('consumer', {
          kind: 'message-delivered',
          ...base,
          msgId: `q${queueId}-${queueOffset}`,
          offsetMsgId: '',
          reconsumeTimes: 0,
        });
      }
      if ((to & 3) === 0)
        this.#fact('broker-a', {
          kind: 'offset-committed',
          group: CONSUMERS,
          topic: TOPIC,
          queueId,
          queueOffset: to,
        });
      this.#pull(queueId);
    };
    this.#frame('broker-a', 'consumer', 0, 1, {nextBeginOffset: String(to)}, received, answered);
  }

  #kill(): void {
    this.#add({kind: 'intervened', intervention: {kind: 'kill', process: 'broker-a'}});
    this.#add({kind: 'process-ended', process: 'broker-a', why: 'killed', reason: ''});
    this.#brokerUp = false;
    this.#held = [false, false, false, false];
    for (const [key, connection] of [...this.#connectionOf]) {
      const [from, to] = key.split(' ') as [string, string];
      if (from !== 'broker-a' && to !== 'broker-a') continue;
      this.#connectionOf.delete(key);
      const witness = from === 'broker-a' ? to : from;
      this.#at(RACK_US, () => {
        this.#add({kind: 'connection-closed', connection, process: witness, peer: 'broker-a', why: 'reset'});
        if (witness === 'namesrv')
          this.#fact('namesrv', {
            kind: 'broker-removed',
            brokerName: 'broker-a',
            brokerId: 0,
            address: BROKER,
            why: 'connection-closed',
          });
      });
    }
    this.#at(4_000_000, () => {
      this.#bootBroker();
      this.#connect('producer', 'broker-a', () => {});
      this.#connect('consumer', 'broker-a', () => {
        for (const queueId of [0, 1, 2, 3]) this.#pull(queueId);
      });
    });
  }

  #cutLink(): void {
    this.#add({
      kind: 'intervened',
      intervention: {kind: 'cut', from: 'worker1', to: 'worker2', direction: 'both'},
    });
    this.#add({kind: 'link-cut', from: 'worker1', to: 'worker2', direction: 'both'});
    this.#cut = true;
    this.#at(3_000_000, () => {
      this.#cut = false;
      this.#add({kind: 'link-healed', from: 'worker1', to: 'worker2', direction: 'both'});
    });
  }

  #connect(process: string, peer: string, then: () => void): void {
    const connection = ++this.#connections;
    const localAddress = `${process === 'broker-a' ? '192.168.232.128' : '192.168.232.129'}:${40_000 + connection}`;
    const remoteAddress = peer === 'namesrv' ? NAMESRV : BROKER;
    this.#add({kind: 'connecting', connection, process, localAddress, remoteAddress, peer});
    this.#at(2 * this.#latency(process, peer), () => {
      this.#connectionOf.set(`${process} ${peer}`, connection);
      this.#add({kind: 'connected', connection, process, peer, localAddress, remoteAddress});
      then();
    });
  }

  /** A request and its answer. */
  #call(
    from: string,
    to: string,
    code: number,
    ext: Ext,
    answer: () => {code: number; ext: Ext; after: () => void},
  ): void {
    const opaque = this.#frame(from, to, code, 0, ext, () => {
      if (to === 'broker-a' && !this.#brokerUp) return;
      this.#at(to === 'broker-a' ? 90 : 40, () => {
        if (to === 'broker-a' && !this.#brokerUp) return;
        const {code: responseCode, ext: responseExt, after} = answer();
        this.#frame(to, from, responseCode, 1, responseExt, after, opaque);
      });
    });
  }

  #frame(
    from: string,
    to: string,
    code: number,
    flag: number,
    ext: Ext,
    arrived: () => void,
    answers?: number,
  ): number {
    const opaque = answers ?? ++this.#opaque;
    const connection =
      this.#connectionOf.get(`${from} ${to}`) ?? this.#connectionOf.get(`${to} ${from}`) ?? 0;
    const bytes = this.#encode(code, flag, opaque, ext);
    const cut = this.#cut && this.#latency(from, to) === RACK_US;
    const arrivesUs = cut ? -1 : this.#nowUs + this.#latency(from, to);
    const sent = this.#add({kind: 'bytes-sent', connection, process: from, peer: to, bytes, arrivesUs});
    const arrive = () => {
      if ((to === 'broker-a' || from === 'broker-a') && !this.#brokerUp) {
        this.#add({kind: 'bytes-lost', connection, process: from, peer: to, sent, why: 'process-gone'});
        return;
      }
      this.#add({kind: 'bytes-arrived', connection, process: to, peer: from, sent});
      this.#cause = this.#entries.length;
      if (to === 'consumer' && this.#paused) return;
      arrived();
    };
    if (code === 11 && flag === 0) this.#pullOpaque.set(Number(ext['queueId']), opaque);
    this.#at(cut ? 3_000_000 + RACK_US : this.#latency(from, to), arrive);
    return opaque;
  }

  #pullOpaque = new Map<number, number>();

  #latency(from: string, to: string): number {
    const onFirst = (name: string) => name === 'namesrv' || name === 'broker-a';
    return onFirst(from) === onFirst(to) ? LOOP_US : RACK_US;
  }

  #encode(code: number, flag: number, opaque: number, extFields: Ext): {offset: number; length: number} {
    const header = new TextEncoder().encode(
      JSON.stringify({
        code,
        extFields,
        flag,
        language: 'JAVA',
        opaque,
        serializeTypeCurrentRPC: 'JSON',
        version: 395,
      }),
    );
    const length = 8 + header.length;
    while (this.#bytes.length < this.#byteCount + length) {
      const more = new Uint8Array(this.#bytes.length * 2);
      more.set(this.#bytes);
      this.#bytes = more;
    }
    const view = new DataView(this.#bytes.buffer, this.#byteCount);
    view.setInt32(0, length - 4);
    view.setInt32(4, header.length);
    this.#bytes.set(header, this.#byteCount + 8);
    this.#byteCount += length;
    return {offset: this.#byteCount - length, length};
  }

  #start(process: string): void {
    this.#add({kind: 'process-started', process, pid: 4711});
  }

  #fact(process: string, fact: {kind: string; [field: string]: unknown}): void {
    this.#add({kind: 'fact', process, fact});
  }

  #at(delayUs: number, run: () => void): void {
    const cause = this.#entries.length;
    this.#later.push({
      atUs: this.#nowUs + delayUs,
      order: this.#order++,
      run: () => {
        this.#cause = cause;
        run();
      },
    });
  }

  #add(body: Body): number {
    const id = this.#entries.length + 1;
    this.#entries.push({...body, id, atUs: this.#nowUs, cause: Math.min(this.#cause, id - 1)} as TraceEntry);
    return id;
  }
}
