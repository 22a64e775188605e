const LENGTH_BYTES = 4;
const HEAD_BYTES = 8;
/** Source: RocketMQ 4.9.1 `NettyDecoder#FRAME_MAX_LENGTH`. */
const FRAME_BYTES_MAX = 16_777_216;

/**
 * Finds the borders of frames in one direction of a connection, however TCP has cut it: a frame is a length in four bytes, big end
 * first, and that many bytes, of which the first tells one of two serializers and the next three the length of the header. It keeps
 * eight bytes and a count, never a frame. A stream that is something else (replication has its own form) is left as it comes.
 */
export class FrameCutter {
  /** What is known of the head of the frame that has begun. */
  readonly #head = new Uint8Array(HEAD_BYTES);
  #headBytes = 0;
  /** Bytes of the frame that are still to come; 0: between frames, or within a head. */
  #rest = 0;
  #isFramed = true;
  /** Whether what `next` answered last ends a frame. */
  isWhole = true;

  /** Where the piece that begins at `from` ends: behind a frame, or with the bytes. */
  next(bytes: Uint8Array, from: number): number {
    if (!this.#isFramed) {
      this.isWhole = true;
      return bytes.length;
    }
    let at = from;
    if (this.#rest === 0) {
      while (at < bytes.length && this.#headBytes < HEAD_BYTES) this.#head[this.#headBytes++] = bytes[at++]!;
      if (!this.#beginFrame()) {
        this.#isFramed = false;
        this.isWhole = true;
        return bytes.length;
      }
      if (this.#rest < 0) {
        // The head itself has not come yet.
        this.#rest = 0;
        this.isWhole = false;
        return bytes.length;
      }
    }
    const end = Math.min(bytes.length, at + this.#rest);
    this.#rest -= end - at;
    this.isWhole = this.#rest === 0;
    if (this.isWhole) this.#headBytes = 0;
    return end;
  }

  /** Reads the head as far as it is there. False: this is no frame. Leaves what is still to come in `#rest`, -1 for unknown. */
  #beginFrame(): boolean {
    const head = this.#head;
    this.#rest = -1;
    if (this.#headBytes < LENGTH_BYTES) return true;
    const length = ((head[0]! << 24) | (head[1]! << 16) | (head[2]! << 8) | head[3]!) >>> 0;
    if (length < LENGTH_BYTES || length > FRAME_BYTES_MAX) return false;
    if (this.#headBytes < HEAD_BYTES) return true;
    const headerLength = (head[5]! << 16) | (head[6]! << 8) | head[7]!;
    if (head[4]! > 1 || headerLength > length - LENGTH_BYTES) return false;
    this.#rest = length - LENGTH_BYTES;
    return true;
  }
}
