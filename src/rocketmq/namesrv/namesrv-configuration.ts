import type {Host} from '../../ports/host.ts';
import {persistConfigFile} from '../config/config-file.ts';
import {parseProperties, propertiesText} from '../config/java-properties.ts';
import {javaHashMapOrder} from '../message/java-hash.ts';
import {type NamesrvSettings, withProperties} from './namesrv-config.ts';

/**
 * The settings of a running NameServer, and whatever else stood in its properties file: shown by 319, changed by 318, kept in
 * `configStorePath`. Source: RocketMQ 4.9.1 `common.Configuration`.
 */
export class NamesrvConfiguration {
  private readonly host: Host;
  private current: NamesrvSettings;
  /** Everything ever known by key, settings included. */
  private readonly all = new Map<string, string>();

  constructor(host: Host, settings: NamesrvSettings, extra: ReadonlyMap<string, string>) {
    this.host = host;
    this.current = settings;
    this.mergeSettings();
    for (const [key, value] of extra) this.all.set(key, value);
  }

  get settings(): NamesrvSettings {
    return this.current;
  }

  /** Takes a properties text; false if it breaks their syntax. Keys that nobody knows are dropped. */
  update(text: string): boolean {
    const {entries, malformed} = parseProperties(text);
    if (malformed.length > 0) return false;
    const properties = new Map(entries.map(({key, value}) => [key, value]));
    for (const [key, value] of properties) if (this.all.has(key)) this.all.set(key, value);
    this.current = withProperties(this.current, properties);
    persistConfigFile(this.host, this.current.configStorePath, this.text());
    return true;
  }

  /** `key=value` lines, in the order of Java's hash table. */
  text(): string {
    this.mergeSettings();
    return propertiesText(javaHashMapOrder(this.all.keys()).map((key) => [key, this.all.get(key)!]));
  }

  private mergeSettings(): void {
    for (const [key, value] of Object.entries(this.current)) {
      if (value !== null) this.all.set(key, String(value));
    }
  }
}
