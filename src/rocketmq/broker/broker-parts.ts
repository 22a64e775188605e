import type {Host} from '../../ports/host.ts';
import type {DefaultMessageStore} from '../store/default-message-store.ts';
import type {MessageStore} from '../store/message-store.ts';
import type {SettledBrokerConfig} from './broker-config.ts';
import type {BrokerStats} from './broker-stats.ts';
import type {ConsumerManager} from './consumer-manager.ts';
import type {ConsumerOffsetManager} from './consumer-offset-manager.ts';
import type {FilterServerManager} from './filter-server-manager.ts';
import type {NamesrvRegistration} from './namesrv-registration.ts';
import type {BrokerPools} from './pools.ts';
import type {ProducerManager} from './producer-manager.ts';
import type {PullHoldService} from './pull-hold-service.ts';
import type {QueueLockManager} from './queue-lock-manager.ts';
import type {PropertiesRewriter} from './stored-properties.ts';
import type {SubscriptionGroupManager} from './subscription-group-manager.ts';
import type {ToClient} from './to-client.ts';
import type {TopicConfigManager} from './topic-config-manager.ts';

/** What the request processors of one broker share. Source: RocketMQ 4.9.1 `broker.BrokerController`. */
export interface BrokerParts {
  readonly host: Host;
  /** Live: 25 changes it while requests are handled. */
  readonly config: SettledBrokerConfig;
  /** `brokerIP1:listenPort`: the address that routes and message ids carry. */
  readonly address: string;
  readonly store: MessageStore &
    Pick<DefaultMessageStore, 'queryMessage' | 'delayOffsets' | 'hasQueue' | 'queueEntries'>;
  readonly topics: TopicConfigManager;
  readonly groups: SubscriptionGroupManager;
  readonly offsets: ConsumerOffsetManager;
  readonly consumers: ConsumerManager;
  readonly producers: ProducerManager;
  readonly filterServers: FilterServerManager;
  readonly holds: PullHoldService;
  readonly locks: QueueLockManager;
  readonly pools: BrokerPools;
  readonly properties: PropertiesRewriter;
  readonly stats: BrokerStats;
  readonly registration: NamesrvRegistration;
  readonly toClient: ToClient;
  /** Someone is connected now: from here on the channels have to be looked after. */
  readonly watchClients: () => void;
}
