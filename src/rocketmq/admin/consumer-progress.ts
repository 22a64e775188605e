import {humanTime} from '../broker/java-text.ts';
import {printError} from '../client/errors.ts';
import type {MessageQueue} from '../message/message.ts';
import type {OffsetWrapper} from '../remoting/bodies/statistics.ts';
import {ResponseCode} from '../remoting/codes.ts';
import {clientFailure} from './admin-failure.ts';
import {cut, fixed, left} from './java-format.ts';
import {mastersOf} from './masters.ts';
import {byQueue} from './order.ts';
import type {AdminCommand} from './tools.ts';

/** Source: RocketMQ 4.9.1 `tools.admin.DefaultMQAdminExtImpl#examineConsumeStats`. */
export const NO_CONSUME_STATS = clientFailure(
  ResponseCode.CONSUMER_NOT_ONLINE,
  'Not found the consumer group consume stats, because return offset table is empty, maybe the consumer not consume any message',
);

/** How far a group has come. Source: RocketMQ 4.9.1 `tools.command.consumer.ConsumerProgressSubCommand`. */
export const consumerProgress: AdminCommand = {
  name: 'consumerProgress',
  options: [{letter: 'g', word: 'groupName', takesValue: true, required: true}],
  run(tools, options, done) {
    const group = options.get('g')!.trim();
    // Every broker with members of the group has its retry topic.
    tools.api.topicRoute(`%RETRY%${group}`, (route) => {
      if (!route.ok) return done(printError(route.error));
      const queues: (readonly [MessageQueue, OffsetWrapper])[] = [];
      let tps = 0;
      const next = (addresses: readonly string[]): void => {
        const [address, ...rest] = addresses;
        if (address !== undefined) {
          tools.api.consumeStats(address, group, (stats) => {
            if (!stats.ok) return done(printError(stats.error));
            queues.push(...stats.value.offsetTable);
            tps += stats.value.consumeTps;
            next(rest);
          });
          return;
        }
        if (queues.length === 0) {
          done(printError(NO_CONSUME_STATS));
          return;
        }
        tools.print(
          line([
            '#Topic',
            '#Broker Name',
            '#QID',
            '#Broker Offset',
            '#Consumer Offset',
            '#Diff',
            '#LastTime',
          ]),
        );
        let behind = 0;
        for (const [queue, at] of queues.sort(([a], [b]) => byQueue(a, b))) {
          const diff = at.brokerOffset - at.consumerOffset;
          behind += diff;
          const last = at.lastTimestamp > 0 ? humanTime(at.lastTimestamp).slice(0, 19) : 'N/A';
          const {topic, brokerName, queueId} = queue;
          tools.print(
            line([
              cut(topic, 32),
              cut(brokerName, 32),
              queueId,
              at.brokerOffset,
              at.consumerOffset,
              diff,
              last,
            ]),
          );
        }
        tools.print('');
        tools.print(`Consume TPS: ${fixed(tps, 2)}`);
        tools.print(`Diff Total: ${behind}`);
        done(null);
      };
      next(mastersOf(route.value));
    });
  },
};

const WIDTHS = [32, 32, 4, 20, 20, 20, 0];

function line(cells: readonly (string | number)[]): string {
  return cells.map((cell, i) => left(cell, WIDTHS[i]!)).join('  ');
}
