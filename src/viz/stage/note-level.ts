import type {TraceEntry} from '../../sim/trace.ts';
import {factOf, numberField, textField} from './fact-of-entry.ts';

/**
 * How much an entry matters to somebody who watches: 0 nothing to see, 1 the status line of its card, 2 a mark in the lanes,
 * 3 a landmark at which the story lingers.
 */
export type NoteLevel = 0 | 1 | 2 | 3;

const FACT_LEVELS: ReadonlyMap<string, NoteLevel> = new Map<string, NoteLevel>([
  ['namesrv-booted', 2],
  ['broker-removed', 3],
  ['write-permission-wiped', 3],
  ['broker-booted', 2],
  ['topic-deleted', 2],
  ['send-refused', 2],
  ['client-joined', 2],
  ['client-left', 2],
  ['group-notified', 1],
  ['pull-held', 1],
  ['message-appended', 1],
  ['store-recovered', 2],
  ['client-started', 2],
  ['client-stopped', 2],
  ['route-learnt', 2],
  ['route-missing', 2],
  ['send-begun', 1],
  ['send-attempt-failed', 2],
  ['send-acknowledged', 1],
  ['send-given-up', 3],
  ['rebalanced', 2],
  ['queue-dropped', 2],
  ['pull-failed', 2],
  ['pull-offset-moved', 2],
  ['flow-controlled', 1],
  ['message-delivered', 1],
  ['message-received', 1],
  ['broker-role-changed', 3],
  ['broker-mastership-waits', 2],
  ['dledger-leader-lost', 3],
  ['dledger-truncated', 3],
  ['dledger-recovered', 1],
  ['dledger-term-changed', 1],
  ['dledger-appended', 1],
  ['dledger-acknowledged', 1],
  ['dledger-committed', 1],
  ['dledger-votes-requested', 2],
  ['dledger-vote-answered', 2],
  ['dledger-vote-round-ended', 2],
  ['dledger-heartbeat-missed', 2],
  ['dledger-push-state', 2],
  ['dledger-compared', 2],
  ['dledger-append-refused', 2],
  ['dledger-append-failed', 2],
  ['dledger-transfer', 2],
  ['dledger-cut-refused', 2],
  ['dledger-trimmed', 2],
  ['dledger-thread-blocked', 2],
]);

export function noteLevel(entry: TraceEntry): NoteLevel {
  switch (entry.kind) {
    case 'process-started':
    case 'peer-seen':
    case 'peer-gone':
      return 2;
    case 'process-ended':
    case 'process-paused':
    case 'process-resumed':
      return 3;
    case 'config-set':
    case 'process-stopping':
      return 2;
    case 'connection-closed':
      return endsInOrder(entry.why) ? 0 : 2;
    case 'fact':
      return factLevel(entry);
    default:
      return 0;
  }
}

function factLevel(entry: Extract<TraceEntry, {kind: 'fact'}>): NoteLevel {
  const fact = factOf(entry)!;
  switch (fact.kind) {
    case 'broker-registered':
      return fact['isNew'] === true ? 3 : 0;
    case 'dledger-role-changed':
      return fact['role'] === 'LEADER' ? 3 : 2;
    case 'route-asked':
      return fact['found'] === true ? 1 : 2;
    case 'registered-with-namesrv':
    case 'heartbeat-answered':
      return fact['error'] === null ? 0 : 2;
    case 'topic-configured':
      return textField(fact, 'why') === 'auto-created' ? 3 : 0;
    case 'send-acknowledged':
      return textField(fact, 'status') === 'SEND_OK' ? 1 : 2;
    case 'consumption-finished':
      return textField(fact, 'status') === 'CONSUME_SUCCESS' ? 0 : 2;
    case 'message-delivered':
    case 'message-received':
      return 0 < numberField(fact, 'reconsumeTimes') ? 2 : 1;
    default:
      return FACT_LEVELS.get(fact.kind) ?? 0;
  }
}

function endsInOrder(why: string): boolean {
  return why === 'ended' || why === 'destroyed';
}

/** Whether a note tells of something that went wrong. */
export function isBadNews(entry: TraceEntry): boolean {
  if (entry.kind === 'process-ended') return entry.why !== 'stopped' && entry.why !== 'exited';
  if (entry.kind === 'connection-closed') return !endsInOrder(entry.why);
  const fact = factOf(entry);
  if (fact === null) return false;
  switch (fact.kind) {
    case 'broker-removed':
      return textField(fact, 'why') !== 'unregistered';
    case 'registered-with-namesrv':
    case 'heartbeat-answered':
      return fact['error'] !== null;
    case 'send-acknowledged':
      return textField(fact, 'status') !== 'SEND_OK';
    case 'consumption-finished':
      return textField(fact, 'status') !== 'CONSUME_SUCCESS';
    case 'dledger-vote-answered':
      return textField(fact, 'result') !== 'ACCEPT';
    case 'dledger-leader-lost':
    case 'dledger-append-refused':
    case 'dledger-append-failed':
    case 'send-refused':
    case 'route-missing':
    case 'send-attempt-failed':
    case 'send-given-up':
    case 'pull-failed':
      return true;
    default:
      return false;
  }
}
