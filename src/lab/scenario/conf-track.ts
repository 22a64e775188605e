import type {EntryOf} from '../../sim/trace.ts';
import {type Reader, type Takes, taking} from '../readers.ts';
import {withSettings} from './conf-key.ts';
import type {Scenario} from './scenario.ts';

/**
 * The broker.conf of every broker as its present life has read it, followed through a trace: what is set by hand counts from the
 * next start.
 */
export class ConfTrack implements Reader {
  readonly takes = [taking(this, ConfTrack.#table)];

  static readonly #table: Takes<ConfTrack> = {
    entries: {
      'config-set': (self, entry) => self.set(entry),
      'process-started': (self, entry) => self.started(entry),
    },
  };
  readonly #given: ReadonlyMap<string, string>;
  readonly #set = new Map<string, Map<string, string>>();
  readonly #read = new Map<string, string>();

  constructor(scenario: Scenario) {
    this.#given = new Map(scenario.brokers.map(({name, conf}) => [name, conf]));
  }

  set({process, key, value}: EntryOf<'config-set'>): void {
    const settings = this.#set.get(process) ?? new Map<string, string>();
    this.#set.set(process, settings.set(key, value));
  }

  started({process}: EntryOf<'process-started'>): void {
    const settings = this.#set.get(process);
    const given = this.#given.get(process);
    if (settings !== undefined && given !== undefined) this.#read.set(process, withSettings(given, settings));
  }

  /** What the last start of a broker has read; before any, what the scenario gives it. */
  confOf(process: string): string {
    return this.#read.get(process) ?? this.#given.get(process) ?? '';
  }
}
