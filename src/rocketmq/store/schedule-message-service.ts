import type {Timer} from '../../ports/clock.ts';
import type {Host} from '../../ports/host.ts';
import {loadConfigFile, persistConfigFile} from '../config/config-file.ts';
import {report} from '../facts.ts';
import {int64At} from '../message/int64.ts';
import {javaHashMapOrder} from '../message/java-hash.ts';
import type {MessageExt} from '../message/message.ts';
import {MessageConst, propertiesToString} from '../message/properties.ts';
import {readUnit, UNIT_BYTES} from './consume-queue.ts';
import type {ConsumeQueues} from './consume-queues.ts';
import {type DelayLevels, SCHEDULE_TOPIC} from './delay-levels.ts';
import {decodeDelayOffsets, encodeDelayOffsets} from './delay-offsets.ts';
import {isFolderName} from './folder-name.ts';
import type {MessageToStore, PutMessageResult} from './message-store.ts';
import {nextPollNs} from './poll-cadence.ts';
import type {StoreConfig} from './store-config.ts';

const HALF_TOPIC = 'RMQ_SYS_TRANS_HALF_TOPIC';
const FIRST_RUN_MS = 1000;
/** How often the end of a level's queue is looked at. */
const POLL_MS = 100;
const AFTER_REFUSAL_MS = 10_000;
const FIRST_PERSIST_MS = 10_000;

export interface ScheduleParts {
  readonly host: Host;
  readonly config: StoreConfig;
  readonly queues: ConsumeQueues;
  readonly delayLevels: DelayLevels;
  readonly lookMessage: (physicalOffset: number) => MessageExt | null;
  readonly putMessage: (message: MessageToStore, done: (result: PutMessageResult) => void) => void;
}

/** One delay level on its way through its queue. */
interface Level {
  readonly level: number;
  nextOffset: number;
  /** The polls of an idle level are counted from here. */
  lastLookNs: number;
  timer: Timer | null;
}

/** What one look found due, and how far it has come. */
interface DueBatch {
  readonly units: Uint8Array;
  /** Position in `units`. */
  at: number;
  /** Queue offset of the first unit. */
  readonly first: number;
}

/**
 * Delivers delayed messages: each level has a queue in which messages lie in the order in which they become due. What is due is
 * put again, under its real topic. Source: RocketMQ 4.9.1 `store.schedule.ScheduleMessageService`.
 */
export class ScheduleMessageService {
  private readonly parts: ScheduleParts;
  private readonly path: string;
  private readonly offsets: Map<number, number> = new Map();
  private levels: Level[] = [];
  private running = false;
  private startNs = 0;
  private persistTimer: Timer | null = null;
  /** The one thread is in a put that has not been answered: other levels wait for it. */
  private isPutting = false;
  /** Levels whose time came meanwhile. */
  private due: Level[] = [];

  constructor(parts: ScheduleParts) {
    this.parts = parts;
    this.path = `${parts.config.storePathRootDir}/config/delayOffset.json`;
  }

  /** False where neither the file nor its `.bak` can be understood. */
  load(): boolean {
    return loadConfigFile(this.parts.host, this.path, (text) => {
      const offsets = decodeDelayOffsets(text);
      // What the file does not name keeps the value of an earlier life as master, as in Java's map.
      for (const [level, offset] of offsets ?? []) this.offsets.set(level, offset);
      return offsets !== null;
    });
  }

  /** The file is read again, since replication may have written it. Does nothing while it runs. */
  start(): void {
    if (this.running) return;
    this.load();
    const {clock} = this.parts.host;
    this.startNs = clock.monotonicNs();
    this.running = true;
    // A put that an earlier life still waits for holds up that life's thread only.
    this.isPutting = false;
    this.due = [];
    const firstLookNs = this.startNs + FIRST_RUN_MS * 1e6;
    this.levels = this.parts.delayLevels.delaysMs.map((_, index) => ({
      level: index + 1,
      nextOffset: this.offsets.get(index + 1) ?? 0,
      lastLookNs: firstLookNs - POLL_MS * 1e6,
      timer: null,
    }));
    for (const level of this.levels) {
      if (this.hasMore(level)) this.plan(level, FIRST_RUN_MS);
    }
  }

