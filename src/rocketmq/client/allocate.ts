import type {MessageQueue} from '../message/message.ts';
import {printMessageQueue} from '../message/print.ts';
import {md5} from './md5.ts';

/** How a queue list is divided among the consumers of a group. Source: `client.consumer.rebalance.*`. */
export type AllocateStrategy = (
  currentCid: string,
  queues: readonly MessageQueue[],
  cids: readonly string[],
) => MessageQueue[];

/** By the names the real strategies give themselves. */
export const allocateStrategies: Readonly<
  Record<'AVG' | 'AVG_BY_CIRCLE' | 'CONSISTENT_HASH', AllocateStrategy>
> = {
  AVG: allocateAveragely,
  AVG_BY_CIRCLE: allocateAveragelyByCircle,
  CONSISTENT_HASH: allocateByConsistentHash,
};

/** What an impossible input is answered with, or null. 4.9.1 throws; the rebalance then keeps what it has. */
export function allocationProblem(
  currentCid: string,
  queues: readonly MessageQueue[],
  cids: readonly string[],
): string | null {
  if (currentCid.length === 0) return 'currentCID is empty';
  if (queues.length === 0) return 'mqAll is null or mqAll empty';
  if (cids.length === 0) return 'cidAll is null or cidAll empty';
  return null;
}

/** Contiguous blocks; the remainder goes, one each, to the first consumers. Source: `AllocateMessageQueueAveragely`. */
function allocateAveragely(
  currentCid: string,
  queues: readonly MessageQueue[],
  cids: readonly string[],
): MessageQueue[] {
  const index = cids.indexOf(currentCid);
  if (index < 0) return [];
  const mod = queues.length % cids.length;
  const takesOneMore = mod > 0 && index < mod;
  const size =
    queues.length <= cids.length ? 1 : Math.floor(queues.length / cids.length) + (takesOneMore ? 1 : 0);
  const start = takesOneMore ? index * size : index * size + mod;
  const count = Math.min(size, queues.length - start);
  const mine: MessageQueue[] = [];
  for (let k = 0; k < count; k++) mine.push(queues[(start + k) % queues.length]!);
  return mine;
}

/** Dealt like cards. Source: `AllocateMessageQueueAveragelyByCircle`. */
function allocateAveragelyByCircle(
  currentCid: string,
  queues: readonly MessageQueue[],
  cids: readonly string[],
): MessageQueue[] {
  const index = cids.indexOf(currentCid);
  if (index < 0) return [];
  const mine: MessageQueue[] = [];
  for (let k = index; k < queues.length; k += cids.length) mine.push(queues[k]!);
  return mine;
}

const VIRTUAL_NODES = 10;

/**
 * A ring with ten points per consumer; a queue belongs to the first point at or after its own hash.
 * Source: `AllocateMessageQueueConsistentHash`, `ConsistentHashRouter`.
 */
function allocateByConsistentHash(
  currentCid: string,
  queues: readonly MessageQueue[],
  cids: readonly string[],
): MessageQueue[] {
  if (!cids.includes(currentCid)) return [];
  const owners = new Map<number, string>();
  for (const cid of cids) {
    for (let k = 0; k < VIRTUAL_NODES; k++) owners.set(ringHash(`${cid}-${k}`), cid);
  }
  const points = [...owners.keys()].sort((a, b) => a - b);
  return queues.filter((queue) => {
    const hash = ringHash(printMessageQueue(queue));
    return owners.get(firstAtOrAfter(points, hash)) === currentCid;
  });
}

function firstAtOrAfter(points: readonly number[], hash: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (points[middle]! < hash) low = middle + 1;
    else high = middle;
  }
  return points[low] ?? points[0]!;
}

/** The first four bytes of the MD5, as an unsigned number. */
function ringHash(key: string): number {
  const digest = md5(new TextEncoder().encode(key));
  return ((digest[0]! << 24) | (digest[1]! << 16) | (digest[2]! << 8) | digest[3]!) >>> 0;
}
