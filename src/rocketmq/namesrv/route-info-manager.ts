import type {Host} from '../../ports/host.ts';
import {type Fact, report} from '../facts.ts';
import {type DataVersion, sameDataVersion} from '../remoting/bodies/data-version.ts';
import type {TopicConfig, TopicConfigSerializeWrapper} from '../remoting/bodies/topic-config.ts';
import type {QueueData} from '../remoting/bodies/topic-route-data.ts';
import type {Channel} from '../remoting/remoting.ts';
import {type BrokerMembers, emptyRouteTables, type RouteTables} from './route-tables.ts';

/** A broker that has not been heard of for longer than this is dropped. */
const BROKER_EXPIRED_MS = 120_000;

const MASTER_ID = 0;
const PERM_WRITE = 2;

/** A registration, decoded. */
export interface Registration {
  readonly clusterName: string;
  readonly brokerAddr: string;
  readonly brokerName: string;
  readonly brokerId: number;
  readonly haServerAddr: string | null;
  readonly topics: TopicConfigSerializeWrapper;
  /** Null leaves what is known. */
  readonly filterServers: readonly string[] | null;
}

/** What a slave is told of its master; both null for everybody else. */
export interface RegisterResult {
  readonly haServerAddr: string | null;
  readonly masterAddr: string | null;
}

export type RemovalReason = Extract<Fact, {kind: 'broker-removed'}>['why'];

/**
 * Who is there and what they serve. Changes only; `route-queries.ts` reads.
 * Source: RocketMQ 4.9.1 `namesrv.routeinfo.RouteInfoManager`.
 */
export class RouteInfoManager {
  readonly tables: RouteTables = emptyRouteTables();
  private readonly host: Host;

  constructor(host: Host) {
    this.host = host;
  }

  /** Takes a registration, which is also a broker's heartbeat. Source: `RouteInfoManager#registerBroker`. */
  register(registration: Registration, channel: Channel): RegisterResult {
    const {clusterName, brokerAddr, brokerName, brokerId, haServerAddr, topics, filterServers} = registration;
    const {brokers, clusters, live} = this.tables;
    const names = clusters.get(clusterName) ?? new Set<string>();
    clusters.set(clusterName, names.add(brokerName));
    let isFirst = false;
    let members = brokers.get(brokerName);
    if (members === undefined) {
      isFirst = true;
      members = {cluster: clusterName, brokerName, addressById: new Map()};
      brokers.set(brokerName, members);
    }
    // A slave that became master, or the reverse, comes under the same address with another id.
    for (const [id, address] of members.addressById) {
      if (address === brokerAddr && id !== brokerId) members.addressById.delete(id);
    }
    isFirst = isFirst || !members.addressById.has(brokerId);
    members.addressById.set(brokerId, brokerAddr);
    // Topics come from masters only, and only when there is something new: an unchanged version is a mere heartbeat.
    if (brokerId === MASTER_ID && (isFirst || this.isVersionChanged(brokerAddr, topics.dataVersion))) {
      for (const topic of topics.topicConfigTable.values()) this.createOrUpdateQueues(brokerName, topic);
    }
    const isNew = !live.has(brokerAddr);
    live.set(brokerAddr, {
      lastUpdateMs: this.host.clock.nowMs(),
      dataVersion: topics.dataVersion,
      channel,
      haServerAddr,
    });
    if (filterServers !== null) {
      if (filterServers.length === 0) this.tables.filterServers.delete(brokerAddr);
      else this.tables.filterServers.set(brokerAddr, filterServers);
    }
    report(this.host.journal, {
      kind: 'broker-registered',
      cluster: clusterName,
      brokerName,
      brokerId,
      address: brokerAddr,
      isNew,
    });
    return this.masterOf(members, brokerId);
  }

  /** What the NameServer has of a broker's topics, by the version of its last registration. */
  versionOf(brokerAddr: string | undefined): DataVersion | null {
    return brokerAddr === undefined ? null : (this.tables.live.get(brokerAddr)?.dataVersion ?? null);
  }

  isVersionChanged(brokerAddr: string | undefined, version: DataVersion | null): boolean {
    const known = this.versionOf(brokerAddr);
    return known === null || version === null || !sameDataVersion(known, version);
  }

  /** A broker that asked, and has nothing new, is as good as one that has registered. */
  refresh(brokerAddr: string | undefined): void {
    const info = brokerAddr === undefined ? undefined : this.tables.live.get(brokerAddr);
    if (info !== undefined) info.lastUpdateMs = this.host.clock.nowMs();
  }

  /**
   * A broker leaves. It is taken out by id, whatever address stands there; the cluster is the one that the request names.
   * Source: `RouteInfoManager#unregisterBroker`.
   */
  unregister(
    clusterName: string | undefined,
    brokerAddr: string | undefined,
    brokerName: string | undefined,
    brokerId: number,
  ): void {
    const {brokers, clusters, live, filterServers} = this.tables;
    if (brokerAddr !== undefined) {
      live.delete(brokerAddr);
      filterServers.delete(brokerAddr);
    }
    const members = brokerName === undefined ? undefined : brokers.get(brokerName);
    if (members === undefined) return;
    const address = members.addressById.get(brokerId);
    if (address !== undefined) {
      members.addressById.delete(brokerId);
      this.reportRemoval(members, brokerId, address, 'unregistered');
    }
    if (members.addressById.size > 0) return;
    brokers.delete(members.brokerName);
    const names = clusterName === undefined ? undefined : clusters.get(clusterName);
    if (names !== undefined) {
      names.delete(members.brokerName);
      if (names.size === 0) clusters.delete(clusterName!);
    }
    this.removeTopicsOf(members.brokerName);
  }

