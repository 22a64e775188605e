import type {Clock} from '../../ports/clock.ts';
import type {Journal} from '../../ports/journal.ts';
import {report} from '../facts.ts';
import type {ConsumeFromWhereName, ConsumeType, MessageModel} from '../remoting/bodies/heartbeat-data.ts';
import type {SubscriptionData} from '../remoting/bodies/subscription-data.ts';
import type {Channel} from '../remoting/remoting.ts';
import {
  CHANNEL_EXPIRED_MS,
  type ClientChannel,
  type LeaveReason,
  tellJoined,
  tellLeft,
} from './client-channel.ts';

/** What all members of a group share; the last heartbeat of any member counts. Source: `ConsumerGroupInfo`. */
export interface ConsumerGroup {
  readonly name: string;
  readonly channels: Map<Channel, ClientChannel>;
  readonly subscriptions: Map<string, SubscriptionData>;
  consumeType: ConsumeType | null;
  messageModel: MessageModel | null;
  consumeFromWhere: ConsumeFromWhereName | null;
}

export interface ConsumerRegistration {
  readonly group: string;
  readonly consumeType: ConsumeType | null;
  readonly messageModel: MessageModel | null;
  readonly consumeFromWhere: ConsumeFromWhereName | null;
  readonly subscriptions: readonly SubscriptionData[];
}

/**
 * Who consumes, by group, and what.
 * Source: RocketMQ 4.9.1 `broker.client.ConsumerManager`, `ConsumerGroupInfo`, `DefaultConsumerIdsChangeListener`.
 */
export class ConsumerManager {
  readonly #clock: Clock;
  readonly #journal: Journal;
  readonly #groups = new Map<string, ConsumerGroup>();
  readonly #notifies: () => boolean;
  readonly #notify: (channel: Channel, group: string) => void;

  /**
   * @param notifies whether this broker tells members at all
   * @param notify sends NOTIFY_CONSUMER_IDS_CHANGED to one member
   */
  constructor(
    clock: Clock,
    journal: Journal,
    notifies: () => boolean,
    notify: (channel: Channel, group: string) => void,
  ) {
    this.#clock = clock;
    this.#journal = journal;
    this.#notifies = notifies;
    this.#notify = notify;
  }

  get isEmpty(): boolean {
    return this.#groups.size === 0;
  }

  group(name: string): ConsumerGroup | null {
    return this.#groups.get(name) ?? null;
  }

  groups(): IterableIterator<ConsumerGroup> {
    return this.#groups.values();
  }

  member(group: string, clientId: string): ClientChannel | null {
    for (const client of this.#groups.get(group)?.channels.values() ?? []) {
      if (client.clientId === clientId) return client;
    }
    return null;
  }

  groupsOfTopic(topic: string): string[] {
    const names: string[] = [];
    for (const group of this.#groups.values()) if (group.subscriptions.has(topic)) names.push(group.name);
    return names;
  }

  /** Takes one consumer's part of a heartbeat; answers whether members or topics changed. */
  register(registration: ConsumerRegistration, client: ClientChannel, notifyMembers: boolean): boolean {
    const {group: name, consumeType, messageModel, consumeFromWhere} = registration;
    let group = this.#groups.get(name);
    if (group === undefined) {
      group = {
        name,
        channels: new Map(),
        subscriptions: new Map(),
        consumeType,
        messageModel,
        consumeFromWhere,
      };
      this.#groups.set(name, group);
    }
    group.consumeType = consumeType;
    group.messageModel = messageModel;
    group.consumeFromWhere = consumeFromWhere;
    const joined = this.#updateChannel(group, client);
    const resubscribed = updateSubscriptions(group, registration.subscriptions);
    if ((joined || resubscribed) && notifyMembers) this.#notifyAll(group);
    return joined || resubscribed;
  }

  unregister(name: string, channel: Channel, notifyMembers: boolean): void {
    const group = this.#groups.get(name);
    if (group === undefined) return;
    this.#remove(group, channel, 'unregistered');
    if (group.channels.size === 0) this.#groups.delete(group.name);
    if (notifyMembers) this.#notifyAll(group);
  }

  channelClosed(channel: Channel): void {
    for (const group of [...this.#groups.values()]) {
      if (!this.#remove(group, channel, 'connection-closed')) continue;
      if (group.channels.size === 0) this.#groups.delete(group.name);
      this.#notifyAll(group);
    }
  }

  /**
   * Closes and drops every channel without a heartbeat for more than 120 s. The other members are not told: by the time
   * the close event comes, the channel is in no group any more.
   */
  scanNotActive(): void {
    const now = this.#clock.nowMs();
    for (const group of [...this.#groups.values()]) {
      for (const client of [...group.channels.values()]) {
        if (now - client.lastUpdateMs <= CHANNEL_EXPIRED_MS) continue;
        this.#remove(group, client.channel, 'expired');
        client.channel.close();
      }
      if (group.channels.size === 0) this.#groups.delete(group.name);
    }
  }

  #updateChannel(group: ConsumerGroup, client: ClientChannel): boolean {
    const known = group.channels.get(client.channel);
    if (known === undefined) {
      group.channels.set(client.channel, client);
      tellJoined(this.#journal, 'consumer', group.name, client);
      return true;
    }
    if (known.clientId === client.clientId) known.lastUpdateMs = this.#clock.nowMs();
    else group.channels.set(client.channel, client);
    return false;
  }

  #remove(group: ConsumerGroup, channel: Channel, why: LeaveReason): boolean {
    const known = group.channels.get(channel);
    if (known === undefined) return false;
    group.channels.delete(channel);
    tellLeft(this.#journal, 'consumer', group.name, known, why);
    return true;
  }

  #notifyAll(group: ConsumerGroup): void {
    if (group.channels.size === 0 || !this.#notifies()) return;
    const clientIds: string[] = [];
    for (const client of group.channels.values()) {
      this.#notify(client.channel, group.name);
      clientIds.push(client.clientId);
    }
    report(this.#journal, {kind: 'group-notified', group: group.name, clientIds});
  }
}

/**
 * New topics are added, known ones replaced only by a newer version (which is no change), and topics that this heartbeat
 * does not name are taken from the whole group.
 */
function updateSubscriptions(group: ConsumerGroup, subscriptions: readonly SubscriptionData[]): boolean {
  let changed = false;
  const named = new Set<string>();
  for (const subscription of subscriptions) {
    named.add(subscription.topic);
    const known = group.subscriptions.get(subscription.topic);
    if (known === undefined) changed = true;
    if (known === undefined || subscription.subVersion > known.subVersion) {
      group.subscriptions.set(subscription.topic, subscription);
    }
  }
  for (const topic of [...group.subscriptions.keys()]) {
    if (named.has(topic)) continue;
    group.subscriptions.delete(topic);
    changed = true;
  }
  return changed;
}
