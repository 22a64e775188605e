import type {MessageFate} from '../ledger.ts';
import type {Evidence} from './check.ts';

/** The name of the flaw: files of the configuration are written, renamed and never synced. */
export const CONFIG_NOT_SYNCED = 'config-not-synced';

/**
 * Topics that a broker does not know any more since its power went, by process: it knew them, the power took what its `topics.json`
 * held, and it has come back without. Their messages are in its log, and nobody finds the way to them.
 * Source of the flaw: RocketMQ 4.9.1 `MixAll#string2File`.
 */
export class TopicsForgotten {
  readonly #forgotten = new Map<string, Set<string>>();

  constructor({scenario, store}: Evidence) {
    const machineOf = new Map(scenario.brokers.map(({name, machine}) => [name, machine]));
    const known = new Map<string, Set<string>>();
    const robbed = new Set<string>();
    const entries = store.pick({
      entries: ['disk-pages-lost', 'disk-undone', 'process-started'],
      facts: ['topic-configured', 'topic-deleted'],
    });
    for (const entry of entries) {
      if (entry.kind === 'disk-pages-lost' || entry.kind === 'disk-undone') {
        if (/\/config\/topics\.json(\.tmp|\.bak)?$/.test(entry.path)) robbed.add(entry.machine);
      } else if (entry.kind === 'process-started' && robbed.delete(machineOf.get(entry.process) ?? '')) {
        this.#forgotten.set(entry.process, known.get(entry.process) ?? new Set());
        known.delete(entry.process);
      } else if (entry.kind === 'fact') {
        const {fact} = entry;
        if (fact.kind === 'topic-deleted') known.get(entry.process)?.delete(fact.topic);
        if (fact.kind !== 'topic-configured') continue;
        const topics = known.get(entry.process);
        if (topics === undefined) known.set(entry.process, new Set([fact.topic]));
        else topics.add(fact.topic);
        this.#forgotten.get(entry.process)?.delete(fact.topic);
      }
    }
  }

  /** The broker that has a message, and has forgotten the topic that it is of; null where some other could be asked. */
  holderOf({topic, holdings}: MessageFate): string | null {
    const holders = holdings.filter(({taken}) => taken === null);
    const isForgotten = holders.every(({process}) => this.#forgotten.get(process)?.has(topic));
    return isForgotten ? (holders[0]?.process ?? null) : null;
  }
}
