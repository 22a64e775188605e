/** Bytes in a window of whole seconds by the wall clock. Source: DLedger 0.2.2 `utils.Quota`. */
export class Quota {
  private readonly max: number;
  private second = -1;
  private bytes = 0;

  constructor(max: number) {
    this.max = max;
  }

  /** Counts `bytes`; answers for how many ms whoever sends them has to wait. */
  take(bytes: number, nowMs: number): number {
    const second = Math.floor(nowMs / 1000);
    if (second !== this.second) {
      this.second = second;
      this.bytes = 0;
    }
    this.bytes += bytes;
    return this.bytes >= this.max ? (second + 1) * 1000 - nowMs : 0;
  }
}
