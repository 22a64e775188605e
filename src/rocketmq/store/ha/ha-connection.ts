import type {Timer} from '../../../ports/clock.ts';
import type {CloseReason, Connection, ConnectionHandlers} from '../../../ports/network.ts';
import {report} from '../../facts.ts';
import {nextPollNs} from '../poll-cadence.ts';
import {encodeHeartbeat, encodeOffset, encodeTransfer, ReportReader} from './ha-frames.ts';
import {type HaParts, pollAtOrAfter} from './ha-parts.ts';
import {ThrottledProgress} from './throttled-progress.ts';

const MS_NS = 1e6;
/** How often a writer that knows nothing of its slave yet looks whether the slave has asked. */
const ASKED_POLL_NS = 10 * MS_NS;
/** How long a writer without data sleeps. */
const DATA_POLL_NS = 100 * MS_NS;
/** How long a reader waits for bytes before it looks at the clock. */
const READ_POLL_NS = 1000 * MS_NS;

export type SlaveGone = 'ended' | 'reset' | 'expired' | 'refused' | 'stopped';

/** What a connection tells its service. */
export interface HaConnectionOwner {
  /** The slave has everything before `offset`. */
  acknowledged(offset: number): void;
  gone(connection: HaConnection): void;
}

/**
 * The master's end of one replication link: hears from the slave how far it is, and sends it what comes after, in batches that
 * heed neither records nor anything else but the ends of files. A heartbeat goes out where nothing else has for 5 s.
 *
 * The real one polls; here each look happens only if something can be seen by it, at the instant at which the poll would have
 * come. A thread's sleep is never shorter than asked for, so a look that falls on the end of an interval counts as after it.
 * Source: RocketMQ 4.9.1 `store.ha.HAConnection`.
 */
export class HaConnection {
  readonly handlers: ConnectionHandlers;
  private readonly parts: HaParts;
  private readonly owner: HaConnectionOwner;
  private readonly connection: Connection;
  private readonly reader = new ReportReader();
  private readonly progress: ThrottledProgress;
  private readonly acceptedNs: number;
  /** Negative until the slave has said where it stands. */
  private requestOffset = -1;
  /** The bytes in which it said so: an offset that no log has is told back unchanged. */
  private requestBytes: Uint8Array = this.reader.last;
  private nextOffset = 0;
  /** `asked`: the slave has said where it stands, and the writer has yet to notice. */
  private state: 'unasked' | 'asked' | 'sending' | 'closed' = 'unasked';
  private lastReadNs: number;
  private lastWriteNs: number;
  /** When the writer last woke. */
  private originNs: number;
  /** When it will look for data; null where no data is expected. */
  private dataPollNs: number | null = null;
  /** The send buffer is full. */
  private blocked = false;
  private timer: Timer | null = null;
  private timerNs = 0;
  private expiry: Timer | null = null;

  constructor(parts: HaParts, connection: Connection, owner: HaConnectionOwner) {
    const {clock, journal} = parts.host;
    this.parts = parts;
    this.owner = owner;
    this.connection = connection;
    this.acceptedNs = this.lastReadNs = this.lastWriteNs = this.originNs = clock.monotonicNs();
    const slave = connection.remoteAddress;
    this.progress = new ThrottledProgress(clock, (physicalOffset) =>
      report(journal, {kind: 'replicated-to', slave, physicalOffset}),
    );
    report(journal, {kind: 'slave-connected', slave});
    this.watchExpiry();
    this.handlers = {
      data: (bytes) => this.received(bytes),
      drained: () => this.drained(),
      ended: () => this.close('ended'),
      closed: (reason) => this.lost(reason),
    };
  }

  /** There is more to read. An idle writer notices at its next look. */
  appended(): void {
    if (this.state !== 'sending' || this.blocked || this.dataPollNs !== null) return;
    this.dataPollNs = nextPollNs(this.originNs, DATA_POLL_NS, this.parts.host.clock.monotonicNs());
    this.plan(this.dataPollNs);
  }

  /** A put waits for its replica: the writer looks now. */
  wake(): void {
    if (this.state === 'sending' && !this.blocked) this.pass();
  }

