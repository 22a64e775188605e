import {type Kernel, WORLD} from './kernel.ts';
import type {Link, LinkUser} from './link.ts';
import type {Machine} from './machine.ts';
import type {EntryOf} from './trace.ts';
import type {TraceLog} from './trace-log.ts';

/** Linux's least retransmission time-out; the round trip is added to it. */
const RTO_US_MIN = 200_000;
const RTO_US_MAX = 120_000_000;
/** Linux's `tcp_retries2`: after so many fruitless retransmissions, and one more wait, a connection is given up. */
const RETRIES_MAX = 15;
/** What a sender may have unacknowledged while no acknowledgement comes through; the rest waits with it. */
const UNACKED_BYTES_MAX = 128 * 1024;

type LossReason = EntryOf<'bytes-lost'>['why'];
type DelayReason = EntryOf<'bytes-delayed'>['why'];

/** `open` is the last step of the handshake, which lets the accepting side know. */
export type SegmentKind = 'open' | 'data' | 'end' | 'reset';

const NO_BYTES = new Uint8Array(0);

/** What one `write` hands over; the unit in which bytes travel, are held and are lost. */
export class Segment {
  readonly kind: SegmentKind;
  readonly bytes: Uint8Array;
  /** Id of the entry that tells of its sending. */
  readonly sentId: number;
  readonly sentUs: number;
  departsUs = 0;
  /** -1 while it is held back. */
  arrivesUs = -1;
  /** Its arrival among the kernel's events. */
  slot = 0;
  seq = 0;
  /** Whether its bytes have left the sender's buffer already. */
  isHanded = false;

  constructor(kind: SegmentKind, bytes: Uint8Array, sentId: number, sentUs: number) {
    this.kind = kind;
    this.bytes = bytes;
    this.sentId = sentId;
    this.sentUs = sentUs;
  }
}

/** A socket, as its flows see it. */
export interface FlowEnd {
  readonly connection: number;
  /** The process that it belongs to. */
  readonly name: string;
  readonly machine: Machine;
  /** Its machine keeps no state of it any more. */
  readonly isGone: boolean;
  /** Bytes written and not known to have been taken in. */
  readonly bufferedBytes: number;
  /** A segment has arrived. Nothing may be done after this call: program code runs in it. */
  receive(segment: Segment): void;
  /** The peer's machine has taken bytes in; the news takes `newsUs` to come back. */
  handedOver(bytes: number, newsUs: number): void;
  /** What was sent was not acknowledged for too long. */
  timedOut(): void;
  /** Its machine has lost power. */
  losePower(): void;
  /** Answers a segment for which nobody is there any more. */
  replyReset(): void;
}

/**
 * One direction of one connection: an ordered queue of segments on their way.
 *
 * Acknowledgements are implicit. While both directions between the machines are open, what has arrived is acknowledged.
 * A flow stalls when something that it sent cannot be acknowledged: because the way there is cut (then it is held back and
 * retransmitted), or because the way back is (then it arrives, is retransmitted again and again, and thrown away as a
 * duplicate by the receiver, none of which can be seen from above TCP). From the first retransmission on nothing new is sent,
 * however little it is, until something is acknowledged: the congestion window is one packet then (tried on Linux 6, between
 * two network namespaces). Retransmissions happen at doubling intervals from the time at which the oldest unacknowledged
 * segment was sent. After a cut heals, the first retransmission to get through ends the stall. If none does within about 15
 * minutes, the sender gives the connection up. A flow that has nothing outstanding never stalls: an idle connection survives a
 * cut of any length, as in life.
 */
