import type {Timer} from '../../../ports/clock.ts';
import type {CloseReason, Connection, ConnectionHandlers} from '../../../ports/network.ts';
import {report} from '../../facts.ts';
import {int32At, int64At} from '../../message/int64.ts';
import {encodeOffset, TRANSFER_HEADER_BYTES} from './ha-frames.ts';
import {type HaParts, pollAtOrAfter} from './ha-parts.ts';
import {ThrottledProgress} from './throttled-progress.ts';

const MS_NS = 1e6;
const CONNECT_TIMEOUT_MS = 5000;
/** Between two attempts, and between two looks whether there is an address at all. */
const RETRY_NS = 5000 * MS_NS;
/** How long the real thread waits for bytes before it looks at the clock. */
const READ_POLL_NS = 1000 * MS_NS;
/** Header and body have to fit into what the real one reads into. */
const READ_BUFFER_BYTES = 4 * 1024 * 1024;
const NO_BYTES = new Uint8Array(0);

export type MasterGone = CloseReason | 'offset-mismatch' | 'malformed' | 'expired' | 'stopped';

/**
 * The slave's end of replication. It connects, waits 5 s, says how far its log goes, and appends what it is sent, as long as
 * each transfer begins where its log ends. Where one does not, it closes and begins again.
 *
 * Nothing is compared but that one offset: a slave does not notice that its log and its master's differ.
 * Source: RocketMQ 4.9.1 `store.ha.HAService.HAClient`.
 */
export class HaClient {
  private readonly parts: HaParts;
  private address: string | null = null;
  private started = false;
  private stopped = false;
  /** When the real thread last woke: its sleeps count from there. */
  private originNs = 0;
  private timer: Timer | null = null;
  private connection: Connection | null = null;
  private isOpen = false;
  private reportedOffset = 0;
  private lastWriteNs = 0;
  /** The beginning of a transfer that has not come whole yet: `pending[0, pendingBytes)`. */
  private pending = NO_BYTES;
  private pendingBytes = 0;
  private readonly progress: ThrottledProgress;

  constructor(parts: HaParts) {
    this.parts = parts;
    const {clock, journal} = parts.host;
    this.progress = new ThrottledProgress(clock, (physicalOffset) =>
      report(journal, {kind: 'slave-appended', physicalOffset}),
    );
  }

  start(): void {
    this.started = true;
    this.originNs = this.parts.host.clock.monotonicNs();
    if (this.address !== null) this.connect();
  }

  /** Takes effect with the next attempt to connect; a link that stands stays. */
  setMasterAddress(address: string): void {
    if (this.address === address) return;
    this.address = address;
    if (this.started && !this.stopped && this.connection === null && this.timer === null) {
      const nowNs = this.nowNs;
      this.connectAt(pollAtOrAfter(this.originNs, RETRY_NS, nowNs), nowNs);
    }
  }

  shutdown(): void {
    this.stopped = true;
    this.timer?.cancel();
    this.closeLink('stopped');
    this.progress.stop();
  }

  private get nowNs(): number {
    return this.parts.host.clock.monotonicNs();
  }

  private connectAt(atNs: number, nowNs: number): void {
    this.timer = this.parts.host.clock.after((atNs - nowNs) / MS_NS, () => {
      this.timer = null;
      this.connect();
    });
  }

  private connect(): void {
    const {host, log} = this.parts;
    const address = this.address!;
    if (!/^[^:]+:\d{1,5}$/.test(address)) {
      report(host.journal, {kind: 'warned', text: `the master's address ${address} is none`});
      this.originNs = this.nowNs;
      return;
    }
    this.isOpen = false;
    this.pendingBytes = 0;
    const handlers: ConnectionHandlers = {
      opened: () => {
        if (this.connection !== connection) return;
        this.isOpen = true;
        this.reportedOffset = log.maxOffset;
        this.lastWriteNs = this.originNs = this.nowNs;
        report(host.journal, {kind: 'master-connected', master: address, maxOffset: log.maxOffset});
        this.plan();
      },
      data: (bytes) => {
        if (this.connection === connection) this.received(bytes);
      },
      ended: () => {
        if (this.connection === connection) this.lost('ended');
      },
      closed: (reason) => {
        if (this.connection === connection) this.lost(reason);
      },
    };
    const connection = host.network.connect(address, handlers, CONNECT_TIMEOUT_MS);
    this.connection = connection;
  }

  /** A link that stood is tried again at once, an attempt that failed after 5 s. */
  private lost(why: MasterGone): void {
    const stood = this.isOpen;
    this.closeLink(why);
    this.originNs = this.nowNs;
    if (this.stopped) return;
    if (stood) this.connect();
    else this.connectAt(this.originNs + RETRY_NS, this.originNs);
  }

