/** Unit in which a device stores: what a loss of power tears a page at, and what goes bad as one. */
export const SECTOR_BYTES = 512;

/**
 * What may be wrong with a disk. Faults lie over it: they change what it answers, not what is on it, and each can be lifted
 * on its own. What each does, and what Linux does about it, is told in the README.
 */
export type DiskFault =
  /** No page that takes new space is admitted (ENOSPC), whatever the capacity. */
  | {readonly kind: 'full'}
  /** Everything that goes to the device takes `factor` (a whole number, at least 2) times as long. */
  | {readonly kind: 'slow'; readonly factor: number}
  /** The device takes requests and answers none, until the fault is lifted. */
  | {readonly kind: 'stalled'}
  /** The device refuses every write: what goes out fails, and the first failure takes the file system read-only. */
  | {readonly kind: 'write-errors'}
  /** Every sync fails; Linux takes its pages for clean all the same, and the next sync knows nothing of them. */
  | {readonly kind: 'sync-errors'}
  /** The sector under this byte of the file cannot be read, until it is written anew. */
  | {readonly kind: 'bad-sector'; readonly path: string; readonly positionBytes: number}
  /** This bit (0 to 7, 0 the least) of this byte reads the other way round, until it is written anew. */
  | {
      readonly kind: 'bit-rot';
      readonly path: string;
      readonly positionBytes: number;
      readonly bit: number;
    };

export type DiskFaultKind = DiskFault['kind'];

/** What a fault is called among those of its disk: its kind, and the place, if it has one. */
export type DiskFaultName =
  | Exclude<DiskFaultKind, 'bad-sector' | 'bit-rot'>
  | `bad-sector ${string}`
  | `bit-rot ${string}`;

/**
 * The name of a fault: a function of what it is, so that whoever has laid it can lift it. A disk has at most one fault of a
 * name; a second `slow` takes the place of the first.
 */
export function diskFaultName(fault: DiskFault): DiskFaultName {
  switch (fault.kind) {
    case 'bad-sector':
      return `bad-sector ${fault.path}:${fault.positionBytes - (fault.positionBytes % SECTOR_BYTES)}`;
    case 'bit-rot':
      return `bit-rot ${fault.path}:${fault.positionBytes}.${fault.bit}`;
    default:
      return fault.kind;
  }
}

const KINDS: Readonly<Record<DiskFaultKind, true>> = {
  full: true,
  slow: true,
  stalled: true,
  'write-errors': true,
  'sync-errors': true,
  'bad-sector': true,
  'bit-rot': true,
};

export const DISK_FAULT_KINDS = Object.keys(KINDS) as readonly DiskFaultKind[];

/** Whether a name, a kind or `all` means this fault. */
export function namesFault(wanted: string, fault: DiskFault): boolean {
  return wanted === 'all' || wanted === fault.kind || wanted === diskFaultName(fault);
}

/** What is wrong with a fault as data, in words; null if nothing is. It may come from a file or from a link. */
export function faultMistake(fault: DiskFault): string | null {
  if (!Object.hasOwn(KINDS, fault.kind)) return `there is no disk fault ${fault.kind}`;
  if (fault.kind === 'slow' && !(Number.isSafeInteger(fault.factor) && fault.factor >= 2))
    return `a disk is slow by a whole factor of at least 2, not ${fault.factor}`;
  if (fault.kind !== 'bad-sector' && fault.kind !== 'bit-rot') return null;
  if (typeof fault.path !== 'string' || !fault.path.startsWith('/'))
    return `a path is absolute: ${fault.path}`;
  if (!(Number.isSafeInteger(fault.positionBytes) && fault.positionBytes >= 0))
    return `a position in a file is a whole number of bytes, not ${fault.positionBytes}`;
  if (fault.kind === 'bit-rot' && !(Number.isInteger(fault.bit) && fault.bit >= 0 && fault.bit <= 7))
    return `a bit is 0 to 7, not ${fault.bit}`;
  return null;
}
