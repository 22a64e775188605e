import type {DiskFault} from '../../sim/disk-fault.ts';
import type {Intervention, LinkChange} from '../../sim/intervention.ts';
import type {DiskFaultEnd} from '../../sim/trace.ts';
import {sayDuration} from '../say-duration.ts';
import type {FaultEntry, MachineIntervention} from './fault-entry.ts';
import {rateText, sharePercent} from './figures.ts';

export function machineInterventionInEnglish(did: MachineIntervention): string {
  switch (did.kind) {
    case 'lose-power':
      return `Cut the power of ${did.machine}.`;
    case 'restore-power':
      return `Give ${did.machine} its power back.`;
    case 'disk-fault':
      return `Do this to the disk of ${did.machine}: ${faultInEnglish(did.fault)}.`;
    case 'heal-disk':
      return did.fault === 'all'
        ? `Lift all faults of the disk of ${did.machine}.`
        : `Lift a fault of the disk of ${did.machine}: ${did.fault}.`;
    case 'destroy-disk':
      return did.replace
        ? `Destroy the disk of ${did.machine} and put an empty one in its place.`
        : `Destroy the disk of ${did.machine}.`;
    case 'replace-disk':
      return `Put an empty disk into ${did.machine}.`;
    case 'set-link':
      return linkInEnglish(did);
  }
}

export function faultEntryInEnglish(entry: FaultEntry): string | null {
  switch (entry.kind) {
    case 'link-changed':
      return linkInEnglish(entry);
    case 'machine-power-lost':
      return `${entry.machine} has no power. Its page cache is gone, and it tells nobody: whoever talks to it will wait.`;
    case 'machine-power-restored':
      return `${entry.machine} has power again. Nothing runs on it until it is started.`;
    case 'disk-write-back':
    case 'disk-written-back':
      // The usual case is background; one that failed is the point at which data is lost without a word.
      return entry.kind === 'disk-written-back' && entry.failure !== null
        ? `Linux could not write ${entry.path} of ${entry.machine} back (${entry.failure}) and takes the pages for clean all the same. Only the file's next sync will say so.`
        : null;
    case 'disk-fault-struck':
      return `The disk of ${entry.machine} has a fault: ${faultInEnglish(entry.fault)}.`;
    case 'disk-fault-lifted':
      return `A fault of the disk of ${entry.machine} is over (${entry.name}): ${ENDS[entry.why]}.`;
    case 'disk-read-only':
      return `The file system of ${entry.machine} is read-only now: its journal could not be written. Every write is refused (EROFS).`;
    case 'disk-destroyed':
      return `The disk of ${entry.machine} is gone, with everything on it. Whatever touches it fails (EIO).`;
    case 'disk-replaced':
      return `${entry.machine} has an empty disk now. What is still open belongs to the old one and fails (EIO).`;
    case 'disk-undone':
      return undoneInEnglish(entry);
    case 'disk-pages-lost': {
      const {path, machine, old, torn, sizeBytes, sizeBytesBefore} = entry;
      const size =
        sizeBytes === sizeBytesBefore ? '' : ` It is ${sizeBytes} bytes long now, not ${sizeBytesBefore}.`;
      return `Of ${path} on ${machine}, ${entry.new + old + torn} pages were not on the disk yet: ${entry.new} made it in time, ${old} are as they were before, ${torn} are torn.${size}`;
    }
  }
}

function undoneInEnglish({operation, path, to, machine}: Extract<FaultEntry, {kind: 'disk-undone'}>): string {
  switch (operation) {
    case 'create':
      return `${path} was never made, as far as the disk of ${machine} knows.`;
    case 'make-folder':
      return `The folder ${path} was never made, as far as the disk of ${machine} knows.`;
    case 'rename':
      return `The renaming of ${path} to ${to} had not reached the disk of ${machine}: the old names are back.`;
    case 'remove':
      return `The removal of ${path} had not reached the disk of ${machine}: the file is back.`;
    case 'grow':
      return `That ${path} was made longer had not reached the disk of ${machine}.`;
  }
}

function faultInEnglish(fault: DiskFault): string {
  switch (fault.kind) {
    case 'full':
      return 'it is full';
    case 'slow':
      return `it is ${fault.factor} times as slow`;
    case 'stalled':
      return 'it answers nothing any more';
    case 'write-errors':
      return 'it refuses every write';
    case 'sync-errors':
      return 'every sync fails';
    case 'bad-sector':
      return `the sector of ${fault.path} at byte ${fault.positionBytes} cannot be read`;
    case 'bit-rot':
      return `bit ${fault.bit} of byte ${fault.positionBytes} of ${fault.path} has flipped`;
  }
}

const ENDS: Readonly<Record<DiskFaultEnd, string>> = {
  healed: 'it was lifted',
  rewritten: 'the place was written anew',
  freed: 'the file does not reach there any more',
  'disk-replaced': 'the disk is another',
};

function linkInEnglish(
  change: Pick<Extract<Intervention, {kind: 'set-link'}>, 'from' | 'to' | 'direction' | 'link'>,
): string {
  const {from, to, direction, link} = change;
  const where = direction === 'both' ? `The link between ${from} and ${to}` : `The way from ${from} to ${to}`;
  return link === null ? `${where} is as it was at first.` : `${where} changes: ${linkTextInEnglish(link)}.`;
}

function linkTextInEnglish(link: LinkChange): string {
  const parts: string[] = [];
  if (link.latencyUs !== undefined) parts.push(`latency ${sayDuration(link.latencyUs, 'en')}`);
  if (link.jitterUs !== undefined) parts.push(`jitter ${sayDuration(link.jitterUs, 'en')}`);
  if (link.bandwidthBytesPerSecond !== undefined)
    parts.push(`bandwidth ${rateText(link.bandwidthBytesPerSecond)}`);
  if (link.lossPerMillion !== undefined) parts.push(`loss ${sharePercent(link.lossPerMillion)}`);
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}