  private closeLink(why: MasterGone): void {
    const {connection} = this;
    if (connection === null) return;
    const stood = this.isOpen;
    this.connection = null;
    this.isOpen = false;
    this.timer?.cancel();
    this.timer = null;
    this.pending = NO_BYTES;
    this.pendingBytes = 0;
    if (stood) connection.end();
    else connection.destroy();
    const {journal} = this.parts.host;
    report(journal, {kind: 'master-disconnected', master: connection.remoteAddress, why});
  }

  private received(bytes: Uint8Array): void {
    const why = this.take(bytes);
    if (why !== null) {
      this.lost(why);
      return;
    }
    this.pass();
  }

  /** What the loop does between two waits for bytes. */
  private pass(): void {
    const {config} = this.parts;
    const nowNs = this.nowNs;
    this.originNs = nowNs;
    if (nowNs - this.lastWriteNs >= config.haHousekeepingInterval * MS_NS) {
      this.lost('expired');
      return;
    }
    // A thread's sleep is never shorter than asked for: what falls on the end of the interval counts as after it.
    if (nowNs - this.lastWriteNs >= config.haSendHeartbeatInterval * MS_NS) this.sendReport(nowNs);
    this.plan();
  }

  private plan(): void {
    if (this.timer !== null) return;
    const nowNs = this.nowNs;
    this.timer = this.parts.host.clock.after((this.passNs() - nowNs) / MS_NS, () => {
      this.timer = null;
      // Bytes that came meanwhile have moved the instant on.
      if (this.nowNs >= this.passNs()) this.pass();
      else this.plan();
    });
  }

  private passNs(): number {
    const {haSendHeartbeatInterval, haHousekeepingInterval} = this.parts.config;
    const waitMs = Math.min(haSendHeartbeatInterval, haHousekeepingInterval);
    return pollAtOrAfter(this.originNs, READ_POLL_NS, this.lastWriteNs + waitMs * MS_NS);
  }

  /** Appends the transfers that are whole. Answers why the link cannot go on, or null. */
  private take(bytes: Uint8Array): MasterGone | null {
    if (this.pendingBytes === 0) return this.dispatch(bytes, bytes.length);
    this.keep(bytes, 0);
    return this.dispatch(this.pending, this.pendingBytes);
  }

  /** Source: `HAClient#dispatchReadRequest`. */
  private dispatch(bytes: Uint8Array, end: number): MasterGone | null {
    const {log} = this.parts;
    let at = 0;
    while (end - at >= TRANSFER_HEADER_BYTES) {
      const offset = int64At(bytes, at);
      const bodyBytes = int32At(bytes, at + 8);
      const own = log.maxOffset;
      // Also of a heartbeat, and before the body is there. An empty log goes along with everything.
      if (own !== 0 && own !== offset) return this.mismatch(own, offset);
      if (bodyBytes < 0 || TRANSFER_HEADER_BYTES + bodyBytes > READ_BUFFER_BYTES) return 'malformed';
      const next = at + TRANSFER_HEADER_BYTES + bodyBytes;
      if (next > end) break;
      // Whether that succeeds is not looked at; where it did not, the next offset will not fit.
      log.append(offset, bytes.subarray(at + TRANSFER_HEADER_BYTES, next));
      at = next;
      this.reportIfFurther();
    }
    if (bytes === this.pending) {
      this.pending.copyWithin(0, at, end);
      this.pendingBytes = end - at;
    } else if (at < end) {
      this.keep(bytes, at);
    }
    return null;
  }

  private mismatch(own: number, offset: number): MasterGone {
    report(this.parts.host.journal, {
      kind: 'warned',
      text: `master pushed offset not equal the max phy offset in slave, SLAVE: ${own} MASTER: ${offset}`,
    });
    return 'offset-mismatch';
  }

  private keep(bytes: Uint8Array, from: number): void {
    const needed = this.pendingBytes + bytes.length - from;
    if (this.pending.length < needed) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.pending.length));
      larger.set(this.pending.subarray(0, this.pendingBytes));
      this.pending = larger;
    }
    this.pending.set(bytes.subarray(from), this.pendingBytes);
    this.pendingBytes = needed;
  }

  private reportIfFurther(): void {
    const {maxOffset} = this.parts.log;
    if (maxOffset <= this.reportedOffset) return;
    this.reportedOffset = maxOffset;
    this.sendReport(this.nowNs);
    this.progress.reached(maxOffset);
  }

  private sendReport(nowNs: number): void {
    this.lastWriteNs = nowNs;
    this.connection?.write(encodeOffset(this.reportedOffset));
  }
}
