/** How far each delay level has been delivered, and the file that remembers it. */

/** Level to the next queue offset to look at. */
export type DelayOffsets = Map<number, number>;

/**
 * As fastjson prints a map with number keys: unquoted, and no line for an entry.
 * Source: RocketMQ 4.9.1 `DelayOffsetSerializeWrapper`.
 */
export function encodeDelayOffsets(offsets: DelayOffsets): string {
  const levels = [...offsets.keys()].sort((a, b) => a - b);
  if (levels.length === 0) return '{\n\t"offsetTable":{}\n}';
  const entries = levels.map((level) => `${level}:${offsets.get(level)!}`);
  return `{\n\t"offsetTable":{${entries.join(',')}\n\t}\n}`;
}

/** Takes quoted levels too. Null where it makes no sense. */
export function decodeDelayOffsets(text: string): DelayOffsets | null {
  const table = /^\s*\{\s*(?:"offsetTable"\s*:\s*\{([^{}]*)\}\s*)?\}\s*$/.exec(text);
  if (table === null) return null;
  const offsets: DelayOffsets = new Map();
  for (const entry of (table[1] ?? '').split(',')) {
    if (entry.trim() === '') continue;
    const pair = /^\s*"?(\d{1,9})"?\s*:\s*(\d{1,15})\s*$/.exec(entry);
    if (pair === null) return null;
    offsets.set(Number(pair[1]), Number(pair[2]));
  }
  return offsets;
}
