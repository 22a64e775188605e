import type {BrokerView, QueueView, ViewState} from '../../lab/view/view-state.ts';

export interface GroupFlag {
  readonly group: string;
  /** The offset that the broker knows, and its place on the strip, 0 to 1. */
  readonly offset: number;
  readonly part: number;
  /** What its consumers have been handed, which runs ahead of what they have told the broker. */
  readonly read: number;
  readonly readPart: number;
  /** Messages that nobody of the group has been handed yet. */
  readonly lag: number;
}

/** How far the consumers of each group have read: key `group topic queueId`. */
export type ReadOffsets = ReadonlyMap<string, number>;

export function readOffsets(view: ViewState, brokerName: string): ReadOffsets {
  const offsets = new Map<string, number>();
  for (const {consumer} of view.processes.values()) {
    if (consumer === undefined) continue;
    for (const queue of consumer.queues.values()) {
      if (queue.brokerName === brokerName) {
        offsets.set(`${consumer.group} ${queue.topic} ${queue.queueId}`, queue.nextOffset);
      }
    }
  }
  return offsets;
}

export interface QueueStrip {
  readonly key: string;
  readonly topic: string;
  /** -1 where a strip stands for all queues of its topic. */
  readonly queueId: number;
  readonly label: string;
  /** How far the strip is filled, 0 to 1, on a scale that all strips of the topic share. */
  readonly filled: number;
  readonly end: number;
  readonly flags: readonly GroupFlag[];
  /** Pulls that wait here for a message. */
  readonly polls: number;
}

export interface QueueStrips {
  readonly strips: readonly QueueStrip[];
  /** Shown above the strips when they are the queues of one topic. */
  readonly topic: string;
  readonly moreTopics: number;
}

/** One strip per queue while they fit, otherwise one per topic. Topics that RocketMQ keeps for itself stay out of sight. */
export function queueStrips(broker: BrokerView, most: number, read: ReadOffsets): QueueStrips {
  const topics = [...broker.topics.values()].filter(
    ({topic, why}) => why !== 'built-in' && !isInternal(topic, broker),
  );
  const known = new Set(topics.map(({topic}) => topic));
  for (const queue of broker.queues.values()) {
    if (known.has(queue.topic) || broker.topics.get(queue.topic)?.why === 'built-in') continue;
    if (isInternal(queue.topic, broker)) continue;
    known.add(queue.topic);
    topics.push({topic: queue.topic, readQueueNums: 0, writeQueueNums: 0, perm: 6, why: 'stored'});
  }
  const perTopic = topics.map(({topic, readQueueNums, writeQueueNums}) => {
    const stored = [...broker.queues.values()].filter((queue) => queue.topic === topic);
    const count = Math.max(readQueueNums, writeQueueNums, ...stored.map(({queueId}) => queueId + 1));
    return {topic, strips: stripsOf(broker, topic, count, read)};
  });
  const only = perTopic[0];
  if (perTopic.length === 1 && only !== undefined && only.strips.length <= most) {
    return {strips: only.strips, topic: only.topic, moreTopics: 0};
  }
  const shown = perTopic.slice(0, most).map(({topic, strips}) => mergedStrip(topic, strips));
  const scale = Math.max(1, ...shown.map(({end}) => end));
  return {
    strips: shown.map((strip) => ({
      ...strip,
      filled: strip.end / scale,
      flags: strip.flags.map((flag) => ({...flag, part: flag.offset / scale, readPart: flag.read / scale})),
    })),
    topic: '',
    moreTopics: Math.max(0, perTopic.length - most),
  };
}

/** Strips fill towards the next round number, so that they grow while they are watched and do not jump at every message. */
function roundScale(value: number): number {
  let scale = 8;
  while (scale < value) scale *= 2;
  return scale;
}

function stripsOf(broker: BrokerView, topic: string, count: number, read: ReadOffsets): QueueStrip[] {
  const queues = Array.from({length: count}, (_, queueId) => broker.queues.get(`${topic} ${queueId}`));
  const scale = roundScale(Math.max(0, ...queues.map((queue) => queue?.maxOffset ?? 0)));
  const polls = [...broker.heldPulls.values()].filter((poll) => poll.topic === topic);
  return queues.map((queue, queueId) => ({
    key: `${topic} ${queueId}`,
    topic,
    queueId,
    label: `#${queueId}`,
    filled: (queue?.maxOffset ?? 0) / scale,
    end: queue?.maxOffset ?? 0,
    flags: flagsOf(queue, topic, queueId, scale, read),
    polls: polls.filter((poll) => poll.queueId === queueId).length,
  }));
}

function flagsOf(
  queue: QueueView | undefined,
  topic: string,
  queueId: number,
  scale: number,
  read: ReadOffsets,
): GroupFlag[] {
  const groups = new Map<string, number>(queue?.committed ?? []);
  for (const key of read.keys()) {
    const [group, ofTopic, id] = key.split(' ') as [string, string, string];
    if (ofTopic === topic && Number(id) === queueId && !groups.has(group)) groups.set(group, 0);
  }
  const end = queue?.maxOffset ?? 0;
  return [...groups].map(([group, offset]) => {
    const handed = Math.min(end, Math.max(offset, read.get(`${group} ${topic} ${queueId}`) ?? 0));
    return {
      group,
      offset,
      part: offset / scale,
      read: handed,
      readPart: handed / scale,
      lag: Math.max(0, end - handed),
    };
  });
}

function mergedStrip(topic: string, strips: readonly QueueStrip[]): QueueStrip {
  const groups = new Map<string, {offset: number; read: number; lag: number}>();
  for (const {flags} of strips) {
    for (const {group, offset, read, lag} of flags) {
      const sum = groups.get(group) ?? {offset: 0, read: 0, lag: 0};
      groups.set(group, {offset: sum.offset + offset, read: sum.read + read, lag: sum.lag + lag});
    }
  }
  return {
    key: topic,
    topic,
    queueId: -1,
    label: topic,
    filled: 0,
    end: strips.reduce((sum, {end}) => sum + end, 0),
    flags: [...groups].map(([group, sums]) => ({group, part: 0, readPart: 0, ...sums})),
    polls: strips.reduce((sum, {polls}) => sum + polls, 0),
  };
}

/** Retry and dead-letter topics show once something is in them. */
function isInternal(topic: string, broker: BrokerView): boolean {
  if (
    /^(TBW102|SELF_TEST_TOPIC|BenchmarkTest|OFFSET_MOVED_EVENT|SCHEDULE_TOPIC_XXXX|RMQ_SYS_.*|TRANS_.*)$/.test(
      topic,
    )
  )
    return true;
  if (topic === broker.cluster || topic === broker.brokerName || topic.endsWith('_REPLY_TOPIC')) return true;
  if (!topic.startsWith('%')) return false;
  return ![...broker.queues.values()].some((queue) => queue.topic === topic && 0 < queue.maxOffset);
}
