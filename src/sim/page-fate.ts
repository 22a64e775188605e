import {SECTOR_BYTES} from './disk-fault.ts';

/** `failed`: taken for clean, but the platter has something older. */
export type PageState = 'clean' | 'dirty' | 'going-out' | 'failed';

export interface PageRun {
  readonly firstPage: number;
  readonly pages: number;
  readonly state: PageState;
}

/** As it was durable, as it was written, or torn: so many sectors from the front are new, or old, and the rest is not. */
export type PageFate = 'old' | 'new' | {readonly sectors: number; readonly newFirst: boolean};

/** How many pages came out which way. */
export interface PageLoss {
  readonly old: number;
  readonly new: number;
  readonly torn: number;
  readonly sizeBytesBefore: number;
}

/** What is on the platter of a page that was `was` there and of which `sent` was to replace it. */
export function settledPage(was: Uint8Array, sent: Uint8Array, fate: PageFate): Uint8Array {
  if (fate === 'old') return was;
  if (fate === 'new') return sent;
  const [front, back] = fate.newFirst ? [sent, was] : [was, sent];
  const page = back.slice();
  page.set(front.subarray(0, fate.sectors * SECTOR_BYTES));
  return page;
}

/** Whether a byte of a page is as it was sent. */
export function isNewAt(fate: PageFate, positionInPage: number): boolean {
  if (fate === 'old' || fate === 'new') return fate === 'new';
  return positionInPage < fate.sectors * SECTOR_BYTES === fate.newFirst;
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return a.length === b.length;
}
