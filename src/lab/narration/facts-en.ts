import type {DLedgerFact} from '../../rocketmq/facts/dledger.ts';
import type {Fact} from '../../rocketmq/facts.ts';
import {sayCount, sayDuration} from '../say-duration.ts';

const times = (count: number, one: string, many = `${one}s`): string =>
  `${sayCount(count)} ${count === 1 ? one : many}`;
const queue = (topic: string, queueId: number): string => `${topic} queue ${queueId}`;
const at = (topic: string, brokerName: string, queueId: number): string =>
  `queue ${queueId} of ${topic} on ${brokerName}`;
const permText = (perm: number): string =>
  `${(perm & 4) !== 0 ? 'read' : ''}${(perm & 6) === 6 ? ' and ' : ''}${(perm & 2) !== 0 ? 'write' : ''}` ||
  'neither read nor write';
const queues = (list: readonly {readonly brokerName: string; readonly queueId: number}[]): string =>
  list.map(({brokerName, queueId}) => `${brokerName}:${queueId}`).join(', ');

const tableInEnglish = {
  topics: 'the topics',
  'consumer-offsets': 'how far each group has consumed',
  'delay-offsets': 'how far delayed messages are delivered',
  'subscription-groups': 'the settings of the consumer groups',
} as const;

/**
 * What a fact means, as an English sentence with the process `who` as its subject. Null: not worth telling (a printed line
 * speaks for itself in the log pane).
 * @param ordinal for a delivery: how often its group has now got the message
 */
