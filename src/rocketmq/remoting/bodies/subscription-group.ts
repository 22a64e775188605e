import {bean, boolean, decodeBody, encodeBody, givenText, integer, stringMap, text} from './codec.ts';
import {type DataVersion, dataVersion} from './data-version.ts';

/** The body of 200. Source: RocketMQ 4.9.1 `common.subscription.SubscriptionGroupConfig`. */
export interface SubscriptionGroupConfig {
  readonly brokerId: number;
  readonly consumeBroadcastEnable: boolean;
  readonly consumeEnable: boolean;
  readonly consumeFromMinEnable: boolean;
  readonly groupName: string;
  readonly notifyConsumerIdsChangedEnable: boolean;
  readonly retryMaxTimes: number;
  readonly retryQueueNums: number;
  readonly whichBrokerWhenConsumeSlowly: number;
}

/** The body of 201. Source: `common.protocol.body.SubscriptionGroupWrapper`. */
export interface SubscriptionGroupWrapper {
  readonly dataVersion: DataVersion;
  readonly subscriptionGroupTable: ReadonlyMap<string, SubscriptionGroupConfig>;
}

const subscriptionGroupConfig = bean<SubscriptionGroupConfig>({
  brokerId: integer(),
  consumeBroadcastEnable: boolean(true),
  consumeEnable: boolean(true),
  consumeFromMinEnable: boolean(true),
  groupName: givenText,
  notifyConsumerIdsChangedEnable: boolean(true),
  retryMaxTimes: integer(16),
  retryQueueNums: integer(1),
  whichBrokerWhenConsumeSlowly: integer(1),
});

const subscriptionGroupWrapper = bean<SubscriptionGroupWrapper>({
  dataVersion,
  subscriptionGroupTable: stringMap(subscriptionGroupConfig),
});

export function encodeSubscriptionGroupConfig(config: SubscriptionGroupConfig): Uint8Array {
  return encodeBody(subscriptionGroupConfig, config);
}

export function decodeSubscriptionGroupConfig(bytes: Uint8Array): SubscriptionGroupConfig | null {
  return decodeBody(subscriptionGroupConfig, bytes);
}

/** Does such a body tell its group's name? The settings themselves have an empty one where it does not. */
export function tellsGroupName(bytes: Uint8Array): boolean {
  return (decodeBody(groupNameOnly, bytes)?.groupName ?? null) !== null;
}

const groupNameOnly = bean<{groupName: string | null}>({groupName: text});

export function encodeSubscriptionGroupWrapper(wrapper: SubscriptionGroupWrapper): Uint8Array {
  return encodeBody(subscriptionGroupWrapper, wrapper);
}

export function decodeSubscriptionGroupWrapper(bytes: Uint8Array): SubscriptionGroupWrapper | null {
  return decodeBody(subscriptionGroupWrapper, bytes);
}
