import {javaHashMapOrder} from '../message/java-hash.ts';
import {MASTER_ID} from './topic-routes.ts';

export interface BrokerAddress {
  readonly address: string;
  readonly isSlave: boolean;
}

/**
 * Where brokers are, by name and id, as the last routes told.
 * Source: RocketMQ 4.9.1 `MQClientInstance#brokerAddrTable`, `#findBrokerAddressInPublish`, `#findBrokerAddressInSubscribe`,
 * `#findBrokerAddressInAdmin`.
 */
export class BrokerTable {
  /** Ids in rising order, as a Java map of small numbers keeps them. */
  private readonly names = new Map<string, ReadonlyMap<number, string>>();

  learn(brokerName: string, addresses: ReadonlyMap<number, string>): void {
    this.names.set(brokerName, new Map([...addresses].sort(([a], [b]) => a - b)));
  }

  /** Forgets every address that is not among these. */
  keepOnly(addressesKept: ReadonlySet<string>): void {
    for (const [brokerName, addresses] of this.names) {
      const left = new Map([...addresses].filter(([, address]) => addressesKept.has(address)));
      if (left.size === 0) this.names.delete(brokerName);
      else if (left.size < addresses.size) this.names.set(brokerName, left);
    }
  }

  /** Where to send to: the master. */
  master(brokerName: string): string | null {
    return this.names.get(brokerName)?.get(MASTER_ID) ?? null;
  }

  /** Where to pull from: the broker wanted, for a slave also the one after it, else any of the name. */
  toPull(brokerName: string, brokerId: number): BrokerAddress | null {
    const addresses = this.names.get(brokerName);
    if (addresses === undefined) return null;
    const isSlave = brokerId !== MASTER_ID;
    const address = addresses.get(brokerId) ?? (isSlave ? addresses.get(brokerId + 1) : undefined);
    return address === undefined ? this.any(brokerName) : {address, isSlave};
  }

  /** Any broker of the name: the master if there is one. */
  any(brokerName: string): BrokerAddress | null {
    const first = this.names.get(brokerName)?.entries().next();
    if (first === undefined || first.done) return null;
    const [id, address] = first.value;
    return {address, isSlave: id !== MASTER_ID};
  }

  /** Every address, in the order in which a Java hash table hands out their names. */
  all(mastersOnly: boolean): {readonly brokerName: string; readonly address: string}[] {
    const all: {brokerName: string; address: string}[] = [];
    for (const brokerName of javaHashMapOrder(this.names.keys())) {
      for (const [id, address] of this.names.get(brokerName)!) {
        if (!mastersOnly || id === MASTER_ID) all.push({brokerName, address});
      }
    }
    return all;
  }
}
