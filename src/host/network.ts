import * as net from 'node:net';
import type {Connection, ConnectionHandlers, Listener, ListenFailure, Network} from '../ports/network.ts';
import {NodeConnection} from './connection.ts';
import type {Held, Life} from './life.ts';

const BACKLOG = 1024;

/**
 * Makes a bound handle at once. `net.Server#listen` with an address goes through a look-up first, even for a dotted one, and so
 * cannot answer in the same event, which the port asks for. Node's cluster module binds by the same function.
 */
const bind = (
  net as unknown as {
    _createServerHandle(
      address: string,
      port: number,
      addressType: 4,
      fd: number,
      flags: number,
    ): {close(): void} | number;
  }
)._createServerHandle;

/** TCP of this machine, by Node's sockets. */
export class NodeNetwork implements Network {
  readonly #life: Life;
  readonly #address: string;
  readonly #bindAddress: string;
  readonly #refused: (port: number, failure: ListenFailure['failure']) => void;

  /**
   * @param address this machine's address, as the program knows it
   * @param bindAddress where to accept connections: one address, or `0.0.0.0` for all
   */
  constructor(
    life: Life,
    address: string,
    bindAddress: string,
    refused: (port: number, failure: ListenFailure['failure']) => void = () => {},
  ) {
    this.#life = life;
    this.#address = address;
    this.#bindAddress = bindAddress;
    this.#refused = refused;
  }

  listen(port: number, accept: (connection: Connection) => ConnectionHandlers): Listener | ListenFailure {
    const handle = bind(this.#bindAddress, port, 4, -1, 0);
    if (typeof handle === 'number') return this.#refuse(port, handle === EACCES ? 'EACCES' : 'EADDRINUSE');
    const server = net.createServer({allowHalfOpen: true, noDelay: true}, (socket) =>
      this.#life.run(() => NodeConnection.accepted(socket, this.#life, accept)),
    );
    // Told later, of what is known at once; and of connections that could not be taken in, which the peers notice.
    server.on('error', () => {});
    server.listen(handle, BACKLOG);
    if (!server.listening) return this.#refuse(port, 'EADDRINUSE');
    const listener = new NodeListener(server, this.#life);
    this.#life.recorder?.listening(listener.port);
    return listener;
  }

  #refuse(port: number, failure: ListenFailure['failure']): ListenFailure {
    this.#refused(port, failure);
    return {failure};
  }

  connect(address: string, handlers: ConnectionHandlers, timeoutMs?: number): Connection {
    return NodeConnection.connecting(address, this.#sourceFor(address), handlers, timeoutMs, this.#life);
  }

  /** Several machines on one: each on a loopback address of its own, which its peers see. Else the system knows best. */
  #sourceFor(address: string): string | undefined {
    const isLoopback = (candidate: string): boolean => candidate.startsWith('127.');
    const needsSource = isLoopback(this.#address) && this.#address !== '127.0.0.1' && isLoopback(address);
    return needsSource ? this.#address : undefined;
  }
}

const EACCES = -13;

class NodeListener implements Listener, Held {
  readonly port: number;
  readonly #server: net.Server;
  readonly #life: Life;

  constructor(server: net.Server, life: Life) {
    this.#server = server;
    this.#life = life;
    this.port = (server.address() as net.AddressInfo).port;
    life.holds.add(this);
  }

  close(): void {
    this.#life.holds.delete(this);
    if (this.#server.listening) this.#server.close();
  }

  letGo(): void {
    this.close();
  }
}
