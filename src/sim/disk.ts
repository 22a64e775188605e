import {DiskError} from '../ports/disk.ts';
import type {DiskSpec, FilePages, NamedDiskFault} from './api.ts';
import {Device} from './device.ts';
import {type DiskFault, type DiskFaultName, diskFaultName, namesFault} from './disk-fault.ts';
import {filePages} from './disk-pages.ts';
import {DiskQueue, type DiskUser, type FailureReader, type QueueOwner} from './disk-queue.ts';
import {FileNode} from './file-tree.ts';
import {Flaws} from './flaws.ts';
import type {Kernel} from './kernel.ts';
import {isNewAt} from './page-fate.ts';
import {PAGE_BYTES} from './page-stock.ts';
import {losePower} from './power-loss.ts';
import type {SimRandom} from './random.ts';
import type {DiskFaultEnd} from './trace.ts';
import type {TraceLog} from './trace-log.ts';
import {Volume} from './volume.ts';
import {WriteBack} from './write-back.ts';

/**
 * The disk of one machine: a page cache that answers at once over a device that takes its time. Syncs are served one at a
 * time in the order asked for; where none waits, the operating system writes out by itself what has been dirty for long. It belongs
 * to the machine: what processes wrote is still there after they have ended.
 */
export class SimDisk implements QueueOwner {
  readonly #machine: string;
  readonly #spec: DiskSpec;
  readonly #memoryBytes: number;
  readonly #kernel: Kernel;
  readonly #trace: TraceLog;
  readonly #random: SimRandom;
  readonly #device: Device;
  readonly #faults = new Map<DiskFaultName, NamedDiskFault>();
  /** Files with damaged sectors, by the name of the fault. */
  readonly #flawed = new Map<DiskFaultName, FileNode>();
  volume = new Volume();
  writeBack: WriteBack;
  readonly #queue: DiskQueue;
  #isFull = false;
  refusesWrites = false;
  failsSyncs = false;
  #powerLosses = 0;

  constructor(
    machine: string,
    spec: DiskSpec,
    memoryBytes: number,
    kernel: Kernel,
    trace: TraceLog,
    random: SimRandom,
  ) {
    this.#machine = machine;
    this.#spec = spec;
    this.#memoryBytes = memoryBytes;
    this.#kernel = kernel;
    this.#trace = trace;
    this.#random = random;
    this.#device = new Device(spec, kernel);
    this.#queue = new DiskQueue(machine, this, this.#device, kernel, trace, random);
    this.writeBack = this.#newWriteBack();
  }

  #newWriteBack(): WriteBack {
    return new WriteBack(this.#kernel, this.volume.stock, this.#memoryBytes, () => this.#queue.begin());
  }

  get nowUs(): number {
    return this.#kernel.nowUs;
  }

  get totalBytes(): number {
    return this.#spec.capacityBytes;
  }

  get freeBytes(): number {
    return this.#isFull ? 0 : this.#spec.capacityBytes - this.volume.usedBytes;
  }

  // What processes do.

  /** Before names or sizes are changed: refuses, where the file system can take nothing any more. */
  admitChange(path: string, operation: string): void {
    this.#settleJournal();
    refuseIfTroubled(this.volume, path, operation);
  }

  write(volume: Volume, node: FileNode, positionBytes: number, bytes: Uint8Array): void {
    if (this.refusesWrites) this.#settleJournal();
    if (volume.trouble !== null) refuseIfTroubled(volume, node.path, 'write');
    const needed = node.contents.newSpaceFor(positionBytes, bytes.length);
    if (needed > 0 && needed > this.freeBytes) throw new DiskError('ENOSPC', node.path, 'write');
    if (node.flaws !== null && !node.flaws.readBeforeWrite(node.contents, positionBytes, bytes.length)) {
      throw new DiskError('EIO', node.path, 'write');
    }
    volume.usedBytes += needed;
    node.contents.write(positionBytes, bytes);
    this.writeBack.wrote(node);
  }

