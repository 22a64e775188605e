import type {WorkerPool} from '../../ports/cpu.ts';
import type {Host} from '../../ports/host.ts';
import type {MessageStore} from '../store/message-store.ts';
import type {SettledBrokerConfig} from './broker-config.ts';
import {WatchedPool} from './fast-failure.ts';

/** A queue without bound: Java's fixed thread pools. */
const UNBOUNDED = 2 ** 31 - 1;

/** The worker pools of a broker, with RocketMQ's names and sizes. Source: `BrokerController#initialize`. */
export interface BrokerPools {
  readonly send: WatchedPool;
  readonly pull: WatchedPool;
  readonly reply: WorkerPool;
  readonly query: WorkerPool;
  readonly heartbeat: WatchedPool;
  readonly clientManage: WorkerPool;
  readonly consumerManage: WorkerPool;
  readonly endTransaction: WatchedPool;
  readonly admin: WorkerPool;
}

/** The four queues that fast failure looks after are watched; the others may grow old. */
export function createPools(host: Host, config: SettledBrokerConfig, store: MessageStore): BrokerPools {
  const watched = (name: string, workers: number, capacity: number, waitMsMax: () => number): WatchedPool =>
    new WatchedPool(host.cpu.pool(name, workers, capacity), host.clock, {
      enabled: () => config.brokerFastFailureEnable,
      waitMsMax,
      pageCacheBusy: () => name === 'SendMessageThread_' && store.isOsPageCacheBusy(),
    });
  const {cpu} = host;
  return {
    send: watched(
      'SendMessageThread_',
      config.sendMessageThreadPoolNums,
      config.sendThreadPoolQueueCapacity,
      () => config.waitTimeMillsInSendQueue,
    ),
    pull: watched(
      'PullMessageThread_',
      config.pullMessageThreadPoolNums,
      config.pullThreadPoolQueueCapacity,
      () => config.waitTimeMillsInPullQueue,
    ),
    reply: cpu.pool(
      'ProcessReplyMessageThread_',
      config.processReplyMessageThreadPoolNums,
      config.replyThreadPoolQueueCapacity,
    ),
    query: cpu.pool(
      'QueryMessageThread_',
      config.queryMessageThreadPoolNums,
      config.queryThreadPoolQueueCapacity,
    ),
    heartbeat: watched(
      'HeartbeatThread_',
      config.heartbeatThreadPoolNums,
      config.heartbeatThreadPoolQueueCapacity,
      () => config.waitTimeMillsInHeartbeatQueue,
    ),
    clientManage: cpu.pool(
      'ClientManageThread_',
      config.clientManageThreadPoolNums,
      config.clientManagerThreadPoolQueueCapacity,
    ),
    // Its capacity key is read by nobody.
    consumerManage: cpu.pool('ConsumerManageThread_', config.consumerManageThreadPoolNums, UNBOUNDED),
    endTransaction: watched(
      'EndTransactionThread_',
      config.endTransactionThreadPoolNums,
      config.endTransactionPoolQueueCapacity,
      () => config.waitTimeMillsInTransactionQueue,
    ),
    admin: cpu.pool('AdminBrokerThread_', config.adminBrokerThreadPoolNums, UNBOUNDED),
  };
}
