import type {Host} from '../../ports/host.ts';
import type {ClientError} from './api.ts';
import type {FaultStrategy} from './latency-fault.ts';
import type {MQClientInstance} from './mq-client-instance.ts';
import type {ResolvedProducerConfig} from './producer-config.ts';
import type {TopicPublishInfo} from './queue-selection.ts';

/** What a look-up of a topic's queues came to: null where no NameServer knows it. */
export type PublishInfoOutcome = {readonly info: TopicPublishInfo | null} | {readonly error: ClientError};

/** What one send needs of the producer it belongs to. */
export interface ProducerContext {
  readonly host: Host;
  readonly instance: MQClientInstance;
  readonly config: ResolvedProducerConfig;
  readonly faults: FaultStrategy;
  /** The queues of a topic if they are known. */
  knownPublishInfo(topic: string): TopicPublishInfo | null;
  /** Finds out the queues of a topic: its own route, then the default topic's. */
  findPublishInfo(topic: string, done: (outcome: PublishInfoOutcome) => void): void;
  /** What a send to a topic without a route ends with. */
  noRoute(topic: string): ClientError;
}
