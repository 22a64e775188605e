/**
 * Java longs in big-endian bytes, as JavaScript numbers. Offsets and timestamps stay far below 2^53, where numbers are
 * exact; for the few longs that may not (a tags code, an id made of edge values) there is BigInt.
 */

const TWO_POW_32 = 4294967296;

/** Writes an integer of at most 53 bits, negative ones in two's complement. */
export function writeInt64(view: DataView, at: number, value: number): void {
  view.setInt32(at, Math.floor(value / TWO_POW_32));
  view.setUint32(at + 4, value >>> 0);
}

/** Reads a long; beyond 2^53 the nearest number. */
export function readInt64(view: DataView, at: number): number {
  return view.getInt32(at) * TWO_POW_32 + view.getUint32(at + 4);
}

/** Reads a signed 32-bit integer without a view; for code that meets many small arrays, where making views costs most. */
export function int32At(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}

export function int16At(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16)) >> 16;
}

/** Reads a long without a view; beyond 2^53 the nearest number. */
export function int64At(bytes: Uint8Array, at: number): number {
  return int32At(bytes, at) * TWO_POW_32 + (int32At(bytes, at + 4) >>> 0);
}
