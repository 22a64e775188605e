import {int64At} from '../rocketmq/message/int64.ts';
import {REPORT_BYTES, TRANSFER_HEADER_BYTES} from '../rocketmq/store/ha/ha-frames.ts';

/** What crosses a replication link, which has no remoting frames. */
export type HaFrame =
  /** Bytes of the master's commit log, from an offset on. */
  | {readonly kind: 'transfer'; readonly offset: number; readonly sizeBytes: number}
  | {readonly kind: 'heartbeat'; readonly offset: number}
  /** How far the slave's log reaches. */
  | {readonly kind: 'report'; readonly offset: number};

/** A position beyond this is no position: what looks like one is something else. */
const LARGEST_OFFSET = 2 ** 50;

/** Reads a write on a replication link; null where it is none, or not exactly one. A slave with nothing reports -1 or 0. */
export function readHaFrame(bytes: Uint8Array): HaFrame | null {
  const {length} = bytes;
  if (length < REPORT_BYTES) return null;
  const offset = int64At(bytes, 0);
  if (offset < -1 || LARGEST_OFFSET < offset) return null;
  if (length === REPORT_BYTES) return {kind: 'report', offset};
  if (length < TRANSFER_HEADER_BYTES) return null;
  const sizeBytes = new DataView(bytes.buffer, bytes.byteOffset, length).getInt32(8);
  if (sizeBytes !== length - TRANSFER_HEADER_BYTES) return null;
  return sizeBytes === 0 ? {kind: 'heartbeat', offset} : {kind: 'transfer', offset, sizeBytes};
}
