// ali-ons by order: one command in JSON per line of standard input, one JSON object per line of standard output for its answer and
// for every message that a consumer is given. Ends with its input. `node driver.mjs FOLDER NAMESRV`: the folder has it installed.
import {createRequire} from 'node:module';
import {join} from 'node:path';
import {createInterface} from 'node:readline';

const [folder, nameSrv] = process.argv.slice(2);
const {Consumer, Message, Producer} = createRequire(join(folder, 'package.json'))('ali-ons');

const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);
const complain = (error) => process.stderr.write(`${error.stack}\n`);
const logger = {info() {}, debug() {}, warn: (...words) => console.error(...words), error: complain};

const producers = new Map();
const closes = new Map();

/** `httpclient` asks an address server for NameServers, which nobody needs who names one. */
const common = (name) => ({
  nameSrv,
  httpclient: {},
  logger,
  clientIP: '127.0.0.1',
  instanceName: name,
  pollNameServerInteval: 1000,
  heartbeatBrokerInterval: 1000,
  rebalanceInterval: 1000,
  persistConsumerOffsetInterval: 1000,
});

function messageOf(topic, {body, tags, keys, delayLevel, property, shardingKey}) {
  const message = new Message(topic, tags ?? '', body);
  if (keys !== undefined) message.keys = keys.split(' ');
  if (delayLevel !== undefined) message.delayTimeLevel = delayLevel;
  if (property !== undefined) message.properties.lab = property;
  if (shardingKey !== undefined) message.shardingKey = shardingKey;
  return message;
}

/** It gives messages no id of its own: they go by the id that tells their place. */
const toldOfSend = ({sendStatus, msgId, messageQueue, queueOffset}) => ({
  status: sendStatus,
  msgId,
  offsetMsgId: msgId,
  brokerName: messageQueue.brokerName,
  queueId: messageQueue.queueId,
  queueOffset,
});

const toldOfMessage = (message) => ({
  topic: message.topic,
  body: message.body.toString(),
  tags: message.tags ?? null,
  keys: message.keys ?? null,
  property: message.properties.lab ?? null,
  msgId: message.msgId,
  queueId: message.queueId,
  queueOffset: message.queueOffset,
  reconsumeTimes: message.reconsumeTimes,
  bornTimestamp: message.bornTimestamp,
  storeTimestamp: message.storeTimestamp,
  heardAt: Date.now(),
});

const commands = {
  async produce({name, group, sendTimeoutMs}) {
    const producer = new Producer({...common(name), producerGroup: group, sendMsgTimeout: sendTimeoutMs});
    producer.on('error', complain);
    await producer.ready();
    producers.set(name, producer);
    closes.set(name, async () => {
      producers.delete(name);
      await producer.close();
    });
    return null;
  },

  /** It sends to known topics only, and has the request that makes one. */
  async 'create-topic'({from, broker, topic, queues}) {
    const topicConfig = {
      topicName: topic,
      readQueueNums: queues,
      writeQueueNums: queues,
      perm: 6,
      topicFilterType: 'SINGLE_TAG',
      topicSysFlag: 0,
      order: false,
    };
    await producers.get(from)._mqClient.createTopic(broker, 'TBW102', topicConfig, 240_000);
    return null;
  },

  async send({from, topic, how, messages}) {
    const producer = producers.get(from);
    const sends = messages.map((each) => async () => toldOfSend(await producer.send(messageOf(topic, each))));
    if (how === 'async') return Promise.all(sends.map((send) => send()));
    const results = [];
    for (const send of sends) results.push(await send());
    return results;
  },

  async consume({name, group, topic, expression, broadcasting, fails, maxReconsumeTimes}) {
    const consumer = new Consumer({
      ...common(name),
      consumerGroup: group,
      consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
      isBroadcast: broadcasting === true,
      persistent: true,
      parallelConsumeLimit: 8,
      ...(maxReconsumeTimes === undefined ? {} : {maxReconsumeTimes}),
    });
    consumer.on('error', complain);
    consumer.subscribe(topic, expression, async (message) => {
      say({on: name, ...toldOfMessage(message)});
      if (fails) throw new Error('the listener fails, as it was told to');
    });
    await consumer.ready();
    closes.set(name, () => consumer.close());
    return null;
  },

  async stop({name}) {
    const close = closes.get(name);
    closes.delete(name);
    await close();
    return null;
  },
};

async function obey(order) {
  try {
    say({id: order.id, result: await commands[order.do](order)});
  } catch (error) {
    say({id: order.id, error: String(error)});
  }
}

createInterface({input: process.stdin})
  .on('line', (line) => obey(JSON.parse(line)))
  .on('close', () => process.exit(0));
say({ready: true});
