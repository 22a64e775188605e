import type {Holding, MessageFate} from './fate.ts';

/** What is known of one broker's log. */
export interface LogAccount {
  /** Records of messages in the order of their offsets, with the messages that they are of. */
  readonly held: Holding[];
  readonly owners: MessageFate[];
  flushedCount: number;
  committedCount: number;
}

/** Where its record ends in the log. */
export function endOf({physicalOffset, sizeBytes}: Holding): number {
  return physicalOffset + sizeBytes;
}

/** Position of the first record that ends after `offset`. */
export function firstEndingAfter(held: readonly Holding[], offset: number): number {
  let low = 0;
  let high = held.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (endOf(held[middle]!) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether a copy that is still there is durable. */
export function isDurable(fate: MessageFate): boolean {
  return fate.holdings.some((holding) => holding.durable && holding.goneEntryId === 0);
}

/** Whether another group has seen it twice. */
export function isDuplicatedElsewhere(fate: MessageFate, group: string): boolean {
  for (const [other, ids] of fate.deliveries) if (other !== group && ids.length > 1) return true;
  return false;
}
