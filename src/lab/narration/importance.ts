import type {Fact} from '../../rocketmq/facts.ts';
import type {TraceEntry} from '../../sim/trace.ts';
import type {NarrationContext} from './context.ts';

/**
 * How much an entry matters to somebody who follows the story. 3: faults, ends, losses, what makes people look up.
 * 2: steps of the story (ready, registered, route learnt, topic created, queues taken). 1: the daily work (a message sent,
 * stored, delivered). 0: background (heartbeats, empty polls, repeated registrations, frames).
 */
export type Importance = 0 | 1 | 2 | 3;

export function importanceOf(entry: TraceEntry, context: NarrationContext): Importance {
  switch (entry.kind) {
    case 'fact':
      return importanceOfFact(entry.fact as Fact, context.deliveryOrdinal(entry.id));
    case 'intervened':
      return entry.intervention.kind === 'start' ? 1 : 3;
    case 'process-ended':
    case 'process-paused':
    case 'process-resumed':
    case 'config-set':
    case 'link-cut':
    case 'link-healed':
    case 'clock-jumped':
    case 'link-changed':
    case 'machine-power-lost':
    case 'machine-power-restored':
    case 'disk-fault-struck':
    case 'disk-fault-lifted':
    case 'disk-read-only':
    case 'disk-destroyed':
    case 'disk-replaced':
      return 3;
    case 'world-began':
    case 'peer-seen':
    case 'peer-gone':
    case 'process-started':
    case 'process-stopping':
    case 'bytes-lost':
    case 'disk-undone':
    case 'disk-pages-lost':
      return 2;
    case 'connection-closed':
      return entry.why === 'ended' || entry.why === 'destroyed' ? 1 : 2;
    case 'connecting':
    case 'connected':
    case 'listening':
      return 1;
    case 'disk-synced':
    case 'disk-written-back':
      return entry.failure === null ? 0 : 3;
    default:
      return 0;
  }
}

function importanceOfFact(fact: Fact, ordinal: number): Importance {
  switch (fact.kind) {
    case 'send-given-up':
    case 'broker-removed':
    case 'broker-role-changed':
    case 'dledger-leader-lost':
    case 'dledger-truncated':
    case 'store-marked-broken':
      return 3;
    case 'dledger-role-changed':
      return fact.role === 'LEADER' ? 3 : 2;
    case 'dledger-recovered':
      return fact.endIndex === -1 ? 1 : 2;
    case 'dledger-votes-requested':
    case 'dledger-vote-answered':
    case 'dledger-vote-round-ended':
    case 'dledger-push-state':
    case 'dledger-compared':
    case 'dledger-append-refused':
    case 'dledger-append-failed':
    case 'dledger-transfer':
    case 'dledger-cut-refused':
    case 'dledger-trimmed':
    case 'dledger-thread-blocked':
      return 2;
    case 'dledger-heartbeat-missed':
      return fact.verdict === 'quorum' ? 0 : 2;
    case 'dledger-appended':
      // What a leader appends is told as the message that it holds.
      return fact.as === 'leader' ? 0 : 1;
    case 'dledger-term-changed':
    case 'dledger-committed':
    case 'dledger-acknowledged':
      return 1;
    case 'store-recovered':
      return fact.cleanExit ? 2 : 3;
    case 'send-attempt-failed':
    case 'send-refused':
    case 'pull-failed':
    case 'pull-offset-moved':
    case 'route-missing':
    case 'namesrv-booted':
    case 'broker-booted':
    case 'broker-mastership-waits':
    case 'broker-mastership-missed':
    case 'log-cleaned':
    case 'write-permission-wiped':
    case 'kv-changed':
    case 'topic-deleted':
    case 'client-started':
    case 'client-stopped':
    case 'client-left':
    case 'group-notified':
    case 'route-learnt':
    case 'rebalanced':
    case 'queue-dropped':
    case 'flow-controlled':
    case 'warned':
    case 'slave-connected':
    case 'replication-begun':
    case 'slave-disconnected':
    case 'replica-missed':
    case 'master-connected':
    case 'slave-sync-failed':
      return 2;
    case 'master-disconnected':
      // An attempt that failed is repeated every 5 s.
      return fact.why === 'refused' || fact.why === 'connect-timeout' ? 1 : 2;
    case 'replicated-to':
    case 'slave-appended':
    case 'slave-synchronised':
      return 1;
    case 'broker-registered':
      return fact.isNew ? 2 : 0;
    case 'registered-with-namesrv':
      return fact.error === null ? 0 : 2;
    case 'topic-configured':
      return fact.why === 'built-in' || isSystemTopic(fact.topic)
        ? 0
        : fact.why === 'loaded' || fact.why === 'synchronised'
          ? 1
          : 2;
    case 'route-changed':
      // A broker has a topic of its own name, and one of its cluster's.
      if (fact.brokers.some((broker) => broker.brokerName === fact.topic)) return 0;
      return fact.topic === 'TBW102' || !isSystemTopic(fact.topic) ? 2 : 0;
    case 'route-asked':
      return fact.found ? 1 : 2;
    case 'heartbeat-answered':
      return fact.error === null ? 0 : 2;
    case 'message-delivered':
    case 'message-received':
      return ordinal > 1 ? 2 : 1;
    case 'consumption-finished':
      return fact.status === 'CONSUME_SUCCESS' ? 0 : 2;
    case 'send-begun':
    case 'send-attempted':
    case 'send-acknowledged':
    case 'send-handed-over':
    case 'message-appended':
    case 'queue-taken':
    case 'client-joined':
    case 'pull-held':
    case 'pull-released':
      return 1;
    default:
      return 0;
  }
}

/** Topics that a cluster has for its own use. */
export function isSystemTopic(topic: string): boolean {
  return (
    SYSTEM_TOPICS.has(topic) ||
    topic.startsWith('rmq_sys_') ||
    topic.startsWith('%') ||
    topic.endsWith('_REPLY_TOPIC')
  );
}

const SYSTEM_TOPICS: ReadonlySet<string> = new Set([
  'TBW102',
  'SCHEDULE_TOPIC_XXXX',
  'BenchmarkTest',
  'DefaultCluster',
  'RMQ_SYS_TRANS_HALF_TOPIC',
  'RMQ_SYS_TRACE_TOPIC',
  'RMQ_SYS_TRANS_OP_HALF_TOPIC',
  'TRANS_CHECK_MAX_TIME_TOPIC',
  'SELF_TEST_TOPIC',
  'OFFSET_MOVED_EVENT',
]);