  /** A message has come into the queue of a level. */
  wake(queueId: number): void {
    const level = this.levels[queueId];
    if (!this.running || level === undefined || level.timer !== null) return;
    const nowNs = this.parts.host.clock.monotonicNs();
    this.plan(level, (nextPollNs(level.lastLookNs, POLL_MS * 1e6, nowNs) - nowNs) / 1e6);
  }

  /** Level to the next queue offset to look at: what a slave asks for. */
  get delayOffsets(): ReadonlyMap<number, number> {
    return this.offsets;
  }

  /** What was delivered since the last persist is forgotten, and will be delivered again: as in 4.9.1. */
  shutdown(): void {
    this.running = false;
    this.persistTimer?.cancel();
    this.persistTimer = null;
    for (const level of this.levels) level.timer?.cancel();
  }

  /** `level` to `delivered,max` for each level that has been looked at. */
  runningStats(): Map<string, string> {
    const stats = new Map<string, string>();
    for (const [level, offset] of this.offsets) {
      const max = this.parts.queues.get(SCHEDULE_TOPIC, level - 1).maxOffset;
      stats.set(`scheduleMessageOffset_${level}`, `${offset},${max}`);
    }
    return stats;
  }

  private hasMore(level: Level): boolean {
    const queue = this.parts.queues.get(SCHEDULE_TOPIC, level.level - 1);
    return queue.maxOffset > level.nextOffset;
  }

  private plan(level: Level, delayMs: number): void {
    level.timer = this.parts.host.clock.after(delayMs, () => {
      if (!this.running) return;
      if (this.isPutting) {
        this.due.push(level);
        return;
      }
      level.timer = null;
      this.look(level);
    });
  }

  /** Delivers what is due. Source: `DeliverDelayedMessageTimerTask#executeOnTimeup`. */
  private look(level: Level): void {
    const {host, queues} = this.parts;
    level.lastLookNs = host.clock.monotonicNs();
    const queue = queues.get(SCHEDULE_TOPIC, level.level - 1);
    const view = queue.units(level.nextOffset, Number.MAX_SAFE_INTEGER);
    if (view === null) {
      if (level.nextOffset < queue.minOffset) level.nextOffset = queue.minOffset;
      if (this.hasMore(level)) this.plan(level, POLL_MS);
      return;
    }
    // A copy: delivering appends, and appending may outdate the view.
    this.deliverDue(level, {units: view.slice(), at: 0, first: level.nextOffset});
  }

  /** Puts one message after the other; a put that is not answered at once is waited for, as its thread does. */
  private deliverDue(level: Level, batch: DueBatch): void {
    const {host, delayLevels} = this.parts;
    const {units, first} = batch;
    for (; batch.at + UNIT_BYTES <= units.length; batch.at += UNIT_BYTES) {
      const {at} = batch;
      const nowMs = host.clock.nowMs();
      const latestMs = delayLevels.deliverAtMs(level.level, nowMs);
      // A due time further off than the level's delay comes of a clock that was set back, or of changed levels.
      const dueMs = int64At(units, at + 12);
      const countdown = dueMs > latestMs ? 0 : dueMs - nowMs;
      level.nextOffset = first + at / UNIT_BYTES;
      if (countdown > 0) {
        this.endLook(level, countdown);
        return;
      }
      const outcome = this.deliver(readUnit(units.subarray(at)).physicalOffset, (isDelivered) => {
        if (isDelivered) {
          level.nextOffset++;
          batch.at += UNIT_BYTES;
          this.deliverDue(level, batch);
        } else {
          this.endLook(level, AFTER_REFUSAL_MS);
        }
        if (!this.isPutting) this.lookAtDue();
      });
      if (outcome === 'waits') return;
      if (outcome === 'refused') {
        this.endLook(level, AFTER_REFUSAL_MS);
        return;
      }
      level.nextOffset++;
    }
    this.endLook(level, POLL_MS);
  }

  private endLook(level: Level, waitMs: number): void {
    this.setOffset(level);
    if (this.hasMore(level)) this.plan(level, waitMs);
  }

  /** Levels whose turn came while the thread was in a put. */
  private lookAtDue(): void {
    while (this.running && !this.isPutting) {
      const level = this.due.shift();
      if (level === undefined) return;
      level.timer = null;
      this.look(level);
    }
  }

