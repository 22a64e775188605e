import {parseBrokerConf} from '../../rocketmq/broker/broker-conf.ts';
import {consumeQueueFileBytes} from '../../rocketmq/store/store-config.ts';
import {SECTOR_BYTES} from '../../sim/disk-fault.ts';
import type {QueueMistake} from '../audit/audit.ts';
import {sayMoment} from '../say-duration.ts';
import type {Evidence} from './check.ts';

/** The name of the flaw: a queue entry is taken for sound by its place and size, so that its tags code may be another one. */
export const TORN_QUEUE_ENTRY = 'torn-queue-entry';

const ENTRY_BYTES = 20;

/**
 * Why an entry of a queue differs from its record, where that is proven: it lies across two sectors, and a power cut has torn pages of
 * its file, or left them as they were. What recovery takes, a later dispatch of the same record does not write again.
 * Source of the flaw: RocketMQ 4.9.1 `ConsumeQueue#recover`, `#putMessagePositionInfo`.
 */
export function sayTornEntry(
  {what, topic, queueId, queueOffset}: QueueMistake,
  process: string,
  {scenario, store}: Evidence,
): string | null {
  const broker = scenario.brokers.find(({name}) => name === process);
  if (broker === undefined || what !== 'differs') return null;
  const {config} = parseBrokerConf(broker.conf);
  const root = config.storePathRootDir ?? '/root/store';
  const at = queueOffset * ENTRY_BYTES;
  const inFile = at % consumeQueueFileBytes(config);
  if (!isAcross(inFile)) return null;
  const path = `${root}/consumequeue/${topic}/${queueId}/${String(at - inFile).padStart(20, '0')}`;
  for (const entry of store.pick({entries: ['disk-pages-lost']})) {
    if (entry.machine !== broker.machine || entry.path !== path) continue;
    if (entry.old + entry.torn === 0) continue;
    return `the power cut of ${broker.machine} at ${sayMoment(entry.atUs)} left that entry half written, and 4.9.1's recovery looks at its place and size only`;
  }
  return null;
}

/** Whether sectors divide an entry at this position of its file. */
function isAcross(position: number): boolean {
  return Math.floor(position / SECTOR_BYTES) !== Math.floor((position + ENTRY_BYTES - 1) / SECTOR_BYTES);
}
