import type {Host} from '../../ports/host.ts';
import type {DefaultMessageStore} from '../store/default-message-store.ts';
import type {OpenLedger} from '../store/store-log.ts';

/** What a change of role in the group makes of the broker. Source: RocketMQ 4.9.1 `BrokerController`. */
export interface RoleChanges {
  readonly changeToSlave: (brokerId: number) => void;
  readonly changeToMaster: (role: 'SYNC_MASTER') => void;
}

/** Follows the roles of this member until it is stopped. */
export interface RoleFollower {
  stop(): void;
}

/** A ledger for one run of one broker. */
export interface DLedgerInstance {
  readonly openLedger: OpenLedger;
  /** Begins to follow the roles; after the store was loaded, before it is started. */
  readonly attach: (host: Host, store: DefaultMessageStore) => RoleFollower;
}

/**
 * The part of a broker that only brokers on DLedger need. It is handed to `brokerProgram`, so that who runs none does not carry
 * its code.
 */
export interface DLedgerPart {
  readonly open: (changes: RoleChanges) => DLedgerInstance;
}