  truncate(volume: Volume, node: FileNode, sizeBytes: number): void {
    this.#settleJournal();
    refuseIfTroubled(volume, node.path, 'truncate');
    volume.truncate(node, sizeBytes, this.#kernel.nowUs);
    if (node.contents.dirtyPages > 0) this.writeBack.wrote(node);
    else this.writeBack.sent(node);
    if (node.flaws !== null) {
      this.#liftFlaws(node, 'freed', (page) => node.contents.stateOf(page) === null);
    }
  }

  /** A file has lost its name or a reader. */
  letGo(volume: Volume, node: FileNode): void {
    volume.reclaim(node);
    if (!node.isReclaimed) return;
    this.writeBack.sent(node);
    if (node.flaws !== null) this.#liftFlaws(node, 'freed', () => true);
  }

  sync(
    volume: Volume,
    node: FileNode,
    user: DiskUser,
    handle: FailureReader,
    done: (failure: DiskError | null) => void,
  ): void {
    this.#queue.sync(volume, node, user, handle, done);
  }

  /** The damaged places among what has just arrived are damaged no more. */
  arriving(node: FileNode): void {
    if (node.flaws !== null) this.#liftFlaws(node, 'rewritten', (page) => node.contents.isGoingOut(page));
  }

  /** What is to be in the journal by now is; if it cannot be, the file system takes no more changes. */
  #settleJournal(): void {
    const {log} = this.volume;
    if (this.#device.isStalled || !log.isDue(this.#kernel.nowUs)) return;
    if (this.refusesWrites) this.goReadOnly();
    else this.volume.commit(log.end, this.#kernel.nowUs);
  }

  /** A write has failed: the journal takes nothing any more. */
  goReadOnly(): void {
    if (this.volume.trouble !== null) return;
    this.volume.trouble = 'read-only';
    this.#trace.record({kind: 'disk-read-only', machine: this.#machine});
  }

  // Faults.

  faults(): NamedDiskFault[] {
    return [...this.#faults.values()];
  }

  /** Lays a fault over the disk; one that finds nothing to be laid over, or is there already, changes nothing. */
  strike(fault: DiskFault): void {
    const name = diskFaultName(fault);
    const known = this.#faults.get(name);
    if (this.volume.trouble === 'gone') return;
    if (known !== undefined && !(fault.kind === 'slow' && differs(known.fault, fault))) return;
    if (fault.kind === 'bad-sector' || fault.kind === 'bit-rot') {
      const node = this.volume.tree.find(fault.path);
      if (!(node instanceof FileNode)) return;
      if (node.contents.stateOf(Math.floor(fault.positionBytes / PAGE_BYTES)) === null) return;
      node.flaws ??= new Flaws();
      node.flaws.add(fault);
      this.#flawed.set(name, node);
    }
    // A journal that is due before a fault that would stop it is written before it.
    this.#settleJournal();
    this.#faults.delete(name);
    this.#faults.set(name, {name, fault, sinceUs: this.#kernel.nowUs});
    this.#kernel.cause = this.#trace.record({
      kind: 'disk-fault-struck',
      machine: this.#machine,
      name,
      fault,
    });
    this.#applyFaults();
  }

  heal(wanted: string): void {
    const {cause} = this.#kernel;
    for (const {name, fault} of this.faults()) {
      this.#kernel.cause = cause;
      if (namesFault(wanted, fault)) this.#lift(name, 'healed');
    }
  }

  #liftFlaws(
    node: FileNode,
    why: DiskFaultEnd,
    isOver: (pageNumber: number, positionInPage: number) => boolean,
  ): void {
    for (const name of node.flaws?.overAt(isOver) ?? []) this.#lift(name, why);
  }

