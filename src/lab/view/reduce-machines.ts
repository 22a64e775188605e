import type {EntryOf} from '../../sim/trace.ts';
import type {Draft, Writable} from './draft.ts';
import type {ChangedLinkView, DiskView, MachineView} from './view-state.ts';

export function newMachine({machine, address, atUs}: EntryOf<'machine-added'>): MachineView {
  return {
    name: machine,
    address,
    hasPower: true,
    powerSinceUs: atUs,
    disk: {status: 'in-place', statusSinceUs: atUs, faults: []},
  };
}

export type MachineEntry = EntryOf<
  | 'machine-power-lost'
  | 'machine-power-restored'
  | 'disk-fault-struck'
  | 'disk-fault-lifted'
  | 'disk-read-only'
  | 'disk-destroyed'
  | 'disk-replaced'
>;

/** What happens to a machine or to its disk as a whole. */
export function reduceMachine(draft: Draft, entry: MachineEntry): void {
  const {state} = draft;
  const known = state.machines.get(entry.machine);
  if (known === undefined) return;
  const machine: Writable<MachineView> = {...known};
  switch (entry.kind) {
    case 'machine-power-lost':
    case 'machine-power-restored':
      machine.hasPower = entry.kind === 'machine-power-restored';
      machine.powerSinceUs = entry.atUs;
      break;
    default:
      machine.disk = diskAfter(known.disk, entry);
  }
  const machines = draft.map(state.machines);
  machines.set(entry.machine, machine);
  state.machines = machines;
  if (entry.kind === 'machine-power-lost') forgetConnections(draft, entry.machine);
}

/** A connection of which nobody is left who could close it. One with an end elsewhere is open there until that end learns of it. */
function forgetConnections(draft: Draft, machine: string): void {
  const {state} = draft;
  const isThere = (process: string): boolean => state.processes.get(process)?.machine === machine;
  const connections = draft.map(state.connections);
  for (const {connection, process, peer, status} of [...connections.values()]) {
    if (isThere(process) && (status === 'connecting' || isThere(peer))) connections.delete(connection);
  }
  state.connections = connections;
}

function diskAfter(
  disk: DiskView,
  entry: Exclude<MachineEntry, {kind: 'machine-power-lost' | 'machine-power-restored'}>,
): DiskView {
  const {atUs} = entry;
  switch (entry.kind) {
    case 'disk-fault-struck': {
      const {name, fault} = entry;
      const others = disk.faults.filter((other) => other.name !== name);
      return {...disk, faults: [...others, {name, fault, sinceUs: atUs}]};
    }
    case 'disk-fault-lifted': {
      const faults = disk.faults.filter((other) => other.name !== entry.name);
      // Whoever lifts the fault that made the file system read-only has mounted it anew.
      const isWritableAgain = entry.name === 'write-errors' && disk.status === 'read-only';
      return isWritableAgain ? {status: 'in-place', statusSinceUs: atUs, faults} : {...disk, faults};
    }
    case 'disk-read-only':
      return {...disk, status: 'read-only', statusSinceUs: atUs};
    case 'disk-destroyed':
      return {...disk, status: 'destroyed', statusSinceUs: atUs};
    case 'disk-replaced':
      return {...disk, status: 'in-place', statusSinceUs: atUs};
  }
}

export function changeLink(draft: Draft, entry: EntryOf<'link-changed'>): void {
  const {state} = draft;
  const {from, to, link, atUs} = entry;
  const ends: [string, string][] =
    entry.direction === 'both'
      ? [
          [from, to],
          [to, from],
        ]
      : [[from, to]];
  const others = state.changedLinks.filter(
    (other) => !ends.some(([a, b]) => other.from === a && other.to === b),
  );
  const changed: ChangedLinkView[] =
    link === null ? [] : ends.map(([a, b]) => ({from: a, to: b, change: link, sinceUs: atUs}));
  state.changedLinks = [...others, ...changed];
}
