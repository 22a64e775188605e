import type {MessageFate} from '../ledger/fate.ts';
import type {LedgerTrack} from '../ledger.ts';

/**
 * Of messages that have not reached every group, those that took the place in their queue of a message which the group had
 * read and the log, or its master, has lost since. A group's progress is a number for each queue, so it never asks for that place again.
 */
export function passedOver(missing: readonly MessageFate[], ledger: LedgerTrack): MessageFate[] {
  const readAndLost = new Map<string, MessageFate[]>();
  for (const fate of ledger.messages.values()) {
    if (fate.deliveries.size === 0) continue;
    // Of a message that was stored twice, one copy may be gone and the other not.
    const isGone = fate.lostId !== 0 || fate.outOfReachId !== 0;
    for (const place of placesOf(fate, isGone)) {
      const there = readAndLost.get(place);
      if (there === undefined) readAndLost.set(place, [fate]);
      else there.push(fate);
    }
  }
  return missing.filter((fate) => {
    const before = placesOf(fate, true).flatMap((place) => readAndLost.get(place) ?? []);
    const wanting = ledger.wantedBy(fate).filter((group) => !fate.deliveries.has(group));
    return wanting.every((group) => before.some((other) => other !== fate && other.deliveries.has(group)));
  });
}

function placesOf(fate: MessageFate, all: boolean): string[] {
  return fate.holdings
    .filter(({taken}) => all || taken !== null)
    .map(({process, queueId, queueOffset}) => `${process} ${fate.topic} ${queueId} ${queueOffset}`);
}
