import type {Connection, ConnectionHandlers, Listener, ListenFailure, Network} from '../ports/network.ts';
import type {LinkSpec, NetworkSpec} from './api.ts';
import {type Kernel, WORLD} from './kernel.ts';
import {Link} from './link.ts';
import type {Machine} from './machine.ts';
import {ExitSignal, type Held, type Life} from './process.ts';
import type {SimRandom} from './random.ts';
import {type Acceptor, Socket} from './socket.ts';
import type {TraceLog} from './trace-log.ts';

/** Linux's SYN retransmissions: 1, 2, 4, ... seconds apart, six of them, and the last wait of 64 s. */
const SYN_RETRY_US = 1_000_000;
const SYN_RETRIES_MAX = 6;
const CONNECT_TIMEOUT_MS = 127_000;
const PORT_MAX = 65535;

/** A port that a process listens on. */
class SimListener implements Listener, Acceptor, Held {
  readonly port: number;
  readonly accept: (connection: Connection) => ConnectionHandlers;
  readonly life: Life;
  isOpen = true;
  /** The listeners of its machine, by port. */
  readonly #all: Map<number, SimListener>;

  constructor(
    port: number,
    life: Life,
    accept: (connection: Connection) => ConnectionHandlers,
    all: Map<number, SimListener>,
  ) {
    this.port = port;
    this.life = life;
    this.accept = accept;
    this.#all = all;
    life.holds.add(this);
    all.set(port, this);
    life.machine.takePort(port);
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.life.holds.delete(this);
    this.#all.delete(this.port);
    this.life.machine.releasePort(this.port);
  }

  letGo(): void {
    this.close();
  }
}

/** All links between machines, and the beginning of connections over them. */
export class Fabric {
  readonly #spec: NetworkSpec;
  readonly #machines: readonly Machine[];
  readonly #kernel: Kernel;
  readonly #trace: TraceLog;
  readonly #random: SimRandom;
  readonly #links: (Link | undefined)[] = [];
  readonly #byAddress = new Map<string, Machine>();
  /** By place of the machine. */
  readonly #listeners: Map<number, SimListener>[];
  #connectionCount = 0;

  constructor(
    spec: NetworkSpec,
    machines: readonly Machine[],
    kernel: Kernel,
    trace: TraceLog,
    random: SimRandom,
  ) {
    this.#spec = spec;
    this.#machines = machines;
    this.#kernel = kernel;
    this.#trace = trace;
    this.#random = random;
    this.#listeners = machines.map(() => new Map());
    for (const machine of machines) this.#byAddress.set(machine.spec.address, machine);
  }

  link(from: Machine, to: Machine): Link {
    const place = from.index * this.#machines.length + to.index;
    let link = this.#links[place];
    if (link === undefined) {
      const random = this.#random.stream(`${from.spec.name}>${to.spec.name}`);
      link = new Link([from, to], this.#linkSpec(from.spec.name, to.spec.name), random);
      this.#links[place] = link;
    }
    return link;
  }

  /** Listeners of a machine, by port. */
  listeners(machine: Machine): Map<number, SimListener> {
    return this.#listeners[machine.index]!;
  }

  #linkSpec(from: string, to: string): LinkSpec {
    if (from === to) return this.#spec.loopback;
    for (const exception of this.#spec.links) {
      if (exception.from === from && exception.to === to) return exception.link;
      if (exception.from === to && exception.to === from) return exception.link;
    }
    return this.#spec.between;
  }

  /** Nothing crosses from `from` to `to` from now on. */
  cut(from: Machine, to: Machine): void {
    const link = this.link(from, to);
    link.isSevered = true;
    this.#settle(link);
  }

  heal(from: Machine, to: Machine): void {
    const link = this.link(from, to);
    link.isSevered = false;
    this.#settle(link);
  }

