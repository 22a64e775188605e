import {encodeUtf8, readUtf8} from '../../message/utf8.ts';
import {
  bean as beanJson,
  type FastjsonObject,
  type FastjsonValue,
  javaDouble,
  parseFastjson,
  quote,
  rawKeyMap,
  stringKeyMap,
} from '../fastjson.ts';
import {FastjsonError} from '../fastjson-parser.ts';

/**
 * How a value stands in a body, both ways. `write` answers its JSON, or null where fastjson leaves the member out. `read` is
 * as lenient as fastjson's casts: what is missing has its default.
 */
export interface Codec<T> {
  write(value: T): string | null;
  read(json: FastjsonValue | undefined): T;
}

/** The bytes of a body. */
export function encodeBody<T>(codec: Codec<T>, value: T): Uint8Array {
  return encodeUtf8(codec.write(value) ?? 'null');
}

/** A body, or null where the bytes are no JSON object of fastjson's kind. */
export function decodeBody<T>(codec: Codec<T>, bytes: Uint8Array): T | null {
  try {
    const json = parseFastjson(readUtf8(bytes));
    return json instanceof Map ? codec.read(json) : null;
  } catch (error) {
    if (error instanceof FastjsonError) return null;
    throw error;
  }
}

/** A body that is fastjson's null: `null`, or nothing but blanks. `decodeBody` answers null for it as for bytes that are no JSON. */
export function isNullBody(bytes: Uint8Array): boolean {
  return bytes.length < 64 && /^\s*(null\s*)?$/.test(readUtf8(bytes));
}

/** A string, or null. */
export const text: Codec<string | null> = {
  write: (value) => (value === null ? null : quote(value)),
  read: textOf,
};

/** A string that is always there; missing is the empty string. */
export const givenText: Codec<string> = {
  write: quote,
  read: (json) => textOf(json) ?? '',
};

function textOf(json: FastjsonValue | undefined): string | null {
  if (json === undefined || json === null) return null;
  if (typeof json === 'string') return json;
  if (typeof json === 'object') throw new FastjsonError('expected a string');
  return String(json);
}

/** An integer that fits a double: `int`, and every `long` that is a time, a size or an offset. */
export function integer(missing = 0): Codec<number> {
  return {
    write: String,
    read: (json) => (json === undefined || json === null ? missing : numberOf(json)),
  };
}

/** A `long` that may reach 2^63 - 1. */
export const long: Codec<bigint> = {
  write: String,
  read: (json) => {
    if (json === undefined || json === null) return 0n;
    if (typeof json === 'bigint') return json;
    if (typeof json === 'string' && /^[+-]?\d+$/.test(json)) return BigInt(json);
    return BigInt(numberOf(json));
  },
};

/** What no `long` holds is an exception in Java. */
const INT64_END = 2 ** 63;
const INT64_END_BIG = 1n << 63n;

function numberOf(json: FastjsonValue): number {
  if (typeof json === 'number' && Math.abs(json) < INT64_END) return Math.trunc(json);
  if (typeof json === 'bigint' && -INT64_END_BIG <= json && json < INT64_END_BIG) return Number(json);
  if (typeof json === 'boolean') return json ? 1 : 0;
  if (typeof json === 'string') {
    if (json === '' || json === 'null') return 0;
    const digits = json.replaceAll(',', '');
    if (/^[+-]?\d{1,19}$/.test(digits)) return Number(digits);
  }
  throw new FastjsonError('expected an integer');
}

export const double: Codec<number> = {
  write: javaDouble,
  read: (json) => {
    if (typeof json === 'number') return json;
    if (typeof json === 'string' && json !== '' && !Number.isNaN(Number(json))) return Number(json);
    return json === undefined || json === null ? 0 : numberOf(json);
  },
};

export function boolean(missing = false): Codec<boolean> {
  return {
    write: String,
    read: (json) => {
      if (json === undefined || json === null) return missing;
      if (typeof json === 'boolean') return json;
      if (typeof json === 'string') return /^(true|1|y|t|on|yes)$/i.test(json);
      return numberOf(json) === 1;
    },
  };
}

