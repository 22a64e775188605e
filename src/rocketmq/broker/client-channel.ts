import type {Journal} from '../../ports/journal.ts';
import {report} from '../facts.ts';
import type {LanguageCode} from '../remoting/command.ts';
import type {Channel} from '../remoting/remoting.ts';

/** Without a heartbeat for longer than this, a member is dropped. */
export const CHANNEL_EXPIRED_MS = 120_000;

/** One connection as a member of a group. Source: RocketMQ 4.9.1 `broker.client.ClientChannelInfo`. */
export interface ClientChannel {
  readonly channel: Channel;
  readonly clientId: string;
  readonly language: LanguageCode | null;
  readonly version: number;
  lastUpdateMs: number;
}

export type LeaveReason = 'unregistered' | 'connection-closed' | 'expired';

type Role = 'producer' | 'consumer';

/** By its first heartbeat on a connection. */
export function tellJoined(journal: Journal, role: Role, group: string, client: ClientChannel): void {
  const {clientId, channel} = client;
  const address = channel.remoteAddress;
  report(journal, {kind: 'client-joined', role, group, clientId, address, why: 'heartbeat'});
}

export function tellLeft(
  journal: Journal,
  role: Role,
  group: string,
  client: ClientChannel,
  why: LeaveReason,
): void {
  const {clientId, channel} = client;
  report(journal, {kind: 'client-left', role, group, clientId, address: channel.remoteAddress, why});
}