  /** Lets those know who use a link that it has been cut or healed, if it has. */
  #settle(link: Link): void {
    const isCut = link.isSevered || link.isDown;
    if (link.isCut === isCut) return;
    link.isCut = isCut;
    for (const user of [...link.users]) {
      if (isCut) user.onCut(link);
      else user.onHealed();
    }
  }

  /**
   * The machine is gone, after all of its processes: it keeps nothing of its connections, and answers nothing. What has left it
   * already still arrives.
   */
  powerLost(machine: Machine): void {
    const links = this.#linksOf(machine);
    for (const link of links) {
      for (const user of [...link.users]) user.onPowerLost(machine);
    }
    for (const link of links) {
      link.isDown = true;
      this.#settle(link);
    }
  }

  powerRestored(machine: Machine): void {
    for (const link of this.#linksOf(machine)) {
      link.isDown = !link.ends.every((end) => end.hasPower);
      this.#settle(link);
    }
  }

  /** Every link that begins or ends there and has been used. */
  #linksOf(machine: Machine): Link[] {
    return this.#links.filter((link): link is Link => link?.ends.includes(machine) === true);
  }

  connect(life: Life, address: string, handlers: ConnectionHandlers, timeoutMs: number): Socket {
    const kernel = this.#kernel;
    const {machine} = life;
    const target = parseAddress(address);
    const isLoopback = target?.host.startsWith('127.') === true;
    const server = isLoopback ? machine : this.#byAddress.get(target?.host ?? '');
    const localHost = isLoopback ? target.host : machine.spec.address;
    const port = machine.takeEphemeralPort();
    const localAddress = `${localHost}:${port ?? 0}`;
    const connection = ++this.#connectionCount;
    const socket = new Socket(connection, life, localAddress, address, handlers, null, kernel, this.#trace);
    const listener =
      target === null || server === undefined ? undefined : this.listeners(server).get(target.port);
    const connectingId = this.#trace.record({
      kind: 'connecting',
      connection,
      process: life.name,
      localAddress,
      remoteAddress: address,
      peer: listener?.life.name ?? '',
    });
    if (port !== null) socket.onClosed = () => machine.releasePort(port);
    const causeBefore = kernel.cause;
    kernel.cause = connectingId;
    if (target === null || port === null) {
      // No such place, or no port left to come from: known at once, told as an event of its own.
      kernel.schedule(kernel.nowUs, WORLD, () => socket.failed('refused'));
    } else {
      new Handshake(this, socket, server ?? null, target.port, connectingId, kernel, this.#trace).begin(
        timeoutMs,
      );
    }
    kernel.cause = causeBefore;
    return socket;
  }
}

/** From the first SYN to an open connection, or to the end of patience. */
class Handshake {
  readonly #fabric: Fabric;
  readonly #client: Socket;
  readonly #server: Machine | null;
  readonly #port: number;
  readonly #connectingId: number;
  readonly #kernel: Kernel;
  readonly #trace: TraceLog;
  #retries = 0;
  #retrySlot = 0;
  #retrySeq = 0;
  #timeoutSlot = 0;
  #timeoutSeq = 0;

  constructor(
    fabric: Fabric,
    client: Socket,
    server: Machine | null,
    port: number,
    connectingId: number,
    kernel: Kernel,
    trace: TraceLog,
  ) {
    this.#fabric = fabric;
    this.#client = client;
    this.#server = server;
    this.#port = port;
    this.#connectingId = connectingId;
    this.#kernel = kernel;
    this.#trace = trace;
  }

  begin(timeoutMs: number): void {
    const timeoutUs = Math.round(Math.min(timeoutMs, CONNECT_TIMEOUT_MS) * 1000);
    const kernel = this.#kernel;
    this.#timeoutSlot = kernel.schedule(kernel.nowUs + timeoutUs, WORLD, () => this.#timedOut());
    this.#timeoutSeq = kernel.seqOf(this.#timeoutSlot);
    this.#sendSyn();
  }

