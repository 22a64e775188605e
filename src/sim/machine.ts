import type {MachineSpec} from './api.ts';
import type {SimDisk} from './disk.ts';
import type {SimRandom} from './random.ts';

/** Linux's own range of ports for connecting sockets. */
const EPHEMERAL_PORT_MIN = 32768;
const EPHEMERAL_PORT_MAX = 60999;
const PID_MAX = 32767;
const PID_STEP_MAX = 40;

/** A machine: what its processes share, and what outlives them. */
export class Machine {
  readonly spec: MachineSpec;
  /** Place in the world's list of machines. */
  readonly index: number;
  readonly clock: MachineClock;
  readonly disk: SimDisk;
  hasPower = true;
  readonly #pids: SimRandom;
  #lastPid: number;
  /** How many sockets use a port. */
  readonly #portUsers = new Map<number, number>();
  #nextEphemeralPort = EPHEMERAL_PORT_MIN;

  constructor(spec: MachineSpec, index: number, epochMs: number, disk: SimDisk, pids: SimRandom) {
    this.spec = spec;
    this.index = index;
    this.clock = new MachineClock(epochMs, spec.clockOffsetMs, spec.clockDriftPpm);
    this.disk = disk;
    this.#pids = pids;
    this.#lastPid = 1000 + pids.below(4000);
  }

  /** A pid that was not given out lately: they grow, with gaps, as on a machine where other things run too. */
  newPid(): number {
    this.#lastPid += 1 + this.#pids.below(PID_STEP_MAX);
    if (this.#lastPid > PID_MAX) this.#lastPid -= PID_MAX - 1000;
    return this.#lastPid;
  }

  isPortTaken(port: number): boolean {
    return this.#portUsers.has(port);
  }

  takePort(port: number): void {
    this.#portUsers.set(port, (this.#portUsers.get(port) ?? 0) + 1);
  }

  releasePort(port: number): void {
    const users = (this.#portUsers.get(port) ?? 1) - 1;
    if (users === 0) this.#portUsers.delete(port);
    else this.#portUsers.set(port, users);
  }

  /** Takes the next free port of the ephemeral range, or null when there is none. */
  takeEphemeralPort(): number | null {
    const count = EPHEMERAL_PORT_MAX - EPHEMERAL_PORT_MIN + 1;
    for (let tried = 0; tried < count; tried++) {
      const port = this.#nextEphemeralPort;
      this.#nextEphemeralPort = port === EPHEMERAL_PORT_MAX ? EPHEMERAL_PORT_MIN : port + 1;
      if (!this.#portUsers.has(port)) {
        this.takePort(port);
        return port;
      }
    }
    return null;
  }
}

/** One machine's idea of time: the world's, shifted by an offset and jumps, and drifting by so many parts in a million. */
class MachineClock {
  readonly #epochMs: number;
  readonly #driftPpm: number;
  #shiftMs: number;

  constructor(epochMs: number, offsetMs: number, driftPpm: number) {
    this.#epochMs = epochMs;
    this.#driftPpm = driftPpm;
    this.#shiftMs = offsetMs;
  }

  wallMs(nowUs: number): number {
    return this.#epochMs + this.#shiftMs + Math.floor(this.monotonicUs(nowUs) / 1000);
  }

  /** Microseconds that this machine has counted since the world began. Never goes back; jumps do not move it. */
  monotonicUs(nowUs: number): number {
    return this.#driftPpm === 0 ? nowUs : nowUs + Math.floor((nowUs * this.#driftPpm) / 1_000_000);
  }

  /** How long this machine's `delayMs` takes in the world. */
  toWorldUs(delayMs: number): number {
    const us = delayMs * 1000;
    return Math.round(this.#driftPpm === 0 ? us : (us * 1_000_000) / (1_000_000 + this.#driftPpm));
  }

  jump(byMs: number): void {
    this.#shiftMs += byMs;
  }
}
