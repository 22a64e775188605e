import type {Clock} from '../../ports/clock.ts';
import type {Journal} from '../../ports/journal.ts';
import {report} from '../facts.ts';
import {type DataVersion, sameDataVersion} from '../remoting/bodies/data-version.ts';
import type {TopicConfig, TopicConfigSerializeWrapper} from '../remoting/bodies/topic-config.ts';
import type {SettledBrokerConfig} from './broker-config.ts';
import type {ConfigFile} from './config-files.ts';
import {isInherited, PERM_INHERIT, PERM_READ, PERM_WRITE} from './perm.ts';
import {
  AUTO_CREATE_TOPIC_KEY_TOPIC,
  BENCHMARK_TOPIC,
  OFFSET_MOVED_EVENT,
  REPLY_TOPIC_POSTFIX,
  SCHEDULE_TOPIC,
  SELF_TEST_TOPIC,
  SYSTEM_TOPICS,
} from './topic-validator.ts';

export type {TopicConfig} from '../remoting/bodies/topic-config.ts';

/** Queues of the delay topic, whatever the number of delay levels. */
const SCHEDULE_TOPIC_QUEUE_NUM = 18;

type Why = 'built-in' | 'loaded' | 'auto-created' | 'retry' | 'admin' | 'synchronised';

/**
 * The topics of a broker, persisted on every change.
 * Source: RocketMQ 4.9.1 `broker.topic.TopicConfigManager`.
 */
export class TopicConfigManager {
  readonly #clock: Clock;
  readonly #journal: Journal;
  readonly #config: SettledBrokerConfig;
  readonly #file: ConfigFile<TopicConfigSerializeWrapper>;
  readonly #registerAll: () => void;
  readonly #table = new Map<string, TopicConfig>();
  readonly #systemTopics = new Set<string>(SYSTEM_TOPICS);
  /** System topics that are this broker's own: its cluster, its name, its reply topic. */
  readonly #ownSystemTopics = new Set<string>();
  #dataVersion: DataVersion;

  /** @param registerAll tells the NameServers all topics, one-way; called when a topic was made in passing */
  constructor(
    clock: Clock,
    journal: Journal,
    config: SettledBrokerConfig,
    file: ConfigFile<TopicConfigSerializeWrapper>,
    registerAll: () => void,
  ) {
    this.#clock = clock;
    this.#journal = journal;
    this.#config = config;
    this.#file = file;
    this.#registerAll = registerAll;
    this.#dataVersion = {counter: 0, timestamp: clock.nowMs()};
    this.#addBuiltIn();
  }

  get dataVersion(): DataVersion {
    return this.#dataVersion;
  }

  get topics(): ReadonlyMap<string, TopicConfig> {
    return this.#table;
  }

  /** Every name that administration must leave alone. */
  get systemTopics(): ReadonlySet<string> {
    return this.#systemTopics;
  }

  get ownSystemTopics(): ReadonlySet<string> {
    return this.#ownSystemTopics;
  }

  /** What was loaded lies over the built-in topics. False where the file is there and cannot be read. */
  load(): boolean {
    const loaded = this.#file.load();
    if (loaded === null) return false;
    for (const [name, config] of loaded.topicConfigTable) {
      this.#table.set(name, config);
      this.#tell(config, 'loaded');
    }
    if (loaded.topicConfigTable.size > 0) this.#dataVersion = loaded.dataVersion;
    return true;
  }

  select(topic: string): TopicConfig | null {
    return this.#table.get(topic) ?? null;
  }

  isOrderTopic(topic: string): boolean {
    return this.#table.get(topic)?.order ?? false;
  }

  /**
   * Makes a topic that a producer sends to, after the model that it names; null where that may not be.
   * Source: `TopicConfigManager#createTopicInSendMessageMethod`.
   */
  createInSend(
    topic: string,
    defaultTopic: string | undefined,
    clientQueueNums: number,
    topicSysFlag: number,
  ): TopicConfig | null {
    const known = this.#table.get(topic);
    if (known !== undefined) return known;
    const model = defaultTopic === undefined ? undefined : this.#table.get(defaultTopic);
    if (model === undefined) return null;
    if (defaultTopic === AUTO_CREATE_TOPIC_KEY_TOPIC && !this.#config.autoCreateTopicEnable) {
      // As in 4.9.1 the model itself loses the permission.
      this.#table.set(defaultTopic, {...model, perm: PERM_READ | PERM_WRITE});
      return null;
    }
    if (!isInherited(model.perm)) return null;
    const queueNums = Math.max(0, Math.min(clientQueueNums, model.writeQueueNums));
    const config: TopicConfig = {
      topicName: topic,
      readQueueNums: queueNums,
      writeQueueNums: queueNums,
      perm: model.perm & ~PERM_INHERIT,
      topicFilterType: model.topicFilterType,
      topicSysFlag,
      order: false,
    };
    this.#add(config, 'auto-created');
    return config;
  }

