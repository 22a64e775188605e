/** What a NameServer reports. */
export type NamesrvFact =
  | {readonly kind: 'namesrv-booted'; readonly port: number}
  | {
      readonly kind: 'broker-registered';
      readonly cluster: string;
      readonly brokerName: string;
      readonly brokerId: number;
      readonly address: string;
      /** Not known before under this address (a first registration). */
      readonly isNew: boolean;
    }
  | {
      readonly kind: 'broker-removed';
      readonly brokerName: string;
      readonly brokerId: number;
      readonly address: string;
      readonly why: 'unregistered' | 'connection-closed' | 'connection-idle' | 'expired';
    }
  | {readonly kind: 'route-changed'; readonly topic: string; readonly brokers: readonly QueueDataFact[]}
  | {readonly kind: 'route-asked'; readonly topic: string; readonly found: boolean}
  | {readonly kind: 'write-permission-wiped'; readonly brokerName: string; readonly topicCount: number}
  | {
      readonly kind: 'kv-changed';
      readonly namespace: string;
      readonly key: string;
      readonly value: string | null;
    };

export interface QueueDataFact {
  readonly brokerName: string;
  readonly readQueueNums: number;
  readonly writeQueueNums: number;
  readonly perm: number;
}
