/** Bytes appended to one file that are not in the page cache yet. A killed process takes them along. */
export class WriteBuffer {
  private readonly pool: TransientStorePool;
  /** Holds only what waits for its commit: the real buffer is as large as the file, and most of it never touched. */
  private held = new Uint8Array(0);
  private length = 0;

  constructor(pool: TransientStorePool) {
    this.pool = pool;
  }

  append(bytes: Uint8Array): void {
    const needed = this.length + bytes.length;
    if (needed > this.held.length) {
      const grown = new Uint8Array(Math.max(needed, 2 * this.held.length));
      grown.set(this.held.subarray(0, this.length));
      this.held = grown;
    }
    this.held.set(bytes, this.length);
    this.length = needed;
  }

  /** A view: good until the next append. */
  bytes(): Uint8Array {
    return this.held.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
  }

  giveBack(): void {
    this.held = new Uint8Array(0);
    this.pool.available++;
  }
}

/**
 * Memory outside the page cache that puts are written to first, a buffer for each file of the commit log. A file that finds
 * the pool empty goes without, and its messages straight into the page cache.
 * Source: RocketMQ 4.9.1 `store.TransientStorePool`.
 */
export class TransientStorePool {
  available: number;

  constructor(size: number) {
    this.available = Math.max(0, size);
  }

  borrow(): WriteBuffer | null {
    if (this.available === 0) return null;
    this.available--;
    return new WriteBuffer(this);
  }
}
