/** What a message must not be to be stored at all. Lengths are in characters; what they are in bytes the encoder looks at. */
import {MessageConst} from '../message/properties.ts';
import {MessageSysFlag, transactionType} from '../message/sys-flag.ts';
import {isFolderName} from './folder-name.ts';
import type {MessageToStore, PutMessageStatus} from './message-store.ts';

const MAX_TOPIC_LENGTH = 127;
const MAX_PROPERTIES_LENGTH = 32_767;

/** 4.9.1 takes a topic for the path that it may be. Source: `DefaultMessageStore#checkMessage`. */
export function messageRefusal(message: MessageToStore): PutMessageStatus | null {
  const isLong =
    message.topic.length > MAX_TOPIC_LENGTH || message.propertiesString.length > MAX_PROPERTIES_LENGTH;
  return isLong || !isFolderName(message.topic) ? 'MESSAGE_ILLEGAL' : null;
}

/** Source: `DefaultMessageStore#checkMessages`, `CommitLog#asyncPutMessages`. */
export function batchRefusal(batch: MessageToStore, maxMessageSize: number): PutMessageStatus | null {
  const isPlain = transactionType(batch.sysFlag) === MessageSysFlag.TRANSACTION_NOT;
  if (!isPlain || Number(batch.properties.get(MessageConst.DELAY) ?? 0) > 0) return 'MESSAGE_ILLEGAL';
  return batch.body.length > maxMessageSize ? 'MESSAGE_ILLEGAL' : messageRefusal(batch);
}
