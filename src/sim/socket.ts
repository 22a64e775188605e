import type {CloseReason, Connection, ConnectionHandlers} from '../ports/network.ts';
import {Flow, type FlowEnd, type Segment} from './flow.ts';
import type {Kernel} from './kernel.ts';
import type {Link} from './link.ts';
import type {Machine} from './machine.ts';
import type {Held, Life} from './process.ts';
import type {TraceLog} from './trace-log.ts';

/** Netty's own default water marks: `write` says stop above the high one, `drained` comes at the low one. */
const BUFFERED_BYTES_HIGH = 64 * 1024;
const BUFFERED_BYTES_LOW = 32 * 1024;
/** What the machine takes in for a process that does not read. */
const RECEIVE_BUFFER_BYTES = 256 * 1024;

const NO_HANDLERS: ConnectionHandlers = {data() {}, closed() {}};

/** Who takes the connections of a port in. */
export interface Acceptor {
  readonly isOpen: boolean;
  readonly accept: (connection: Connection) => ConnectionHandlers;
}

/** One side of a connection. */
export class Socket implements Connection, FlowEnd, Held {
  readonly connection: number;
  readonly life: Life;
  localAddress: string;
  readonly remoteAddress: string;
  /** Bytes written and, as far as this side can know, not yet taken in by the peer's machine. */
  bufferedBytes = 0;
  handlers: ConnectionHandlers;
  state: 'connecting' | 'open' = 'connecting';
  /** The machine keeps no state of this socket any more: what arrives for it is answered with a reset. */
  isGone = false;
  /** The process is done with it: no handler runs any more. */
  isClosed = false;
  readonly #kernel: Kernel;
  readonly #trace: TraceLog;
  #out: Flow | null = null;
  #peer: Socket | null = null;
  /** For an accepting side: who accepts. */
  readonly #listener: Acceptor | null;
  /** The process has called `destroy`; `closed` is yet to come. */
  #isDestroyed = false;
  #endSent = false;
  #endReceived = false;
  /** Written before the connection was established. */
  #early: Uint8Array[] = [];
  #endsEarly = false;
  #wantsDrained = false;
  /** Arrived while the process was paused. */
  #unread: Segment[] = [];
  #unreadBytes = 0;
  /** Called once the process is done with this socket. */
  onClosed: (() => void) | null = null;

  constructor(
    connection: number,
    life: Life,
    localAddress: string,
    remoteAddress: string,
    handlers: ConnectionHandlers | null,
    listener: Acceptor | null,
    kernel: Kernel,
    trace: TraceLog,
  ) {
    this.connection = connection;
    this.life = life;
    this.localAddress = localAddress;
    this.remoteAddress = remoteAddress;
    this.handlers = handlers ?? NO_HANDLERS;
    this.#listener = listener;
    this.#kernel = kernel;
    this.#trace = trace;
    life.holds.add(this);
  }

  /** The process that it belongs to. */
  get name(): string {
    return this.life.name;
  }

  get machine(): Machine {
    return this.life.machine;
  }

  get peer(): Socket | null {
    return this.#peer;
  }

  pairWith(peer: Socket, link: Link, back: Link): void {
    this.#peer = peer;
    this.#out = new Flow(this, peer, link, back, this.#kernel, this.#trace);
  }

