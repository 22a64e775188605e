import type {Journal} from '../ports/journal.ts';
import type {BrokerFact} from './facts/broker.ts';
import type {ClientFact} from './facts/client.ts';
import type {ConsumerFact} from './facts/consumer.ts';
import type {DLedgerFact} from './facts/dledger.ts';
import type {NamesrvFact} from './facts/namesrv.ts';
import type {ProducerFact} from './facts/producer.ts';
import type {ReplicationFact} from './facts/replication.ts';
import type {StoreFact} from './facts/store.ts';

/**
 * Every kind of fact that the processes of RocketMQ report in their journals. A fact is plain data. Checks, ledger,
 * narration and pictures are made from these and from what the simulator itself records; nothing looks inside a process.
 * Adding a kind: add it where it belongs below `facts/`, and a sentence for it in both languages in `lab/narration`.
 */
export type Fact =
  | ProcessFact
  | NamesrvFact
  | BrokerFact
  | StoreFact
  | ReplicationFact
  | DLedgerFact
  | ClientFact
  | ProducerFact
  | ConsumerFact;

/** What any process may report. */
type ProcessFact =
  | {
      readonly kind: 'printed' /** One line of standard output, without its line end. */;
      readonly line: string;
    }
  | {readonly kind: 'warned' /** A condition that the real one only logs. */; readonly text: string};

export type FactKind = Fact['kind'];
export type FactOf<K extends FactKind> = Extract<Fact, {kind: K}>;

/** The one door through which `src/rocketmq` reports, so that a misspelt fact does not compile. */
export function report(journal: Journal, fact: Fact): void {
  journal.record(fact);
}
