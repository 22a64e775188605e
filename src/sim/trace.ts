import type {FactShape} from '../ports/journal.ts';
import type {CloseReason} from '../ports/network.ts';
import type {DiskFault, DiskFaultName} from './disk-fault.ts';
import type {Intervention, LinkChange} from './intervention.ts';

/**
 * One entry of the trace: something that happened, when, to whom, and because of what. Entries are plain data, numbered
 * from 1 in the order they happened, never changed afterwards.
 */
export interface EntryBase {
  readonly id: number;
  /** Virtual microseconds since the world began. */
  readonly atUs: number;
  /** The entry that caused this one; 0 for the root. Always smaller than `id`. */
  readonly cause: number;
}

/** Where bytes lie in the trace's arena; read with `Trace.bytes`. */
export interface BytesRef {
  readonly offset: number;
  readonly length: number;
}

export type ProcessKind = 'namesrv' | 'broker' | 'producer' | 'consumer' | 'console' | 'other';

export type TraceEntry = EntryBase &
  /** `seed` is empty where the history is that of a real run, which has none. */
  (
    | {readonly kind: 'world-began'; readonly seed: string; readonly epochMs: number}
    | {readonly kind: 'machine-added'; readonly machine: string; readonly address: string}
    | {
        readonly kind: 'process-added';
        readonly process: string;
        readonly machine: string;
        readonly processKind: ProcessKind;
        /** It is not ours: of what goes on inside it nothing is recorded, only what crosses its connections. */
        readonly foreign?: true;
      }
    | {readonly kind: 'intervened'; readonly intervention: Intervention}
    // Processes.
    | {readonly kind: 'process-started'; readonly process: string; readonly pid: number}
    | {readonly kind: 'process-stopping'; readonly process: string}
    | {
        readonly kind: 'process-ended';
        readonly process: string;
        readonly why:
          | 'stopped'
          | 'killed'
          | 'exited'
          | 'crashed'
          | 'power-lost' /** For an exit or a crash: the reason; else empty. */;
        readonly reason: string;
      }
    /** In recordings: a foreign process has its first connection, or its last is gone. What is not known of it is empty or 0. */
    | {
        readonly kind: 'peer-seen';
        readonly process: string;
        readonly pid: number;
        readonly group: string;
        readonly clientId: string;
      }
    | {readonly kind: 'peer-gone'; readonly process: string}
    | {readonly kind: 'process-paused'; readonly process: string}
    | {readonly kind: 'process-resumed'; readonly process: string}
    /** What the process is given differs from its next start on. */
    | {readonly kind: 'config-set'; readonly process: string; readonly key: string; readonly value: string}
    /** A timer ran and something came of it (timers of which nothing came leave no entry). */
    | {readonly kind: 'timer-ran'; readonly process: string}
    | {readonly kind: 'fact'; readonly process: string; readonly fact: FactShape}
    // Network. `connection` numbers are unique in a world; `from` and `to` are process names where known.
    | {readonly kind: 'listening'; readonly process: string; readonly port: number}
    | {
        readonly kind: 'connecting';
        readonly connection: number;
        readonly process: string;
        readonly localAddress: string;
        readonly remoteAddress: string /** Who listens there now, or empty. */;
        readonly peer: string;
      }
    | {
        readonly kind: 'connected';
        readonly connection: number;
        readonly process: string;
        readonly peer: string;
        readonly localAddress: string;
        readonly remoteAddress: string;
      }
    | {
        readonly kind: 'connection-closed';
        readonly connection: number /** The side that sees it. */;
        readonly process: string;
        readonly peer: string;
        readonly why: CloseReason;
      }
    | {
        readonly kind: 'bytes-sent';
        readonly connection: number;
        readonly process: string;
        readonly peer: string;
        readonly bytes: BytesRef /** When it will arrive if nothing happens; equals `atUs` of its `bytes-arrived`. -1 if held by a partition. */;
        readonly arrivesUs: number;
      }
    | {
        readonly kind: 'bytes-arrived';
        readonly connection: number;
        readonly process: string;
        readonly peer: string /** Id of its `bytes-sent`. */;
        readonly sent: number;
      }
    | {
        readonly kind: 'bytes-lost';
        readonly connection: number;
        readonly process: string;
        readonly peer: string;
        readonly sent: number;
        readonly why: 'cut' | 'reset' | 'process-gone' | 'machine-gone';
      }
    | {
        readonly kind: 'bytes-delayed';
        readonly connection: number;
        readonly sent: number;
        readonly why: 'loss' | 'cut' | 'paused' | 'machine-gone';
        readonly arrivesUs: number;
      }
    | {
        readonly kind: 'end-sent' | 'end-arrived';
        readonly connection: number;
        readonly process: string;
        readonly peer: string;
      }
    | {
        readonly kind: 'link-cut' | 'link-healed';
        readonly from: string;
        readonly to: string;
        readonly direction: 'both' | 'one-way';
      }
    | {
        readonly kind: 'link-changed';
        readonly from: string;
        readonly to: string;
        readonly direction: 'both' | 'one-way' /** Null: it is again what the scenario says. */;
        readonly link: LinkChange | null;
      }
    // Disk.
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
    /** The device is done with a sync, whose `disk-sync` is the cause. The process is told when it runs; never, if it ended. */
    | {
        readonly kind: 'disk-synced';
        readonly process: string;
        readonly path: string;
        readonly failure:
          | string
          | null /** What failed was an earlier write of the file; what this sync sent has arrived. */;
        readonly isEarlier?: true;
      }
    /** The operating system begins to write out the lowest `pages` dirty pages of a file by itself. */
    | {
        readonly kind: 'disk-write-back';
        readonly machine: string;
        readonly path: string;
        readonly pages: number;
      }
    /** The device is done with that; a failure is told to nobody but the file's next sync. */
    | {
        readonly kind: 'disk-written-back';
        readonly machine: string;
        readonly path: string;
        readonly failure: string | null;
      }
    | {
        readonly kind: 'disk-fault-struck';
        readonly machine: string;
        readonly name: DiskFaultName;
        readonly fault: DiskFault;
      }
    | {
        readonly kind: 'disk-fault-lifted';
        readonly machine: string;
        readonly name: DiskFaultName;
        readonly why: DiskFaultEnd;
      }
    /** A write that failed has made the file system read-only: EROFS from now on, until the fault is lifted. */
    | {readonly kind: 'disk-read-only'; readonly machine: string}
    | {readonly kind: 'disk-destroyed'; readonly machine: string}
    | {readonly kind: 'disk-replaced'; readonly machine: string}
    // Machines.
    | {readonly kind: 'clock-jumped'; readonly machine: string; readonly byMs: number}
    | {readonly kind: 'machine-power-lost'; readonly machine: string}
    | {readonly kind: 'machine-power-restored'; readonly machine: string}
    /** A change to names or sizes that had not reached the journal on disk: it never was. Undone from the latest back. */
    | {
        readonly kind: 'disk-undone';
        readonly machine: string;
        readonly operation: 'create' | 'make-folder' | 'rename' | 'remove' | 'grow';
        readonly path: string /** For a rename: what it was renamed to; else empty. */;
        readonly to: string;
      }
    /** What became of the pages of a file that were not on the platter when power went, and how long the file is now. */
    | {
        readonly kind: 'disk-pages-lost';
        readonly machine: string;
        readonly path: string;
        readonly sizeBytes: number;
        readonly sizeBytesBefore: number /** Pages as they were when last durable, as last written, and partly so. */;
        readonly old: number;
        readonly new: number;
        readonly torn: number /** Every page that the platter holds now: first page and count, in turn. */;
        readonly pages: readonly number[];
      }
  );

/** How a fault of a disk came to its end. */
export type DiskFaultEnd =
  | 'healed'
  /** The place was written anew. */
  | 'rewritten'
  /** The file was cut or removed. */
  | 'freed'
  | 'disk-replaced';

export type EntryKind = TraceEntry['kind'];
export type EntryOf<K extends EntryKind> = Extract<TraceEntry, {kind: K}>;

/** A trace as readers see it: append-only, complete so far. */
export interface TraceReader {
  readonly entries: readonly TraceEntry[];
  /** A view, not a copy. */
  bytes(ref: BytesRef): Uint8Array;
}