  write(bytes: Uint8Array): boolean {
    if (this.isClosed || this.#isDestroyed || this.#endSent || this.#endsEarly || !this.life.alive)
      return false;
    if (bytes.length > 0) {
      // A reset that the process has yet to hear of: what it writes leads nowhere.
      if (this.isGone) return false;
      this.bufferedBytes += bytes.length;
      if (this.state === 'open') this.#out!.sendData(bytes);
      else this.#early.push(bytes);
    }
    if (this.bufferedBytes <= BUFFERED_BYTES_HIGH) return true;
    this.#wantsDrained = true;
    return false;
  }

  end(): void {
    if (this.isClosed || this.#isDestroyed || this.#endSent || !this.life.alive) return;
    if (this.state === 'connecting') {
      this.#endsEarly = true;
      return;
    }
    this.#endSent = true;
    if (this.isGone) return;
    const sentId = this.#trace.record({
      kind: 'end-sent',
      connection: this.connection,
      process: this.name,
      peer: this.#peer!.name,
    });
    this.#out!.sendMark('end', sentId);
    if (this.#endReceived) this.#closeSoon('ended');
  }

  destroy(): void {
    if (this.isClosed || this.#isDestroyed || !this.life.alive) return;
    this.#isDestroyed = true;
    this.#abort('reset');
    this.#closeSoon('destroyed');
  }

  /** `closed` as an event of its own. */
  #closeSoon(why: CloseReason): void {
    this.#kernel.schedule(this.#kernel.nowUs, this.life.owner, () => this.#close(why));
  }

  #close(why: CloseReason): void {
    if (this.isClosed) return;
    this.#forget();
    this.#trace.record({
      kind: 'connection-closed',
      connection: this.connection,
      process: this.name,
      peer: this.#peer?.name ?? '',
      why,
    });
    this.handlers.closed(why);
  }

  /** Takes it from its process. What was sent in order is still brought to its end by the machine. */
  #forget(): void {
    this.isClosed = true;
    this.#early = [];
    this.life.holds.delete(this);
    const {onClosed} = this;
    this.onClosed = null;
    onClosed?.();
  }

  /** The machine forgets the connection and tells the peer with a reset. */
  #abort(why: 'reset' | 'process-gone'): void {
    if (this.isGone) return;
    this.isGone = true;
    this.#loseUnread(why);
    this.#out?.drop(why);
    this.replyReset();
  }

  replyReset(): void {
    if (this.#peer !== null && !this.#peer.isGone) this.#out!.sendMark('reset', this.#trace.causeNow());
  }

  #loseUnread(why: 'reset' | 'process-gone' | 'machine-gone'): void {
    for (const segment of this.#unread) this.#peer!.#out!.lost(segment, why);
    this.#unread = [];
  }

  /** The process has ended. A socket that it had ended in order is seen through by the machine; any other is reset. */
  letGo(isPowerLost: boolean): void {
    if (isPowerLost) {
      this.losePower();
      this.#forget();
      return;
    }
    const isInOrder = this.#endSent && this.#unread.length === 0;
    if (!isInOrder) this.#abort('process-gone');
    this.#forget();
  }

  /** The machine forgets the connection, and can tell nobody. */
  losePower(): void {
    if (this.isGone) return;
    this.isGone = true;
    this.#loseUnread('machine-gone');
    this.#out?.drop('machine-gone');
  }

  /** What was sent was not acknowledged for too long. Nobody can be told but this side's own process. */
  timedOut(): void {
    this.isGone = true;
    this.#out!.drop(this.#out!.link.whyCut);
    if (!this.isClosed && this.life.alive) this.life.run(() => this.#closeUnlessDestroyed('timeout'));
  }

  /** The attempt to connect came to nothing. */
  failed(why: 'refused' | 'connect-timeout'): void {
    this.isGone = true;
    if (this.life.alive) this.life.run(() => this.#closeUnlessDestroyed(why));
  }

  #closeUnlessDestroyed(why: CloseReason): void {
    if (!this.#isDestroyed) this.#close(why);
  }

  /** The peer's machine has agreed: this, the connecting side, is open, and lets the peer know. */
  established(connectingId: number): void {
    this.state = 'open';
    this.#out!.sendMark('open', connectingId);
    this.#kernel.cause = connectingId;
    this.life.run(() => this.#opened());
  }

  #opened(): void {
    if (this.isClosed || this.#isDestroyed) return;
    this.#kernel.cause = this.#recordConnected();
    const early = this.#early;
    this.#early = [];
    for (const bytes of early) this.#out!.sendData(bytes);
    if (this.#endsEarly) this.end();
    this.handlers.opened?.();
  }

  #recordConnected(): number {
    return this.#trace.record({
      kind: 'connected',
      connection: this.connection,
      process: this.name,
      peer: this.#peer!.name,
      localAddress: this.localAddress,
      remoteAddress: this.remoteAddress,
    });
  }

  /** A segment has reached this side's machine; the cause is its sending. Nothing may be done after this call. */
  receive(segment: Segment): void {
    if (segment.kind === 'reset') {
      this.#receiveReset();
      return;
    }
    const flow = this.#peer!.#out!;
    if (this.isGone || !this.life.alive) {
      flow.handedOver(segment);
      this.#refuse(segment, flow);
      return;
    }
    if (this.life.paused) {
      this.#keepUnread(segment, flow);
    } else {
      flow.handedOver(segment);
      this.#kernel.enter(this.life.owner);
      this.#deliver(segment);
    }
  }

  /** Nobody reads here any more. An orphan takes the peer's end, and resets the connection if there is more to come. */
  #refuse(segment: Segment, flow: Flow): void {
    const isOrphan = !this.isGone;
    if (isOrphan && segment.kind === 'end') return;
    flow.lost(segment, this.life.alive ? 'reset' : 'process-gone');
    this.isGone = true;
    this.replyReset();
  }

  #keepUnread(segment: Segment, flow: Flow): void {
    const length = segment.bytes.length;
    if (this.#unreadBytes + length <= RECEIVE_BUFFER_BYTES) flow.handedOver(segment);
    this.#unreadBytes += length;
    if (segment.kind === 'data') {
      this.#unread.push(segment);
      const {sentId: sent} = segment;
      this.#trace.record({
        kind: 'bytes-delayed',
        connection: this.connection,
        sent,
        why: 'paused',
        arrivesUs: -1,
      });
    }
    this.life.run(() => {
      this.#unreadBytes -= length;
      if (this.#unread[0] === segment) this.#unread.shift();
      flow.handedOver(segment);
      this.#kernel.cause = segment.sentId;
      this.#deliver(segment);
    });
  }

  #receiveReset(): void {
    if (this.isGone) return;
    this.isGone = true;
    this.#out!.drop('reset');
    if (this.state === 'connecting') {
      // An accepting side whose process has not heard of the connection forgets it; a connecting side was refused.
      if (this.#listener !== null) this.#forget();
      else this.failed('refused');
      return;
    }
    if (!this.isClosed && this.life.alive) this.life.run(() => this.#closeUnlessDestroyed('reset'));
  }

  /** Runs in the process. */
  #deliver(segment: Segment): void {
    const peer = this.#peer!;
    if (this.isClosed || this.#isDestroyed) {
      peer.#out!.lost(segment, 'reset');
      return;
    }
    switch (segment.kind) {
      case 'data':
        this.#kernel.cause = this.#trace.bytesArrived(this.connection, this.name, peer.name, segment.sentId);
        this.handlers.data(segment.bytes);
        return;
      case 'end':
        this.#endReceived = true;
        this.#kernel.cause = this.#trace.record({
          kind: 'end-arrived',
          connection: this.connection,
          process: this.name,
          peer: peer.name,
        });
        if (this.#endSent) this.#closeSoon('ended');
        this.handlers.ended?.();
        return;
      case 'open':
        this.#accepted();
        return;
      default:
        throw new Error(`a ${segment.kind} is not delivered`);
    }
  }

  #accepted(): void {
    const listener = this.#listener!;
    if (!listener.isOpen) {
      this.#abort('reset');
      this.#forget();
      return;
    }
    this.state = 'open';
    this.#kernel.cause = this.#recordConnected();
    this.handlers = listener.accept(this);
  }

  /** The peer's machine has taken bytes in; the news takes `newsUs` to come back. */
  handedOver(bytes: number, newsUs: number): void {
    this.bufferedBytes -= bytes;
    if (!this.#wantsDrained || this.bufferedBytes > BUFFERED_BYTES_LOW) return;
    this.#wantsDrained = false;
    if (this.isClosed || this.isGone || !this.life.alive) return;
    this.#kernel.schedule(this.#kernel.nowUs + newsUs, this.life.owner, () => {
      if (!this.isClosed && !this.#isDestroyed && !this.#endSent) this.handlers.drained?.();
    });
  }
}
