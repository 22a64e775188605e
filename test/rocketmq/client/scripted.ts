import type {Host, Program} from '../../../src/ports/host.ts';
import type {Fact} from '../../../src/rocketmq/facts.ts';
import {encodeConsumerIdList} from '../../../src/rocketmq/remoting/bodies/consumer-id-list.ts';
import {
  encodeTopicRouteData,
  type TopicRouteData,
} from '../../../src/rocketmq/remoting/bodies/topic-route-data.ts';
import {RequestCode, ResponseCode} from '../../../src/rocketmq/remoting/codes.ts';
import {type RemotingCommand, response} from '../../../src/rocketmq/remoting/command.ts';
import {createRemotingServer} from '../../../src/rocketmq/remoting/server.ts';
import type {World, WorldSpec} from '../../../src/sim/api.ts';
import {DEFAULT_COSTS, DEFAULT_MACHINE, NETWORK_PRESETS} from '../../../src/sim/presets.ts';
import {createWorld} from '../../../src/sim/world.ts';

/** Sends a request to the client that asks; its answer, or null for none. */
export type Push = (request: RemotingCommand, answered: (answer: RemotingCommand | null) => void) => void;

/** What a scripted broker does with a request: a response, or nothing at all. */
export type Script = (
  request: RemotingCommand,
  nth: number,
  host: Host,
  push: Push,
) => RemotingCommand | null;

export const NAMESRV_ADDRESS = '10.0.0.1:9876';

/** `broker-a` is 10.0.1.1, `broker-b` 10.0.1.2 and so on, port 10911. */
function brokerAddress(name: string): string {
  return `10.0.1.${name.charCodeAt(name.length - 1) - 96}:10911`;
}

/** A route over masters: 4 queues each, readable and writable. */
export function routeOver(brokerNames: readonly string[], queueNums = 4, perm = 6): TopicRouteData {
  return {
    orderTopicConf: null,
    filterServerTable: new Map(),
    brokerDatas: brokerNames.map((brokerName) => ({
      brokerName,
      cluster: 'DefaultCluster',
      brokerAddrs: new Map([[0, brokerAddress(brokerName)]]),
    })),
    queueDatas: brokerNames.map((brokerName) => ({
      brokerName,
      perm,
      readQueueNums: queueNums,
      writeQueueNums: queueNums,
      topicSysFlag: 0,
    })),
  };
}

export interface ScriptedCluster {
  /** Asked at each 105; a topic without a route is answered 17. */
  readonly routes: ReadonlyMap<string, TopicRouteData>;
  /** A broker by name; without a script it takes and answers everything. */
  readonly brokers: Readonly<Record<string, Script>>;
  /** Their machines are up, but nobody listens there: connections are refused. */
  readonly deadBrokers?: readonly string[];
  readonly client: (host: Host) => void;
  readonly seed?: string;
}

/** A world of a NameServer, brokers and one client whose peers do as they are told; all are started. */
export function scriptedWorld(cluster: ScriptedCluster): World {
  const brokers = Object.entries(cluster.brokers);
  const machines: WorldSpec['machines'][number][] = [
    {...DEFAULT_MACHINE, name: 'm-namesrv', address: '10.0.0.1'},
    {...DEFAULT_MACHINE, name: 'm-client', address: '10.0.0.9'},
    ...[...Object.keys(cluster.brokers), ...(cluster.deadBrokers ?? [])].map((name) => ({
      ...DEFAULT_MACHINE,
      name: `m-${name}`,
      address: brokerAddress(name).split(':')[0]!,
    })),
  ];
  const world = createWorld({
    seed: cluster.seed ?? '1',
    epochMs: 1_795_219_200_000,
    machines,
    network: {between: NETWORK_PRESETS['same-rack'], loopback: NETWORK_PRESETS.loopback, links: []},
    costs: DEFAULT_COSTS,
    processes: [
      {
        name: 'namesrv',
        kind: 'namesrv',
        machine: 'm-namesrv',
        program: () => server(9876, (request) => route(cluster.routes, request)),
      },
      ...brokers.map(([name, script]) => ({
        name,
        kind: 'broker' as const,
        machine: `m-${name}`,
        program: () => server(10911, script),
      })),
      {
        name: 'client',
        kind: 'producer',
        machine: 'm-client',
        program: () => ({
          start(host: Host) {
            cluster.client(host);
            return {stop: (done: () => void) => done()};
          },
        }),
      },
    ],
  });
  for (const process of ['namesrv', ...Object.keys(cluster.brokers), 'client']) {
    world.intervene({kind: 'start', process});
  }
  return world;
}