  #lift(name: DiskFaultName, why: DiskFaultEnd): void {
    this.#faults.delete(name);
    this.#kernel.cause = this.#trace.record({kind: 'disk-fault-lifted', machine: this.#machine, name, why});
    const node = this.#flawed.get(name);
    if (node === undefined) {
      this.#applyFaults();
      return;
    }
    this.#flawed.delete(name);
    node.flaws?.remove(name);
    if (node.flaws?.isEmpty === true) node.flaws = null;
  }

  /** Makes the disk what the faults over it say. */
  #applyFaults(): void {
    this.#isFull = this.#faults.has('full');
    this.failsSyncs = this.#faults.has('sync-errors');
    this.refusesWrites = this.#faults.has('write-errors');
    if (!this.refusesWrites && this.volume.trouble === 'read-only') this.volume.trouble = null;
    const slow = this.#faults.get('slow')?.fault;
    this.#device.factor = slow?.kind === 'slow' ? slow.factor : 1;
    if (this.#faults.has('stalled')) this.#device.stall();
    else this.#device.resume();
  }

  // Ends.

  /** Power goes, after all processes of the machine: what is on the platter now is all that there is. */
  losePower(): void {
    this.#queue.clear();
    this.writeBack.stop();
    this.#settleJournal();
    const {volume} = this;
    if (volume.trouble === 'gone') return;
    const machine = this.#machine;
    const {cause} = this.#kernel;
    const canWrite = !this.refusesWrites;
    const random = this.#random.stream('power-loss').stream(String(++this.#powerLosses));
    const {undone, files} = losePower(
      volume,
      {canWrite, answers: canWrite && !this.#device.isStalled},
      random,
      this.#kernel.nowUs,
    );
    for (const change of undone) {
      const to = change.kind === 'rename' ? change.to : '';
      this.#trace.record({kind: 'disk-undone', machine, operation: change.kind, path: change.path, to});
    }
    for (const {node, loss, fates, isRestored} of files) {
      const {contents, path} = node;
      const {old, torn, sizeBytesBefore} = loss;
      if (fates.size > 0 || isRestored || sizeBytesBefore !== contents.sizeBytes) {
        this.#trace.record({
          kind: 'disk-pages-lost',
          machine,
          path,
          sizeBytes: contents.sizeBytes,
          sizeBytesBefore,
          old,
          new: loss.new,
          torn,
          pages: contents.runs().flatMap(({firstPage, pages}) => [firstPage, pages]),
        });
      }
      this.#liftFlaws(node, 'rewritten', (page, at) => isNewAt(fates.get(page) ?? 'old', at));
      this.#kernel.cause = cause;
    }
  }

  /** The device and everything on it is gone: whatever touches it, or a file of it that is open, fails. */
  destroy(): void {
    if (this.volume.trouble === 'gone') return;
    this.#kernel.cause = this.#trace.record({kind: 'disk-destroyed', machine: this.#machine});
    this.#abandonVolume();
    this.volume.trouble = 'gone';
  }

  /** An empty disk takes the place of this one. */
  replace(): void {
    const {cause} = this.#kernel;
    for (const name of [...this.#faults.keys()]) this.#lift(name, 'disk-replaced');
    this.#kernel.cause = cause;
    this.#kernel.cause = this.#trace.record({kind: 'disk-replaced', machine: this.#machine});
    this.#abandonVolume();
    this.volume.usedBytes = 0;
  }

  #abandonVolume(): void {
    const {usedBytes} = this.volume;
    this.volume.trouble = 'gone';
    // Whoever has a file of it open has a file without a name.
    for (const node of this.volume.tree.allFiles()) node.isLinked = false;
    this.#queue.failAll();
    this.writeBack.stop();
    this.volume = new Volume();
    // What the mounted file system says of its space does not change with its device.
    this.volume.usedBytes = usedBytes;
    this.writeBack = this.#newWriteBack();
  }

  // For inspection.

  /** Bytes of a file as a reader finds them, or null. */
  read(path: string, positionBytes: number, lengthBytes: number): Uint8Array | null {
    const node = this.volume.tree.find(path);
    if (!(node instanceof FileNode)) return null;
    const {contents, flaws} = node;
    const from = Math.min(positionBytes, contents.sizeBytes);
    const bytes = contents.read(from, Math.min(lengthBytes, contents.sizeBytes - from)).slice();
    return flaws === null ? bytes : flaws.rotten(contents, from, bytes);
  }

  pages(): FilePages[] {
    return this.volume.tree
      .allFiles()
      .filter(({contents}) => contents.sizeBytes > 0)
      .map(({path, contents}) => filePages(path, contents.sizeBytes, contents.runs()));
  }
}

function refuseIfTroubled(volume: Volume, path: string, operation: string): void {
  if (volume.trouble !== null)
    throw new DiskError(volume.trouble === 'gone' ? 'EIO' : 'EROFS', path, operation);
}

function differs(one: DiskFault, other: DiskFault): boolean {
  return one.kind === 'slow' && other.kind === 'slow' && one.factor !== other.factor;
}
