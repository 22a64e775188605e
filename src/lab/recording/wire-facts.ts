import type {SendStatusName} from '../../rocketmq/facts/producer.ts';
import type {Fact} from '../../rocketmq/facts.ts';
import {decodeBatch} from '../../rocketmq/message/batch.ts';
import {MessageConst, stringToProperties} from '../../rocketmq/message/properties.ts';
import {decodeRecords} from '../../rocketmq/message/record.ts';
import type {RemotingCommand} from '../../rocketmq/remoting/command.ts';
import {decodeFrame} from '../../rocketmq/remoting/frame.ts';
import {type FrameHead, readFrameHead} from '../frame-head.ts';
import type {FarProcess} from './far-processes.ts';

const PULL = 11;
const SENDS: ReadonlySet<number> = new Set([10, 310, 320]);
/** Requests that nobody answers are forgotten in their order. */
const OPEN_MAX = 4096;

const STATUS: ReadonlyMap<number, SendStatusName> = new Map([
  [0, 'SEND_OK'],
  [10, 'FLUSH_DISK_TIMEOUT'],
  [11, 'SLAVE_NOT_AVAILABLE'],
  [12, 'FLUSH_SLAVE_TIMEOUT'],
]);

interface OpenSend {
  readonly kind: 'send';
  readonly atUs: number;
  readonly topic: string;
  readonly msgIds: readonly string[];
}

interface OpenPull {
  readonly kind: 'pull';
  readonly group: string;
}

/** Name of the broker that a process of the recording is, so far as it has told. */
export type BrokerNameOf = (process: string) => string;

/**
 * What the frames of clients that were not recorded say of their messages: sent, acknowledged, received. Only what is in the bytes; what a
 * client makes of it is its own.
 */
export class WireFacts {
  readonly #open = new Map<string, OpenSend | OpenPull>();
  readonly #begun = new Set<string>();
  readonly #brokerNameOf: BrokerNameOf;

  constructor(brokerNameOf: BrokerNameOf) {
    this.#brokerNameOf = brokerNameOf;
  }

  /** A request that a far process sends at `atUs`: facts that come before it. */
  request(far: FarProcess, connection: number, atUs: number, bytes: Uint8Array): Fact[] {
    const head = readFrameHead(bytes);
    if (head === null || (head.flag & 1) !== 0) return [];
    if (SENDS.has(head.code)) return this.#send(far, connection, atUs, head, bytes);
    if (head.code === PULL) {
      const ext = command(bytes, head)?.extFields ?? {};
      this.#remember(connection, head.opaque, {kind: 'pull', group: ext['consumerGroup'] ?? ''});
    }
    return [];
  }

  /** A response that reaches a far process at `atUs`: facts that follow from it. */
  response(far: FarProcess, broker: string, connection: number, atUs: number, bytes: Uint8Array): Fact[] {
    if (this.#open.size === 0) return [];
    const head = readFrameHead(bytes);
    if (head === null || (head.flag & 1) === 0) return [];
    const key = `${connection} ${head.opaque}`;
    const open = this.#open.get(key);
    if (open === undefined) return [];
    this.#open.delete(key);
    const answer = command(bytes, head);
    if (answer === null) return [];
    if (open.kind === 'send') return this.#acknowledged(open, answer, broker, atUs);
    return answer.code === 0 && answer.body !== null ? this.#received(far, broker, open, answer.body) : [];
  }

  #send(far: FarProcess, connection: number, atUs: number, head: FrameHead, bytes: Uint8Array): Fact[] {
    const request = command(bytes, head);
    if (request === null) return [];
    const ext = request.extFields ?? {};
    const isShort = head.code !== 10;
    const topic = (isShort ? ext['b'] : ext['topic']) ?? '';
    const group = (isShort ? ext['a'] : ext['producerGroup']) ?? far.group;
    const bodyBytes = request.body?.length ?? 0;
    const isOneway = (head.flag & 2) !== 0;
    const messages =
      head.code === 320 && request.body !== null
        ? (decodeBatch(request.body) ?? []).map((item) => ({
            properties: stringToProperties(item.propertiesString),
            bodyBytes: item.body.length,
          }))
        : [{properties: stringToProperties((isShort ? ext['i'] : ext['properties']) ?? ''), bodyBytes}];
    const facts: Fact[] = [];
    const msgIds: string[] = [];
    for (const {properties, bodyBytes: ownBytes} of messages) {
      const msgId = properties.get(MessageConst.UNIQ_KEY) ?? '';
      if (msgId === '') continue;
      msgIds.push(msgId);
      if (this.#begun.has(msgId)) continue;
      this.#begun.add(msgId);
      facts.push({
        kind: 'send-begun',
        msgId,
        group,
        topic,
        tags: properties.get(MessageConst.TAGS) ?? null,
        keys: properties.get(MessageConst.KEYS) ?? null,
        bodyBytes: ownBytes,
        // Whether the client waits for the answer is not in the bytes.
        mode: isOneway ? 'oneway' : 'sync',
      });
    }
    if (isOneway) for (const msgId of msgIds) facts.push({kind: 'send-handed-over', msgId});
    else this.#remember(connection, head.opaque, {kind: 'send', atUs, topic, msgIds});
    return facts;
  }

  #acknowledged(open: OpenSend, answer: RemotingCommand, broker: string, atUs: number): Fact[] {
    const status = STATUS.get(answer.code);
    if (status === undefined) return [];
    const ext = answer.extFields ?? {};
    const offsetIds = (ext['msgId'] ?? '').split(',');
    return open.msgIds.map((msgId, i) => ({
      kind: 'send-acknowledged' as const,
      msgId,
      status,
      offsetMsgId: offsetIds[i] ?? '',
      topic: open.topic,
      brokerName: this.#brokerNameOf(broker),
      queueId: Number(ext['queueId'] ?? -1),
      queueOffset: Number(ext['queueOffset'] ?? -1) + i,
      tookMs: (atUs - open.atUs) / 1000,
    }));
  }

  #received(far: FarProcess, broker: string, open: OpenPull, body: Uint8Array): Fact[] {
    return decodeRecords(body).map((message) => ({
      kind: 'message-received' as const,
      group: open.group,
      clientId: far.clientId,
      topic: message.topic,
      brokerName: this.#brokerNameOf(broker),
      queueId: message.queueId,
      queueOffset: message.queueOffset,
      msgId: message.properties.get(MessageConst.UNIQ_KEY) ?? message.msgId,
      offsetMsgId: message.msgId,
      reconsumeTimes: message.reconsumeTimes,
    }));
  }

  #remember(connection: number, opaque: number, open: OpenSend | OpenPull): void {
    this.#open.set(`${connection} ${opaque}`, open);
    if (this.#open.size <= OPEN_MAX) return;
    for (const key of this.#open.keys()) {
      this.#open.delete(key);
      return;
    }
  }
}

function command(bytes: Uint8Array, head: FrameHead): RemotingCommand | null {
  const decoded = decodeFrame(bytes.subarray(0, head.lengthBytes));
  return 'error' in decoded ? null : decoded;
}
