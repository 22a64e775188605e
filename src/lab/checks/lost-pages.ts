import {logFileStart} from '../scenario/log-folder.ts';
import type {TraceStore} from '../trace-store.ts';

/** A part of a log of which a power cut has taken pages. */
export interface LostPages {
  readonly machine: string;
  readonly powerLostId: number;
  readonly from: number;
  readonly to: number;
}

/** Whether a place in a log of a machine is in it. */
export function isLostAt(lost: LostPages, machine: string | undefined, offset: number): boolean {
  return lost.machine === machine && lost.from <= offset && offset < lost.to;
}

/** Every file of a commit log of which a power cut has left pages as they were, or in part. */
export function lostPages(store: TraceStore): LostPages[] {
  const lost: LostPages[] = [];
  const powerLostIds = new Map<string, number>();
  for (const entry of store.pick({entries: ['machine-power-lost', 'disk-pages-lost']})) {
    if (entry.kind === 'machine-power-lost') powerLostIds.set(entry.machine, entry.id);
    if (entry.kind !== 'disk-pages-lost' || entry.old + entry.torn === 0) continue;
    const from = logFileStart(entry.path);
    const powerLostId = powerLostIds.get(entry.machine);
    if (from === null || powerLostId === undefined) continue;
    const {machine, sizeBytesBefore} = entry;
    lost.push({machine, powerLostId, from, to: from + sizeBytesBefore});
  }
  return lost;
}
