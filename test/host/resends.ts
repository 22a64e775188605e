import type {FactShape} from '../../src/ports/journal.ts';
import type {Fact} from '../../src/rocketmq/facts.ts';
import type {MessageExt} from '../../src/rocketmq/message/message.ts';

/**
 * What producers had to send more than once, by their own journals: where an attempt fails, the message may be there nevertheless, and
 * then it is there twice. Of every other message there may be one only. On a slow machine it is the first of a producer: a heartbeat
 * has 3 s however patient sends are, the first goes out a second after the start, and where it is not answered in time 4.9.1 closes the
 * connection under whatever else is under way on it (test/rocketmq/client/resend.test.ts).
 */
export class Resends {
  readonly #msgIds = new Set<string>();
  /** What producers told of each message. */
  readonly #told = new Map<string, string[]>();
  /** Heartbeats that failed, by any client. */
  readonly #beats: string[] = [];

  /** For the `record` of a host. */
  readonly record = (shape: FactShape): void => {
    const fact = shape as Fact;
    switch (fact.kind) {
      case 'send-attempted':
        this.#tell(fact.msgId, `attempt ${fact.attempt} to ${fact.address}, queue ${fact.queueId}`);
        break;
      case 'send-attempt-failed':
        this.#msgIds.add(fact.msgId);
        this.#tell(fact.msgId, `attempt ${fact.attempt} failed: ${fact.error}`);
        break;
      case 'send-acknowledged':
        this.#tell(fact.msgId, `acknowledged: ${fact.status} ${fact.queueId}@${fact.queueOffset}`);
        break;
      case 'send-given-up':
        this.#tell(fact.msgId, `given up: ${fact.error}`);
        break;
      case 'heartbeat-answered':
        if (fact.error !== null) this.#beats.push(`${timeOf(Date.now())} a heartbeat failed: ${fact.error}`);
    }
  };

  has(message: MessageExt): boolean {
    return this.#msgIds.has(idOf(message));
  }

  /** Without the second copies of what was sent more than once. */
  once(messages: readonly MessageExt[]): MessageExt[] {
    const seen = new Set<string>();
    return messages.filter((message) => {
      const isCopy = this.has(message) && seen.has(idOf(message));
      seen.add(idOf(message));
      return !isCopy;
    });
  }

  /** Of what is there more than once: how its producer sent it, and each copy; two of one place are one that was given twice. */
  tellCopies(messages: readonly MessageExt[]): string {
    const copies = new Map<string, MessageExt[]>();
    for (const message of messages) {
      const known = copies.get(idOf(message));
      if (known === undefined) copies.set(idOf(message), [message]);
      else known.push(message);
    }
    const lines: string[] = [];
    for (const [msgId, found] of copies) {
      if (found.length > 1) lines.push(msgId, ...(this.#told.get(msgId) ?? []), ...found.map(copyOf));
    }
    return lines.length === 0 ? '' : [...lines, ...this.#beats].join('\n');
  }

  #tell(msgId: string, what: string): void {
    const line = `${timeOf(Date.now())} ${what}`;
    const known = this.#told.get(msgId);
    if (known === undefined) this.#told.set(msgId, [line]);
    else known.push(line);
  }
}

const idOf = (message: MessageExt): string => message.properties.get('UNIQ_KEY')!;

const timeOf = (ms: number): string => new Date(ms).toISOString().slice(11, 23);

const copyOf = (message: MessageExt): string =>
  `copy ${message.queueId}@${message.queueOffset}, byte ${message.commitLogOffset}, born ${timeOf(message.bornTimestampMs)} at ` +
  `${message.bornHost}, stored ${timeOf(message.storeTimestampMs)}, sent back ${message.reconsumeTimes} times`;