  /**
   * Makes a topic that the broker itself needs: for retries, for dead letters, for checks of transactions.
   * Source: `TopicConfigManager#createTopicInSendMessageBackMethod`.
   */
  createInSendBack(topic: string, queueNums: number, perm: number, topicSysFlag: number): TopicConfig | null {
    const known = this.#table.get(topic);
    if (known !== undefined) return known;
    const config = topicConfig(topic, queueNums, perm, topicSysFlag);
    this.#add(config, 'retry');
    return config;
  }

  /** As an administrator says. The NameServers are told by who asked for it. */
  update(config: TopicConfig): void {
    this.#table.set(config.topicName, config);
    this.#tell(config, 'admin');
    this.#changed();
  }

  delete(topic: string): void {
    if (!this.#table.delete(topic)) return;
    report(this.#journal, {kind: 'topic-deleted', topic});
    this.#changed();
  }

  /**
   * Takes which topics are ordered from what the NameServers keep. Source: `TopicConfigManager#updateOrderTopicConfig`.
   */
  updateOrderTopics(orderTopics: ReadonlySet<string>): void {
    let changed = false;
    for (const config of [...this.#table.values()]) {
      const order = orderTopics.has(config.topicName);
      if (config.order === order) continue;
      this.#table.set(config.topicName, {...config, order});
      changed = true;
    }
    if (changed) this.#changed();
  }

  /**
   * A master's table in place of this one, its version included; false where the version is this one's already.
   * Source: `SlaveSynchronize#syncTopicConfig`.
   */
  adopt(wrapper: TopicConfigSerializeWrapper): boolean {
    if (sameDataVersion(this.#dataVersion, wrapper.dataVersion)) return false;
    const before = new Map(this.#table);
    this.#dataVersion = wrapper.dataVersion;
    this.#table.clear();
    for (const [name, config] of wrapper.topicConfigTable) {
      this.#table.set(name, config);
      const known = before.get(name);
      if (known === undefined || !isSameTopic(known, config)) this.#tell(config, 'synchronised');
      before.delete(name);
    }
    for (const topic of before.keys()) report(this.#journal, {kind: 'topic-deleted', topic});
    this.#file.persist({dataVersion: this.#dataVersion, topicConfigTable: this.#table});
    return true;
  }

  /** A new version without a change of topics, so that NameServers take the broker's new permission. */
  bumpVersion(): void {
    this.#dataVersion = {counter: this.#dataVersion.counter + 1, timestamp: this.#clock.nowMs()};
  }

  #add(config: TopicConfig, why: Why): void {
    this.#table.set(config.topicName, config);
    this.#tell(config, why);
    this.#changed();
    this.#registerAll();
  }

  #changed(): void {
    this.bumpVersion();
    this.#file.persist({dataVersion: this.#dataVersion, topicConfigTable: this.#table});
  }

  #tell(config: TopicConfig, why: Why): void {
    const {topicName: topic, readQueueNums, writeQueueNums, perm} = config;
    report(this.#journal, {kind: 'topic-configured', topic, readQueueNums, writeQueueNums, perm, why});
  }

  #addBuiltIn(): void {
    const {autoCreateTopicEnable, defaultTopicQueueNums, brokerClusterName, brokerName} = this.#config;
    const readWrite = PERM_READ | PERM_WRITE;
    const add = (name: string, queueNums: number, perm = readWrite): void => {
      const config = topicConfig(name, queueNums, perm, 0);
      this.#systemTopics.add(name);
      this.#table.set(name, config);
      this.#tell(config, 'built-in');
    };
    const addOwn = (name: string, queueNums: number, perm = readWrite): void => {
      add(name, queueNums, perm);
      this.#ownSystemTopics.add(name);
    };
    add(SELF_TEST_TOPIC, 1);
    if (autoCreateTopicEnable)
      add(AUTO_CREATE_TOPIC_KEY_TOPIC, defaultTopicQueueNums, readWrite | PERM_INHERIT);
    add(BENCHMARK_TOPIC, 1024);
    addOwn(brokerClusterName, 16, this.#config.clusterTopicEnable ? readWrite | PERM_INHERIT : PERM_INHERIT);
    addOwn(brokerName, 1, this.#config.brokerTopicEnable ? readWrite | PERM_INHERIT : PERM_INHERIT);
    add(OFFSET_MOVED_EVENT, 1);
    add(SCHEDULE_TOPIC, SCHEDULE_TOPIC_QUEUE_NUM);
    if (this.#config.traceTopicEnable) add(this.#config.msgTraceTopicName, 1);
    addOwn(`${brokerClusterName}_${REPLY_TOPIC_POSTFIX}`, 1);
  }
}

function isSameTopic(a: TopicConfig, b: TopicConfig): boolean {
  return (
    a.readQueueNums === b.readQueueNums &&
    a.writeQueueNums === b.writeQueueNums &&
    a.perm === b.perm &&
    a.topicFilterType === b.topicFilterType &&
    a.topicSysFlag === b.topicSysFlag &&
    a.order === b.order
  );
}

export function topicConfig(
  topicName: string,
  queueNums: number,
  perm: number,
  topicSysFlag: number,
): TopicConfig {
  return {
    topicName,
    readQueueNums: queueNums,
    writeQueueNums: queueNums,
    perm,
    topicFilterType: 'SINGLE_TAG',
    topicSysFlag,
    order: false,
  };
}
