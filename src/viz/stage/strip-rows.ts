import type {Detail} from './box.ts';

/** Where the strip of a log stands on a card of this detail: baselines of the words over and under it (-1: none), its top and its height. */
export interface StripRows {
  readonly head: number;
  readonly strip: number;
  readonly height: number;
  readonly foot: number;
}

export const STORE_ROWS: Readonly<Record<Detail, StripRows>> = {
  large: {head: 62, strip: 68, height: 14, foot: 96},
  medium: {head: 55, strip: 60, height: 13, foot: 87},
  low: {head: -1, strip: 31, height: 13, foot: 58},
  small: {head: -1, strip: 42, height: 10, foot: 65},
  mini: {head: -1, strip: 38, height: 13, foot: 66},
};

/** Of a member of a DLedger group, whose role, timer and peers stand around its log. */
export const MEMBER_ROWS: Readonly<Record<Detail, StripRows>> = {
  ...STORE_ROWS,
  small: {...STORE_ROWS.small, strip: 46, height: 12, foot: -1},
  mini: {head: -1, strip: 56, height: 12, foot: -1},
};
