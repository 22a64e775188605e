/** Where delayed messages wait. Source: RocketMQ 4.9.1 `TopicValidator#RMQ_SYS_SCHEDULE_TOPIC`. */
export const SCHEDULE_TOPIC = 'SCHEDULE_TOPIC_XXXX';

const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/**
 * The levels of `messageDelayLevel`, numbered from 1. Source: RocketMQ 4.9.1 `ScheduleMessageService#parseDelayLevel`.
 */
export class DelayLevels {
  /** Milliseconds of level i + 1. */
  readonly delaysMs: readonly number[];

  private constructor(delaysMs: readonly number[]) {
    this.delaysMs = delaysMs;
  }

  /** Null where the text is not a list of numbers with units; the broker must not start then. */
  static parse(text: string): DelayLevels | null {
    const delays: number[] = [];
    for (const word of text.split(' ')) {
      const unit = UNIT_MS.get(word.slice(-1));
      if (unit === undefined || !/^\d+$/.test(word.slice(0, -1))) return null;
      delays.push(Number(word.slice(0, -1)) * unit);
    }
    return new DelayLevels(delays);
  }

  get max(): number {
    return this.delaysMs.length;
  }

  clamp(level: number): number {
    return Math.min(level, this.max);
  }

  /** When a message of an existing level that was stored then is due. */
  deliverAtMs(level: number, storeTimestampMs: number): number {
    return storeTimestampMs + this.delaysMs[level - 1]!;
  }
}