export function factInEnglish(
  who: string,
  fact: Fact,
  ordinal: number,
  tellGroup: (fact: DLedgerFact) => string | null,
): string | null {
  switch (fact.kind) {
    case 'printed':
      return null;
    case 'warned':
      return `${who} warns: ${fact.text}`;
    case 'namesrv-booted':
      return `NameServer ${who} is ready on port ${fact.port}. It knows no broker and no topic yet.`;
    case 'broker-registered':
      return fact.isNew
        ? `${who} takes ${fact.brokerName} (brokerId ${fact.brokerId}, ${fact.address}) into cluster ${fact.cluster}.`
        : `${who} hears from ${fact.brokerName} (brokerId ${fact.brokerId}) again; its registration counts as fresh.`;
    case 'broker-removed':
      return `${who} strikes out ${fact.brokerName} (brokerId ${fact.brokerId}, ${fact.address}): ${
        {
          unregistered: 'the broker has signed off',
          'connection-closed': 'its connection has closed',
          'connection-idle': 'its connection was silent for too long',
          expired: 'it has not registered for 120 s',
        }[fact.why]
      }.`;
    case 'route-changed':
      return fact.brokers.length === 0
        ? `${who} has no route for ${fact.topic} any more.`
        : `${who} can now route ${fact.topic}: ${fact.brokers
            .map(
              (broker) =>
                `${broker.brokerName} with ${times(broker.writeQueueNums, 'write queue')} and ${times(broker.readQueueNums, 'read queue')}`,
            )
            .join('; ')}.`;
    case 'route-asked':
      return fact.found
        ? `${who} is asked for the route of ${fact.topic} and knows it.`
        : `${who} is asked for the route of ${fact.topic}, which no broker has registered.`;
    case 'write-permission-wiped':
      return `${who} takes write permission away from ${fact.brokerName} in ${times(fact.topicCount, 'topic')}.`;
    case 'kv-changed':
      return fact.value === null
        ? `${who} deletes key ${fact.key} of namespace ${fact.namespace}.`
        : `${who} sets key ${fact.key} of namespace ${fact.namespace} to “${fact.value}”.`;
    case 'broker-booted':
      return `Broker ${fact.brokerName} (brokerId ${fact.brokerId}) is ready at ${fact.address}: ${fact.role}, ${fact.flush}.`;
    case 'registered-with-namesrv':
      return fact.error === null
        ? `NameServer ${fact.namesrv} has taken the registration of ${who}.`
        : `${who} could not register with NameServer ${fact.namesrv}: ${fact.error}`;
    case 'topic-configured':
      if (fact.why === 'synchronised') {
        return `${who} takes topic ${fact.topic} (${times(fact.writeQueueNums, 'queue')}) over from its master.`;
      }
      return fact.why === 'built-in' || fact.why === 'loaded'
        ? `${who} has topic ${fact.topic} (${times(fact.writeQueueNums, 'queue')}), ${fact.why === 'built-in' ? 'built in' : 'read from topics.json'}.`
        : `${who} creates topic ${fact.topic} with ${times(fact.writeQueueNums, 'write queue')} and ${times(fact.readQueueNums, 'read queue')}, ${permText(fact.perm)}${
            {
              'auto-created': ': a message for it came and autoCreateTopicEnable is true',
              retry: ', to hold messages that a group could not consume',
              admin: ', as it was told to',
            }[fact.why]
          }.`;
    case 'topic-deleted':
      return `${who} deletes topic ${fact.topic}.`;
    case 'send-refused':
      return `${who} refuses a message for ${fact.topic} with code ${fact.code}: ${fact.remark}`;
    case 'client-joined':
      return `${who} counts ${fact.clientId} (${fact.address}) among the ${fact.role}s of group ${fact.group}.`;
    case 'client-left':
      return `${who} no longer counts ${fact.clientId} among the ${fact.role}s of group ${fact.group}: ${
        {
          heartbeat: 'its heartbeat no longer names the group',
          unregistered: 'it has signed off',
          'connection-closed': 'its connection has closed',
          expired: 'no heartbeat came for 120 s',
        }[fact.why]
      }.`;
    case 'group-notified':
      return `${who} tells ${times(fact.clientIds.length, 'consumer')} of ${fact.group} that the group has changed, so that they rebalance now.`;
    case 'pull-held':
      return `${who} has nothing at offset ${fact.queueOffset} of ${queue(fact.topic, fact.queueId)} yet and holds the pull of ${fact.group}: a long poll.`;
    case 'pull-released':
      return `${who} lets go of the pull that ${fact.group} had waiting on ${queue(fact.topic, fact.queueId)}: ${
        {
          'nothing-new': 'there is still nothing new',
          'message-arrived': 'a message has come',
          'timed-out': 'it has waited long enough',
          'connection-closed': 'the consumer is gone',
        }[fact.why]
      }.`;
    case 'offset-committed':
      return `${who} notes that ${fact.group} has consumed ${queue(fact.topic, fact.queueId)} up to offset ${fact.queueOffset}.`;
    case 'message-appended':
      return `${who} appends a message to its commit log at ${sayCount(fact.physicalOffset)} (${sayCount(fact.sizeBytes)} bytes): offset ${fact.queueOffset} of ${queue(fact.topic, fact.queueId)}.`;
    case 'log-flushed':
      return `The commit log of ${who} is durable up to ${sayCount(fact.physicalOffset)}.`;
    case 'store-marked-broken':
      return `${who} gives up the ${fact.of} entry of the message at ${sayCount(fact.physicalOffset)}, which its disk refuses, and takes no message any more until it is restarted.`;
    case 'log-dispatched':
      return `Everything in the commit log of ${who} before ${sayCount(fact.physicalOffset)} is in its consume queues.`;
    case 'log-committed':
      return `${who} writes its pool's bytes before ${sayCount(fact.physicalOffset)} into the page cache: they can be read, and a kill no longer takes them.`;
    case 'log-cleaned':
      return `${who} has deleted old files ${
        {
          expired: 'whose time is over',
          'disk-filling': 'because its disk is filling up',
        }[fact.why]
      }; its commit log begins at ${sayCount(fact.minPhysicalOffset)} now${
        fact.queues.length === 0
          ? ''
          : `, and ${times(fact.queues.length, 'consume queue')} later than before`
      }.`;
    case 'slave-connected':
      return `A slave connects to ${who} from ${fact.slave}. It counts from now on; nothing is sent before it says where its log ends.`;
    case 'replication-begun':
      return fact.requestedOffset === 0 && fact.fromOffset > 0
        ? `The slave at ${fact.slave} has no log yet. ${who} sends it only its last file, from ${sayCount(fact.fromOffset)} on: what is older is never copied.`
        : fact.requestedOffset > fact.maxOffset
          ? `The slave at ${fact.slave} says its log ends at ${sayCount(fact.requestedOffset)}, which is beyond the ${sayCount(fact.maxOffset)} that ${who} has. ${who} believes it and waits until its own log gets there.`
          : `The slave at ${fact.slave} says its log ends at ${sayCount(fact.requestedOffset)}; ${who} sends what comes after.`;
    case 'replicated-to':
      return `The slave at ${fact.slave} tells ${who} that it has everything before ${sayCount(fact.physicalOffset)}.`;
    case 'slave-disconnected':
      return `${who} no longer has the slave at ${fact.slave}: ${
        {
          ended: 'it has closed the link',
          reset: 'the link broke',
          expired: 'it was silent for too long',
          refused: 'it said it had more than its master',
          stopped: `${who} is stopping`,
        }[fact.why]
      }.`;
    case 'replica-missed':
      return fact.outcome === 'SLAVE_NOT_AVAILABLE'
        ? `${who} has stored a message up to ${sayCount(fact.endOffset)}, but no slave is there to take it, or none that is near enough: SLAVE_NOT_AVAILABLE.`
        : `${who} has waited ${sayDuration(fact.waitedMs * 1000, 'en')} for a slave to have everything before ${sayCount(fact.endOffset)}, in vain: FLUSH_SLAVE_TIMEOUT.`;
    case 'master-connected':
      return `${who} is connected to its master at ${fact.master}. Its own log ends at ${sayCount(fact.maxOffset)}.`;
    case 'master-disconnected':
      return `${who} has lost its master at ${fact.master}: ${
        {
          refused: 'nobody listens there',
          'connect-timeout': 'nobody answered in time',
          ended: 'the master has closed the link',
          reset: 'the link was reset',
          timeout: 'nothing was acknowledged for too long',
          destroyed: 'it let go of the link',
          'offset-mismatch': 'what it was sent does not begin where its log ends',
          malformed: 'what it was sent is no transfer',
          expired: 'it had sent nothing itself for too long',
          stopped: 'it is stopping',
        }[fact.why]
      }.`;
    case 'slave-appended':
      return `${who} has everything of its master's log before ${sayCount(fact.physicalOffset)} in its page cache.`;
    case 'slave-synchronised':
      return `${who} takes over from its master at ${fact.master}: ${tableInEnglish[fact.what]}.`;
    case 'slave-sync-failed':
      return `${who} could not ask its master at ${fact.master} for ${tableInEnglish[fact.what]}: ${fact.error}`;
    case 'file-created':
      return `${who} creates ${fact.path} (${sayCount(fact.sizeBytes)} bytes).`;
    case 'file-deleted':
      return `${who} deletes ${fact.path} (${sayCount(fact.sizeBytes)} bytes).`;
    case 'store-recovered':
      return fact.maxPhysicalOffset === 0 && fact.truncatedBytes === 0
        ? `${who} opens an empty store.`
        : `${who} ${fact.cleanExit ? 'finds its store in order' : 'finds the abort file of an unclean end and recovers its store'}: commit log from ${sayCount(fact.minPhysicalOffset)} to ${sayCount(fact.maxPhysicalOffset)}, ${times(fact.queues.length, 'consume queue')}${
            fact.truncatedBytes === 0 ? '' : `, ${sayCount(fact.truncatedBytes)} bytes cut off its end`
          }.`;
    case 'config-persisted':
      return `${who} writes ${fact.path}.`;
    case 'client-started':
      return `${who} starts as a ${fact.role} of group ${fact.group}; its client id is ${fact.clientId}.`;
    case 'client-stopped':
      return `${who} has shut its ${fact.role} of group ${fact.group} down.`;
    case 'route-learnt':
      return fact.brokers.length === 0
        ? `${who} learns that ${fact.topic} has no broker.`
        : `${who} learns the route of ${fact.topic}: ${fact.brokers
            .map((broker) => `${broker.brokerName}, ${times(broker.writeQueueNums, 'queue')}`)
            .join('; ')}.`;
    case 'route-missing':
      return `${who} gets no route for ${fact.topic}: ${fact.error}`;
    case 'heartbeat-answered':
      return fact.error === null
        ? `Broker ${fact.address} has answered the heartbeat of ${who}.`
        : `The heartbeat of ${who} to ${fact.address} failed: ${fact.error}`;
    case 'send-begun':
      return `${who} begins to send a message of ${sayCount(fact.bodyBytes)} bytes to ${fact.topic}${fact.tags === null ? '' : `, tag ${fact.tags}`}${
        {sync: '', async: ', without waiting for the answer', oneway: ', one-way: no answer will come'}[
          fact.mode
        ]
      }.`;
    case 'send-attempted':
      return `${who} picks queue ${fact.queueId} on ${fact.brokerName}${fact.attempt <= 1 ? '' : ` for attempt ${fact.attempt}`}.`;
    case 'send-attempt-failed':
      return `Attempt ${fact.attempt} of ${who} failed${fact.willRetry ? '; it will try again' : ''}: ${fact.error}`;
    case 'send-acknowledged':
      return `${who} gets ${fact.status} after ${sayDuration(Math.round(fact.tookMs * 1000), 'en')}: offset ${fact.queueOffset} of ${at(fact.topic, fact.brokerName, fact.queueId)}.`;
    case 'send-handed-over':
      return `${who} has written a one-way message to its socket and forgets it.`;
    case 'send-given-up':
      return `${who} gives a message up after ${sayDuration(Math.round(fact.tookMs * 1000), 'en')}: ${fact.error}`;
    case 'rebalanced':
      return fact.allocated.length === 0
        ? `${who} rebalances ${fact.topic} among ${times(fact.clientIds.length, 'consumer')} of ${fact.group}: no queue falls to it.`
        : `${who} rebalances ${fact.topic} among ${times(fact.clientIds.length, 'consumer')} of ${fact.group}: ${times(fact.allocated.length, 'queue falls', 'queues fall')} to it (${queues(fact.allocated)}).`;
    case 'queue-taken':
      return `${who} takes ${at(fact.topic, fact.brokerName, fact.queueId)} and begins at offset ${fact.queueOffset}.`;
    case 'queue-dropped':
      return `${who} lets go of ${at(fact.topic, fact.brokerName, fact.queueId)}: ${
        {
          rebalanced: 'it belongs to somebody else now',
          expired: 'it has not been pulled for 120 s',
          stopped: 'it is shutting down',
          'offset-illegal': 'the broker does not have the offset it asked for',
        }[fact.why]
      }.`;
    case 'pull-failed':
      return `${who} failed to pull from ${at(fact.topic, fact.brokerName, fact.queueId)}: ${fact.error}`;
    case 'pull-offset-moved':
      return `${who} is sent from offset ${fact.fromOffset} to ${fact.toOffset} in ${at(fact.topic, fact.brokerName, fact.queueId)}.`;
    case 'flow-controlled':
      return `${who} stops pulling from ${at(fact.topic, fact.brokerName, fact.queueId)} for a while: ${
        {
          count: 'too many messages are waiting for its listener',
          size: 'too many bytes are waiting for its listener',
          span: 'the first and the last message it holds are too far apart',
        }[fact.why]
      }.`;
    case 'message-delivered':
      return `${who} hands offset ${fact.queueOffset} of ${at(fact.topic, fact.brokerName, fact.queueId)} to its listener${
        fact.reconsumeTimes === 0 ? '' : `, retry ${fact.reconsumeTimes}`
      }${ordinal > 1 ? `; ${fact.group} gets this message for the ${ordinalWord(ordinal)} time` : ''}.`;
    case 'message-received':
      return `${who} is brought offset ${fact.queueOffset} of ${at(fact.topic, fact.brokerName, fact.queueId)}${
        fact.reconsumeTimes === 0 ? '' : `, retry ${fact.reconsumeTimes}`
      }${ordinal > 1 ? `; ${fact.group} gets this message for the ${ordinalWord(ordinal)} time` : ''}.`;
    case 'consumption-finished':
      return fact.status === 'CONSUME_SUCCESS'
        ? `The listener of ${who} is done with ${times(fact.msgIds.length, 'message')} of ${at(fact.topic, fact.brokerName, fact.queueId)}.`
        : `The listener of ${who} answers RECONSUME_LATER for ${times(fact.msgIds.length, 'message')} of ${at(fact.topic, fact.brokerName, fact.queueId)}.`;
    case 'offset-reported':
      return `${who} reports offset ${fact.queueOffset} of ${at(fact.topic, fact.brokerName, fact.queueId)} to its broker.`;
    case 'broker-role-changed':
      return `Broker ${fact.brokerName} at ${who} is ${fact.role} with brokerId ${fact.brokerId} from now on and tells its NameServers.`;
    case 'broker-mastership-waits':
      return `${who} leads ${fact.group} in term ${fact.term} but takes no messages yet: entry ${fact.ledgerEndIndex} is its last, ${fact.committedIndex} is committed, ${sayCount(fact.dispatchBehindBytes)} bytes of the log are not dispatched.`;
    case 'broker-mastership-missed':
      return `${who} no longer leads ${fact.group} when its broker turns to the leadership of term ${fact.term}: it does not become master.`;
    case 'dledger-recovered':
    case 'dledger-role-changed':
    case 'dledger-term-changed':
    case 'dledger-votes-requested':
    case 'dledger-vote-answered':
    case 'dledger-vote-round-ended':
    case 'dledger-heartbeat-missed':
    case 'dledger-leader-lost':
    case 'dledger-appended':
    case 'dledger-acknowledged':
    case 'dledger-committed':
    case 'dledger-push-state':
    case 'dledger-compared':
    case 'dledger-truncated':
    case 'dledger-append-refused':
    case 'dledger-append-failed':
    case 'dledger-transfer':
    case 'dledger-cut-refused':
    case 'dledger-trimmed':
    case 'dledger-thread-blocked':
      return tellGroup(fact);
    default:
      return unreachable(fact);
  }
}

function ordinalWord(count: number): string {
  return count === 2 ? 'second' : count === 3 ? 'third' : `${count}th`;
}

function unreachable(fact: never): never {
  throw new Error(`no sentence for ${JSON.stringify(fact)}`);
}