  /**
   * A connection is gone: the broker that registered over it goes at once. Most connections are clients', whose address
   * matches nobody's. Source: `RouteInfoManager#onChannelDestroy`.
   */
  channelGone(remoteAddress: string, channel: Channel, why: RemovalReason): void {
    const {brokers, clusters, live, filterServers} = this.tables;
    let address = remoteAddress;
    for (const [brokerAddr, info] of live) {
      if (info.channel !== channel) continue;
      address = brokerAddr;
      break;
    }
    live.delete(address);
    filterServers.delete(address);
    for (const members of brokers.values()) {
      const found = [...members.addressById].find(([, known]) => known === address);
      if (found === undefined) continue;
      members.addressById.delete(found[0]);
      this.reportRemoval(members, found[0], address, why);
      if (members.addressById.size > 0) return;
      brokers.delete(members.brokerName);
      for (const [clusterName, names] of clusters) {
        if (!names.delete(members.brokerName)) continue;
        if (names.size === 0) clusters.delete(clusterName);
        break;
      }
      this.removeTopicsOf(members.brokerName);
      return;
    }
  }

  /** Drops whoever has been silent for too long. Source: `RouteInfoManager#scanNotActiveBroker`. */
  expireSilentBrokers(): void {
    const nowMs = this.host.clock.nowMs();
    for (const [address, info] of [...this.tables.live]) {
      if (info.lastUpdateMs + BROKER_EXPIRED_MS >= nowMs || this.tables.live.get(address) !== info) continue;
      this.tables.live.delete(address);
      info.channel.close();
      this.channelGone(address, info.channel, 'expired');
    }
  }

  /** Takes the write permission from all topics of a broker; answers how many it looked at. */
  wipeWritePermission(brokerName: string | undefined): number {
    let topicCount = 0;
    const changed: string[] = [];
    for (const [topic, queues] of this.tables.queuesByTopic) {
      const at = queues.findIndex((queue) => queue.brokerName === brokerName);
      if (at < 0) continue;
      topicCount++;
      const queue = queues[at]!;
      if ((queue.perm & PERM_WRITE) === 0) continue;
      queues[at] = {...queue, perm: queue.perm & ~PERM_WRITE};
      changed.push(topic);
    }
    if (brokerName !== undefined && topicCount > 0) {
      report(this.host.journal, {kind: 'write-permission-wiped', brokerName, topicCount});
    }
    for (const topic of changed) this.reportRoute(topic);
    return topicCount;
  }

  /** Forgets a topic on all brokers; a master that still has it brings it back with its next change. */
  deleteTopic(topic: string | undefined): void {
    if (topic !== undefined && this.tables.queuesByTopic.delete(topic)) this.reportRoute(topic);
  }

  /** Source: `RouteInfoManager#createAndUpdateQueueData`. */
  private createOrUpdateQueues(brokerName: string, topic: TopicConfig): void {
    const {queuesByTopic} = this.tables;
    const data: QueueData = {
      brokerName,
      perm: topic.perm,
      readQueueNums: topic.readQueueNums,
      topicSysFlag: topic.topicSysFlag,
      writeQueueNums: topic.writeQueueNums,
    };
    const queues = queuesByTopic.get(topic.topicName);
    if (queues === undefined) {
      queuesByTopic.set(topic.topicName, [data]);
    } else {
      const at = queues.findIndex((queue) => queue.brokerName === brokerName);
      if (at >= 0) {
        if (sameQueueData(queues[at]!, data)) return;
        queues.splice(at, 1);
      }
      queues.push(data);
    }
    this.reportRoute(topic.topicName);
  }

  private removeTopicsOf(brokerName: string): void {
    const {queuesByTopic} = this.tables;
    for (const [topic, queues] of queuesByTopic) {
      const at = queues.findIndex((queue) => queue.brokerName === brokerName);
      if (at < 0) continue;
      queues.splice(at, 1);
      if (queues.length === 0) queuesByTopic.delete(topic);
      this.reportRoute(topic);
    }
  }

  private masterOf(members: BrokerMembers, brokerId: number): RegisterResult {
    const masterAddr = brokerId === MASTER_ID ? undefined : members.addressById.get(MASTER_ID);
    const master = masterAddr === undefined ? undefined : this.tables.live.get(masterAddr);
    if (masterAddr === undefined || master === undefined) return {haServerAddr: null, masterAddr: null};
    return {haServerAddr: master.haServerAddr, masterAddr};
  }

  private reportRemoval(members: BrokerMembers, brokerId: number, address: string, why: RemovalReason): void {
    const {brokerName} = members;
    report(this.host.journal, {kind: 'broker-removed', brokerName, brokerId, address, why});
  }

  private reportRoute(topic: string): void {
    const queues = this.tables.queuesByTopic.get(topic) ?? [];
    const brokers = queues.map(({brokerName, readQueueNums, writeQueueNums, perm}) => ({
      brokerName,
      readQueueNums,
      writeQueueNums,
      perm,
    }));
    report(this.host.journal, {kind: 'route-changed', topic, brokers});
  }
}

function sameQueueData(a: QueueData, b: QueueData): boolean {
  return (
    a.brokerName === b.brokerName &&
    a.perm === b.perm &&
    a.readQueueNums === b.readQueueNums &&
    a.topicSysFlag === b.topicSysFlag &&
    a.writeQueueNums === b.writeQueueNums
  );
}
