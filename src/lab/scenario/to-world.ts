import type {Program} from '../../ports/host.ts';
import {brokerProgram} from '../../rocketmq/broker/broker.ts';
import {type BrokerConfig, parseBrokerConf, settingProblem} from '../../rocketmq/broker/broker-conf.ts';
import type {DLedgerPart} from '../../rocketmq/broker/dledger-port.ts';
import {namesrvProgram} from '../../rocketmq/namesrv/namesrv.ts';
import type {ProcessSpec, WorldSpec} from '../../sim/api.ts';
import type {TimedIntervention} from '../../sim/intervention.ts';
import {knowingTopics} from '../workloads/knowing-topics.ts';
import {pushConsumer} from '../workloads/push-consumer.ts';
import {quickstartProducer} from '../workloads/quickstart-producer.ts';
import {rateProducer} from '../workloads/rate-producer.ts';
import {withSettings} from './conf-key.ts';
import type {BrokerScenario, ProducerScenario, Scenario} from './scenario.ts';

/** Whether some broker's commit log lies in a ledger, or may come to, for which `worldSpec` has to be given what runs it. */
export function needsDLedger(
  {brokers, faults}: Scenario,
  interventions: readonly TimedIntervention[] = [],
): boolean {
  return (
    brokers.some(({conf}) => parseBrokerConf(conf).config.enableDLegerCommitLog) ||
    [...faults, ...interventions].some(
      ({intervention: did}) => did.kind === 'set-config' && did.key === 'enableDLegerCommitLog',
    )
  );
}

/** The world of a scenario, before anything is started in it. */
export function worldSpec(scenario: Scenario, seed: string, dledger: DLedgerPart | null = null): WorldSpec {
  const processes: ProcessSpec[] = [
    ...scenario.namesrvs.map(
      (namesrv): ProcessSpec => ({
        name: namesrv.name,
        kind: 'namesrv',
        machine: namesrv.machine,
        program: () => namesrvProgram({listenPort: namesrv.port}),
      }),
    ),
    ...scenario.brokers.map(
      (broker): ProcessSpec => ({
        name: broker.name,
        kind: 'broker',
        machine: broker.machine,
        program: (settings) => brokerOf(scenario, broker, settings, dledger),
        settingMistake: settingProblem,
      }),
    ),
    ...scenario.producers.map(
      (producer): ProcessSpec => ({
        name: producer.name,
        kind: 'producer',
        machine: producer.machine,
        program: () => producerOf(producer),
      }),
    ),
    ...scenario.consumers.map(
      (consumer): ProcessSpec => ({
        name: consumer.name,
        kind: 'consumer',
        machine: consumer.machine,
        program: () => pushConsumer(consumer),
      }),
    ),
  ];
  return {
    seed,
    epochMs: scenario.epochMs,
    machines: scenario.machines,
    network: scenario.network,
    costs: scenario.costs,
    processes,
  };
}

/** What the scenario itself does to its world: starts its processes, then strikes its faults, each at its time; not those that wait for a moment. */
export function scenarioInterventions(scenario: Scenario): TimedIntervention[] {
  const starts = [...scenario.namesrvs, ...scenario.brokers, ...scenario.producers, ...scenario.consumers]
    .filter((process) => 0 <= process.startUs)
    .map(
      (process): TimedIntervention => ({
        atUs: process.startUs,
        intervention: {kind: 'start', process: process.name},
      }),
    );
  return [...starts, ...scenario.faults.filter(({when}) => when === undefined)];
}

function brokerOf(
  scenario: Scenario,
  broker: BrokerScenario,
  settings: ReadonlyMap<string, string>,
  dledger: DLedgerPart | null,
): Program {
  const {config} = parseBrokerConf(withSettings(broker.conf, settings));
  if (config.enableDLegerCommitLog && dledger === null)
    throw new Error('a world with DLedger is given its part');
  const named: BrokerConfig = config.namesrvAddr ? config : {...config, namesrvAddr: broker.namesrvAddr};
  const topics = scenario.topics.filter((topic) => topic.brokers.includes(broker.name));
  const program = brokerProgram(named, {dledger});
  return topics.length === 0 ? program : knowingTopics(program, named, topics);
}

function producerOf(producer: ProducerScenario): Program {
  const {program} = producer;
  return program.kind === 'quickstart'
    ? quickstartProducer(producer, program)
    : rateProducer(producer, program);
}
