import type {Host} from '../../ports/host.ts';
import {persistConfigFile} from '../config/config-file.ts';
import type {SynchronisedTable} from '../facts/replication.ts';
import {report} from '../facts.ts';
import {readUtf8} from '../message/utf8.ts';
import {decodeConsumerOffsets} from '../remoting/bodies/offset-tables.ts';
import {decodeSubscriptionGroupWrapper} from '../remoting/bodies/subscription-group.ts';
import {decodeTopicConfigSerializeWrapper} from '../remoting/bodies/topic-config.ts';
import {RequestCode, ResponseCode} from '../remoting/codes.ts';
import {request} from '../remoting/command.ts';
import type {RemotingClient} from '../remoting/remoting.ts';
import type {SettledBrokerConfig} from './broker-config.ts';
import type {ConsumerOffsetManager} from './consumer-offset-manager.ts';
import {Periodic} from './periodic.ts';
import type {SubscriptionGroupManager} from './subscription-group-manager.ts';
import type {TopicConfigManager} from './topic-config-manager.ts';

const FIRST_MS = 3000;
const PERIOD_MS = 10_000;
const CALL_TIMEOUT_MS = 3000;
/** The master is asked for its topics on its fast port, for all else on the main one. */
const FAST_PORT_BELOW = 2;

export interface SlaveSynchronizeParts {
  readonly host: Host;
  readonly config: SettledBrokerConfig;
  readonly client: RemotingClient;
  readonly address: string;
  readonly topics: TopicConfigManager;
  readonly offsets: ConsumerOffsetManager;
  readonly groups: SubscriptionGroupManager;
}

interface Part {
  readonly what: SynchronisedTable;
  readonly code: number;
  /** Takes a body over; answers whether it told anything new, or null if it makes no sense. */
  readonly take: (body: Uint8Array) => boolean | null;
}

/**
 * What a slave knows besides the log it pulls from its master: 3 s after its start, then every 10 s, while a NameServer tells
 * of a master. One table after the other; where one fails the others are asked for all the same. The master's word replaces
 * the slave's, also where the slave knew better. Files are written only where that changes them.
 * Source: RocketMQ 4.9.1 `broker.slave.SlaveSynchronize`.
 */
export class SlaveSynchronize {
  readonly #parts: SlaveSynchronizeParts;
  readonly #rounds: Periodic;
  readonly #tables: readonly Part[];
  #masterAddress: string | null = null;
  #isRunning = false;
  #stopped = false;
  #delayOffsets: string | null = null;

  constructor(parts: SlaveSynchronizeParts) {
    this.#parts = parts;
    this.#rounds = new Periodic(parts.host.clock, FIRST_MS, PERIOD_MS, () => this.#round());
    this.#tables = [
      {
        what: 'topics',
        code: RequestCode.GET_ALL_TOPIC_CONFIG,
        take: (body) => {
          const table = decodeTopicConfigSerializeWrapper(body);
          return table === null ? null : parts.topics.adopt(table);
        },
      },
      {
        what: 'consumer-offsets',
        code: RequestCode.GET_ALL_CONSUMER_OFFSET,
        take: (body) => {
          const table = decodeConsumerOffsets(body);
          return table === null ? null : parts.offsets.adopt(table);
        },
      },
      {
        what: 'delay-offsets',
        code: RequestCode.GET_ALL_DELAY_OFFSET,
        take: (body) => this.#takeDelayOffsets(readUtf8(body)),
      },
      {
        what: 'subscription-groups',
        code: RequestCode.GET_ALL_SUBSCRIPTIONGROUP_CONFIG,
        take: (body) => {
          const table = decodeSubscriptionGroupWrapper(body);
          return table === null ? null : parts.groups.adopt(table);
        },
      },
    ];
  }

  /** Null: no NameServer knows a master, and nothing is asked for. */
  setMasterAddress(address: string | null): void {
    this.#masterAddress = address;
    if (this.#hasMaster && !this.#isRunning && !this.#stopped) this.#rounds.wake();
  }

  stop(): void {
    this.#stopped = true;
    this.#rounds.stop();
  }

  get #hasMaster(): boolean {
    return this.#masterAddress !== null && this.#masterAddress !== this.#parts.address;
  }

  #round(): void {
    this.#isRunning = true;
    this.#ask(0);
  }

  #ask(index: number): void {
    const part = this.#tables[index];
    const master = this.#masterAddress;
    if (this.#stopped) return;
    if (part === undefined || master === null || !this.#hasMaster) {
      this.#isRunning = false;
      if (this.#hasMaster) this.#rounds.wake();
      return;
    }
    const address = part.what === 'topics' ? fastAddress(master) : master;
    this.#parts.client.invoke(address, request(part.code, null), CALL_TIMEOUT_MS, 'sync', (result) => {
      if (this.#stopped) return;
      const {journal} = this.#parts.host;
      const fail = (error: string): void =>
        report(journal, {kind: 'slave-sync-failed', master, what: part.what, error});
      if (!result.ok) {
        fail(result.error.message);
      } else if (result.response.code !== ResponseCode.SUCCESS || result.response.body === null) {
        fail(`CODE: ${result.response.code} DESC: ${result.response.remark}`);
      } else {
        const isNew = part.take(result.response.body);
        if (isNew === null) fail('the answer cannot be read');
        else if (isNew) report(journal, {kind: 'slave-synchronised', master, what: part.what});
      }
      this.#ask(index + 1);
    });
  }

  /** The text goes to disk as it is; what is in memory is only used by a master. */
  #takeDelayOffsets(text: string): boolean {
    if (text === this.#delayOffsets) return false;
    const {host, config} = this.#parts;
    if (persistConfigFile(host, `${config.storePathRootDir}/config/delayOffset.json`, text)) {
      this.#delayOffsets = text;
    }
    return true;
  }
}

/** Source: `MixAll#brokerVIPChannel`. */
function fastAddress(address: string): string {
  const colon = address.lastIndexOf(':');
  return `${address.slice(0, colon)}:${Number(address.slice(colon + 1)) - FAST_PORT_BELOW}`;
}
