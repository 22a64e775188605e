import type {Fact} from '../../rocketmq/facts.ts';
import type {Holding, MessageFate} from '../ledger.ts';
import type {TraceStore} from '../trace-store.ts';
import {allowanceFor, copiesOf, type PromiseHistory} from './promises.ts';

/** What stands behind an acknowledgement that a group on DLedger has given. */
export interface Backing {
  /** Members that have the entry when the producer hears that it is stored. */
  readonly having: number;
  /**
   * Members that had it, had told their leader so, and have lost it meanwhile to what the configuration does not guard against. An answer
   * takes its time, also by S10 or on a link that is cut: what it says was true when the leader counted.
   */
  readonly robbed: number;
}

export function backingOf(
  fate: MessageFate,
  acked: Holding,
  history: PromiseHistory,
  store: TraceStore,
): Backing {
  const having = new Set<string>();
  const robbed = new Set<string>();
  for (const copy of copiesOf(fate, acked)) {
    const {process, entryId, goneEntryId} = copy;
    if (fate.ackedId < entryId) continue;
    if (goneEntryId === 0 || fate.ackedId < goneEntryId) having.add(process);
    else if (allowanceFor(copy, acked, fate, history) !== null && isCounted(copy, acked, fate, store))
      robbed.add(process);
  }
  for (const process of having) robbed.delete(process);
  return {having: having.size, robbed: robbed.size};
}

/** Whether the leader has heard of this very copy: what it heard before the copy was made is about something else. */
function isCounted(copy: Holding, acked: Holding, fate: MessageFate, store: TraceStore): boolean {
  if (copy === acked) return true;
  const written = factAt(store, copy.entryId);
  if (written?.kind !== 'dledger-appended' && written?.kind !== 'dledger-truncated') return false;
  const {group, selfId} = written;
  const [index, term] =
    written.kind === 'dledger-appended'
      ? [written.index, written.term]
      : [written.endIndex, written.entryTerm];
  for (let id = copy.entryId + 1; id < fate.ackedId; id += 1) {
    if (store.entries[id - 1]?.kind !== 'fact') continue;
    const told = factAt(store, id, acked.process);
    if (told?.kind !== 'dledger-acknowledged' || told.group !== group || told.peer !== selfId) continue;
    if (told.term === term && index <= told.index) return true;
  }
  return false;
}

function factAt(store: TraceStore, entryId: number, process: string | null = null): Fact | null {
  const entry = store.entries[entryId - 1];
  if (entry?.kind !== 'fact' || (process !== null && entry.process !== process)) return null;
  return entry.fact as Fact;
}
