import {type DiskFault, type DiskFaultName, diskFaultName} from './disk-fault.ts';
import type {PageFile} from './page-file.ts';
import {PAGE_BYTES} from './page-stock.ts';

export type FlawFault = Extract<DiskFault, {kind: 'bad-sector' | 'bit-rot'}>;

/** One damaged place of a file on the platter. */
interface Flaw {
  readonly name: DiskFaultName;
  readonly fault: FlawFault;
  readonly pageNumber: number;
}

/**
 * The damaged sectors under one file. They lie over what is on the platter and are met by whoever reads the device: a page
 * whose newer version is in the cache, on its way out or not, hides them, and is rid of them once it has been written.
 */
export class Flaws {
  readonly #flaws: Flaw[] = [];

  get isEmpty(): boolean {
    return this.#flaws.length === 0;
  }

  names(): DiskFaultName[] {
    return this.#flaws.map(({name}) => name);
  }

  add(fault: FlawFault): void {
    const pageNumber = Math.floor(fault.positionBytes / PAGE_BYTES);
    this.#flaws.push({name: diskFaultName(fault), fault, pageNumber});
  }

  remove(name: DiskFaultName): void {
    const at = this.#flaws.findIndex((flaw) => flaw.name === name);
    if (at >= 0) this.#flaws.splice(at, 1);
  }

  /** Names of the flaws for whose place `isOver` holds. */
  overAt(isOver: (pageNumber: number, positionInPage: number) => boolean): DiskFaultName[] {
    return this.#flaws
      .filter(({pageNumber, fault}) => isOver(pageNumber, fault.positionBytes % PAGE_BYTES))
      .map(({name}) => name);
  }

  /** Whether reading these bytes from the device fails. A file system reads whole blocks, so a sector spoils its page. */
  breaksRead(contents: PageFile, positionBytes: number, lengthBytes: number): boolean {
    return this.#met(contents, positionBytes, lengthBytes).some(({fault}) => fault.kind === 'bad-sector');
  }

  /** What is read where bits have flipped: a copy. */
  rotten(contents: PageFile, positionBytes: number, bytes: Uint8Array): Uint8Array {
    let copy: Uint8Array | null = null;
    for (const {fault} of this.#met(contents, positionBytes, bytes.length)) {
      const at = fault.positionBytes - positionBytes;
      if (fault.kind !== 'bit-rot' || at < 0 || at >= bytes.length) continue;
      copy ??= bytes.slice();
      copy[at]! ^= 1 << fault.bit;
    }
    return copy ?? bytes;
  }

  /**
   * Before a write: pages of which only a part is written are read first, as the cache does. Answers false where that fails;
   * bits that have flipped become part of the page, and will be written with it.
   */
  readBeforeWrite(contents: PageFile, positionBytes: number, lengthBytes: number): boolean {
    const end = positionBytes + lengthBytes;
    const partly = this.#met(contents, positionBytes, lengthBytes).filter(({pageNumber}) => {
      const start = pageNumber * PAGE_BYTES;
      return start < positionBytes || end < Math.min(start + PAGE_BYTES, contents.sizeBytes);
    });
    if (partly.some(({fault}) => fault.kind === 'bad-sector')) return false;
    for (const {fault} of partly) {
      const {positionBytes: at} = fault;
      if (fault.kind !== 'bit-rot' || at >= contents.sizeBytes) continue;
      // All bits of the page first: the first of these writes makes it dirty, and hides the other flaws.
      const byte = contents.read(at, 1)[0]!;
      contents.write(at, Uint8Array.of(byte ^ (1 << fault.bit)));
    }
    return true;
  }

  /** Flaws in the pages that these bytes lie in, as far as the device would be read for them. */
  #met(contents: PageFile, positionBytes: number, lengthBytes: number): Flaw[] {
    if (lengthBytes === 0) return [];
    const first = Math.floor(positionBytes / PAGE_BYTES);
    const last = Math.floor((positionBytes + lengthBytes - 1) / PAGE_BYTES);
    return this.#flaws.filter(
      ({pageNumber}) => first <= pageNumber && pageNumber <= last && contents.stateOf(pageNumber) === 'clean',
    );
  }
}
