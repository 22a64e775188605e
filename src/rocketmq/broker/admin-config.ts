import {persistConfigFile} from '../config/config-file.ts';
import {parseProperties, propertiesText} from '../config/java-properties.ts';
import {encodeUtf8, readUtf8} from '../message/utf8.ts';
import {dataVersionJson} from '../remoting/bodies/data-version.ts';
import {encodeKVTable} from '../remoting/bodies/kv-table.ts';
import {RequestCode, ResponseCode} from '../remoting/codes.ts';
import {type RemotingCommand, response, VERSION_4_9_1} from '../remoting/command.ts';
import type {AdminHandler} from './admin-handler.ts';
import {BROKER_KEYS, configProperties, type KeySpec, parseConfigValue} from './broker-config.ts';
import type {BrokerParts} from './broker-parts.ts';

const VERSION_TEXT = 'V4_9_1';

/** Settings and figures of the broker itself: 25, 26, 28. */
export function adminConfigHandlers(broker: BrokerParts): [number, AdminHandler][] {
  const version = {counter: 0, timestamp: broker.host.clock.nowMs()};
  const bootMs = version.timestamp;
  return [
    [
      RequestCode.UPDATE_BROKER_CONFIG,
      (request) => {
        const answer = updateConfig(broker, request);
        if (answer.code === ResponseCode.SUCCESS && request.body !== null) {
          version.counter += 1;
          version.timestamp = broker.host.clock.nowMs();
        }
        return answer;
      },
    ],
    [
      RequestCode.GET_BROKER_CONFIG,
      () => {
        const body = encodeUtf8(propertiesText(configProperties(broker.config)));
        return response(ResponseCode.SUCCESS, null, {version: dataVersionJson(version)}, body);
      },
    ],
    [
      RequestCode.GET_BROKER_RUNTIME_INFO,
      () => response(ResponseCode.SUCCESS, null, null, encodeKVTable(runtimeInfo(broker, bootMs))),
    ],
  ];
}

/**
 * Takes new values of known keys, at once where the code reads them live, and writes everything to a file. A value of the
 * wrong type is ignored, as in 4.9.1.
 * Source: `common.Configuration#update`, `AdminBrokerProcessor#updateBrokerConfig`.
 */
function updateConfig(broker: BrokerParts, request: RemotingCommand): RemotingCommand {
  if (request.body === null) return response(ResponseCode.SUCCESS, null);
  const {entries, malformed} = parseProperties(readUtf8(request.body));
  if (malformed.length > 0) return response(ResponseCode.SYSTEM_ERROR, 'string2Properties error');
  const keys: Readonly<Record<string, KeySpec>> = BROKER_KEYS;
  const values = broker.config as unknown as Record<string, unknown>;
  const known = configProperties(broker.config);
  let permissionGiven = false;
  for (const {key, value} of entries) {
    if (!known.has(key)) continue;
    broker.config.properties.set(key, value);
    const spec = Object.hasOwn(keys, key) ? keys[key] : undefined;
    const parsed = spec === undefined ? null : parseConfigValue(spec, value);
    if (parsed?.ok === true) values[key] = parsed.value;
    permissionGiven ||= key === 'brokerPermission';
  }
  const text = propertiesText(configProperties(broker.config));
  persistConfigFile(broker.host, `${broker.config.storePathRootDir}/config/broker.properties`, text);
  if (permissionGiven) {
    broker.topics.bumpVersion();
    broker.registration.registerAll({oneway: false, checkOrderConfig: false});
  }
  return response(ResponseCode.SUCCESS, null);
}

/** Source: `AdminBrokerProcessor#prepareRuntimeInfo`. */
function runtimeInfo(broker: BrokerParts, bootMs: number): Map<string, string> {
  const {store, pools, config, stats, host} = broker;
  const info = store.runtimeInfo();
  const set = (name: string, value: string | number): void => void info.set(name, String(value));
  set('bootTimestamp', bootMs);
  set('brokerVersion', VERSION_4_9_1);
  set('brokerVersionDesc', VERSION_TEXT);
  // The daily marks are taken at midnight; a run of ours has seen none.
  set('msgPutTotalYesterdayMorning', 0);
  set('msgPutTotalTodayMorning', 0);
  set('msgPutTotalTodayNow', stats.putTotal);
  set('msgGetTotalYesterdayMorning', 0);
  set('msgGetTotalTodayMorning', 0);
  set('msgGetTotalTodayNow', stats.gotTotal);
  set('sendThreadPoolQueueSize', pools.send.queued);
  set('sendThreadPoolQueueCapacity', config.sendThreadPoolQueueCapacity);
  set('sendThreadPoolQueueHeadWaitTimeMills', pools.send.headWaitMs);
  set('pullThreadPoolQueueSize', pools.pull.queued);
  set('pullThreadPoolQueueCapacity', config.pullThreadPoolQueueCapacity);
  set('pullThreadPoolQueueHeadWaitTimeMills', pools.pull.headWaitMs);
  set('queryThreadPoolQueueSize', pools.query.queued);
  set('queryThreadPoolQueueCapacity', config.queryThreadPoolQueueCapacity);
  set('queryThreadPoolQueueHeadWaitTimeMills', 0);
  set('EndTransactionQueueSize', pools.endTransaction.queued);
  set('EndTransactionThreadPoolQueueCapacity', config.endTransactionPoolQueueCapacity);
  set('dispatchBehindBytes', store.dispatchBehindBytes);
  set('pageCacheLockTimeMills', 0);
  set('earliestMessageTimeStamp', earliestMs(broker));
  set('startAcceptSendRequestTimeStamp', config.startAcceptSendRequestTimeStamp);
  set('remainHowManyDataToFlush', dataSize(store.maxPhysicalOffset - store.flushedPhysicalOffset));
  const {freeWriteBuffers} = store;
  set('remainTransientStoreBufferNumbs', freeWriteBuffers ?? 2_147_483_647);
  if (freeWriteBuffers !== null) set('remainHowManyDataToCommit', dataSize(store.uncommittedBytes));
  const {disk} = host;
  set(
    'commitLogDirCapacity',
    `Total : ${dataSize(disk.totalBytes())}, Free : ${dataSize(disk.freeBytes())}.`,
  );
  return info;
}

/** Store time of the oldest message; -1 while the log is shorter than what 4.9.1 reads to find it out. */
function earliestMs(broker: BrokerParts): number {
  const {store, config} = broker;
  if (store.maxPhysicalOffset - store.minPhysicalOffset < 2 * config.maxMessageSize) return -1;
  return store.lookMessageByOffset(store.minPhysicalOffset)?.storeTimestampMs ?? -1;
}

/** `0 B`, `2.3 KiB`, `252.0 GiB`. Source: `MixAll#humanReadableByteCount`. */
function dataSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < 5) {
    value /= 1024;
    unit += 1;
  }
  return `${value.toFixed(1)} ${'KMGTPE'[unit]}iB`;
}
