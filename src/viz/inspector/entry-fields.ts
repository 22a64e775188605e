import type {TraceEntry} from '../../sim/trace.ts';

/** What an entry holds, name by name, in the order in which it was told; of a fact also whose it is. */
export function entryFields(entry: TraceEntry): (readonly [string, string])[] {
  const fields: (readonly [string, string])[] = [];
  const add = (object: object, skip: readonly string[]): void => {
    for (const [name, value] of Object.entries(object)) {
      if (skip.includes(name)) continue;
      fields.push([
        name,
        typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value),
      ]);
    }
  };
  if (entry.kind === 'fact') {
    fields.push(['process', entry.process]);
    add(entry.fact, []);
  } else {
    add(entry, ['id', 'atUs', 'cause']);
  }
  return fields;
}
