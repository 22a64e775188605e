import type {CostModel, DiskSpec, MachineSpec, NetworkSpec} from '../../sim/api.ts';
import type {TimedIntervention} from '../../sim/intervention.ts';
import type {CheckName} from '../checks/check-names.ts';
import type {Texts} from '../language.ts';
import type {Matcher} from './matcher.ts';

/** A scenario with every default filled in and every unit made plain. Plain data: it crosses threads and fits in a link. */
export interface Scenario {
  readonly name: string;
  readonly title: Texts;
  /** Used where the command line or the page names no other. */
  readonly seed: string;
  /** Wall time at virtual time 0. */
  readonly epochMs: number;
  readonly durationUs: number;
  readonly machines: readonly MachineSpec[];
  readonly network: NetworkSpec;
  readonly costs: CostModel;
  readonly namesrvs: readonly NamesrvScenario[];
  readonly brokers: readonly BrokerScenario[];
  readonly topics: readonly TopicScenario[];
  readonly producers: readonly ProducerScenario[];
  readonly consumers: readonly ConsumerScenario[];
  readonly chosen: readonly ChosenScenario[];
  /** A process or a machine may be a name of `chosen`. */
  readonly faults: readonly ScenarioFault[];
  readonly checks: readonly CheckName[];
}

/** A name for whoever turns out to be meant, as chance has it: faults that come later can strike it. Plain data. */
export interface ChosenScenario {
  readonly name: string;
  /** When it is decided, before the faults of that microsecond. */
  readonly atUs: number;
  /** The DLedger group of which it is a member. */
  readonly group: string;
  /** Who leads the group at that time, or the `nth` of those who follow, in the order of the scenario. */
  readonly as: 'leader' | 'follower';
  readonly nth: number;
}

/** What a scenario does to its world: at `atUs`, or when the moment comes that it waits for, from `atUs` on. */
export interface ScenarioFault extends TimedIntervention {
  readonly when?: AwaitedMoment;
}

/** The `nth` entry that fits, and so long after it. Null where nothing is asked. */
export interface AwaitedMoment {
  readonly fact: string | null;
  readonly entry: string | null;
  /** A process, or a name of `chosen`. */
  readonly process: string | null;
  readonly where: Readonly<Record<string, Matcher>>;
  readonly nth: number;
  readonly afterUs: number;
}

interface ProcessScenario {
  readonly name: string;
  readonly machine: string;
  /** When it is started; -1: not by the scenario. */
  readonly startUs: number;
}

export interface NamesrvScenario extends ProcessScenario {
  readonly port: number;
}

export interface BrokerScenario extends ProcessScenario {
  /** In the syntax of `broker.conf`, as given. */
  readonly conf: string;
  /** NameServers, `a:9876;b:9876`, unless `conf` names others. */
  readonly namesrvAddr: string;
  /** Where it will listen (`listenPort` of `conf`, or 10911). */
  readonly port: number;
  /** `brokerName` of `conf`, or its machine's name. */
  readonly brokerName: string;
}

/** A topic that the named brokers know before the run begins. */
export interface TopicScenario {
  readonly name: string;
  /** Process names of brokers. */
  readonly brokers: readonly string[];
  readonly readQueueNums: number;
  readonly writeQueueNums: number;
  readonly perm: number;
}

export interface ProducerScenario extends ProcessScenario {
  readonly namesrvAddr: string;
  readonly group: string;
  readonly program: ProducerProgram;
  /** Settings of `DefaultMQProducer`. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
}

/** What a producer does. `quickstart` is the program of RocketMQ's own examples. */
export type ProducerProgram =
  | {readonly kind: 'quickstart'; readonly topic: string; readonly tags: string; readonly count: number}
  | {
      readonly kind: 'rate';
      readonly topic: string;
      /** Sent in turn; an empty list sends no tag. */
      readonly tags: readonly string[];
      /** Number of different keys given in turn, `key-0` …; 0 for none. */
      readonly keys: number;
      readonly bodyBytes: number;
      readonly mode: 'sync' | 'async' | 'oneway';
      /** From the begin of one send to the begin of the next; a synchronous one also waits for the answer before it. */
      readonly intervalUs: number;
      /** -1: until the producer stops. */
      readonly count: number;
      /** How many threads of the program share the producer, each at that interval; together they send `count`. */
      readonly threads: number;
    };

export interface ConsumerScenario extends ProcessScenario {
  readonly namesrvAddr: string;
  readonly group: string;
  readonly topic: string;
  /** `*` or `TagA || TagB`. */
  readonly expression: string;
  readonly program: ConsumerProgram;
  /** Settings of `DefaultMQPushConsumer`. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
}

export type ConsumerProgram =
  | {readonly kind: 'quickstart'}
  | {
      readonly kind: 'service';
      /** How long the listener works on a batch. */
      readonly serviceUs: number;
      /** Batches in a thousand that it answers with RECONSUME_LATER. */
      readonly failPerMille: number;
    };

export type {CostModel, DiskSpec};

/** Names of every process of a scenario, in the order in which they are shown. */
export function processNames(scenario: Scenario): string[] {
  return [...scenario.namesrvs, ...scenario.brokers, ...scenario.producers, ...scenario.consumers].map(
    (process) => process.name,
  );
}
