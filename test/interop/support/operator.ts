import {createHost} from '../../../src/host/host.ts';
import {createRemotingClient} from '../../../src/rocketmq/remoting/client.ts';
import {RequestCode} from '../../../src/rocketmq/remoting/codes.ts';
import {type ExtFields, type RemotingCommand, request} from '../../../src/rocketmq/remoting/command.ts';
import {waitFor} from './until.ts';

const TIMEOUT_MS = 10_000;

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

/** What the broker keeps as the group's offset of each of the first queues of a topic; null where it keeps none. */
export function offsetsKept(
  brokerAddr: string,
  consumerGroup: string,
  topic: string,
  queues: number,
): Promise<(number | null)[]> {
  return Promise.all(
    Array.from({length: queues}, async (_, queueId) => {
      const ext = {consumerGroup, topic, queueId: `${queueId}`};
      const answer = await ask(brokerAddr, RequestCode.QUERY_CONSUMER_OFFSET, ext);
      return answer?.code === 0 ? Number(answer.extFields!['offset']) : null;
    }),
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
