import {compareVariants} from '../../src/lab/compare/compare.ts';
import {type Variant, variantsOf} from '../../src/lab/compare/vary.ts';
import {parseScenario, problemLine} from '../../src/lab/scenario/parse.ts';
import type {Scenario} from '../../src/lab/scenario/scenario.ts';

/**
 * The machine on which the real 4.9.1 was timed: two cores shared by client, master, slave and NameServer, over loopback. A hop is
 * the wire and the threads that have to wake up at its end; a send through the master takes its send thread. Fitted to
 * ASYNC_MASTER with a slave (4,525 sends a second from one thread, 16,300 from eight) and to SYNC_MASTER from one thread
 * (2,190 a second).
 */
const MEASURED = {clientHopUs: 79, slaveHopUs: 117, sendUs: 61};
/**
 * The same with the work of replication on the same two cores as everything else, which a send through a SYNC_MASTER then waits for
 * too. Fitted to SYNC_MASTER from eight threads (11,240 a second); the hop is shorter by as much, so that one thread is as before.
 */
const SHARED = {slaveHopUs: 103, sendUs: 89};
/** What a hop was with nothing but loopback for a wire. */
const LOOPBACK_US = 15;

export interface Setting {
  readonly threads: number;
  /** One way, from the producer to the master, and from the master to its slave. */
  readonly clientWireUs: number;
  readonly slaveWireUs: number;
}

export interface Cost {
  readonly asyncPerSecond: number;
  readonly syncPerSecond: number;
  /** With all processes on the same two cores, as when the real one was timed. */
  readonly syncSharedPerSecond: number;
  readonly asyncP50Us: number;
  readonly syncP50Us: number;
}

/** What SYNC_MASTER costs against ASYNC_MASTER with a slave, in one setting. */
export function replicationCost(setting: Setting): Cost {
  const scenario = scenarioOf(setting);
  const variants = variantsOf(scenario, [{key: 'brokerRole', values: ['ASYNC_MASTER', 'SYNC_MASTER']}]);
  if (!variants.ok) throw new Error(variants.problem);
  const [async, sync] = variants.value as [Variant, Variant];
  const shared = {
    ...sync,
    name: 'SYNC_MASTER on shared processors',
    scenario: sharing(sync.scenario, setting),
  };
  const {columns} = compareVariants([async, sync, shared], {seed: '1', interventions: []});
  for (const {name, answers} of columns) {
    const others = answers.filter(({status}) => status !== 'SEND_OK');
    if (others.length > 0) throw new Error(`${name}: ${others[0]!.status}`);
  }
  const [ofAsync, ofSync, ofShared] = columns.map(({acknowledgedPerSecond}) => acknowledgedPerSecond!);
  const [p50Async, p50Sync] = columns.map(({latencyUs}) => latencyUs!.p50);
  return {
    asyncPerSecond: ofAsync!,
    syncPerSecond: ofSync!,
    syncSharedPerSecond: ofShared!,
    asyncP50Us: p50Async!,
    syncP50Us: p50Sync!,
  };
}

function scenarioOf({threads, clientWireUs, slaveWireUs}: Setting): Scenario {
  const count = Math.min(5000, 250 + 150 * threads);
  const clientUs = MEASURED.clientHopUs - LOOPBACK_US + clientWireUs;
  const slaveUs = MEASURED.slaveHopUs - LOOPBACK_US + slaveWireUs;
  // The longest: every send waits for both round trips.
  const seconds = 15 + Math.ceil(((count / threads) * 2 * (clientUs + slaveUs + 200) * 1.5) / 1e6);
  const text = `name: replication-cost
duration: ${seconds + 2}s
machines:
  names: {address: 10.0.0.1}
  left: {address: 10.0.0.2}
  right: {address: 10.0.0.3}
  shop: {address: 10.0.0.4}
network:
  latency: ${clientUs}us
  jitter: 0us
  bandwidth: 10Gbit/s
  links: [{between: [left, right], latency: ${slaveUs}us, jitter: 0us, bandwidth: 10Gbit/s}]
nameservers: {namesrv: {machine: names}}
brokers:
  master:
    machine: left
    config: |
      brokerName=broker-a
      sendMessageThreadPoolNums=1
  slave:
    machine: right
    start: 1s
    config: |
      brokerName=broker-a
      brokerRole=SLAVE
      brokerId=1
topics: {T: {queues: 4}}
producers:
  producer: {machine: shop, start: 15s, topic: T, every: 0s, body: 128B, threads: ${threads}, count: ${count}}
`;
  const {scenario, problems} = parseScenario(text, 'cost.yaml');
  if (scenario === null) throw new Error(problems.map(problemLine).join('\n'));
  return sending(scenario, MEASURED.sendUs);
}

function sending(scenario: Scenario, sendUs: number): Scenario {
  const send = {baseUs: sendUs, perKiBUs: 0};
  const {costs} = scenario;
  return {
    ...scenario,
    costs: {...costs, kinds: {...costs.kinds, SEND_MESSAGE: send, SEND_MESSAGE_V2: send}},
  };
}

function sharing(scenario: Scenario, {slaveWireUs}: Setting): Scenario {
  const latencyUs = SHARED.slaveHopUs - LOOPBACK_US + slaveWireUs;
  const links = scenario.network.links.map((exception) => ({
    ...exception,
    link: {...exception.link, latencyUs},
  }));
  return sending({...scenario, network: {...scenario.network, links}}, SHARED.sendUs);
}
