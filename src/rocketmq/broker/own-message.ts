import {propertiesToString} from '../message/properties.ts';
import type {MessageToStore} from '../store/message-store.ts';
import type {BrokerParts} from './broker-parts.ts';

/** What a broker says in a message of its own. */
export type OwnWords = Pick<MessageToStore, 'topic' | 'queueId' | 'properties' | 'body'>;

/** Stores a message that the broker itself writes. Nobody waits for it. */
export function putOwnMessage(broker: BrokerParts, words: OwnWords): void {
  const message: MessageToStore = {
    ...words,
    flag: 0,
    transactionId: null,
    sysFlag: 0,
    bornTimestampMs: broker.host.clock.nowMs(),
    bornHost: broker.address,
    storeHost: broker.address,
    reconsumeTimes: 0,
    preparedTransactionOffset: 0,
    propertiesString: propertiesToString(words.properties),
  };
  broker.store.putMessage(message, () => {});
}