/** An enum by name, in any case, or by ordinal; unknown is null. */
export function enumeration<T extends string>(
  names: readonly T[],
  missing: T | null = null,
): Codec<T | null> {
  return {
    write: (value) => (value === null ? null : quote(value)),
    read: (json) => {
      if (json === undefined) return missing;
      if (typeof json === 'number') return names[json] ?? null;
      if (typeof json !== 'string') return null;
      return names.find((name) => name.toUpperCase() === json.toUpperCase()) ?? null;
    },
  };
}

/** A list or a set, in the order given; missing is empty. */
export function list<T>(item: Codec<T>): Codec<readonly T[]> {
  return {
    write: (value) => `[${value.map((each) => item.write(each) ?? 'null').join(',')}]`,
    read: (json) => {
      if (json === undefined || json === null) return [];
      if (!Array.isArray(json)) throw new FastjsonError('expected a list');
      return json.map((each: FastjsonValue) => item.read(each));
    },
  };
}

/** Null stands for what Java has as null: the member is left out. */
export function nullable<T>(codec: Codec<T>): Codec<T | null> {
  return {
    write: (value) => (value === null ? null : codec.write(value)),
    read: (json) => (json === undefined || json === null ? null : codec.read(json)),
  };
}

/** A map with string keys; null values are left out. */
export function stringMap<T>(value: Codec<T>): Codec<ReadonlyMap<string, T>> {
  return {
    write: (map) => stringKeyMap(map, (each) => value.write(each)),
    read: (json) => {
      const map = new Map<string, T>();
      for (const [key, each] of membersOf(json))
        map.set(typeof key === 'string' ? key : '', value.read(each));
      return map;
    },
  };
}

/** A map whose keys are numbers, which stand unquoted. */
export function numberMap<T>(value: Codec<T>): Codec<ReadonlyMap<number, T>> {
  return {
    write: (map) => rawKeyMap(map, (each) => value.write(each)),
    read: (json) => {
      const map = new Map<number, T>();
      for (const [key, each] of membersOf(json)) {
        if (typeof key !== 'string') throw new FastjsonError('expected a number as key');
        map.set(numberOf(key), value.read(each));
      }
      return map;
    },
  };
}

/** A map whose keys are beans, which stand as objects. A JavaScript map cannot look them up, so it is a list of pairs. */
export function beanMap<K, T>(key: Codec<K>, value: Codec<T>): Codec<readonly (readonly [K, T])[]> {
  return {
    write: (pairs) => {
      const entries = pairs.map(([each, item]) => [key.write(each) ?? 'null', item] as const);
      return rawKeyMap(entries, (item) => value.write(item));
    },
    read: (json) => {
      const pairs: [K, T][] = [];
      for (const [each, item] of membersOf(json)) {
        // The key may also come as the text of its JSON.
        pairs.push([key.read(typeof each === 'string' ? parseFastjson(each) : each), value.read(item)]);
      }
      return pairs;
    },
  };
}

/** A bean; `members` name its fields in the order written, which for fastjson is alphabetical. Unknown members are ignored. */
export function bean<T extends object>(members: {readonly [K in keyof T]-?: Codec<T[K]>}): Codec<T> {
  const fields = Object.entries(members) as [keyof T & string, Codec<T[keyof T]>][];
  return {
    write: (value) => beanJson(fields.map(([name, codec]) => [name, codec.write(value[name])])),
    read: (json) => {
      if (json === undefined || json === null) json = new Map();
      if (!(json instanceof Map)) throw new FastjsonError('expected an object');
      const value: Partial<Record<keyof T, T[keyof T]>> = {};
      for (const [name, codec] of fields) value[name] = codec.read(json.get(name));
      return value as T;
    },
  };
}

function membersOf(json: FastjsonValue | undefined): FastjsonObject {
  if (json === undefined || json === null) return new Map();
  if (!(json instanceof Map)) throw new FastjsonError('expected an object');
  return json;
}
