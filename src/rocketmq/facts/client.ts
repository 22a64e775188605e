import type {QueueDataFact} from './namesrv.ts';

/** What producers and consumers alike report. */
export type ClientFact =
  | {
      readonly kind: 'client-started';
      readonly role: 'producer' | 'consumer';
      readonly group: string;
      readonly clientId: string;
    }
  | {
      readonly kind: 'client-stopped';
      readonly role: 'producer' | 'consumer';
      readonly group: string;
      readonly clientId: string;
    }
  | {readonly kind: 'route-learnt'; readonly topic: string; readonly brokers: readonly BrokerRouteFact[]}
  | {readonly kind: 'route-missing'; readonly topic: string; readonly error: string}
  | {readonly kind: 'heartbeat-answered'; readonly address: string; readonly error: string | null};

export interface BrokerRouteFact extends QueueDataFact {
  /** brokerId and address of each broker of the name. */
  readonly addresses: readonly {readonly brokerId: number; readonly address: string}[];
}
