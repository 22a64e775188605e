import type {MessageFate} from '../../lab/ledger.ts';
import type {LedgerColumn} from '../base/act.ts';
import type {RunData} from './run-data.ts';

/** The messages that a number of the ledger counts at entry `entryId`, in the order in which they were begun. */
export function messagesOf(run: RunData, column: LedgerColumn, entryId: number): MessageFate[] {
  const flushes = column === 'durable' ? flushesOf(run) : new Map<string, Flush[]>();
  const by = (id: number): boolean => id !== 0 && id <= entryId;
  const isInTurn = (turns: readonly number[] | null): boolean => (turns ?? []).filter(by).length % 2 === 1;
  const found: MessageFate[] = [];
  for (const fate of run.ledger.messages.values()) {
    if (fate.begunId > entryId) break;
    if (counts(fate)) found.push(fate);
  }
  return found;

  function counts(fate: MessageFate): boolean {
    switch (column) {
      case 'sent':
        return true;
      case 'acked':
        return by(fate.ackedId);
      case 'givenUp':
        return by(fate.givenUpId);
      case 'lost':
        return isInTurn(fate.lostTurns);
      case 'delivered': {
        const wanted = run.ledger.wantedBy(fate);
        const seen = (group: string): boolean => by(fate.deliveries.get(group)?.[0] ?? 0);
        return fate.deliveries.size > 0 && wanted.length > 0 && wanted.every(seen);
      }
      case 'duplicated':
        return [...fate.deliveries.values()].some((ids) => by(ids[1] ?? 0));
      case 'outOfReach':
        return isInTurn(fate.reachTurns);
      case 'durable':
        return fate.holdings.some(
          (holding) =>
            holding.entryId <= entryId &&
            !by(holding.goneEntryId) &&
            isFlushed(
              flushes.get(holding.process),
              holding.entryId,
              holding.physicalOffset + holding.sizeBytes,
            ),
        );
    }
  }

  /** A flush after the append, by now, that reaches its end. Offsets of flushes rise, so the last one by now decides. */
  function isFlushed(list: readonly Flush[] | undefined, appendedId: number, endOffset: number): boolean {
    if (list === undefined) return false;
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (list[middle]!.entryId <= entryId) low = middle + 1;
      else high = middle;
    }
    const last = list[low - 1];
    return last !== undefined && last.entryId > appendedId && last.offset >= endOffset;
  }
}

interface Flush {
  readonly entryId: number;
  readonly offset: number;
}

function flushesOf(run: RunData): Map<string, Flush[]> {
  const lists = new Map<string, Flush[]>();
  for (const id of run.index.factEntries('log-flushed')) {
    const entry = run.store.entry(id);
    if (entry?.kind !== 'fact') continue;
    const offset = (entry.fact as unknown as {readonly physicalOffset: number}).physicalOffset;
    const list = lists.get(entry.process);
    if (list === undefined) lists.set(entry.process, [{entryId: id, offset}]);
    else list.push({entryId: id, offset});
  }
  return lists;
}
