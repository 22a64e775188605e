import * as net from 'node:net';
import type {CloseReason, Connection, ConnectionHandlers} from '../ports/network.ts';
import type {Held, Life} from './life.ts';
import type {RecordedSide} from './recorder.ts';

/** Netty's own default water mark: `write` says stop above it. `drained` comes when all is handed over. */
const BUFFERED_BYTES_HIGH = 64 * 1024;
/**
 * How long a connection that this side has ended waits for its peer, in silence: as long as Linux keeps one that its program
 * has closed (`tcp_fin_timeout`). The port knows no other way to let go of a peer that never ends.
 */
const LINGER_MS = 60_000;
/** How long what an ended program had still to send keeps this OS process. */
const LAST_WORDS_MS = 1000;

const NO_HANDLERS: ConnectionHandlers = {data() {}, closed() {}};

/** One side of a connection, over a Node socket. */
export class NodeConnection implements Connection, Held {
  localAddress: string;
  readonly remoteAddress: string;
  readonly #socket: net.Socket;
  readonly #life: Life;
  #handlers: ConnectionHandlers;
  #state: 'connecting' | 'open' | 'closed' = 'connecting';
  #endSent = false;
  #isDestroyed = false;
  #wantsDrained = false;
  /** Whether the peer asked for this connection, which is then not read from while it does not take what it is sent. */
  #isAccepted = false;
  /** What was written in this turn of the event loop waits in the socket, to go out in one call. */
  #isCorked = false;
  #patience: NodeJS.Timeout | null = null;
  /** Why it is about to close, if that is known before the socket says so. */
  #reason: CloseReason | null = null;
  #recorded: RecordedSide | null = null;
  readonly #uncork = (): void => {
    this.#isCorked = false;
    this.#socket.uncork();
  };

  private constructor(
    socket: net.Socket,
    life: Life,
    localAddress: string,
    remoteAddress: string,
    handlers: ConnectionHandlers,
  ) {
    this.#socket = socket;
    this.#life = life;
    this.localAddress = localAddress;
    this.remoteAddress = remoteAddress;
    this.#handlers = handlers;
    life.holds.add(this);
  }

  static accepted(
    socket: net.Socket,
    life: Life,
    accept: (connection: Connection) => ConnectionHandlers,
  ): void {
    const {localAddress, localPort, remoteAddress, remotePort} = socket;
    // The peer has gone before it was looked at.
    if (remoteAddress === undefined || localAddress === undefined) {
      socket.on('error', () => {});
      socket.destroy();
      return;
    }
    const connection = new NodeConnection(
      socket,
      life,
      `${localAddress}:${localPort}`,
      `${remoteAddress}:${remotePort}`,
      NO_HANDLERS,
    );
    connection.#state = 'open';
    connection.#isAccepted = true;
    connection.#recorded = life.recorder?.accepted(connection.localAddress, connection.remoteAddress) ?? null;
    connection.#listen();
    connection.#handlers = accept(connection);
  }

  static connecting(
    address: string,
    source: string | undefined,
    handlers: ConnectionHandlers,
    timeoutMs: number | undefined,
    life: Life,
  ): NodeConnection {
    const socket = new net.Socket({allowHalfOpen: true});
    const connection = new NodeConnection(socket, life, `${source ?? '0.0.0.0'}:0`, address, handlers);
    connection.#recorded =
      life.recorder?.connecting(address, () => {
        const {address: host, port} = socket.address() as Partial<net.AddressInfo>;
        return host === undefined || port === 0 ? null : `${host}:${port}`;
      }) ?? null;
    connection.#listen();
    const colon = address.lastIndexOf(':');
    const port = Number(address.slice(colon + 1));
    if (colon < 1 || !Number.isInteger(port) || port < 1 || port > 65_535) {
      connection.#fail('refused');
      return connection;
    }
    socket.setNoDelay(true);
    socket.on('connect', () => life.run(() => connection.#opened()));
    socket.connect({host: address.slice(0, colon), port, family: 4, localAddress: source});
    if (timeoutMs !== undefined) {
      connection.#patience = setTimeout(() => connection.#losePatience(), timeoutMs);
    }
    return connection;
  }

  get bufferedBytes(): number {
    return this.#state === 'closed' ? 0 : this.#socket.writableLength;
  }

  write(bytes: Uint8Array): boolean {
    if (this.#state === 'closed' || this.#endSent || this.#isDestroyed || !this.#life.alive) return false;
    const socket = this.#socket;
    if (socket.destroyed) return false;
    if (bytes.length > 0) {
      if (!this.#isCorked) {
        this.#isCorked = true;
        socket.cork();
        process.nextTick(this.#uncork);
      }
      if (this.#recorded !== null) this.#life.recorder?.sent(this.#recorded, bytes);
      socket.write(bytes);
    }
    if (socket.writableLength <= BUFFERED_BYTES_HIGH) return true;
    this.#wantsDrained = true;
    // Otherwise a client that asks and never reads could have any amount of answers kept for it. Only one side of a
    // connection may do so, or two that send much would wait for each other for ever.
    if (this.#isAccepted) socket.pause();
    return false;
  }

  end(): void {
    if (this.#state === 'closed' || this.#endSent || this.#isDestroyed || !this.#life.alive) return;
    this.#endSent = true;
    if (this.#recorded !== null) this.#life.recorder?.endSent(this.#recorded);
    this.#socket.end();
    this.#socket.resume();
    this.#socket.setTimeout(LINGER_MS, () => this.#fail('timeout'));
  }

  destroy(): void {
    if (this.#state === 'closed' || this.#isDestroyed || !this.#life.alive) return;
    this.#isDestroyed = true;
    this.#abort();
    setImmediate(() => this.#close('destroyed'));
  }

  /** The program has ended. What it had ended in order is seen through; any other connection is reset. */
  letGo(): void {
    this.#forget();
    if (this.#recorded !== null) this.#life.recorder?.forget(this.#recorded);
    if (!this.#endSent || this.#socket.writableFinished) {
      this.#abort();
      return;
    }
    const patience = setTimeout(() => this.#abort(), LAST_WORDS_MS);
    this.#socket.once('finish', () => this.#socket.destroy());
    this.#socket.once('close', () => clearTimeout(patience));
  }

  #listen(): void {
    const socket = this.#socket;
    const life = this.#life;
    socket.on('data', (chunk: Buffer) => {
      if (this.#state === 'closed' || this.#isDestroyed || !life.alive) return;
      // A plain array: a Buffer's `slice` does not copy.
      const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length);
      if (this.#recorded === null) life.run(() => this.#handlers.data(bytes));
      else this.#takeRecorded(this.#recorded, bytes);
    });
    socket.on('drain', () => {
      if (!this.#wantsDrained || this.#state === 'closed' || this.#isDestroyed) return;
      this.#wantsDrained = false;
      socket.resume();
      life.recorder?.enter(0);
      life.run(() => this.#handlers.drained?.());
    });
    socket.on('end', () => {
      if (this.#state === 'closed' || this.#isDestroyed || !life.alive) return;
      if (this.#recorded !== null) life.recorder?.endArrived(this.#recorded);
      life.run(() => this.#handlers.ended?.());
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#reason ??= this.#reasonOf(error);
    });
    socket.on('close', () => {
      if (!this.#isDestroyed) this.#close(this.#reason ?? (this.#endSent ? 'ended' : 'reset'));
    });
  }

  /** Hands over what has come in frame by frame, so that each is the cause of what comes of it. */
  #takeRecorded(side: RecordedSide, bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; ) {
      if (this.#state === 'closed' || this.#isDestroyed || !this.#life.alive) return;
      const to = this.#life.recorder!.arrived(side, bytes, from);
      const piece = from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to);
      this.#life.run(() => this.#handlers.data(piece));
      from = to;
    }
  }

  #opened(): void {
    if (this.#state !== 'connecting' || this.#isDestroyed) return;
    this.#stopWaiting();
    this.#state = 'open';
    this.localAddress = `${this.#socket.localAddress}:${this.#socket.localPort}`;
    if (this.#recorded !== null) {
      this.#life.recorder?.opened(this.#recorded, this.localAddress, this.remoteAddress);
    }
    this.#handlers.opened?.();
  }

  /** Unless the peer has answered, which this process may have had no time to see. */
  #losePatience(): void {
    setImmediate(() => {
      if (this.#state === 'connecting') this.#fail('connect-timeout');
    });
  }

  #reasonOf(error: NodeJS.ErrnoException): CloseReason {
    const {code} = error;
    if (this.#state === 'connecting') return code === 'ETIMEDOUT' ? 'connect-timeout' : 'refused';
    return code === 'ETIMEDOUT' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH' ? 'timeout' : 'reset';
  }

  /** Gives the connection up; `closed` follows as an event of its own. */
  #fail(reason: CloseReason): void {
    this.#reason ??= reason;
    this.#socket.destroy();
  }

  #abort(): void {
    // A socket that is about to send its FIN cannot send a reset instead; nor can one without a handle.
    if (this.#state === 'open' && !this.#endSent) this.#socket.resetAndDestroy();
    else this.#socket.destroy();
  }

  #close(reason: CloseReason): void {
    if (this.#state === 'closed') return;
    this.#forget();
    this.#state = 'closed';
    if (this.#recorded !== null && this.#life.alive) this.#life.recorder?.closed(this.#recorded, reason);
    this.#life.run(() => this.#handlers.closed(reason));
  }

  #forget(): void {
    this.#stopWaiting();
    this.#life.holds.delete(this);
  }

  #stopWaiting(): void {
    if (this.#patience !== null) clearTimeout(this.#patience);
    this.#patience = null;
  }
}
