import type {ProcessKind} from '../../sim/trace.ts';

/** Outlines in a box of 16 × 16, drawn with a stroke of 1.4 and round ends. */
export const KIND_ICONS: Readonly<Record<ProcessKind, string>> = {
  namesrv: 'M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 0 0 0-13ZM11 5 9.2 9.2 5 11 6.8 6.8Z',
  broker:
    'M2 4c0-1.4 2.7-2.5 6-2.5S14 2.6 14 4v8c0 1.4-2.7 2.5-6 2.5S2 13.4 2 12ZM2 4c0 1.4 2.7 2.5 6 2.5S14 5.4 14 4M2 8c0 1.4 2.7 2.5 6 2.5S14 9.4 14 8',
  producer: 'M2 8.5v4A1.5 1.5 0 0 0 3.5 14h9a1.5 1.5 0 0 0 1.5-1.5v-4M8 10.5V2M4.8 5 8 1.8 11.2 5',
  consumer: 'M2 8.5v4A1.5 1.5 0 0 0 3.5 14h9a1.5 1.5 0 0 0 1.5-1.5v-4M8 1.8v8.5M4.8 7.2 8 10.4 11.2 7.2',
  console: 'M1.5 3h13v10h-13ZM4 6l2.2 2L4 10M8 10.5h4',
  other: 'M2.5 2.5h11v11h-11Z',
};

export const CROWN = 'M2.2 13 1 4.6l3.9 3L8 2.4l3.1 5.2 3.9-3L13.8 13Z';
export const SNOWFLAKE =
  'M8 1v14M1.9 4.5l12.2 7M1.9 11.5l12.2-7M6 2l2 2 2-2M6 14l2-2 2 2M2 7l2.4-1-.4-2.6M14 9l-2.4 1 .4 2.6M2 9l2.4 1-.4 2.6M14 7l-2.4-1 .4-2.6';
export const BOLT = 'M9.6.8 2.8 9.2h4.3l-1 6 7-8.6H8.7Z';
export const CLOCK = 'M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 0 0 0-13ZM8 4.5V8l2.6 1.8';
export const CROSS = 'M3 3l10 10M13 3 3 13';
export const HOURGLASS = 'M4 1.5h8M4 14.5h8M4.8 1.5v2.8L8 8l3.2-3.7V1.5M4.8 14.5v-2.8L8 8l3.2 3.7v2.8';
