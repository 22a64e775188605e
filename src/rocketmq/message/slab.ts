/** An array buffer of its own costs as much as encoding a frame; so what is small is written into a slab and cut off it. */
const SLAB_BYTES = 64 * 1024;
const ROOM_BYTES_MAX = 8 * 1024;

/**
 * Room for bytes that are written once and given away. Each piece is its receiver's alone; the next one lies behind it. What may
 * need more than a part of the slab gets a buffer of its own.
 */
class Slab {
  /** Where to write, from `at` on, between `begin` and `end`. Everything there is zero. */
  bytes: Uint8Array = new Uint8Array(SLAB_BYTES);
  at = 0;
  private kept: Uint8Array | null = null;
  private keptAt = 0;

  /** Makes room for at most so many bytes. `end` must follow before anybody begins again. */
  begin(roomBytes: number): void {
    if (roomBytes > ROOM_BYTES_MAX) {
      this.kept = this.bytes;
      this.keptAt = this.at;
      this.bytes = new Uint8Array(roomBytes);
      this.at = 0;
    } else if (this.at + roomBytes > SLAB_BYTES) {
      this.bytes = new Uint8Array(SLAB_BYTES);
      this.at = 0;
    }
  }

  /** What was written: from `at` to `end`. */
  end(end: number): Uint8Array {
    const piece = this.bytes.subarray(this.at, end);
    if (this.kept === null) {
      this.at = end;
    } else {
      this.bytes = this.kept;
      this.at = this.keptAt;
      this.kept = null;
    }
    return piece;
  }
}

/** Whose else's a piece of it is makes no difference to anybody. */
export const slab = new Slab();

/** So many zeros. */
export function freshBytes(length: number): Uint8Array {
  slab.begin(length);
  return slab.end(slab.at + length);
}
