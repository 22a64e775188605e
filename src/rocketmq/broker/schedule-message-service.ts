import type {Timer} from '../../ports/clock.ts';
import type {Host} from '../../ports/host.ts';
import {report} from '../facts.ts';
import {javaHashMapOrder} from '../message/java-hash.ts';
import type {MessageExt} from '../message/message.ts';
import {MessageConst, propertiesToString} from '../message/properties.ts';
import {decodeRecord} from '../message/record.ts';
import {MessageSysFlag, transactionType} from '../message/sys-flag.ts';
import {DelayLevels} from '../store/delay-levels.ts';
import type {MessageStore, MessageToStore, PutMessageResult} from '../store/message-store.ts';
import type {ConfigFile} from './config-files.ts';
import {Periodic} from './periodic.ts';
import {SCHEDULE_TOPIC, TRANS_HALF_TOPIC} from './topic-validator.ts';

const FIRST_RUN_MS = 1000;
const AFTER_FAILURE_MS = 10_000;
const BATCH = 32;
/** Who reads the delay topic, in the eyes of the store. */
const READER = 'SCHEDULE_CONSUMER';

interface Level {
  readonly number: number;
  /** Next entry of the level's queue to look at. */
  offset: number;
  timer: Timer | null;
  /** A message is being put; its outcome decides how to go on. */
  putting: boolean;
}

/**
 * Messages with a delay level: they wait in SCHEDULE_TOPIC_XXXX, a queue for each level, and are stored once more under
 * their own topic when they are due. The real one looks at each queue every 100 ms; since a queue's messages are due in
 * its order, ours sets a timer for the first of them.
 *
 * How far each level has come is written every 10 s but not at a stop, so a restart delivers up to 10 s of messages again.
 * Source: RocketMQ 4.9.1 `store.schedule.ScheduleMessageService`, `CommitLog#asyncPutMessage`.
 */
export class ScheduleMessageService {
  readonly #host: Host;
  readonly #store: MessageStore;
  readonly #levels: DelayLevels;
  readonly #file: ConfigFile<ReadonlyMap<number, number>>;
  readonly #byLevel = new Map<number, Level>();
  readonly #persisting: Periodic;
  /** Levels whose place is known, and so written. */
  readonly #offsets = new Map<number, number>();
  #changed = false;
  #running = false;

  constructor(
    host: Host,
    store: MessageStore,
    config: {readonly messageDelayLevel: string; readonly flushDelayOffsetInterval: number},
    file: ConfigFile<ReadonlyMap<number, number>>,
  ) {
    this.#host = host;
    this.#store = store;
    this.#file = file;
    // A text that is no list of levels has kept the store from loading.
    this.#levels = DelayLevels.parse(config.messageDelayLevel) ?? (DelayLevels.parse('1s') as DelayLevels);
    const interval = config.flushDelayOffsetInterval;
    this.#persisting = new Periodic(host.clock, FIRST_RUN_MS * 10, interval, () => this.#persist());
  }

  /** False where the file is there and cannot be read. */
  load(): boolean {
    const offsets = this.#file.load();
    if (offsets === null) return false;
    for (const [level, offset] of offsets) this.#offsets.set(level, offset);
    return true;
  }

