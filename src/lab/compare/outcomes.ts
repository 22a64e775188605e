import type {Fact} from '../../rocketmq/facts.ts';
import {LedgerTrack} from '../ledger.ts';
import type {TraceStore} from '../trace-store.ts';

/** What a person would notice of a run. Messages are told by their producer and number, since ids differ from run to run. */
export type OutcomeKind =
  | 'answered'
  | 'attempt-failed'
  | 'delivered'
  | 'lost'
  | 'out-of-reach'
  | 'offset-moved'
  | 'broker-removed'
  | 'recovered'
  | 'ended';

/** One thing that became of something. */
export interface OutcomeOf {
  readonly kind: OutcomeKind;
  /** The process, or the broker that a NameServer took out. */
  readonly subject: string;
  /** The message's number among those of its producer, from 1; 0 where no message is spoken of. */
  readonly message: number;
  /** The producer of the message; empty where no message is spoken of. */
  readonly producer: string;
  /** Which of several of the same: the attempt, the delivery to a group, the end of a process; from 1. */
  readonly occurrence: number;
  /** How it came out: a status, a reason; empty where there is only one way. */
  readonly value: string;
  readonly entryId: number;
  readonly atUs: number;
}

/** What became of everything in a run, by what it became of: two runs of one scenario have the same keys. */
export interface Outcomes {
  readonly byKey: ReadonlyMap<string, OutcomeOf>;
  readonly endUs: number;
}

/**
 * Reduces a trace to what a person would notice: answers to sends, deliveries, losses, ends of processes. Latencies below
 * what people see, ids and the order in which machines work are not among it.
 */
export function outcomesOf(trace: TraceStore): Outcomes {
  const byKey = new Map<string, OutcomeOf>();
  const numbers = new Map<string, {readonly producer: string; readonly message: number}>();
  const sentBy = new Map<string, number>();
  const counts = new Map<string, number>();
  const ordinal = (what: string): number => {
    const count = (counts.get(what) ?? 0) + 1;
    counts.set(what, count);
    return count;
  };
  const note = (
    kind: OutcomeKind,
    subject: string,
    msgId: string | null,
    occurrence: number,
    value: string,
    entry: {readonly id: number; readonly atUs: number},
  ): void => {
    const of = msgId === null ? NO_MESSAGE : numbers.get(msgId);
    // Messages that no producer of the scenario sent (of the system's own topics) have no number.
    if (of === undefined) return;
    const key = `${kind} ${subject} ${of.producer} ${of.message} ${occurrence}`;
    if (byKey.has(key)) return;
    const {producer, message} = of;
    byKey.set(key, {
      kind,
      subject,
      producer,
      message,
      occurrence,
      value,
      entryId: entry.id,
      atUs: entry.atUs,
    });
  };
  for (const entry of trace.entries) {
    if (entry.kind === 'process-ended') {
      const {process, why, reason} = entry;
      note(
        'ended',
        process,
        null,
        ordinal(`ended ${process}`),
        reason === '' ? why : `${why}: ${reason}`,
        entry,
      );
      continue;
    }
    if (entry.kind !== 'fact') continue;
    const {process} = entry;
    const fact = entry.fact as Fact;
    switch (fact.kind) {
      case 'send-begun': {
        if (numbers.has(fact.msgId)) break;
        const message = (sentBy.get(process) ?? 0) + 1;
        sentBy.set(process, message);
        numbers.set(fact.msgId, {producer: process, message});
        break;
      }
      case 'send-acknowledged':
        note('answered', process, fact.msgId, 1, fact.status, entry);
        break;
      case 'send-given-up':
        note('answered', process, fact.msgId, 1, 'given-up', entry);
        break;
      case 'send-attempt-failed':
        note('attempt-failed', process, fact.msgId, fact.attempt, '', entry);
        break;
      case 'message-delivered': {
        const times = ordinal(`delivered ${fact.group} ${fact.msgId}`);
        note('delivered', fact.group, fact.msgId, times, '', entry);
        break;
      }
      case 'pull-offset-moved': {
        const queue = `${fact.topic} queue ${fact.queueId} on ${fact.brokerName}`;
        note('offset-moved', fact.group, null, ordinal(`moved ${fact.group} ${queue}`), queue, entry);
        break;
      }
      case 'broker-removed': {
        const broker = `${fact.brokerName} (brokerId ${fact.brokerId})`;
        note('broker-removed', broker, null, ordinal(`removed ${process} ${broker}`), '', entry);
        break;
      }
      case 'store-recovered':
        note(
          'recovered',
          process,
          null,
          ordinal(`recovered ${process}`),
          fact.cleanExit ? 'clean' : 'unclean',
          entry,
        );
        break;
      default:
    }
  }
  const ledger = new LedgerTrack(trace);
  ledger.update();
  for (const fate of ledger.messages.values()) {
    const entry = fate.lostId === 0 ? undefined : trace.entries[fate.lostId - 1];
    if (entry !== undefined) note('lost', fate.producer, fate.msgId, 1, '', entry);
    const silence = fate.outOfReachId === 0 ? undefined : trace.entries[fate.outOfReachId - 1];
    if (silence !== undefined) note('out-of-reach', fate.producer, fate.msgId, 1, '', silence);
  }
  return {byKey, endUs: trace.entries[trace.entries.length - 1]?.atUs ?? 0};
}

const NO_MESSAGE = {producer: '', message: 0} as const;