function server(port: number, script: Script): Program {
  return {
    start(host) {
      const remoting = createRemotingServer(host, {port});
      const pool = host.cpu.pool('server', 4, 10_000);
      const counts = new Map<number, number>();
      remoting.registerDefaultProcessor(pool, (channel, request, reply) => {
        const push: Push = (ask, answered) =>
          remoting.invoke(channel, ask, 10_000, (result) => answered(result.ok ? result.response : null));
        const nth = (counts.get(request.code) ?? 0) + 1;
        counts.set(request.code, nth);
        const answer = script(request, nth, host, push);
        if (answer !== null) reply(answer);
      });
      remoting.start();
      return {stop: (done) => done()};
    },
  };
}

function route(routes: ReadonlyMap<string, TopicRouteData>, request: RemotingCommand): RemotingCommand {
  const topic = request.extFields?.['topic'] ?? '';
  const found = request.code === RequestCode.GET_ROUTEINFO_BY_TOPIC ? routes.get(topic) : undefined;
  if (found === undefined) {
    return response(
      ResponseCode.TOPIC_NOT_EXIST,
      `No topic route info in name server for the topic: ${topic}\nSee http://rocketmq.apache.org/docs/faq/ for further details.`,
    );
  }
  return response(ResponseCode.SUCCESS, null, null, encodeTopicRouteData(found));
}

/** A broker that stores whatever it is sent, at offsets counted over all its queues. */
export const obliging: Script = (request, nth) => {
  switch (request.code) {
    case RequestCode.SEND_MESSAGE_V2:
      return stored(request, nth);
    case RequestCode.GET_CONSUMER_LIST_BY_GROUP:
      return response(ResponseCode.SUCCESS, null, {}, encodeConsumerIdList([]));
    default:
      return response(ResponseCode.SUCCESS, null, {});
  }
};

/** The answer to a message that was stored; `code` may be one of the statuses that are not quite OK. */
export function stored(
  request: RemotingCommand,
  nth: number,
  code: number = ResponseCode.SUCCESS,
): RemotingCommand {
  return response(code, null, {
    msgId: `7F00000100002A9F${nth.toString(16).toUpperCase().padStart(16, '0')}`,
    queueId: request.extFields!['e']!,
    queueOffset: `${nth - 1}`,
    MSG_REGION: 'DefaultRegion',
    TRACE_ON: 'true',
  });
}

/** Sends are answered by `send`, everything else obligingly. */
export function onSend(send: Script): Script {
  return (request, nth, host, push) =>
    (request.code === RequestCode.SEND_MESSAGE_V2 ? send : obliging)(request, nth, host, push);
}

export function refuse(code: number, remark: string): RemotingCommand {
  return response(code, remark, null);
}

/** Facts of one process, in order. */
export function factsOf(world: World, process: string): Fact[] {
  const facts: Fact[] = [];
  for (const entry of world.trace.entries) {
    if (entry.kind === 'fact' && entry.process === process) facts.push(entry.fact as Fact);
  }
  return facts;
}

/** What came of the sends of a client, a line each. */
export function sendTranscript(world: World, process = 'client'): string {
  const told: string[] = [];
  for (const fact of factsOf(world, process)) {
    switch (fact.kind) {
      case 'send-begun':
        told.push(`${fact.mode} send to ${fact.topic}`);
        break;
      case 'send-attempted':
        told.push(`  ${fact.attempt}: ${fact.brokerName} queue ${fact.queueId}`);
        break;
      case 'send-attempt-failed':
        told.push(`  ${fact.attempt} failed${fact.willRetry ? ', retry' : ''}: ${fact.error.split('\n')[0]}`);
        break;
      case 'send-acknowledged':
        told.push(`  ${fact.status} ${fact.brokerName} queue ${fact.queueId} offset ${fact.queueOffset}`);
        break;
      case 'send-handed-over':
        told.push('  handed over');
        break;
      case 'send-given-up':
        told.push(`  given up: ${fact.error.split('\n')[0]}`);
        break;
      default:
        break;
    }
  }
  return told.join('\n');
}

export function lines(...text: string[]): string {
  return text.join('\n');
}
