import type {Host} from '../../ports/host.ts';
import {persistConfigFile, readTextFile} from '../config/config-file.ts';
import {report} from '../facts.ts';
import {javaHashMapOrder} from '../message/java-hash.ts';
import {bean, stringMap, text} from '../remoting/bodies/codec.ts';
import {encodeKVTable, type KVTable} from '../remoting/bodies/kv-table.ts';
import {FastjsonError, parseFastjson} from '../remoting/fastjson.ts';

/** Topics whose queues stand in a fixed order: topic to `brokerA:4;brokerB:4`. Source: `NamesrvUtil`. */
export const NAMESPACE_ORDER_TOPIC_CONFIG = 'ORDER_TOPIC_CONFIG';

const wrapper = bean<{configTable: ReadonlyMap<string, KVTable>}>({configTable: stringMap(stringMap(text))});

/**
 * Texts by namespace and key, the only thing that a NameServer keeps on its disk.
 * Source: RocketMQ 4.9.1 `namesrv.kvconfig.KVConfigManager`.
 */
export class KvConfigManager {
  private readonly host: Host;
  /** The file's path; it can be changed at run time. */
  private readonly path: () => string;
  private readonly tables = new Map<string, Map<string, string | null>>();

  constructor(host: Host, path: () => string) {
    this.host = host;
    this.path = path;
  }

  /** Reads the file, if there is one. False if it cannot be understood: the NameServer does not start then. */
  load(): boolean {
    const content = readTextFile(this.host.disk, this.path());
    if (content === null) return true;
    try {
      const json = parseFastjson(content);
      if (json === null) return true;
      for (const [namespace, table] of wrapper.read(json).configTable)
        this.tables.set(namespace, new Map(table));
      return true;
    } catch (error) {
      if (error instanceof FastjsonError) return false;
      throw error;
    }
  }

  /** Null as value is kept in memory like a missing one, and not written, as in 4.9.1. */
  put(namespace: string, key: string, value: string | null): void {
    const table = this.tables.get(namespace) ?? new Map<string, string | null>();
    this.tables.set(namespace, table);
    table.set(key, value);
    report(this.host.journal, {kind: 'kv-changed', namespace, key, value});
    this.persist();
  }

  /** The namespace stays, even if it is empty now. */
  delete(namespace: string | undefined, key: string | undefined): void {
    if (namespace !== undefined && key !== undefined && this.tables.get(namespace)?.delete(key)) {
      report(this.host.journal, {kind: 'kv-changed', namespace, key, value: null});
    }
    this.persist();
  }

  get(namespace: string | undefined, key: string | undefined): string | null {
    if (namespace === undefined || key === undefined) return null;
    return this.tables.get(namespace)?.get(key) ?? null;
  }

  /** The body that lists a namespace; null if there never was one of that name. */
  list(namespace: string | undefined): Uint8Array | null {
    const table = namespace === undefined ? undefined : this.tables.get(namespace);
    return table === undefined ? null : encodeKVTable(inHashOrder(table));
  }

  private persist(): void {
    const configTable = new Map(
      javaHashMapOrder(this.tables.keys()).map((namespace) => [
        namespace,
        inHashOrder(this.tables.get(namespace)!),
      ]),
    );
    persistConfigFile(this.host, this.path(), wrapper.write({configTable})!);
  }
}

function inHashOrder(table: KVTable): KVTable {
  return new Map(javaHashMapOrder(table.keys()).map((key) => [key, table.get(key)!]));
}
