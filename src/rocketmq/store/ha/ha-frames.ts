import {int64At, writeInt64} from '../../message/int64.ts';

/** Master to slave: offset of the first body byte (8), size of the body (4). Size 0 is a heartbeat. */
export const TRANSFER_HEADER_BYTES = 12;
/** Slave to master: its own max offset. The first on a connection asks, every one acknowledges. */
export const REPORT_BYTES = 8;

/** A transfer header and the log's own bytes behind it, in one piece. Source: RocketMQ 4.9.1 `HAConnection.WriteSocketService`. */
export function encodeTransfer(offset: number, body: Uint8Array): Uint8Array {
  const frame = new Uint8Array(TRANSFER_HEADER_BYTES + body.length);
  const view = new DataView(frame.buffer);
  writeInt64(view, 0, offset);
  view.setInt32(8, body.length);
  frame.set(body, TRANSFER_HEADER_BYTES);
  return frame;
}

/** A transfer of nothing, from an offset that is told back as it was asked for, byte by byte. */
export function encodeHeartbeat(offset: Uint8Array): Uint8Array {
  const frame = new Uint8Array(TRANSFER_HEADER_BYTES);
  frame.set(offset);
  return frame;
}

export function encodeOffset(offset: number): Uint8Array {
  const bytes = new Uint8Array(REPORT_BYTES);
  writeInt64(new DataView(bytes.buffer), 0, offset);
  return bytes;
}

/**
 * Cuts what a slave sends into its 8-byte reports. Of several that arrive together only the last counts.
 * Source: RocketMQ 4.9.1 `HAConnection.ReadSocketService#processReadEvent`.
 */
export class ReportReader {
  /** The last whole report's bytes, as they came. */
  readonly last = new Uint8Array(REPORT_BYTES);
  private readonly begun = new Uint8Array(REPORT_BYTES);
  private begunBytes = 0;

  /** The last report that is complete with these bytes, or null if none is. Beyond 2^53 the nearest number. */
  push(bytes: Uint8Array): number | null {
    const total = this.begunBytes + bytes.length;
    const whole = total - (total % REPORT_BYTES);
    if (whole === 0) {
      this.begun.set(bytes, this.begunBytes);
      this.begunBytes = total;
      return null;
    }
    const from = whole - REPORT_BYTES - this.begunBytes;
    if (from >= 0) {
      this.last.set(bytes.subarray(from, from + REPORT_BYTES));
    } else {
      this.last.set(this.begun.subarray(0, this.begunBytes));
      this.last.set(bytes.subarray(0, REPORT_BYTES - this.begunBytes), this.begunBytes);
    }
    const rest = bytes.subarray(whole - this.begunBytes);
    this.begun.set(rest);
    this.begunBytes = rest.length;
    return int64At(this.last, 0);
  }
}
