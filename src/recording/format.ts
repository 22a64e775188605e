import type {CloseReason} from '../ports/network.ts';

/**
 * The form of a recording, as README.md tells it. A change that an older reader would misread is a new version.
 */
const VERSION = 1;
export const MAGIC_WORDS = 'rocketmq-lab recording ';
/** The first line of the file. */
export const MAGIC = `${MAGIC_WORDS}${VERSION}\n`;

/** Length and CRC-32 of what follows, each an unsigned 32-bit number, little end first. */
export const BLOCK_HEAD_BYTES = 8;
/** A block is closed at about this size. */
export const BLOCK_BYTES = 64 * 1024;
/** Longer bytes of one write are recorded in several pieces, so that a block has a bound that a reader can hold it to. */
export const PIECE_BYTES_MAX = 256 * 1024;
/** What nearly every block fits into, and what none exceeds: that is how a reader knows a length that lies. */
export const BLOCK_BYTES_USUAL = 512 * 1024;
export const BLOCK_BYTES_MAX = 16 * 1024 * 1024;
/** Texts beyond this are cut: the program's own words have no bound. */
export const TEXT_BYTES_MAX = 32 * 1024;
/** Texts that a file has numbers for. More are written out each time, so that neither side's memory grows without end. */
export const TEXTS_MAX = 4096;
/** Shapes of objects that a file has numbers for. */
export const SHAPES_MAX = 1024;

export const RECORD = {
  began: 1,
  machine: 2,
  process: 3,
  started: 4,
  stopping: 5,
  ended: 6,
  timer: 7,
  fact: 8,
  listening: 9,
  connecting: 10,
  connected: 11,
  closed: 12,
  sent: 13,
  arrived: 14,
  took: 15,
  endSent: 16,
  endArrived: 17,
  diskWrite: 18,
  diskTruncate: 19,
  diskRename: 20,
  diskRemove: 21,
  diskSync: 22,
  diskSynced: 23,
  farProcess: 24,
  over: 25,
} as const;

/** How a value inside a fact is written. */
export const VALUE = {
  null: 0,
  true: 1,
  false: 2,
  natural: 3,
  negative: 4,
  double: 5,
  text: 6,
  knownText: 7,
  array: 8,
  object: 9,
  undefined: 10,
} as const;

export type OwnKind = 'namesrv' | 'broker' | 'producer' | 'consumer' | 'console' | 'other';
export type EndWhy = 'stopped' | 'killed' | 'exited' | 'crashed';

interface Base {
  /** Number of the record, from 1. */
  readonly number: number;
  /** Microseconds since the recording began; never falls. */
  readonly atUs: number;
  /** Number of the record whose handling produced this one; 0 where there is none, or none that is known. */
  readonly cause: number;
}

/** Which side of a connection: the one that asked for it, or the one that took it in. */
export type Side = 'asking' | 'taking';

/** One thing that the recorded host saw or did. */
export type RecordedEvent = Base &
  (
    | {readonly kind: 'began'; readonly epochMs: number}
    | {readonly kind: 'machine'; readonly machine: string; readonly address: string}
    | {
        readonly kind: 'process';
        readonly process: string;
        readonly machine: string;
        readonly processKind: OwnKind;
      }
    | {readonly kind: 'started'; readonly process: string; readonly pid: number}
    | {readonly kind: 'stopping'; readonly process: string}
    | {readonly kind: 'ended'; readonly process: string; readonly why: EndWhy; readonly reason: string}
    | {readonly kind: 'timer'; readonly process: string}
    | {readonly kind: 'fact'; readonly process: string; readonly fact: {readonly kind: string}}
    | {readonly kind: 'listening'; readonly process: string; readonly port: number}
    | {
        readonly kind: 'connecting';
        readonly connection: number;
        readonly process: string;
        readonly localAddress: string;
        readonly remoteAddress: string;
      }
    | {
        readonly kind: 'connected';
        readonly connection: number;
        readonly side: Side;
        readonly process: string;
        readonly localAddress: string;
        readonly remoteAddress: string;
      }
    | {readonly kind: 'closed'; readonly connection: number; readonly side: Side; readonly why: CloseReason}
    /** Bytes written. `isWhole`: a frame ends with them, or the stream has no frames; else they go on in the next of their kind. */
    | {
        readonly kind: 'sent';
        readonly connection: number;
        readonly side: Side;
        readonly isWhole: boolean;
        readonly bytes: Uint8Array;
      }
    /** Bytes taken in from a side that is not recorded. */
    | {
        readonly kind: 'arrived';
        readonly connection: number;
        readonly side: Side;
        readonly isWhole: boolean;
        readonly bytes: Uint8Array;
      }
    /** Bytes taken in from a side that is recorded too, and has told what they are. */
    | {readonly kind: 'took'; readonly connection: number; readonly side: Side; readonly length: number}
    | {readonly kind: 'end-sent' | 'end-arrived'; readonly connection: number; readonly side: Side}
    | {
        readonly kind: 'disk-write';
        readonly process: string;
        readonly path: string;
        readonly positionBytes: number;
        readonly lengthBytes: number;
      }
    | {
        readonly kind: 'disk-truncate';
        readonly process: string;
        readonly path: string;
        readonly sizeBytes: number;
      }
    | {readonly kind: 'disk-rename'; readonly process: string; readonly path: string; readonly to: string}
    | {readonly kind: 'disk-remove'; readonly process: string; readonly path: string}
    | {
        readonly kind: 'disk-sync';
        readonly process: string;
        readonly path: string;
        readonly dirtyBytes: number;
      }
    | {
        readonly kind: 'disk-synced';
        readonly process: string;
        readonly path: string;
        readonly failure: string | null;
      }
    /** Whose the far side of a connection is, where the operating system could be asked. */
    | {
        readonly kind: 'far-process';
        readonly connection: number;
        readonly pid: number;
        readonly command: string;
      }
    /** The recording was closed in order. */
    | {readonly kind: 'over'}
  );

export const CLOSE_REASONS: readonly CloseReason[] = [
  'refused',
  'connect-timeout',
  'ended',
  'reset',
  'timeout',
  'destroyed',
];
export const OWN_KINDS: readonly OwnKind[] = [
  'namesrv',
  'broker',
  'producer',
  'consumer',
  'console',
  'other',
];
export const END_WHYS: readonly EndWhy[] = ['stopped', 'killed', 'exited', 'crashed'];