export class Flow implements LinkUser {
  readonly from: FlowEnd;
  readonly to: FlowEnd;
  readonly link: Link;
  /** The way back, by which acknowledgements come. */
  readonly back: Link;
  readonly #kernel: Kernel;
  readonly #trace: TraceLog;
  /** In order; from `#head` on. Those in flight come first, then those held. */
  #queue: Segment[] = [];
  #head = 0;
  #heldCount = 0;
  /** Whether its last segment, an end or a reset, has arrived. */
  #isFinal = false;
  #lastArrivalUs = 0;
  /** Bytes that arrived and whose acknowledgement was lost. */
  #unackedBytes = 0;
  /** When the oldest unacknowledged segment was sent; -1 if the flow is not stalled. */
  #stalledSinceUs = -1;
  #giveUpSlot = 0;
  #giveUpSeq = 0;
  #recoverySlot = 0;
  #recoverySeq = 0;
  readonly #arrive = (): void => this.#onArrival();

  constructor(from: FlowEnd, to: FlowEnd, link: Link, back: Link, kernel: Kernel, trace: TraceLog) {
    this.from = from;
    this.to = to;
    this.link = link;
    this.back = back;
    this.#kernel = kernel;
    this.#trace = trace;
    link.users.add(this);
    if (back !== link) back.users.add(this);
  }

