import type {ProducerConfig} from './api.ts';

/** A producer's settings with every default filled in. */
export interface ResolvedProducerConfig {
  readonly group: string;
  readonly createTopicKey: string;
  readonly defaultTopicQueueNums: number;
  readonly sendMsgTimeoutMs: number;
  readonly retryTimesWhenSendFailed: number;
  readonly retryTimesWhenSendAsyncFailed: number;
  readonly retryAnotherBrokerWhenNotStoreOK: boolean;
  readonly sendLatencyFaultEnable: boolean;
  readonly maxMessageSizeBytes: number;
  readonly compressMsgBodyOverHowmuchBytes: number;
}

/** Source: RocketMQ 4.9.1 `client.producer.DefaultMQProducer`. */
export function resolveProducerConfig(
  config: Partial<ProducerConfig> & {readonly group: string},
): ResolvedProducerConfig {
  return {
    group: config.group,
    createTopicKey: config.createTopicKey ?? 'TBW102',
    defaultTopicQueueNums: config.defaultTopicQueueNums ?? 4,
    sendMsgTimeoutMs: config.sendMsgTimeoutMs ?? 3000,
    retryTimesWhenSendFailed: config.retryTimesWhenSendFailed ?? 2,
    retryTimesWhenSendAsyncFailed: config.retryTimesWhenSendAsyncFailed ?? 2,
    retryAnotherBrokerWhenNotStoreOK: config.retryAnotherBrokerWhenNotStoreOK ?? false,
    sendLatencyFaultEnable: config.sendLatencyFaultEnable ?? false,
    maxMessageSizeBytes: config.maxMessageSizeBytes ?? 4 * 1024 * 1024,
    compressMsgBodyOverHowmuchBytes: config.compressMsgBodyOverHowmuchBytes ?? 4096,
  };
}

/** Timers of the client instance. Source: `client.ClientConfig`. */
export function resolveInstanceConfig(config: {
  readonly namesrvAddr: string;
  readonly instanceName?: string;
  readonly pollNameServerIntervalMs?: number;
  readonly heartbeatBrokerIntervalMs?: number;
  readonly persistConsumerOffsetIntervalMs?: number;
}) {
  return {
    namesrvAddr: config.namesrvAddr,
    // `DEFAULT` is what every client is called until it replaces the name.
    instanceName: config.instanceName === 'DEFAULT' ? null : (config.instanceName ?? null),
    pollNameServerIntervalMs: config.pollNameServerIntervalMs ?? 30_000,
    heartbeatBrokerIntervalMs: config.heartbeatBrokerIntervalMs ?? 30_000,
    persistConsumerOffsetIntervalMs: config.persistConsumerOffsetIntervalMs ?? 5000,
  };
}
