import {bean, decodeBody, encodeBody, givenText, list, stringMap} from './codec.ts';
import {type BrokerData, brokerData} from './topic-route-data.ts';

/** The answer to 106. Source: RocketMQ 4.9.1 `common.protocol.body.ClusterInfo`. */
export interface ClusterInfo {
  readonly brokerAddrTable: ReadonlyMap<string, BrokerData>;
  /** Cluster to broker names. */
  readonly clusterAddrTable: ReadonlyMap<string, readonly string[]>;
}

const clusterInfo = bean<ClusterInfo>({
  brokerAddrTable: stringMap(brokerData),
  clusterAddrTable: stringMap(list(givenText)),
});

export function encodeClusterInfo(info: ClusterInfo): Uint8Array {
  return encodeBody(clusterInfo, info);
}

export function decodeClusterInfo(bytes: Uint8Array): ClusterInfo | null {
  return decodeBody(clusterInfo, bytes);
}
