/** TCP as a program sees it. Addresses are `a.b.c.d:port`. */
export interface Network {
  /**
   * Accepts connections on every address of this machine. `port` 0 takes a free one.
   * Answers a failure at once if the port is taken.
   */
  listen(port: number, accept: (connection: Connection) => ConnectionHandlers): Listener | ListenFailure;
  /**
   * Begins to connect. Exactly one of `handlers.opened` or `handlers.closed` comes first, later, as an event of its own.
   * `timeoutMs` bounds the attempt (default: the machine's own SYN patience, over a minute).
   */
  connect(address: string, handlers: ConnectionHandlers, timeoutMs?: number): Connection;
}

export interface Listener {
  readonly port: number;
  /** Stops accepting; connections already open stay. */
  close(): void;
}

export interface ListenFailure {
  readonly failure: 'EADDRINUSE' | 'EACCES';
}

/** How a connection came to its end, as this side sees it. */
export type CloseReason =
  /** Nobody listens there, or the machine answered with a reset while connecting. */
  | 'refused'
  /** The attempt to connect was not answered in time. */
  | 'connect-timeout'
  /** Both sides have ended in order. */
  | 'ended'
  /** The peer vanished or aborted: a reset arrived. */
  | 'reset'
  /** What was sent was not acknowledged for too long. */
  | 'timeout'
  /** This side called `destroy`. */
  | 'destroyed';

export interface ConnectionHandlers {
  /** The connection is established (connecting side only). */
  opened?(): void;
  /** Bytes arrived, in order. The view belongs to the receiver and is not written to by anybody afterwards. */
  data(bytes: Uint8Array): void;
  /** After a `write` that returned false: the send buffer has room again. */
  drained?(): void;
  /** The peer will send no more (half-close). Unless this side also ends, it may still write. */
  ended?(): void;
  /** The last event of every connection. Nothing follows it. */
  closed(reason: CloseReason): void;
}

export interface Connection {
  /** `a.b.c.d:port` of this side; the port of a connecting side is known from `opened` on. */
  readonly localAddress: string;
  readonly remoteAddress: string;
  /** Bytes written and not yet handed to the peer's machine. */
  readonly bufferedBytes: number;
  /**
   * Queues bytes in order. The caller gives the array away and must not write to it again. Returns false when the send
   * buffer is above its high-water mark: keep what is left until `drained`. Writing to a connection that has ended
   * does nothing.
   */
  write(bytes: Uint8Array): boolean;
  /** Sends what is queued, then tells the peer that no more will come (FIN). */
  end(): void;
  /** Aborts: queued bytes are dropped, the peer sees a reset. `closed('destroyed')` follows as an event of its own. */
  destroy(): void;
}