  get #isOver(): boolean {
    return this.#client.isGone || this.#client.isClosed || this.#client.state !== 'connecting';
  }

  #timedOut(): void {
    if (this.#isOver) return;
    this.#kernel.cancel(this.#retrySlot, this.#retrySeq);
    this.#client.failed('connect-timeout');
  }

  #sendSyn(): void {
    if (this.#isOver) return;
    const kernel = this.#kernel;
    if (this.#server !== null) {
      const there = this.#fabric.link(this.#client.life.machine, this.#server);
      if (!there.isCut && !there.loses(0)) {
        kernel.schedule(kernel.nowUs + there.delayUs(), WORLD, () => this.#synArrived(there));
      }
    }
    if (this.#retries < SYN_RETRIES_MAX) {
      const waitUs = SYN_RETRY_US * 2 ** this.#retries++;
      this.#retrySlot = kernel.schedule(kernel.nowUs + waitUs, WORLD, () => this.#sendSyn());
      this.#retrySeq = kernel.seqOf(this.#retrySlot);
    }
  }

  #synArrived(there: Link): void {
    if (there.isCut || this.#isOver) return;
    const server = this.#server!;
    const client = this.#client;
    const back = this.#fabric.link(server, client.life.machine);
    // A second SYN finds the half-open socket of the first, unless the machine has forgotten it.
    const isMet = client.peer !== null && !client.peer.isGone;
    const isListening = isMet || this.#meet(server, there, back);
    if (back.isCut || back.loses(0)) return;
    const kernel = this.#kernel;
    kernel.schedule(kernel.nowUs + back.delayUs(), WORLD, () => this.#answered(back, isListening));
  }

  /** Makes the accepting side, half open for now; false if nobody listens. */
  #meet(server: Machine, there: Link, back: Link): boolean {
    const listener = this.#fabric.listeners(server).get(this.#port);
    if (listener === undefined) return false;
    const client = this.#client;
    const {connection, remoteAddress, localAddress} = client;
    const accepting = new Socket(
      connection,
      listener.life,
      remoteAddress,
      localAddress,
      null,
      listener,
      this.#kernel,
      this.#trace,
    );
    client.pairWith(accepting, there, back);
    accepting.pairWith(client, back, there);
    return true;
  }

  #answered(back: Link, isListening: boolean): void {
    if (back.isCut || this.#isOver) return;
    this.#kernel.cancel(this.#timeoutSlot, this.#timeoutSeq);
    this.#kernel.cancel(this.#retrySlot, this.#retrySeq);
    if (isListening) this.#client.established(this.#connectingId);
    else this.#client.failed('refused');
  }
}

function parseAddress(address: string): {host: string; port: number} | null {
  const match = /^(\d{1,3}(?:\.\d{1,3}){3}):(\d{1,5})$/.exec(address);
  if (match === null) return null;
  const port = Number(match[2]);
  return port >= 1 && port <= PORT_MAX ? {host: match[1]!, port} : null;
}

/** The network as one process sees it. */
export class ProcessNetwork implements Network {
  readonly #fabric: Fabric;
  readonly #life: Life;
  readonly #trace: TraceLog;

  constructor(fabric: Fabric, life: Life, trace: TraceLog) {
    this.#fabric = fabric;
    this.#life = life;
    this.#trace = trace;
  }

  listen(port: number, accept: (connection: Connection) => ConnectionHandlers): Listener | ListenFailure {
    const {machine, name} = this.#life;
    if (!this.#life.alive || machine.isPortTaken(port)) return {failure: 'EADDRINUSE'};
    let chosen = port;
    if (port === 0) {
      const free = machine.takeEphemeralPort();
      if (free === null) return {failure: 'EADDRINUSE'};
      // The listener takes it for itself.
      machine.releasePort(free);
      chosen = free;
    }
    const listener = new SimListener(chosen, this.#life, accept, this.#fabric.listeners(machine));
    this.#trace.record({kind: 'listening', process: name, port: chosen});
    return listener;
  }

  connect(address: string, handlers: ConnectionHandlers, timeoutMs = CONNECT_TIMEOUT_MS): Connection {
    if (!this.#life.alive) throw new ExitSignal();
    return this.#fabric.connect(this.#life, address, handlers, timeoutMs);
  }
}