  /**
   * What cannot be read is passed over. A plain log answers the put at once, since nobody waits for flush or replication; on
   * DLedger a majority has to answer first, or nobody ever does: then this thread is lost until the role changes.
   * @param later called if the outcome is `waits`, and the service has not been stopped meanwhile
   */
  private deliver(
    physicalOffset: number,
    later: (isDelivered: boolean) => void,
  ): 'delivered' | 'refused' | 'waits' {
    const {host, lookMessage, putMessage} = this.parts;
    const waiting = lookMessage(physicalOffset);
    if (waiting === null) return 'delivered';
    const message = dueMessage(waiting);
    if (message === null || message.topic === HALF_TOPIC || !isFolderName(message.topic)) {
      report(host.journal, {
        kind: 'warned',
        text: `the delayed message at ${physicalOffset} of the commit log cannot be delivered to ${message?.topic ?? 'any topic'}`,
      });
      return 'delivered';
    }
    let answered: boolean | null = null;
    let hasReturned = false;
    const {levels} = this;
    putMessage(message, (result) => {
      answered = result.status === 'PUT_OK';
      // `levels` are another's after a stop and a start.
      if (!hasReturned || !this.running || this.levels !== levels) return;
      this.isPutting = false;
      later(answered);
    });
    hasReturned = true;
    if (answered === null) {
      this.isPutting = true;
      return 'waits';
    }
    return answered ? 'delivered' : 'refused';
  }

  private setOffset(level: Level): void {
    if (this.offsets.get(level.level) === level.nextOffset) return;
    this.offsets.set(level.level, level.nextOffset);
    if (this.persistTimer !== null) return;
    const {clock} = this.parts.host;
    const nowNs = clock.monotonicNs();
    const periodNs = this.parts.config.flushDelayOffsetInterval * 1e6;
    const originNs = this.startNs + FIRST_PERSIST_MS * 1e6 - periodNs;
    this.persistTimer = clock.after((nextPollNs(originNs, periodNs, nowNs) - nowNs) / 1e6, () => {
      this.persistTimer = null;
      persistConfigFile(this.parts.host, this.path, encodeDelayOffsets(this.offsets));
    });
  }
}

/**
 * The message that takes a delayed one's place until it is due, or null where it is not delayed. Its properties are
 * written anew, in the order of Java's map. Source: RocketMQ 4.9.1 `CommitLog#asyncPutMessage`.
 */
export function delayedMessage(message: MessageToStore, delayLevels: DelayLevels): MessageToStore | null {
  const text = message.properties.get(MessageConst.DELAY);
  if (text === undefined || !/^\+?\d{1,10}$/.test(text) || Number(text) <= 0) return null;
  const level = delayLevels.clamp(Number(text));
  const changed = new Map(message.properties);
  if (level !== Number(text)) changed.set(MessageConst.DELAY, String(level));
  changed.set(MessageConst.REAL_TOPIC, message.topic);
  changed.set(MessageConst.REAL_QUEUE_ID, String(message.queueId));
  const properties = new Map(javaHashMapOrder(changed.keys()).map((name) => [name, changed.get(name)!]));
  const propertiesString = propertiesToString(properties);
  return {...message, topic: SCHEDULE_TOPIC, queueId: level - 1, properties, propertiesString};
}

/**
 * The message as it goes to its real topic: the stored properties as they are, read in memory without the delay.
 * Source: `DeliverDelayedMessageTimerTask#messageTimeup`.
 */
function dueMessage(waiting: MessageExt): MessageToStore | null {
  const topic = waiting.properties.get(MessageConst.REAL_TOPIC);
  const queueId = waiting.properties.get(MessageConst.REAL_QUEUE_ID);
  if (topic === undefined || queueId === undefined || !/^-?\d{1,10}$/.test(queueId)) return null;
  const propertiesString = propertiesToString(waiting.properties);
  const properties = new Map(waiting.properties);
  properties.set(MessageConst.WAIT, 'false');
  properties.delete(MessageConst.DELAY);
  return {
    ...waiting,
    topic,
    queueId: Number(queueId),
    properties,
    propertiesString,
    preparedTransactionOffset: 0,
  };
}
