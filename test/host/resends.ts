import type {FactShape} from '../../src/ports/journal.ts';
import type {MessageExt} from '../../src/rocketmq/message/message.ts';

/**
 * What producers had to send more than once, by their own journals: where an attempt fails, on a slow machine or by a connection that
 * is lost, the message may be there nevertheless, and then it is there twice. Of every other message there may be one only.
 */
export class Resends {
  readonly #msgIds = new Set<string>();

  /** For the `record` of a host. */
  readonly record = (fact: FactShape): void => {
    const {kind, msgId} = fact as {kind: string; msgId?: string};
    if (kind === 'send-attempt-failed') this.#msgIds.add(msgId!);
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
}

const idOf = (message: MessageExt): string => message.properties.get('UNIQ_KEY')!;
