import {parseProperties} from '../../rocketmq/config/java-properties.ts';
import type {EntryOf} from '../../sim/trace.ts';
import type {Reader, Takes} from '../readers.ts';
import type {Scenario} from './scenario.ts';

/** A broker.conf with a key set: in its place where it stands on a line of its own, else on a line at the end, which counts. */
export function withConfKey(conf: string, key: string, value: string): string {
  const lines = conf.split('\n');
  const entries = parseProperties(conf).entries.filter((entry) => entry.key === key);
  const last = entries[entries.length - 1];
  const line = last === undefined ? undefined : lines[last.line - 1];
  if (last !== undefined && line !== undefined && !line.endsWith('\\') && last.valueLine === last.line) {
    lines[last.line - 1] = `${key}=${value}`;
    return lines.join('\n');
  }
  return `${conf}${conf === '' || conf.endsWith('\n') ? '' : '\n'}${key}=${value}\n`;
}

/** A broker.conf with keys set one after the other. */
export function withSettings(conf: string, settings: ReadonlyMap<string, string>): string {
  let text = conf;
  for (const [key, value] of settings) text = withConfKey(text, key, value);
  return text;
}

/**
 * The broker.conf of every broker as its present life has read it, followed through a trace: what is set by hand counts from the
 * next start.
 */
export class ConfTrack implements Reader {
  readonly takes: readonly Takes[] = [
    {
      entries: {
        'config-set': (entry) => this.set(entry),
        'process-started': (entry) => this.started(entry),
      },
    },
  ];
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