  /** Not for slaves. */
  start(): void {
    this.#running = true;
    for (let number = 1; number <= this.#levels.max; number += 1) {
      this.#byLevel.set(number, {
        number,
        offset: this.#offsets.get(number) ?? 0,
        timer: null,
        putting: false,
      });
    }
    this.#host.clock.after(FIRST_RUN_MS, () => {
      for (const level of this.#byLevel.values()) if (level.timer === null) this.#run(level);
    });
  }

  stop(): void {
    this.#running = false;
    this.#persisting.stop();
    for (const level of this.#byLevel.values()) level.timer?.cancel();
  }

  /** By level. The answer to 45. */
  get offsets(): ReadonlyMap<number, number> {
    return this.#offsets;
  }

  /** Puts a message, by way of the delay topic where it has a delay level. */
  put(message: MessageToStore, done: (result: PutMessageResult) => void): void {
    const redirected = this.#redirected(message);
    if (redirected === message) {
      this.#store.putMessage(message, done);
      return;
    }
    this.#store.putMessage(redirected, (result) => {
      // Where the store tells of no arrivals (without long polling), this alone says that something waits.
      const {append} = result;
      const delayMs = this.#levels.delaysMs[redirected.queueId] as number;
      if (append !== null) this.messageArrived(redirected.queueId, BigInt(append.storeTimestampMs + delayMs));
      done(result);
    });
  }

  /** A message has come to the queue of a level. `dueMs` is what its entry says in place of a tags code. */
  messageArrived(queueId: number, dueMs: bigint): void {
    const level = this.#byLevel.get(queueId + 1);
    if (level === undefined || level.timer !== null || level.putting) return;
    this.#arm(level, Number(dueMs) - this.#host.clock.nowMs());
  }

  #redirected(message: MessageToStore): MessageToStore {
    const text = message.properties.get(MessageConst.DELAY);
    if (text === undefined) return message;
    const type = transactionType(message.sysFlag);
    const isFinal = type === MessageSysFlag.TRANSACTION_NOT || type === MessageSysFlag.TRANSACTION_COMMIT;
    const asked = /^[+-]?\d{1,10}$/.test(text) ? Number(text) : 0;
    if (asked <= 0 || !isFinal) return message;
    const level = this.#levels.clamp(asked);
    const properties = new Map(message.properties);
    properties.set(MessageConst.DELAY, String(level));
    properties.set(MessageConst.REAL_TOPIC, message.topic);
    properties.set(MessageConst.REAL_QUEUE_ID, String(message.queueId));
    const ordered = inJavaOrder(properties);
    return {
      ...message,
      topic: SCHEDULE_TOPIC,
      queueId: level - 1,
      properties: ordered,
      propertiesString: propertiesToString(ordered),
    };
  }

  /** Delivers what is due and sets a timer for what is not. */
  #run(level: Level): void {
    level.timer = null;
    for (;;) {
      const waiting = this.#read(level);
      if (waiting.length === 0) return;
      for (const message of waiting) {
        const delayMs = this.#levels.delaysMs[level.number - 1] as number;
        // A due time beyond the level's delay can only come from a clock that was set back.
        const leftMs = Math.min(message.storeTimestampMs + delayMs - this.#host.clock.nowMs(), delayMs);
        if (leftMs > 0) {
          this.#arm(level, leftMs);
          return;
        }
        if (!this.#deliver(level, message)) return;
      }
    }
  }

  /** The next messages of a level's queue; none: wait until one arrives. */
  #read(level: Level): MessageExt[] {
    const queueId = level.number - 1;
    let got = this.#store.getMessage(READER, SCHEDULE_TOPIC, queueId, level.offset, BATCH, null);
    if (got.status === 'OFFSET_TOO_SMALL') {
      this.#moveTo(level, got.minOffset);
      got = this.#store.getMessage(READER, SCHEDULE_TOPIC, queueId, level.offset, BATCH, null);
    }
    if (got.status !== 'FOUND') return [];
    this.#moveTo(level, level.offset);
    const messages: MessageExt[] = [];
    for (const record of got.records) {
      const message = decodeRecord(record.slice());
      if (message !== null) messages.push(message);
    }
    // What cannot be read is left out.
    if (messages.length === 0) this.#moveTo(level, got.nextBeginOffset);
    return messages;
  }

  /** True where the message is stored by now, so that the next one can be looked at. */
  #deliver(level: Level, delayed: MessageExt): boolean {
    const topic = delayed.properties.get(MessageConst.REAL_TOPIC) ?? '';
    if (topic === TRANS_HALF_TOPIC) {
      this.#warn(`[BUG] the real topic of schedule msg is ${topic}, discard the msg. msg=${delayed.msgId}`);
      this.#moveTo(level, delayed.queueOffset + 1);
      return true;
    }
    level.putting = true;
    let returned = false;
    let stored = false;
    this.#store.putMessage(dueMessage(delayed, topic), ({status}) => {
      level.putting = false;
      stored = status === 'PUT_OK';
      if (stored) this.#moveTo(level, delayed.queueOffset + 1);
      else
        this.#warn(
          `ScheduleMessageService, a message time up, but reput it failed, topic: ${topic} msgId ${delayed.msgId}`,
        );
      if (!stored) this.#arm(level, AFTER_FAILURE_MS);
      else if (returned && this.#running) this.#run(level);
    });
    returned = true;
    return stored;
  }

  #arm(level: Level, delayMs: number): void {
    if (this.#running) level.timer = this.#host.clock.after(Math.max(0, delayMs), () => this.#run(level));
  }

  #moveTo(level: Level, offset: number): void {
    level.offset = offset;
    if (this.#offsets.get(level.number) === offset) return;
    this.#offsets.set(level.number, offset);
    this.#changed = true;
    this.#persisting.wake();
  }

  #persist(): void {
    if (!this.#changed) return;
    this.#changed = false;
    this.#file.persist(this.#offsets);
  }

  #warn(text: string): void {
    report(this.#host.journal, {kind: 'warned', text});
  }
}

/** As it is stored when due: what is written of its properties is what was written before, the delay among it. */
function dueMessage(delayed: MessageExt, topic: string): MessageToStore {
  const written = inJavaOrder(delayed.properties);
  const properties = new Map(written);
  properties.delete(MessageConst.DELAY);
  properties.set(MessageConst.WAIT, 'false');
  return {
    topic,
    queueId: Number(delayed.properties.get(MessageConst.REAL_QUEUE_ID) ?? 0),
    flag: delayed.flag,
    properties,
    body: delayed.body,
    transactionId: null,
    sysFlag: delayed.sysFlag,
    bornTimestampMs: delayed.bornTimestampMs,
    bornHost: delayed.bornHost,
    storeHost: delayed.storeHost,
    reconsumeTimes: delayed.reconsumeTimes,
    preparedTransactionOffset: 0,
    propertiesString: propertiesToString(written),
  };
}

function inJavaOrder(properties: ReadonlyMap<string, string>): Map<string, string> {
  const ordered = new Map<string, string>();
  for (const name of javaHashMapOrder(properties.keys())) ordered.set(name, properties.get(name) as string);
  return ordered;
}
