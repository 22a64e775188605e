import type {Fact} from '../../rocketmq/facts.ts';
import type {EntryOf} from '../../sim/trace.ts';
import type {Draft, Writable} from './draft.ts';
import {reduceDLedgerFact} from './reduce-dledger.ts';
import {replicatedTo, slaveAppended} from './reduce-replicas.ts';
import type {LogCellView, ProducerView} from './view-state.ts';

const TAIL_CELLS = 64;
const WAITING_SHOWN = 8;

/** What a fact changes in the picture of the process that reported it. */
export function reduceFact(draft: Draft, entry: EntryOf<'fact'>, fact: Fact): void {
  const name = entry.process;
  const atUs = entry.atUs;
  switch (fact.kind) {
    case 'broker-registered': {
      const process = draft.process(name);
      if (process?.namesrv === undefined) return;
      const {cluster, brokerName, brokerId, address} = fact;
      const brokers = draft.map(process.namesrv.brokers);
      brokers.set(address, {cluster, brokerName, brokerId, address, lastRegisteredUs: atUs});
      process.namesrv = {...process.namesrv, brokers};
      return;
    }
    case 'broker-removed': {
      const process = draft.process(name);
      if (process?.namesrv === undefined) return;
      const brokers = draft.map(process.namesrv.brokers);
      brokers.delete(fact.address);
      process.namesrv = {...process.namesrv, brokers};
      return;
    }
    case 'route-changed': {
      const process = draft.process(name);
      if (process?.namesrv === undefined) return;
      const topics = draft.map(process.namesrv.topics);
      if (fact.brokers.length === 0) topics.delete(fact.topic);
      else topics.set(fact.topic, fact.brokers);
      process.namesrv = {...process.namesrv, topics};
      return;
    }
    case 'kv-changed': {
      const process = draft.process(name);
      if (process?.namesrv === undefined) return;
      const kv = draft.map(process.namesrv.kv);
      const key = `${fact.namespace} ${fact.key}`;
      if (fact.value === null) kv.delete(key);
      else kv.set(key, fact.value);
      process.namesrv = {...process.namesrv, kv};
      return;
    }
    case 'broker-booted': {
      const broker = draft.broker(name);
      if (broker === null) return;
      broker.cluster = fact.cluster;
      broker.brokerName = fact.brokerName;
      broker.brokerId = fact.brokerId;
      broker.role = fact.role;
      broker.flush = fact.flush;
      const process = draft.process(name);
      if (process !== null && fact.address !== '') process.address = fact.address;
      return;
    }
    case 'registered-with-namesrv': {
      const broker = draft.broker(name);
      if (broker === null) return;
      const registrations = draft.map(broker.registrations);
      registrations.set(fact.namesrv, {atUs, error: fact.error});
      broker.registrations = registrations;
      return;
    }
    case 'topic-configured': {
      const broker = draft.broker(name);
      if (broker === null) return;
      const {topic, readQueueNums, writeQueueNums, perm, why} = fact;
      const topics = draft.map(broker.topics);
      topics.set(topic, {topic, readQueueNums, writeQueueNums, perm, why});
      broker.topics = topics;
      return;
    }
    case 'topic-deleted': {
      const broker = draft.broker(name);
      if (broker === null) return;
      const topics = draft.map(broker.topics);
      topics.delete(fact.topic);
      broker.topics = topics;
      return;
    }
    case 'client-joined':
    case 'client-left': {
      const broker = draft.broker(name);
      if (broker === null) return;
      const {role, group, clientId, address} = fact;
      const clients = draft.map(broker.clients);
      const key = `${role} ${group} ${clientId}`;
      if (fact.kind === 'client-left') clients.delete(key);
      else clients.set(key, {role, group, clientId, address});
      broker.clients = clients;
      return;
    }
    case 'pull-held':
    case 'pull-released': {
      const broker = draft.broker(name);
      if (broker === null) return;
      const {group, topic, queueId, queueOffset} = fact;
      const heldPulls = draft.map(broker.heldPulls);
      const key = `${group} ${topic} ${queueId}`;
      if (fact.kind === 'pull-released') heldPulls.delete(key);
      else heldPulls.set(key, {group, topic, queueId, queueOffset, sinceUs: atUs});
      broker.heldPulls = heldPulls;
      return;
    }
    case 'offset-committed': {
      const broker = draft.broker(name);
      if (broker === null) return;
      const queue = draft.queue(broker, fact.topic, fact.queueId);
      const committed = draft.map(queue.committed);
      committed.set(fact.group, fact.queueOffset);
      queue.committed = committed;
      return;
    }
    case 'config-persisted': {
      const broker = draft.broker(name);
      if (broker === null || !fact.path.endsWith('consumerOffset.json')) return;
      const queues = draft.map(broker.queues);
      for (const [key, queue] of queues) {
        // A copy: the live map goes on changing within this draft.
        if (queue.persisted !== queue.committed) {
          queues.set(key, {...queue, persisted: new Map(queue.committed)});
        }
      }
      broker.queues = queues;
      return;
    }
    case 'message-appended': {
      const broker = draft.broker(name);
      if (broker === null) return;
      const {physicalOffset, sizeBytes, topic, queueId, queueOffset, msgId} = fact;
      const cell: LogCellView = {
        physicalOffset,
        sizeBytes,
        topic,
        queueId,
        queueOffset,
        msgId,
        entryId: entry.id,
        ...(broker.member === undefined ? {} : {term: broker.member.endTerm}),
      };
      const log = draft.object(broker.log);
      log.tail = log.tail.length < TAIL_CELLS ? [...log.tail, cell] : [...log.tail.slice(1), cell];
      log.undispatched = [...log.undispatched, cell];
      log.written = physicalOffset + sizeBytes;
      log.messages += 1;
      broker.log = log;
      return;
    }
    case 'log-flushed': {
      const broker = draft.broker(name);
      if (broker === null) return;
      const log = draft.object(broker.log);
      log.flushed = fact.physicalOffset;
      broker.log = log;
      return;
    }
    case 'broker-role-changed':
    case 'dledger-recovered':
    case 'dledger-term-changed':
    case 'dledger-role-changed':
    case 'dledger-votes-requested':
    case 'dledger-vote-answered':
    case 'dledger-vote-round-ended':
    case 'dledger-appended':
    case 'dledger-truncated':
    case 'dledger-committed':
    case 'dledger-acknowledged':
    case 'dledger-push-state':
      reduceDLedgerFact(draft, name, atUs, fact, TAIL_CELLS);
      return;
    case 'slave-connected':
      replicatedTo(draft, name, 0);
      return;
    case 'replicated-to':
      replicatedTo(draft, name, fact.physicalOffset);
      return;
    case 'slave-appended':
      slaveAppended(draft, name, fact.physicalOffset, TAIL_CELLS);
      return;
    case 'log-dispatched': {
      const broker = draft.broker(name);
      if (broker === null) return;
      // Of a slave's appends not each is told.
      if (broker.role === 'SLAVE' && broker.member === undefined)
        slaveAppended(draft, name, fact.physicalOffset, TAIL_CELLS);
      const log = draft.object(broker.log);
      log.dispatched = fact.physicalOffset;
      let count = 0;
      for (const cell of log.undispatched) {
        if (cell.physicalOffset >= fact.physicalOffset) break;
        count += 1;
        const queue = draft.queue(broker, cell.topic, cell.queueId);
        queue.maxOffset = Math.max(queue.maxOffset, cell.queueOffset + 1);
      }
      if (count > 0) log.undispatched = log.undispatched.slice(count);
      broker.log = log;
      return;
    }
    case 'log-cleaned': {
      const broker = draft.broker(name);
      if (broker === null) return;
      const log = draft.object(broker.log);
      log.minOffset = fact.minPhysicalOffset;
      log.tail = log.tail.filter((cell) => cell.physicalOffset >= fact.minPhysicalOffset);
      broker.log = log;
      for (const {topic, queueId, minOffset} of fact.queues) {
        draft.queue(broker, topic, queueId).minOffset = minOffset;
      }
      return;
    }
    case 'store-recovered': {
      const broker = draft.broker(name);
      if (broker === null) return;
      const log = draft.object(broker.log);
      const end = fact.maxPhysicalOffset;
      const held = log.tail.filter((cell) => cell.physicalOffset + cell.sizeBytes <= end);
      log.messages -= log.tail.length - held.length;
      log.tail = held;
      log.undispatched = [];
      if (end === fact.minPhysicalOffset) log.messages = 0;
      log.minOffset = fact.minPhysicalOffset;
      log.written = end;
      log.flushed = Math.min(log.flushed, end);
      log.dispatched = end;
      broker.log = log;
      // Those that are not named have no entry: on an empty disk, none has.
      for (const {topic, queueId} of [...broker.queues.values()]) {
        const queue = draft.queue(broker, topic, queueId);
        queue.minOffset = 0;
        queue.maxOffset = 0;
      }
      for (const {topic, queueId, minOffset, maxOffset} of fact.queues) {
        const queue = draft.queue(broker, topic, queueId);
        queue.minOffset = minOffset;
        queue.maxOffset = maxOffset;
      }
      return;
    }
    case 'client-started': {
      const client = fact.role === 'producer' ? draft.producer(name) : draft.consumer(name);
      if (client === null) return;
      client.group = fact.group;
      client.clientId = fact.clientId;
      return;
    }
    case 'route-learnt': {
      const process = draft.process(name);
      if (process === null) return;
      const routes = draft.map(process.routes);
      routes.set(fact.topic, {topic: fact.topic, brokers: fact.brokers});
      process.routes = routes;
      return;
    }
    case 'route-missing':
      setError(draft, name, atUs, fact.error);
      return;
    case 'heartbeat-answered':
      if (fact.error !== null) setError(draft, name, atUs, fact.error);
      return;
    case 'send-begun': {
      const producer = draft.producer(name);
      if (producer === null) return;
      producer.begun += 1;
      const wait = {msgId: fact.msgId, sinceUs: atUs, attempt: 0, brokerName: '', queueId: -1};
      producer.waiting = [...producer.waiting, wait].slice(-WAITING_SHOWN);
      producer.waitingCount += 1;
      return;
    }
    case 'send-attempted': {
      const producer = draft.producer(name);
      if (producer === null) return;
      const {attempt, brokerName, queueId} = fact;
      producer.waiting = producer.waiting.map((wait) =>
        wait.msgId === fact.msgId ? {...wait, attempt, brokerName, queueId} : wait,
      );
      return;
    }
    case 'send-attempt-failed':
      setError(draft, name, atUs, fact.error);
      return;
    case 'send-acknowledged': {
      const producer = draft.producer(name);
      if (producer === null) return;
      producer.acknowledged += 1;
      endWait(producer, fact.msgId);
      return;
    }
    case 'send-handed-over': {
      const producer = draft.producer(name);
      if (producer !== null) endWait(producer, fact.msgId);
      return;
    }
    case 'send-given-up': {
      const producer = draft.producer(name);
      if (producer === null) return;
      producer.givenUp += 1;
      producer.lastError = {atUs, text: fact.error};
      endWait(producer, fact.msgId);
      return;
    }
    case 'queue-taken': {
      const consumer = draft.consumer(name);
      if (consumer === null) return;
      const {topic, brokerName, queueId, queueOffset} = fact;
      const queues = draft.map(consumer.queues);
      queues.set(`${topic} ${brokerName} ${queueId}`, {
        topic,
        brokerName,
        queueId,
        nextOffset: queueOffset,
        reportedOffset: queueOffset,
      });
      consumer.queues = queues;
      return;
    }
    case 'queue-dropped': {
      const consumer = draft.consumer(name);
      if (consumer === null) return;
      const queues = draft.map(consumer.queues);
      queues.delete(`${fact.topic} ${fact.brokerName} ${fact.queueId}`);
      consumer.queues = queues;
      return;
    }
    case 'pull-failed':
      setError(draft, name, atUs, fact.error);
      return;
    case 'message-delivered': {
      const consumer = draft.consumer(name);
      if (consumer === null) return;
      consumer.delivered += 1;
      const key = `${fact.topic} ${fact.brokerName} ${fact.queueId}`;
      const queue = consumer.queues.get(key);
      if (queue !== undefined && queue.nextOffset <= fact.queueOffset) {
        const queues = draft.map(consumer.queues);
        queues.set(key, {...queue, nextOffset: fact.queueOffset + 1});
        consumer.queues = queues;
      }
      return;
    }
    case 'message-received': {
      const consumer = draft.consumer(name);
      if (consumer !== null) consumer.delivered += 1;
      return;
    }
    case 'pull-offset-moved':
    case 'offset-reported': {
      const consumer = draft.consumer(name);
      if (consumer === null) return;
      const key = `${fact.topic} ${fact.brokerName} ${fact.queueId}`;
      const queue = consumer.queues.get(key);
      if (queue === undefined) return;
      const queues = draft.map(consumer.queues);
      if (fact.kind === 'offset-reported') queues.set(key, {...queue, reportedOffset: fact.queueOffset});
      else queues.set(key, {...queue, nextOffset: fact.toOffset});
      consumer.queues = queues;
      return;
    }
    default:
      // Facts that change nothing in the picture: they are told, not drawn.
      return;
  }
}

function setError(draft: Draft, name: string, atUs: number, text: string): void {
  const client = draft.producer(name) ?? draft.consumer(name);
  if (client !== null) client.lastError = {atUs, text};
}

function endWait(producer: Writable<ProducerView>, msgId: string): void {
  producer.waiting = producer.waiting.filter((wait) => wait.msgId !== msgId);
  producer.waitingCount -= 1;
}
