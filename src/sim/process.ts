import type {Program, RunningProgram} from '../ports/host.ts';
import type {ProcessSpec} from './api.ts';
import type {Kernel, OwnerId} from './kernel.ts';
import type {Machine} from './machine.ts';

/** Something that a process holds of its machine, a socket, a port or a file, and that its end takes from it. */
export interface Held {
  /** @param isPowerLost the machine itself is gone: nobody can be told */
  letGo(isPowerLost: boolean): void;
}

/** One life of a process, from a start to its end. Everything that it holds hangs on it and goes with it. */
export class Life {
  readonly name: string;
  readonly pid: number;
  readonly owner: OwnerId;
  readonly machine: Machine;
  readonly #kernel: Kernel;
  alive = true;
  paused = false;
  stopping = false;
  program: RunningProgram | null = null;
  /** In the order of getting hold of them. */
  readonly holds = new Set<Held>();

  constructor(name: string, pid: number, machine: Machine, kernel: Kernel) {
    this.name = name;
    this.pid = pid;
    this.machine = machine;
    this.owner = kernel.newOwner();
    this.#kernel = kernel;
  }

  wallMs(): number {
    return this.machine.clock.wallMs(this.#kernel.nowUs);
  }

  /**
   * Runs code of this process as the last thing of the running event; while it is paused, once it is resumed.
   * The caller has made sure that it is alive.
   */
  run(action: () => void): void {
    if (this.paused) {
      this.#kernel.schedule(this.#kernel.nowUs, this.owner, action);
    } else {
      this.#kernel.enter(this.owner);
      action();
    }
  }
}

/** A process of the scenario: at most one life at a time. */
export class SimProcess {
  readonly spec: ProcessSpec;
  readonly machine: Machine;
  life: Life | null = null;
  /** Outlives its lives, like a configuration file. */
  readonly settings = new Map<string, string>();
  /** Whether it is to be started again when the running stop is done. */
  startsAgain = false;

  constructor(spec: ProcessSpec, machine: Machine) {
    this.spec = spec;
    this.machine = machine;
  }

  program(): Program {
    return this.spec.program(this.settings);
  }
}

/** Thrown by `Host.exit` so that nothing after it runs. */
export class ExitSignal extends Error {
  constructor() {
    super('the process has exited');
    this.name = 'ExitSignal';
  }
}

/** What JavaScript engines raise by themselves, in words of their own. */
const ENGINE_ERRORS = ['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError', 'EvalError', 'URIError'];

/**
 * Why a process crashed, for the trace: the error's name and the first line of its message. Engines word their own errors
 * differently, and the trace must be the same in all of them, so of those only the name is told.
 */
export function crashReason(error: unknown): string {
  if (!(error instanceof Error))
    return typeof error === 'string' ? firstLine(error) : `threw a ${typeof error}`;
  // Too deep a recursion is an error of its own in Firefox only.
  if (error.name === 'InternalError') return 'RangeError';
  if (ENGINE_ERRORS.includes(error.name)) return error.name;
  const message = firstLine(error.message);
  return message === '' ? error.name : `${error.name}: ${message}`;
}

function firstLine(text: string): string {
  const end = text.indexOf('\n');
  return end < 0 ? text : text.slice(0, end);
}
