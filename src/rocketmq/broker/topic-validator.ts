/** Names that mean something to a broker. Source: `common.topic.TopicValidator`, `common.MixAll`. */
export const AUTO_CREATE_TOPIC_KEY_TOPIC = 'TBW102';
export const SCHEDULE_TOPIC = 'SCHEDULE_TOPIC_XXXX';
export const BENCHMARK_TOPIC = 'BenchmarkTest';
export const SELF_TEST_TOPIC = 'SELF_TEST_TOPIC';
export const OFFSET_MOVED_EVENT = 'OFFSET_MOVED_EVENT';
export const TRANS_HALF_TOPIC = 'RMQ_SYS_TRANS_HALF_TOPIC';
export const TRANS_OP_HALF_TOPIC = 'RMQ_SYS_TRANS_OP_HALF_TOPIC';
const TRANS_CHECK_MAX_TIME_TOPIC = 'TRANS_CHECK_MAX_TIME_TOPIC';
const TRACE_TOPIC = 'RMQ_SYS_TRACE_TOPIC';
export const RETRY_GROUP_TOPIC_PREFIX = '%RETRY%';
export const DLQ_GROUP_TOPIC_PREFIX = '%DLQ%';
export const REPLY_TOPIC_POSTFIX = 'REPLY_TOPIC';

const SYSTEM_TOPIC_PREFIX = 'rmq_sys_';
const TOPIC_MAX_LENGTH = 127;
const LEGAL = /^[%|a-zA-Z0-9_-]+$/;
const BLANK = /^\s*$/;

export const SYSTEM_TOPICS: readonly string[] = [
  AUTO_CREATE_TOPIC_KEY_TOPIC,
  SCHEDULE_TOPIC,
  BENCHMARK_TOPIC,
  TRANS_HALF_TOPIC,
  TRACE_TOPIC,
  TRANS_OP_HALF_TOPIC,
  TRANS_CHECK_MAX_TIME_TOPIC,
  SELF_TEST_TOPIC,
  OFFSET_MOVED_EVENT,
];

/** Why a topic name is refused, in 4.9.1's words, or null. A missing name counts as blank. */
export function topicNameProblem(topic: string | undefined): string | null {
  if (topic === undefined || BLANK.test(topic)) return 'The specified topic is blank.';
  if (!LEGAL.test(topic)) {
    return 'The specified topic contains illegal characters, allowing only ^[%|a-zA-Z0-9_-]+$';
  }
  if (topic.length > TOPIC_MAX_LENGTH) return 'The specified topic is longer than topic max length.';
  return null;
}

/** Is it one of the fixed names, or of this broker's own (`added`)? */
export function isSystemTopic(topic: string, added: ReadonlySet<string>): boolean {
  return SYSTEM_TOPICS.includes(topic) || topic.startsWith(SYSTEM_TOPIC_PREFIX) || added.has(topic);
}
