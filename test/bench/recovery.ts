/** What a start costs after a crash: the whole commit log read again, checked, and entered into queues and index. */
import type {Host, RunningProgram} from '../../src/ports/host.ts';
import {propertiesToString} from '../../src/rocketmq/message/properties.ts';
import {createMessageStore} from '../../src/rocketmq/store/default-message-store.ts';
import type {MessageToStore} from '../../src/rocketmq/store/message-store.ts';
import {defaultStoreConfig} from '../../src/rocketmq/store/store-config.ts';
import {oneBroker} from '../rocketmq/store/one-broker.ts';
import type {Figure} from './bench.ts';

const LOG_BYTES = 100 * 1024 * 1024;
const BODY_BYTES = 1024;
const QUEUES = 4;
const PUTS_PER_MS = 100;
const ROUNDS = 3;
const TARGET_SECONDS = 2;

function messageOf(index: number, body: Uint8Array): MessageToStore {
  const id = index.toString(16).toUpperCase().padStart(8, '0');
  const properties = new Map([
    ['KEYS', `KEY${index}`],
    ['UNIQ_KEY', `7F0000010A0B18B4AAC20000${id}`],
    ['TAGS', 'TagA'],
    ['CLUSTER', 'DefaultCluster'],
  ]);
  return {
    topic: 'Bench',
    queueId: index % QUEUES,
    flag: 0,
    sysFlag: 0,
    bornTimestampMs: 1_600_000_000_000,
    bornHost: '192.168.232.129:4567',
    storeHost: '192.168.232.128:10911',
    reconsumeTimes: 0,
    preparedTransactionOffset: 0,
    body,
    transactionId: null,
    properties,
    propertiesString: propertiesToString(properties),
  };
}

/** A store that is filled at its first start and then killed; each later start finds what the kill left. */
function filledWorld() {
  const body = Uint8Array.from({length: BODY_BYTES}, (_, index) => 32 + (index % 90));
  const life = {starts: 0, startSeconds: 0, messages: 0, recovered: 0};
  const start = (host: Host): RunningProgram => {
    const began = performance.now();
    const store = createMessageStore(host, defaultStoreConfig('/home'));
    if (!store.load()) throw new Error('the store cannot be loaded');
    store.start();
    life.startSeconds = (performance.now() - began) / 1000;
    life.recovered = Array.from({length: QUEUES}, (_, id) => store.maxOffsetInQueue('Bench', id)).reduce(
      (sum, max) => sum + max,
    );
    const fill = (): void => {
      for (let count = 0; count < PUTS_PER_MS && store.maxPhysicalOffset < LOG_BYTES; count++) {
        store.putMessage(messageOf(life.messages++, body), () => {});
      }
      if (store.maxPhysicalOffset < LOG_BYTES) host.clock.after(1, fill);
    };
    if (life.starts++ === 0) fill();
    return {stop: (done) => store.shutdown(done)};
  };
  const world = oneBroker({seed: 'recovery', capacityBytes: 1e12, program: () => ({start})});
  return {world, life};
}

export function benchRecovery(): Figure {
  const {world, life} = filledWorld();
  world.intervene({kind: 'start', process: 'broker'});
  world.runUntil(world.nowUs + 60_000_000);
  const seconds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    world.intervene({kind: 'kill', process: 'broker'});
    world.runUntil(world.nowUs + 1000);
    world.intervene({kind: 'start', process: 'broker'});
    world.runUntil(world.nowUs + 1000);
    if (life.recovered !== life.messages) throw new Error(`${life.recovered} of ${life.messages} recovered`);
    seconds.push(life.startSeconds);
  }
  const value = seconds.sort((a, b) => a - b)[ROUNDS >> 1]!;
  return {
    name: `recovery of a 100 MiB commit log (${life.messages.toLocaleString('en-US')} messages) after a kill, median of ${ROUNDS}`,
    value,
    unit: 's',
    target: TARGET_SECONDS,
    ok: value <= TARGET_SECONDS,
  };
}
