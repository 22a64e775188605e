import type {Fact} from '../../rocketmq/facts.ts';
import type {MessageFate} from '../ledger/fate.ts';
import type {LedgerTrack} from '../ledger.ts';
import {momentOf, type RunEvidence} from './matching.ts';
import type {ConditionFile} from './schema.ts';

/** What a message may have come to. Unread: acknowledged, not lost, and no group has seen it. */
export type FateName =
  | 'sent'
  | 'acked'
  | 'givenUp'
  | 'delivered'
  | 'unread'
  | 'outOfReach'
  | 'lost'
  | 'lostUnread';

/** How many messages of a producer have come to something by the end of a run. `looked`: how many it has sent. */
export function countMessages(
  what: FateName,
  producer: string,
  ledger: LedgerTrack,
): {readonly raw: number; readonly looked: number} {
  let raw = 0;
  let looked = 0;
  for (const fate of ledger.messages.values()) {
    if (fate.producer !== producer) continue;
    looked += 1;
    if (hasCome(what, fate, ledger)) raw += 1;
  }
  return {raw, looked};
}

function hasCome(what: FateName, fate: MessageFate, ledger: LedgerTrack): boolean {
  switch (what) {
    case 'sent':
      return true;
    case 'acked':
      return fate.ackedId !== 0;
    case 'givenUp':
      return fate.givenUpId !== 0;
    case 'delivered':
      return ledger.isDelivered(fate);
    case 'unread':
      return fate.ackedId !== 0 && fate.lostId === 0 && fate.deliveries.size === 0;
    case 'outOfReach':
      return fate.outOfReachId !== 0;
    case 'lost':
      return fate.lostId !== 0;
    case 'lostUnread':
      return fate.lostId !== 0 && fate.deliveries.size === 0;
  }
}

/** From the begin of each acknowledged send to its acknowledgement, the shortest first; of sends begun between two moments. */
export function latenciesUs(
  of: {
    readonly process?: string | undefined;
    readonly after?: ConditionFile | undefined;
    readonly before?: ConditionFile | undefined;
  },
  run: RunEvidence,
): number[] {
  const from = of.after === undefined ? 0 : momentOf(of.after, run);
  const end = of.before === undefined ? Number.POSITIVE_INFINITY : momentOf(of.before, run);
  if ((of.after !== undefined && from === 0) || end === 0) return [];
  const {store, index} = run;
  const begunUs = new Map<string, number>();
  for (const id of index.factEntries('send-begun')) {
    const entry = store.entry(id)!;
    if (id <= from || end <= id || entry.kind !== 'fact') continue;
    if (of.process !== undefined && entry.process !== of.process) continue;
    begunUs.set((entry.fact as Extract<Fact, {kind: 'send-begun'}>).msgId, entry.atUs);
  }
  const latencies: number[] = [];
  for (const id of index.factEntries('send-acknowledged')) {
    const entry = store.entry(id)!;
    if (entry.kind !== 'fact') continue;
    const began = begunUs.get((entry.fact as Extract<Fact, {kind: 'send-acknowledged'}>).msgId);
    if (began !== undefined) latencies.push(entry.atUs - began);
  }
  return latencies.sort((a, b) => a - b);
}
