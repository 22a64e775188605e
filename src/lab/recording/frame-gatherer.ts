import type {Side} from '../../recording/format.ts';

/** A longer frame is not put together: nobody sends one. */
const FRAME_BYTES_MAX = 32 * 1024 * 1024;

/** Puts frames together whose pieces were recorded one by one, per direction of a connection. */
export class FrameGatherer {
  readonly #open = new Map<string, {pieces: Uint8Array[]; length: number}>();

  /** The whole frame once its last piece has come, else null. */
  take(connection: number, sender: Side, bytes: Uint8Array, isWhole: boolean): Uint8Array | null {
    // Nearly every frame is one piece.
    if (isWhole && this.#open.size === 0) return bytes;
    const key = `${connection} ${sender}`;
    const open = this.#open.get(key);
    if (open === undefined) {
      if (isWhole) return bytes;
      this.#open.set(key, {pieces: [bytes], length: bytes.length});
      return null;
    }
    open.pieces.push(bytes);
    open.length += bytes.length;
    if (!isWhole && open.length < FRAME_BYTES_MAX) return null;
    this.#open.delete(key);
    return together(open.pieces, open.length);
  }

  /** What has come of a frame whose end will not come any more; null if there is none. */
  giveUp(connection: number, sender: Side): Uint8Array | null {
    if (this.#open.size === 0) return null;
    const key = `${connection} ${sender}`;
    const open = this.#open.get(key);
    this.#open.delete(key);
    return open === undefined ? null : together(open.pieces, open.length);
  }
}

function together(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
