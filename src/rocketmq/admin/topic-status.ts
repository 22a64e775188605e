import {humanTime} from '../broker/java-text.ts';
import {printError} from '../client/errors.ts';
import type {QueueTable} from '../remoting/bodies/message-queue.ts';
import type {TopicOffset} from '../remoting/bodies/statistics.ts';
import {cut, left} from './java-format.ts';
import {mastersOf} from './masters.ts';
import {byQueue} from './order.ts';
import type {AdminCommand} from './tools.ts';

/** Offsets of every queue of a topic. Source: RocketMQ 4.9.1 `tools.command.topic.TopicStatusSubCommand`. */
export const topicStatus: AdminCommand = {
  name: 'topicStatus',
  options: [{letter: 't', word: 'topic', takesValue: true, required: true}],
  run(tools, options, done) {
    const topic = options.get('t')!.trim();
    tools.api.topicRoute(topic, (route) => {
      if (!route.ok) return done(printError(route.error));
      const rows: QueueTable<TopicOffset>[] = [];
      const next = (addresses: readonly string[]): void => {
        const [address, ...rest] = addresses;
        if (address === undefined) {
          tools.print(line('#Broker Name', '#QID', '#Min Offset', '#Max Offset', '#Last Updated'));
          const all = rows.flatMap((table) => [...table]).sort(([a], [b]) => byQueue(a, b));
          for (const [queue, {minOffset, maxOffset, lastUpdateTimestamp}] of all) {
            const updated = lastUpdateTimestamp > 0 ? humanTime(lastUpdateTimestamp) : '';
            tools.print(line(cut(queue.brokerName, 32), queue.queueId, minOffset, maxOffset, updated));
          }
          done(null);
          return;
        }
        tools.api.topicStats(address, topic, (stats) => {
          if (!stats.ok) return done(printError(stats.error));
          rows.push(stats.value);
          next(rest);
        });
      };
      next(mastersOf(route.value));
    });
  },
};

function line(
  broker: string,
  queueId: string | number,
  least: string | number,
  most: string | number,
  updated: string,
): string {
  return `${left(broker, 32)}  ${left(queueId, 4)}  ${left(least, 20)}  ${left(most, 20)}    ${updated}`;
}
