import {javaStringHash} from '../message/java-hash.ts';
import type {SubscriptionData} from '../remoting/bodies/subscription-data.ts';
import type {MessageFilter} from '../store/message-store.ts';

const SUB_ALL = '*';
const TAG_TYPE = 'TAG';

/** A missing or empty expression type means tags. Source: `common.filter.ExpressionType#isTagType`. */
export function isTagType(type: string | null | undefined): boolean {
  return type === undefined || type === null || type === '' || type === TAG_TYPE;
}

/**
 * `TagA || TagB` as a subscription; null where 4.9.1 throws `subString split error`.
 * Source: `common.filter.FilterAPI#buildSubscriptionData`.
 */
export function tagSubscription(
  topic: string,
  subString: string | undefined,
  nowMs: number,
): SubscriptionData | null {
  const tagsSet: string[] = [];
  if (subString !== undefined && subString !== '' && subString !== SUB_ALL) {
    const parts = subString.split('||');
    // Java's split drops empty parts at the end.
    while (parts.length > 0 && parts[parts.length - 1] === '') parts.pop();
    if (parts.length === 0) return null;
    for (const part of parts) {
      const tag = part.trim();
      if (tag !== '' && !tagsSet.includes(tag)) tagsSet.push(tag);
    }
  }
  return {
    topic,
    subString: subString === undefined || subString === '' ? SUB_ALL : subString,
    tagsSet,
    codeSet: tagsSet.map(javaStringHash),
    subVersion: nowMs,
    expressionType: TAG_TYPE,
    classFilterMode: false,
  };
}

/**
 * Passes entries whose tag hash is among the subscription's. Two tags with one hash pass alike; the client compares texts.
 * Source: RocketMQ 4.9.1 `broker.filter.ExpressionMessageFilter#isMatchedByConsumeQueue`.
 */
class TagFilter implements MessageFilter {
  readonly #codes: ReadonlySet<number>;

  constructor(codes: readonly number[]) {
    this.#codes = new Set(codes);
  }

  matchesConsumeQueue(tagsCode: bigint): boolean {
    return this.#codes.has(Number(BigInt.asIntN(32, tagsCode)));
  }

  matchesCommitLog(): boolean {
    return true;
  }
}

/** The filter for a subscription by tags; null where everything passes. */
export function filterFor(subscription: SubscriptionData): MessageFilter | null {
  if (subscription.classFilterMode || subscription.subString === SUB_ALL) return null;
  return isTagType(subscription.expressionType) ? new TagFilter(subscription.codeSet) : null;
}
