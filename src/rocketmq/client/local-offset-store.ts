import {loadConfigFile, persistConfigFile} from '../config/config-file.ts';
import {bean, integer} from '../remoting/bodies/codec.ts';
import {type messageQueue, queueTable} from '../remoting/bodies/message-queue.ts';
import {FastjsonError, parseFastjson, quote} from '../remoting/fastjson.ts';
import {type QueueRef, queueKey, queueRef, queuesInHashOrder} from './message-queue-ref.ts';
import type {MQClientInstance} from './mq-client-instance.ts';
import {NO_OFFSET, type OffsetStore} from './offset-store.ts';
import {OffsetTable} from './offset-table.ts';

const offsetsFile = bean<{offsetTable: readonly (readonly [ReturnType<typeof messageQueue.read>, number])[]}>(
  {
    offsetTable: queueTable(integer()),
  },
);

/**
 * Offsets kept on the consumer's own machine (BROADCASTING). The file holds only what is held at the time, so that an entry
 * vanishes with its queue. Source: RocketMQ 4.9.1 `client.consumer.store.LocalFileOffsetStore`.
 */
export class LocalFileOffsetStore implements OffsetStore {
  private readonly instance: MQClientInstance;
  private readonly path: string;
  private readonly offsets = new OffsetTable();

  constructor(instance: MQClientInstance, group: string) {
    this.instance = instance;
    const {home} = instance.host.identity;
    this.path = `${home}/.rocketmq_offsets/${instance.clientId}/${group}/offsets.json`;
    for (const [queue, offset] of this.read().values()) this.update(queue, offset, false);
  }

  update(queue: QueueRef, offset: number, increaseOnly: boolean): void {
    this.offsets.update(queue, offset, increaseOnly);
  }

  fromMemory(queue: QueueRef): number {
    return this.offsets.get(queue) ?? NO_OFFSET;
  }

  fromStore(queue: QueueRef, done: (offset: number) => void): void {
    const stored = this.read().get(queue.key);
    if (stored !== undefined) this.update(queue, stored[1], false);
    done(stored?.[1] ?? NO_OFFSET);
  }

  persistAll(held: readonly QueueRef[]): void {
    if (held.length === 0) return;
    const rows: [QueueRef, number][] = [];
    for (const queue of queuesInHashOrder(held)) {
      const offset = this.offsets.get(queue);
      if (offset !== undefined) rows.push([queue, offset]);
    }
    persistConfigFile(this.instance.host, this.path, formatOffsets(rows));
  }

  persist(): void {}

  remove(): void {}

  snapshot(topic: string | null): Map<QueueRef, number> {
    return this.offsets.snapshot(topic);
  }

  private read(): Map<string, [QueueRef, number]> {
    const offsets = new Map<string, [QueueRef, number]>();
    const understood = loadConfigFile(this.instance.host, this.path, (text) => {
      const rows = parseOffsets(text);
      for (const [queue, offset] of rows ?? []) offsets.set(queueKey(queue), [queueRef(queue), offset]);
      return rows !== null;
    });
    if (!understood) this.instance.warn('readLocalOffset Exception, maybe fastjson version too low');
    return offsets;
  }
}

function parseOffsets(text: string) {
  try {
    return offsetsFile.read(parseFastjson(text)).offsetTable;
  } catch (error) {
    if (error instanceof FastjsonError) return null;
    throw error;
  }
}

/** As fastjson's pretty format writes a map whose keys are objects. */
function formatOffsets(rows: readonly (readonly [QueueRef, number])[]): string {
  const entries = rows.map(([queue, offset]) => {
    const members = [
      `"brokerName":${quote(queue.brokerName)}`,
      `"queueId":${queue.queueId}`,
      `"topic":${quote(queue.topic)}`,
    ];
    return `{\n\t\t\t${members.join(',\n\t\t\t')}\n\t\t}:${offset}`;
  });
  const table = entries.length === 0 ? '{}' : `{${entries.join(',')}\n\t}`;
  return `{\n\t"offsetTable":${table}\n}`;
}
