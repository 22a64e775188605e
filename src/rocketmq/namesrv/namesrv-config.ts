import type {SerializeType} from '../remoting/command.ts';

/**
 * What a NameServer can be told, by the names of its properties file. All but the first and last are also shown by 319 and
 * changed by 318; most of those have no effect here, as threads and socket buffers are the host's.
 * Source: RocketMQ 4.9.1 `common.namesrv.NamesrvConfig`, `remoting.netty.NettyServerConfig`.
 */
export interface NamesrvConfig {
  /** A properties file to read at start (`-c`). Changes made at run time are written over it. */
  readonly configFile?: string;
  readonly rocketmqHome?: string;
  readonly kvConfigPath?: string;
  readonly configStorePath?: string;
  readonly productEnvName?: string;
  readonly clusterTest?: boolean;
  readonly orderMessageEnable?: boolean;
  readonly listenPort?: number;
  readonly serverWorkerThreads?: number;
  readonly serverCallbackExecutorThreads?: number;
  readonly serverSelectorThreads?: number;
  readonly serverOnewaySemaphoreValue?: number;
  readonly serverAsyncSemaphoreValue?: number;
  readonly serverChannelMaxIdleTimeSeconds?: number;
  readonly serverSocketSndBufSize?: number;
  readonly serverSocketRcvBufSize?: number;
  readonly serverPooledByteBufAllocatorEnable?: boolean;
  readonly useEpollNativeSelector?: boolean;
  /** `rocketmq.serialize.type` of the process. */
  readonly serializeType?: SerializeType;
}

/** The settings that live in the two config objects, all with a value but `rocketmqHome`. */
export type NamesrvSettings = Required<
  Omit<NamesrvConfig, 'configFile' | 'serializeType' | 'rocketmqHome'>
> & {
  readonly rocketmqHome: string | null;
};

export const DEFAULT_NAMESRV_SETTINGS: NamesrvSettings = {
  rocketmqHome: null,
  kvConfigPath: '/root/namesrv/kvConfig.json',
  configStorePath: '/root/namesrv/namesrv.properties',
  productEnvName: 'center',
  clusterTest: false,
  orderMessageEnable: false,
  listenPort: 9876,
  serverWorkerThreads: 8,
  serverCallbackExecutorThreads: 0,
  serverSelectorThreads: 3,
  serverOnewaySemaphoreValue: 256,
  serverAsyncSemaphoreValue: 64,
  serverChannelMaxIdleTimeSeconds: 120,
  serverSocketSndBufSize: 65535,
  serverSocketRcvBufSize: 65535,
  serverPooledByteBufAllocatorEnable: true,
  useEpollNativeSelector: false,
};

/**
 * The settings with those properties applied that name one and can be read as its type; the others change nothing.
 * Source: `common.MixAll#properties2Object`.
 */
export function withProperties(
  settings: NamesrvSettings,
  properties: Iterable<readonly [string, string]>,
): NamesrvSettings {
  const changed: Record<string, string | number | boolean | null> = {...settings};
  for (const [key, text] of properties) {
    if (!Object.hasOwn(DEFAULT_NAMESRV_SETTINGS, key)) continue;
    switch (typeof DEFAULT_NAMESRV_SETTINGS[key as keyof NamesrvSettings]) {
      case 'number':
        if (/^[+-]?\d{1,10}$/.test(text) && Math.abs(Number(text)) < 2 ** 31) changed[key] = Number(text);
        break;
      case 'boolean':
        changed[key] = text.toLowerCase() === 'true';
        break;
      default:
        changed[key] = text;
    }
  }
  return changed as unknown as NamesrvSettings;
}