  /** Takes leave of its links once nothing will come of it any more. */
  #finish(): void {
    if (!(this.#isFinal || this.from.isGone) || this.#head < this.#queue.length || this.#stalledSinceUs >= 0)
      return;
    this.link.users.delete(this);
    this.back.users.delete(this);
  }

  sendData(bytes: Uint8Array): void {
    const {from} = this;
    const nowUs = this.#kernel.nowUs;
    const length = bytes.length;
    const mustWait = this.#mustWait(length);
    const departsUs = this.link.departsUs(nowUs);
    const ownArrivalUs = mustWait ? -1 : this.link.transmit(length, nowUs);
    // Never before those sent earlier.
    const arrivesUs = mustWait ? -1 : Math.max(ownArrivalUs, this.#lastArrivalUs);
    const sentId = this.#trace.bytesSent(from.connection, from.name, this.to.name, bytes, arrivesUs);
    const segment = new Segment('data', bytes, sentId, nowUs);
    segment.departsUs = departsUs;
    if (mustWait) this.#hold(segment);
    this.#append(segment);
    if (mustWait) return;
    this.#launch(segment, ownArrivalUs + this.#lossDelayUs(length));
    if (segment.arrivesUs > arrivesUs) this.#told(segment, 'loss');
  }

  /** Sends what carries no bytes. A reset is sent once and forgotten: it is not retransmitted, and a cut swallows it. */
  sendMark(kind: 'open' | 'end' | 'reset', sentId: number): void {
    const isReset = kind === 'reset';
    // No window holds a reset.
    const mustWait = isReset ? this.link.isCut || this.#heldCount > 0 : this.#mustWait(0);
    if (isReset && mustWait) {
      this.#finish();
      return;
    }
    const segment = new Segment(kind, NO_BYTES, sentId, this.#kernel.nowUs);
    segment.departsUs = this.link.departsUs(this.#kernel.nowUs);
    if (mustWait) this.#hold(segment);
    this.#append(segment);
    if (mustWait) return;
    const arrivesUs = this.link.transmit(0, this.#kernel.nowUs);
    this.#launch(segment, isReset ? arrivesUs : arrivesUs + this.#lossDelayUs(0));
  }

  #append(segment: Segment): void {
    if (this.#head > 64 && this.#head * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
    this.#queue.push(segment);
  }

  /** Whether a segment must be held back: for the cut ahead, for those held before it, or for want of acknowledgements. */
  #mustWait(length: number): boolean {
    if (this.link.isCut || this.#heldCount > 0) return true;
    // The segment's own bytes are in the sender's buffer already.
    if (this.back.isCut && length > 0 && this.from.bufferedBytes > UNACKED_BYTES_MAX) return true;
    return this.#stalledSinceUs >= 0 && this.#kernel.nowUs >= this.#retryUs(0);
  }

  /** What losses on the way add: a retransmission time-out for each, doubling. Only the packet that was lost is sent again. */
  #lossDelayUs(length: number): number {
    let delayUs = 0;
    let rtoUs = this.#rtoUs();
    let bytesAtRisk = length;
    for (let lost = 0; lost < RETRIES_MAX && this.link.loses(bytesAtRisk); lost++) {
      delayUs += rtoUs;
      rtoUs = Math.min(rtoUs * 2, RTO_US_MAX);
      bytesAtRisk = 0;
    }
    return delayUs;
  }

  /** Lets a segment fly that would arrive at `ownArrivalUs`, were there none before it. */
  #launch(segment: Segment, ownArrivalUs: number): void {
    const arrivesUs = Math.max(ownArrivalUs, this.#lastArrivalUs);
    segment.arrivesUs = arrivesUs;
    this.#lastArrivalUs = arrivesUs;
    const kernel = this.#kernel;
    segment.slot = kernel.schedule(arrivesUs, WORLD, this.#arrive);
    segment.seq = kernel.seqOf(segment.slot);
    if (this.back.isCut && segment.kind !== 'reset') this.#stall(segment.sentUs);
  }

  #onArrival(): void {
    const segment = this.#queue[this.#head]!;
    this.#head++;
    if (this.#head === this.#queue.length) {
      // Taken out one by one: setting the length would give the room back, and the next segment would have to ask for it again.
      for (; this.#head > 0; this.#head--) this.#queue.pop();
    }
    if (segment.kind === 'end' || segment.kind === 'reset') this.#isFinal = true;
    if (!this.back.isCut && this.#stalledSinceUs >= 0) this.#acknowledged();
    if (this.#isFinal || this.from.isGone) this.#finish();
    this.#kernel.cause = segment.sentId;
    this.to.receive(segment);
  }

  /** The receiving machine has taken the segment's bytes in: they leave the sender's buffer, once it hears of it. */
  handedOver(segment: Segment): void {
    if (segment.isHanded) return;
    segment.isHanded = true;
    if (this.back.isCut) {
      this.#unackedBytes += segment.bytes.length;
      // What the receiver had no room for and reads now: that there is room again is not heard, and the sender goes on probing.
      if (!this.from.isGone) this.#stall(this.#kernel.nowUs);
    } else this.from.handedOver(segment.bytes.length, this.back.spec.latencyUs);
  }

  #hold(segment: Segment): void {
    segment.arrivesUs = -1;
    this.#heldCount++;
    this.#stall(segment.sentUs);
  }

  /** Tells that a segment will arrive later than was told before, or not for now. */
  #told(segment: Segment, why: DelayReason): void {
    if (segment.kind !== 'data') return;
    const {arrivesUs, sentId: sent} = segment;
    this.#trace.record({kind: 'bytes-delayed', connection: this.from.connection, sent, why, arrivesUs});
  }

  #stall(sinceUs: number): void {
    if (this.#stalledSinceUs >= 0) return;
    this.#stalledSinceUs = sinceUs;
    const kernel = this.#kernel;
    this.#giveUpSlot = kernel.schedule(this.#retryUs(RETRIES_MAX), WORLD, () => this.#giveUp());
    this.#giveUpSeq = kernel.seqOf(this.#giveUpSlot);
  }

  /** Time at which the wait after retransmission number `retry` is over. */
  #retryUs(retry: number): number {
    let atUs = this.#stalledSinceUs;
    let rtoUs = this.#rtoUs();
    for (let i = 0; i <= retry; i++) {
      atUs += rtoUs;
      rtoUs = Math.min(rtoUs * 2, RTO_US_MAX);
    }
    return atUs;
  }

  #rtoUs(): number {
    return RTO_US_MIN + this.link.spec.latencyUs + this.back.spec.latencyUs;
  }

  #giveUp(): void {
    if (this.from.isGone) this.drop(this.link.whyCut);
    else this.from.timedOut();
  }

  onPowerLost(machine: Machine): void {
    if (this.from.machine === machine) this.from.losePower();
    if (this.to.machine === machine) this.to.losePower();
  }

  /** Either link was cut just now. */
  onCut(link: Link): void {
    // What a machine sent before its power went is on its way, and nobody is there to send it again.
    if (this.from.isGone && link.isDown) return;
    this.#kernel.cancel(this.#recoverySlot, this.#recoverySeq);
    if (link === this.link) this.#holdFlying();
    else if (this.#head < this.#queue.length) this.#stall(this.#queue[this.#head]!.sentUs);
  }

  /** What is in flight is swallowed: a sender that is still there will send it again. */
  #holdFlying(): void {
    const flying = this.#queue.slice(this.#head, this.#queue.length - this.#heldCount);
    for (const segment of flying) this.#kernel.cancel(segment.slot, segment.seq);
    const why = this.link.whyCut;
    if (this.from.isGone) {
      this.drop(why);
      return;
    }
    for (const segment of flying) {
      this.#hold(segment);
      this.#told(segment, why);
    }
  }

  /** Either link was healed just now. The next retransmission gets through, if both are whole by then. */
  onHealed(): void {
    if (this.#stalledSinceUs < 0 || this.link.isCut || this.back.isCut) return;
    const kernel = this.#kernel;
    let retry = 0;
    while (retry < RETRIES_MAX && this.#retryUs(retry) < kernel.nowUs) retry++;
    kernel.cancel(this.#recoverySlot, this.#recoverySeq);
    this.#recoverySlot = kernel.schedule(this.#retryUs(retry), WORLD, () => this.#recover());
    this.#recoverySeq = kernel.seqOf(this.#recoverySlot);
  }

  #recover(): void {
    const wasUnacked = this.#unackedBytes > 0;
    this.#acknowledged();
    this.#finish();
    // A retransmission of what had arrived, too, is answered with a reset if nobody is there any more.
    if (wasUnacked && this.to.isGone) this.to.replyReset();
  }

  /** An acknowledgement got through: the stall is over, and what was held back goes out. */
  #acknowledged(): void {
    this.#endStall();
    const unackedBytes = this.#unackedBytes;
    this.#unackedBytes = 0;
    if (unackedBytes > 0) this.from.handedOver(unackedBytes, this.back.spec.latencyUs);
    const held = this.#queue.slice(this.#queue.length - this.#heldCount);
    this.#heldCount = 0;
    for (const segment of held) {
      const {length} = segment.bytes;
      segment.departsUs = this.link.departsUs(this.#kernel.nowUs);
      this.#launch(segment, this.link.transmit(length, this.#kernel.nowUs) + this.#lossDelayUs(length));
      this.#told(segment, 'cut');
    }
  }

  #endStall(): void {
    this.#stalledSinceUs = -1;
    this.#kernel.cancel(this.#giveUpSlot, this.#giveUpSeq);
    this.#kernel.cancel(this.#recoverySlot, this.#recoverySeq);
  }

  /** The sender is gone: what has not left its machine never will. What is in flight still arrives. */
  drop(why: LossReason): void {
    this.#endStall();
    const nowUs = this.#kernel.nowUs;
    const kept: Segment[] = [];
    for (let i = this.#head; i < this.#queue.length; i++) {
      const segment = this.#queue[i]!;
      if (segment.arrivesUs >= 0 && segment.departsUs <= nowUs && !this.link.isCut) {
        kept.push(segment);
        continue;
      }
      this.#kernel.cancel(segment.slot, segment.seq);
      this.lost(segment, why);
    }
    this.#queue = kept;
    this.#head = 0;
    this.#heldCount = 0;
    this.#finish();
  }

  lost(segment: Segment, why: LossReason): void {
    if (segment.kind !== 'data') return;
    const {connection, name: process} = this.from;
    this.#trace.record({
      kind: 'bytes-lost',
      connection,
      process,
      peer: this.to.name,
      sent: segment.sentId,
      why,
    });
  }
}
