import {createHost} from '../../../src/host/host.ts';
import {createRemotingClient} from '../../../src/rocketmq/remoting/client.ts';
import {RequestCode} from '../../../src/rocketmq/remoting/codes.ts';
import {type ExtFields, type RemotingCommand, request} from '../../../src/rocketmq/remoting/command.ts';
import {waitFor} from './until.ts';

const TIMEOUT_MS = 10_000;
/** What a topic has that a send makes. */
const QUEUES = 4;

/** Asks a server once; null if it does not answer. */
function ask(address: string, code: number, ext: ExtFields): Promise<RemotingCommand | null> {
  const host = createHost({name: 'operator'});
  return new Promise<RemotingCommand | null>((resolve) => {
    host.run(() => {
      createRemotingClient(host).invoke(address, request(code, ext), TIMEOUT_MS, 'sync', (result) =>
        resolve(result.ok ? result.response : null),
      );
    });
  }).finally(() => host.end());
}

/**
 * Until the NameServer knows the way to a topic. A broker that makes one tells it one-way, so that whoever was told of a send
 * may be ahead of it; a consumer that asks too early asks again 30 s later.
 */
export function untilRouted(namesrvAddr: string, topic: string): Promise<void> {
  return waitFor(
    async () => (await ask(namesrvAddr, RequestCode.GET_ROUTEINFO_BY_TOPIC, {topic}))?.code === 0,
    () => `a route of ${topic}`,
  );
}

/** Until a broker tells of its rates. */
export function untilRates(brokerAddr: string): Promise<void> {
  return waitFor(
    async () => (await ask(brokerAddr, RequestCode.GET_BROKER_RUNTIME_INFO, {}))?.code === 0,
    () => 'the rates of a broker',
  );
}

/** An offset of each queue of a topic, added up; a broker that has none for one says so. */
async function sumOf(brokerAddr: string, code: number, ext: ExtFields): Promise<number> {
  const offsetOf = async (queueId: number): Promise<number> => {
    const answer = await ask(brokerAddr, code, {...ext, queueId: `${queueId}`});
    return answer?.code === 0 ? Number(answer.extFields!['offset']) : 0;
  };
  const offsets = await Promise.all(Array.from({length: QUEUES}, (_, queueId) => offsetOf(queueId)));
  return offsets.reduce((sum, offset) => sum + offset, 0);
}

/** Until so many messages are in the queues of a topic. A broker acknowledges them when they are in its log, and then sorts them. */
export function untilQueued(brokerAddr: string, topic: string, messages: number): Promise<void> {
  let queued = 0;
  return waitFor(
    async () => (queued = await sumOf(brokerAddr, RequestCode.GET_MAX_OFFSET, {topic})) >= messages,
    () => `${messages} in the queues of ${topic}, not ${queued}`,
  );
}

/** Until the broker keeps for a group that it has had all of a topic, so many messages: only then has it nothing to hear again. */
export async function untilKept(
  brokerAddr: string,
  group: string,
  topic: string,
  messages: number,
): Promise<void> {
  await untilQueued(brokerAddr, topic, messages);
  const queued = await sumOf(brokerAddr, RequestCode.GET_MAX_OFFSET, {topic});
  const ext = {consumerGroup: group, topic};
  let kept = 0;
  await waitFor(
    async () => (kept = await sumOf(brokerAddr, RequestCode.QUERY_CONSUMER_OFFSET, ext)) === queued,
    () => `all ${queued} of ${topic} kept for ${group}, not ${kept}`,
  );
}

/** Address by brokerId of one brokerName, as the NameServer has them. fastjson writes numbers as keys without quotes. */
export async function brokerIdsOf(namesrvAddr: string, brokerName: string): Promise<Map<number, string>> {
  const answer = await ask(namesrvAddr, RequestCode.GET_BROKER_CLUSTER_INFO, {});
  const text = new TextDecoder()
    .decode(answer?.body ?? new Uint8Array(0))
    .replace(/([{,])(-?\d+):/g, '$1"$2":');
  const tables = text === '' ? {} : JSON.parse(text);
  const addresses: Record<string, string> = tables.brokerAddrTable?.[brokerName]?.brokerAddrs ?? {};
  return new Map(Object.entries(addresses).map(([id, address]) => [Number(id), address]));
}
