import type {Host} from '../../../src/ports/host.ts';
import type {Fact} from '../../../src/rocketmq/facts.ts';
import {type NamesrvConfig, namesrvProgram} from '../../../src/rocketmq/namesrv/namesrv.ts';
import {encodeRegisterBrokerBody} from '../../../src/rocketmq/remoting/bodies/register-broker-body.ts';
import type {TopicConfig} from '../../../src/rocketmq/remoting/bodies/topic-config.ts';
import {RequestCode} from '../../../src/rocketmq/remoting/codes.ts';
import {type ExtFields, type RemotingCommand, request} from '../../../src/rocketmq/remoting/command.ts';
import type {World} from '../../../src/sim/api.ts';
import {program, startedWorld} from '../../sim/worlds.ts';
import {HandWire} from '../hand-wire.ts';

const NAMESRV_ADDRESS = '10.0.0.1:9876';
const MS = 1000;

/** A connection to the NameServer on which a test writes and reads by hand; each write is given 10 ms. */
export class Wire extends HandWire {
  override write(bytes: Uint8Array): void {
    super.write(bytes);
    this.runMs(10);
  }

  /** Sends a request and answers its response, or null where none came in time. */
  ask(command: RemotingCommand): RemotingCommand | null {
    return this.answerTo(this.send(command));
  }
}

/** A NameServer on machine m1 of a world with even links, and a machine m2 from which a test speaks to it. */
export class NamesrvWorld {
  readonly world: World;
  host!: Host;

  constructor(config: NamesrvConfig = {}) {
    this.world = startedWorld({
      programs: {
        namesrv: () => namesrvProgram(config),
        probe: program((host) => {
          this.host = host;
        }),
      },
    });
    this.runMs(10);
  }

  runMs(ms: number): void {
    this.world.runUntil(this.world.nowUs + ms * MS);
  }

  connect(): Wire {
    return new Wire(this.host, NAMESRV_ADDRESS, (ms) => this.runMs(ms));
  }

  /** Facts of the NameServer, of some kinds, so far. */
  facts<K extends Fact['kind']>(...kinds: K[]): Extract<Fact, {kind: K}>[] {
    const facts: Extract<Fact, {kind: K}>[] = [];
    for (const entry of this.world.trace.entries) {
      if (entry.kind !== 'fact' || entry.process !== 'namesrv') continue;
      const fact = entry.fact as Fact;
      if ((kinds as string[]).includes(fact.kind)) facts.push(fact as Extract<Fact, {kind: K}>);
    }
    return facts;
  }
}

export interface TestBroker {
  readonly cluster?: string;
  readonly name: string;
  readonly id?: number;
  readonly address: string;
  readonly haServer?: string;
  readonly version?: number;
  readonly topics?: readonly (Partial<TopicConfig> & {topicName: string})[];
}

export function registration(broker: TestBroker): RemotingCommand {
  const extFields: ExtFields = {
    brokerName: broker.name,
    brokerAddr: broker.address,
    clusterName: broker.cluster ?? 'C',
    haServerAddr: broker.haServer ?? 'ha',
    brokerId: String(broker.id ?? 0),
    compressed: 'false',
    bodyCrc32: '0',
  };
  const topics = (broker.topics ?? []).map(
    (topic): TopicConfig => ({
      order: false,
      perm: 6,
      readQueueNums: 4,
      topicFilterType: 'SINGLE_TAG',
      topicSysFlag: 0,
      writeQueueNums: 4,
      ...topic,
    }),
  );
  const body = encodeRegisterBrokerBody(
    {
      filterServerList: [],
      topicConfigSerializeWrapper: {
        dataVersion: {counter: broker.version ?? 1, timestamp: 1},
        topicConfigTable: new Map(topics.map((topic) => [topic.topicName, topic])),
      },
    },
    false,
  );
  return request(RequestCode.REGISTER_BROKER, extFields, body);
}

/** An answer in one line: code, remark, fields, body. */
export function told(answer: RemotingCommand | null): string {
  if (answer === null) return 'no answer';
  const parts = [String(answer.code)];
  if (answer.remark !== null) parts.push(answer.remark);
  if (answer.extFields !== null) parts.push(JSON.stringify(answer.extFields));
  if (answer.body !== null) parts.push(new TextDecoder().decode(answer.body));
  return parts.join(' ');
}
