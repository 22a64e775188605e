import type {Message} from '../message/message.ts';
import {ResponseCode} from '../remoting/codes.ts';
import type {ClientError} from './api.ts';
import {clientException, clientExceptionWithCode} from './errors.ts';

const GROUP_LENGTH_MAX = 255;
const TOPIC_LENGTH_MAX = 127;
const LEGAL_NAME = /^[%|a-zA-Z0-9_-]+$/;
const LEGAL_NAME_TEXT = '^[%|a-zA-Z0-9_-]+$';

/** Source: RocketMQ 4.9.1 `client.Validators#checkGroup`. */
export function checkGroup(group: string): ClientError | null {
  if (isBlank(group)) return clientException('the specified group is blank');
  if (group.length > GROUP_LENGTH_MAX) {
    return clientException('the specified group is longer than group max length 255.');
  }
  if (!LEGAL_NAME.test(group)) {
    return clientException(
      `the specified group[${group}] contains illegal characters, allowing only ${LEGAL_NAME_TEXT}`,
    );
  }
  return null;
}

/** Source: `Validators#checkTopic`. */
function checkTopic(topic: string): ClientError | null {
  if (isBlank(topic)) return clientException('The specified topic is blank');
  if (!LEGAL_NAME.test(topic)) {
    return clientException(
      `The specified topic[${topic}] contains illegal characters, allowing only ${LEGAL_NAME_TEXT}`,
    );
  }
  if (topic.length > TOPIC_LENGTH_MAX) {
    return clientException('The specified topic is longer than topic max length 127.');
  }
  return null;
}

/** Source: `Validators#checkMessage`; sizes are taken before compression. */
export function checkMessage(message: Message, maxMessageSizeBytes: number): ClientError | null {
  const topicError = checkTopic(message.topic);
  if (topicError !== null) return topicError;
  if (message.topic === 'SCHEDULE_TOPIC_XXXX') {
    return clientException(`Sending message to topic[${message.topic}] is forbidden.`);
  }
  if (message.body.length === 0) {
    return clientExceptionWithCode(ResponseCode.MESSAGE_ILLEGAL, 'the message body length is zero');
  }
  if (message.body.length > maxMessageSizeBytes) {
    return clientExceptionWithCode(
      ResponseCode.MESSAGE_ILLEGAL,
      `the message body size over max value, MAX: ${maxMessageSizeBytes}`,
    );
  }
  return null;
}

function isBlank(text: string): boolean {
  return text.trim().length === 0;
}
