import type {TraceStore} from '../trace-store.ts';

/** A slave that has what its master lost: the master came back with a shorter log, and neither of them finds out. */
export interface SlaveAhead {
  /** Where the slave told the restarted master how far its log goes. */
  readonly entryId: number;
  readonly master: string;
  /** The address of the slave's machine. */
  readonly slaveAddress: string;
  /** From here to there, the slave has something else than its master. */
  readonly from: number;
  readonly to: number;
  /** The master's log was still the shorter one, so that `lab.fix=slave-offset-checked` would refuse the slave. */
  readonly isTold: boolean;
}

/**
 * Every slave that was ahead of a restarted master. What it has at its first contact with a life of the master is from lives
 * before: if that goes further than what the master recovered, it is the master's no longer, even where the master has
 * written past it meanwhile and 4.9.1 could not tell.
 */
export function slavesAhead(store: TraceStore): SlaveAhead[] {
  const recovered = new Map<string, number>();
  const met = new Map<string, Set<string>>();
  const found: SlaveAhead[] = [];
  for (const {id, process, fact} of store.pick({facts: ['store-recovered', 'replication-begun']})) {
    if (fact.kind === 'store-recovered') {
      recovered.set(process, fact.maxPhysicalOffset);
      met.set(process, new Set());
    } else {
      const slaveAddress = fact.slave.slice(0, fact.slave.lastIndexOf(':'));
      const known = met.get(process);
      const from = recovered.get(process) ?? 0;
      const to = fact.requestedOffset;
      const isFirst = known !== undefined && !known.has(slaveAddress);
      known?.add(slaveAddress);
      const isTold = fact.maxOffset < to;
      if (!isTold && !(isFirst && from < to)) continue;
      found.push({entryId: id, master: process, slaveAddress, from: Math.min(from, to), to, isTold});
    }
  }
  return found;
}