  close(why: SlaveGone): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
    this.timer?.cancel();
    this.expiry?.cancel();
    this.progress.stop();
    this.connection.end();
    report(this.parts.host.journal, {
      kind: 'slave-disconnected',
      slave: this.connection.remoteAddress,
      why,
    });
    this.owner.gone(this);
  }

  private lost(reason: CloseReason): void {
    this.close(reason === 'ended' ? 'ended' : 'reset');
  }

  private received(bytes: Uint8Array): void {
    if (this.state === 'closed') return;
    this.lastReadNs = this.parts.host.clock.monotonicNs();
    const offset = this.reader.push(bytes);
    if (offset === null) return;
    if (this.parts.config.labFixes.has('slave-offset-checked') && offset > this.parts.log.maxOffset) {
      this.refuse(offset);
      return;
    }
    if (this.requestOffset < 0) {
      this.requestOffset = offset;
      this.requestBytes = this.reader.last.slice();
      // -1 is what the writer takes for not having been asked.
      if (this.state === 'unasked' && offset !== -1) this.beginSoon();
    }
    this.progress.reached(offset);
    this.owner.acknowledged(offset);
  }

  private refuse(offset: number): void {
    const {host, log} = this.parts;
    report(host.journal, {
      kind: 'warned',
      text: `slave ${this.connection.remoteAddress} says it has ${offset}, which is beyond this log's ${log.maxOffset}`,
    });
    this.close('refused');
  }

  /** The writer notices at its next look that it was asked. */
  private beginSoon(): void {
    const {clock} = this.parts.host;
    const nowNs = clock.monotonicNs();
    this.state = 'asked';
    const atNs = nextPollNs(this.acceptedNs, ASKED_POLL_NS, nowNs);
    clock.after((atNs - nowNs) / MS_NS, () => this.begin());
  }

  private begin(): void {
    if (this.state !== 'asked') return;
    this.state = 'sending';
    const {host, config, log} = this.parts;
    const {requestOffset} = this;
    const {maxOffset} = log;
    // An empty slave gets the last file only: what is older is never copied.
    this.nextOffset =
      requestOffset === 0 ? maxOffset - (maxOffset % config.mappedFileSizeCommitLog) : requestOffset;
    report(host.journal, {
      kind: 'replication-begun',
      slave: this.connection.remoteAddress,
      requestedOffset: requestOffset,
      fromOffset: this.nextOffset,
      maxOffset,
    });
    this.pass();
  }

  private drained(): void {
    if (this.state !== 'sending' || !this.blocked) return;
    this.blocked = false;
    this.lastWriteNs = this.parts.host.clock.monotonicNs();
    this.pass();
  }

  /** One look around, and on for as long as there is data and room for it. */
  private pass(): void {
    const {host, config, log} = this.parts;
    const nowNs = host.clock.monotonicNs();
    this.originNs = nowNs;
    this.dataPollNs = null;
    if (nowNs - this.lastWriteNs >= config.haSendHeartbeatInterval * MS_NS) {
      this.write(encodeHeartbeat(this.offsetBytes()), nowNs);
    }
    while (!this.blocked) {
      const batch = log.read(this.nextOffset, config.haTransferBatchSize);
      if (batch === null || batch.length === 0) break;
      const frame = encodeTransfer(this.nextOffset, batch);
      this.nextOffset += batch.length;
      this.write(frame, nowNs);
    }
    if (!this.blocked) this.plan(this.heartbeatNs());
  }

  private write(frame: Uint8Array, nowNs: number): void {
    this.lastWriteNs = nowNs;
    this.blocked = !this.connection.write(frame);
  }

  private offsetBytes(): Uint8Array {
    return Number.isSafeInteger(this.nextOffset) ? encodeOffset(this.nextOffset) : this.requestBytes;
  }

  private heartbeatNs(): number {
    const dueNs = this.lastWriteNs + this.parts.config.haSendHeartbeatInterval * MS_NS;
    return pollAtOrAfter(this.originNs, DATA_POLL_NS, dueNs);
  }

  /** A timer that is set already and comes early finds out for itself how much is left. */
  private plan(atNs: number): void {
    if (this.timer !== null && this.timerNs <= atNs) return;
    this.timer?.cancel();
    const {clock} = this.parts.host;
    this.timerNs = atNs;
    this.timer = clock.after((atNs - clock.monotonicNs()) / MS_NS, () => {
      this.timer = null;
      if (this.blocked) return;
      const dueNs = this.dataPollNs ?? this.heartbeatNs();
      if (clock.monotonicNs() >= dueNs) this.pass();
      else this.plan(dueNs);
    });
  }

  /** Closes where the slave is silent for longer than `haHousekeepingInterval`. */
  private watchExpiry(): void {
    const {host, config} = this.parts;
    const patienceNs = config.haHousekeepingInterval * MS_NS;
    const dueNs = pollAtOrAfter(this.lastReadNs, READ_POLL_NS, this.lastReadNs + patienceNs);
    const leftNs = dueNs - host.clock.monotonicNs();
    if (leftNs <= 0) this.close('expired');
    else this.expiry = host.clock.after(leftNs / MS_NS, () => this.watchExpiry());
  }
}
