import {setTimeout as sleep} from 'node:timers/promises';

const PATIENCE_MS = 30_000;

/** Looks until it is so, doing `meanwhile` before each look, and complains in the words of `what` if that never comes. */
export async function until(
  isSo: () => boolean,
  what: () => string,
  meanwhile: () => Promise<void> = () => sleep(10),
): Promise<void> {
  const untilMs = performance.now() + PATIENCE_MS;
  while (!isSo()) {
    if (performance.now() > untilMs) throw new Error(`never: ${what()}`);
    await meanwhile();
  }
}

/**
 * Waits for a count to be reached, and then a moment longer for what must not come: more than was sent.
 */
export async function untilAll(list: readonly unknown[], count: number, extraMs = 250): Promise<void> {
  await until(
    () => list.length >= count,
    () => `${count} of them; there were ${list.length}: ${JSON.stringify(list.slice(-3))}`,
  );
  await sleep(extraMs);
}

export const numbered = (count: number, word = 'message'): string[] =>
  Array.from({length: count}, (_, i) => `${word} ${i}`);

export const sorted = (texts: Iterable<string>): string[] => [...texts].sort();
