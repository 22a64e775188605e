import {decodeRecord} from '../../../src/rocketmq/message/record.ts';
import {
  type ConsumerData,
  encodeHeartbeatData,
} from '../../../src/rocketmq/remoting/bodies/heartbeat-data.ts';
import {RequestCode} from '../../../src/rocketmq/remoting/codes.ts';
import {type ExtFields, type RemotingCommand, request} from '../../../src/rocketmq/remoting/command.ts';

const encoder = new TextEncoder();

/** A send as 4.9.1's producer makes it, under the short names. */
export function sendFields(topic: string, queueId: number, properties = '', more: ExtFields = {}): ExtFields {
  return {
    a: 'PG',
    b: topic,
    c: 'TBW102',
    d: '4',
    e: String(queueId),
    f: '0',
    g: '1600000000000',
    h: '0',
    i: properties,
    j: '0',
    k: 'false',
    m: 'false',
    ...more,
  };
}

export function send(
  topic: string,
  queueId: number,
  body: string,
  properties = '',
  more: ExtFields = {},
): RemotingCommand {
  return request(
    RequestCode.SEND_MESSAGE_V2,
    sendFields(topic, queueId, properties, more),
    encoder.encode(body),
  );
}

/** A pull that brings its own subscription. */
export function pull(topic: string, queueId: number, offset: number, more: ExtFields = {}): RemotingCommand {
  return request(RequestCode.PULL_MESSAGE, {
    consumerGroup: 'CG',
    topic,
    queueId: String(queueId),
    queueOffset: String(offset),
    maxMsgNums: '32',
    sysFlag: '4',
    commitOffset: '0',
    suspendTimeoutMillis: '15000',
    subscription: '*',
    subVersion: '0',
    expressionType: 'TAG',
    ...more,
  });
}

export function heartbeat(
  clientID: string,
  groups: readonly string[],
  topics: readonly string[],
  version = 1,
): RemotingCommand {
  const consumerDataSet = groups.map(
    (groupName): ConsumerData => ({
      consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET',
      consumeType: 'CONSUME_PASSIVELY',
      groupName,
      messageModel: 'CLUSTERING',
      subscriptionDataSet: topics.map((topic) => ({
        classFilterMode: false,
        codeSet: [],
        expressionType: 'TAG',
        subString: '*',
        subVersion: version,
        tagsSet: [],
        topic,
      })),
      unitMode: false,
    }),
  );
  return request(
    RequestCode.HEART_BEAT,
    null,
    encodeHeartbeatData({clientID, consumerDataSet, producerDataSet: []}),
  );
}

/** The bodies of the messages in the body of an answer. */
export function bodies(answer: RemotingCommand | null): string[] {
  const texts: string[] = [];
  const body = answer?.body ?? new Uint8Array(0);
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  for (let at = 0; at < body.length; at += view.getInt32(at)) {
    const message = decodeRecord(body.slice(at, at + view.getInt32(at)));
    texts.push(message === null ? '?' : new TextDecoder().decode(message.body));
  }
  return texts;
}
