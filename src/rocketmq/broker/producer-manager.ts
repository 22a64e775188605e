import type {Clock} from '../../ports/clock.ts';
import type {Journal} from '../../ports/journal.ts';
import type {Channel} from '../remoting/remoting.ts';
import {CHANNEL_EXPIRED_MS, type ClientChannel, tellJoined, tellLeft} from './client-channel.ts';

/**
 * Who produces, by group. Needed to ask a producer about a transaction and to push replies.
 * Source: RocketMQ 4.9.1 `broker.client.ProducerManager`.
 */
export class ProducerManager {
  readonly #clock: Clock;
  readonly #journal: Journal;
  readonly #groups = new Map<string, Map<Channel, ClientChannel>>();
  /** By client id, for replies. Filled by a group's first heartbeat on a channel only, as in 4.9.1. */
  readonly #byClientId = new Map<string, Channel>();

  constructor(clock: Clock, journal: Journal) {
    this.#clock = clock;
    this.#journal = journal;
  }

  get isEmpty(): boolean {
    for (const members of this.#groups.values()) if (members.size > 0) return false;
    return true;
  }

  register(group: string, client: ClientChannel): void {
    let members = this.#groups.get(group);
    if (members === undefined) {
      members = new Map();
      this.#groups.set(group, members);
    }
    const known = members.get(client.channel);
    if (known === undefined) {
      members.set(client.channel, client);
      this.#byClientId.set(client.clientId, client.channel);
      tellJoined(this.#journal, 'producer', group, client);
    } else {
      known.lastUpdateMs = this.#clock.nowMs();
    }
  }

  unregister(group: string, clientId: string, channel: Channel): void {
    const members = this.#groups.get(group);
    if (members === undefined) return;
    const known = members.get(channel);
    this.#byClientId.delete(clientId);
    if (known !== undefined) {
      members.delete(channel);
      tellLeft(this.#journal, 'producer', group, known, 'unregistered');
    }
    if (members.size === 0) this.#groups.delete(group);
  }

  /** Takes a closed channel out of every group. A group left without members stays, empty. */
  channelClosed(channel: Channel): void {
    for (const [group, members] of this.#groups) {
      const known = members.get(channel);
      if (known === undefined) continue;
      members.delete(channel);
      this.#byClientId.delete(known.clientId);
      tellLeft(this.#journal, 'producer', group, known, 'connection-closed');
    }
  }

  /** Closes and drops every channel without a heartbeat for more than 120 s. */
  scanNotActive(): void {
    const now = this.#clock.nowMs();
    for (const [group, members] of this.#groups) {
      for (const client of [...members.values()]) {
        if (now - client.lastUpdateMs <= CHANNEL_EXPIRED_MS) continue;
        members.delete(client.channel);
        this.#byClientId.delete(client.clientId);
        tellLeft(this.#journal, 'producer', group, client, 'expired');
        client.channel.close();
      }
    }
  }

  /** Members of a group; null where nobody ever registered it, or the last one took leave. */
  members(group: string): readonly ClientChannel[] | null {
    const members = this.#groups.get(group);
    return members === undefined ? null : [...members.values()];
  }

  channelOf(clientId: string): Channel | null {
    return this.#byClientId.get(clientId) ?? null;
  }
}
