import {SECTOR_BYTES} from './disk-fault.ts';
import type {FileNode} from './file-tree.ts';
import type {MetadataChange} from './metadata-log.ts';
import type {PageFate, PageLoss} from './page-fate.ts';
import {PAGE_BYTES} from './page-stock.ts';
import type {SimRandom} from './random.ts';
import type {Volume} from './volume.ts';

/** Out of sixteen. A page that had been sent is more likely to have made it than one that only might have been. */
const ODDS_OF = 16;
const OLD_ODDS = {waiting: 8, sent: 4};
const NEW_ODDS = {waiting: 5, sent: 8};

/** What the device was up to when power went. */
export interface DeviceCondition {
  /** It took writes at all. */
  readonly canWrite: boolean;
  /** It was taking new ones. */
  readonly answers: boolean;
}

export interface FileLoss {
  readonly node: FileNode;
  readonly loss: PageLoss;
  readonly fates: ReadonlyMap<number, PageFate>;
  /** It had lost its name, and has it again. */
  readonly isRestored: boolean;
}

/**
 * Makes a file system what its platter holds of it. Changes of names and sizes survive in their order, up to a point that
 * chance decides; each page that was not durable becomes old, new or torn on its own. Every file draws from a stream of its own, so
 * what becomes of one says nothing of another.
 */
export function losePower(
  volume: Volume,
  device: DeviceCondition,
  random: SimRandom,
  nowUs: number,
): {readonly undone: readonly MetadataChange[]; readonly files: readonly FileLoss[]} {
  const {length} = volume.log;
  const kept = device.answers ? random.stream('journal').below(length + 1) : 0;
  const undone = volume.undo(kept, nowUs);
  const files: FileLoss[] = [];
  volume.usedBytes = 0;
  for (const node of volume.tree.allFiles()) {
    const isRestored = node.isReclaimed;
    const fates = new Map<number, PageFate>();
    const stream = random.stream(`file ${node.path}`);
    const loss = node.contents.losePower((page, wasSent) => {
      // What nobody had a name for any more, the cache had thrown away.
      const fate = isRestored ? 'old' : drawFate(stream, wasSent, device);
      fates.set(page, fate);
      return fate;
    });
    files.push({node, loss, fates, isRestored});
    afresh(node);
    volume.usedBytes += node.contents.allocatedBytes;
  }
  return {undone, files};
}

function drawFate(random: SimRandom, wasSent: boolean, device: DeviceCondition): PageFate {
  if (!device.canWrite || !(device.answers || wasSent)) return 'old';
  const drawn = random.below(ODDS_OF);
  const how = wasSent ? 'sent' : 'waiting';
  if (drawn < OLD_ODDS[how]) return 'old';
  if (drawn < OLD_ODDS[how] + NEW_ODDS[how]) return 'new';
  const sectors = 1 + random.below(PAGE_BYTES / SECTOR_BYTES - 1);
  return {sectors, newFirst: random.below(2) === 1};
}

/** What the operating system knew of a file beyond its contents is forgotten. */
function afresh(node: FileNode): void {
  node.openCount = 0;
  node.isReclaimed = false;
  node.dirtySinceUs = -1;
  node.failures = 0;
  node.isFailureTold = true;
}
