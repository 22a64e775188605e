import {setTimeout as sleep} from 'node:timers/promises';
import type {Heard, Outgoing} from './driver.ts';

/** Longer than anything takes on a slow machine that does other things as well: only what never comes takes so long. */
const PATIENCE_MS = 240_000;

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

/** The same for what has to be asked for; asks ten times a second. */
export async function waitFor(isSo: () => Promise<boolean>, what: () => string): Promise<void> {
  let is = await isSo();
  await until(
    () => is,
    what,
    async () => {
      await sleep(100);
      is = await isSo();
    },
  );
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

export const outgoing = (bodies: readonly string[], more: Omit<Outgoing, 'body'> = {}): Outgoing[] =>
  bodies.map((body) => ({body, ...more}));

export const bodiesOf = (messages: readonly Heard[]): string[] => sorted(messages.map(({body}) => body));

/** Where in its topic a message is, as text. */
export const placeOf = ({queueId, queueOffset}: {queueId: number; queueOffset: number}): string =>
  `${queueId}@${queueOffset}`;

/**
 * Sends rounds of eight until the members of a group, who have two queues each, hear one whole round evenly and nothing twice; the
 * rounds before, while queues change hands, must arrive at least once.
 */
export async function untilShared(
  members: readonly Heard[][],
  send: (bodies: readonly string[]) => Promise<unknown>,
): Promise<void> {
  const counts = (): number[] => members.map((heard) => heard.length);
  let round = 0;
  let last: number[] = [];
  await until(
    () => round > 0 && last.every((count) => count === 8 / members.length),
    () => `evenly shared; after ${round} rounds ${last}`,
    async () => {
      const bodies = numbered(8, `round ${round++}`);
      for (const heard of members) heard.length = 0;
      await send(bodies);
      await until(
        () => bodies.every((body) => members.some((heard) => heard.some((message) => message.body === body))),
        () => `the whole of a round; heard ${members.map((heard) => heard.map(({body}) => body).join(', '))}`,
      );
      await sleep(250);
      last = counts();
    },
  );
}
