import type {Clock} from '../../ports/clock.ts';
import {type DataVersion, sameDataVersion} from '../remoting/bodies/data-version.ts';
import type {
  SubscriptionGroupConfig,
  SubscriptionGroupWrapper,
} from '../remoting/bodies/subscription-group.ts';
import type {SettledBrokerConfig} from './broker-config.ts';
import type {ConfigFile} from './config-files.ts';

/** Groups that exist on every broker. Source: `common.MixAll`. */
const BUILT_IN = [
  'TOOLS_CONSUMER',
  'FILTERSRV_CONSUMER',
  'SELF_TEST_C_GROUP',
  'CID_ONS-HTTP-PROXY',
  'CID_ONSAPI_PULL',
  'CID_ONSAPI_PERMISSION',
  'CID_ONSAPI_OWNER',
];
const SYSTEM_GROUP_PREFIX = 'CID_RMQ_SYS_';

export function subscriptionGroupConfig(groupName: string): SubscriptionGroupConfig {
  return {
    groupName,
    consumeEnable: true,
    consumeFromMinEnable: true,
    consumeBroadcastEnable: true,
    retryQueueNums: 1,
    retryMaxTimes: 16,
    brokerId: 0,
    whichBrokerWhenConsumeSlowly: 1,
    notifyConsumerIdsChangedEnable: true,
  };
}

/**
 * What each consumer group may do. A group that somebody asks for is made then and there, unless that is switched off.
 * Source: RocketMQ 4.9.1 `broker.subscription.SubscriptionGroupManager`.
 */
export class SubscriptionGroupManager {
  readonly #clock: Clock;
  readonly #config: SettledBrokerConfig;
  readonly #file: ConfigFile<SubscriptionGroupWrapper>;
  readonly #table = new Map<string, SubscriptionGroupConfig>();
  #dataVersion: DataVersion;

  constructor(clock: Clock, config: SettledBrokerConfig, file: ConfigFile<SubscriptionGroupWrapper>) {
    this.#clock = clock;
    this.#config = config;
    this.#file = file;
    this.#dataVersion = {counter: 0, timestamp: clock.nowMs()};
    for (const name of BUILT_IN) this.#table.set(name, subscriptionGroupConfig(name));
  }

  get table(): SubscriptionGroupWrapper {
    return {dataVersion: this.#dataVersion, subscriptionGroupTable: this.#table};
  }

  load(): boolean {
    const loaded = this.#file.load();
    if (loaded === null) return false;
    for (const [name, config] of loaded.subscriptionGroupTable) this.#table.set(name, config);
    if (loaded.subscriptionGroupTable.size > 0) this.#dataVersion = loaded.dataVersion;
    return true;
  }

  /** A group's settings, made where they may be made; null where not. */
  find(group: string): SubscriptionGroupConfig | null {
    const known = this.#table.get(group);
    if (known !== undefined) return known;
    if (!this.#config.autoCreateSubscriptionGroup && !group.startsWith(SYSTEM_GROUP_PREFIX)) return null;
    const config = subscriptionGroupConfig(group);
    this.#table.set(group, config);
    this.#changed();
    return config;
  }

  update(config: SubscriptionGroupConfig): void {
    this.#table.set(config.groupName, config);
    this.#changed();
  }

  delete(group: string): void {
    if (this.#table.delete(group)) this.#changed();
  }

  /**
   * A master's table in place of this one, its version included; false where the version is this one's already.
   * Source: `SlaveSynchronize#syncSubscriptionGroupConfig`.
   */
  adopt(wrapper: SubscriptionGroupWrapper): boolean {
    if (sameDataVersion(this.#dataVersion, wrapper.dataVersion)) return false;
    this.#dataVersion = wrapper.dataVersion;
    this.#table.clear();
    for (const [name, config] of wrapper.subscriptionGroupTable) this.#table.set(name, config);
    this.#file.persist(this.table);
    return true;
  }

  #changed(): void {
    this.#dataVersion = {counter: this.#dataVersion.counter + 1, timestamp: this.#clock.nowMs()};
    this.#file.persist(this.table);
  }
}
