import type {Clock, Timer} from '../ports/clock.ts';
import type {Cpu} from '../ports/cpu.ts';
import type {Disk} from '../ports/disk.ts';
import type {Host, ProcessIdentity} from '../ports/host.ts';
import type {FactShape, Journal} from '../ports/journal.ts';
import type {Network} from '../ports/network.ts';
import type {Random} from '../ports/random.ts';
import type {Kernel} from './kernel.ts';
import type {Life} from './process.ts';
import {ExitSignal} from './process.ts';
import type {TraceLog} from './trace-log.ts';

/** What one life of a process is handed. After its end none of this does anything any more. */
export class SimHost implements Host {
  readonly identity: ProcessIdentity;
  readonly clock: Clock;
  readonly network: Network;
  readonly disk: Disk;
  readonly random: Random;
  readonly cpu: Cpu;
  readonly journal: Journal;
  readonly #life: Life;
  readonly #exited: (life: Life, reason: string) => void;

  constructor(
    life: Life,
    parts: {clock: Clock; network: Network; disk: Disk; random: Random; cpu: Cpu; journal: Journal},
    exited: (life: Life, reason: string) => void,
  ) {
    const {name, pid, machine} = life;
    const {name: hostName, address, processors, memoryBytes} = machine.spec;
    this.identity = {name, pid, hostName, address, processors, memoryBytes, home: HOME};
    this.clock = parts.clock;
    this.network = parts.network;
    this.disk = parts.disk;
    this.random = parts.random;
    this.cpu = parts.cpu;
    this.journal = parts.journal;
    this.#life = life;
    this.#exited = exited;
  }

  exit(code: number, reason: string): void {
    if (this.#life.alive) this.#exited(this.#life, code === 0 ? reason : `${reason} (exit code ${code})`);
    throw new ExitSignal();
  }
}

/** Every process of a world runs as root. */
const HOME = '/root';

const NO_TIMER: Timer = {cancel() {}};

class SimTimer implements Timer {
  readonly #kernel: Kernel;
  readonly #slot: number;
  readonly #seq: number;

  constructor(kernel: Kernel, slot: number, seq: number) {
    this.#kernel = kernel;
    this.#slot = slot;
    this.#seq = seq;
  }

  cancel(): void {
    this.#kernel.cancel(this.#slot, this.#seq);
  }
}

export class ProcessClock implements Clock {
  readonly #kernel: Kernel;
  readonly #life: Life;

  constructor(kernel: Kernel, life: Life) {
    this.#kernel = kernel;
    this.#life = life;
  }

  nowMs(): number {
    return this.#life.machine.clock.wallMs(this.#kernel.nowUs);
  }

  monotonicNs(): number {
    return this.#life.machine.clock.monotonicUs(this.#kernel.nowUs) * 1000;
  }

  after(delayMs: number, run: () => void): Timer {
    if (!this.#life.alive) return NO_TIMER;
    if (Number.isNaN(delayMs)) throw new Error('a timer needs a delay');
    const kernel = this.#kernel;
    const delayUs = delayMs > 0 ? this.#life.machine.clock.toWorldUs(delayMs) : 0;
    const slot = kernel.schedule(kernel.nowUs + delayUs, this.#life.owner, run, true);
    return new SimTimer(kernel, slot, kernel.seqOf(slot));
  }
}

export class ProcessJournal implements Journal {
  readonly #trace: TraceLog;
  readonly #life: Life;

  constructor(trace: TraceLog, life: Life) {
    this.#trace = trace;
    this.#life = life;
  }

  record(fact: FactShape): void {
    if (this.#life.alive) this.#trace.fact(this.#life.name, fact);
  }
}
