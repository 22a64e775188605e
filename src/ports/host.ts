import type {Clock} from './clock.ts';
import type {Cpu} from './cpu.ts';
import type {Disk} from './disk.ts';
import type {Journal} from './journal.ts';
import type {Network} from './network.ts';
import type {Random} from './random.ts';

/** Who this process is, as its machine would tell it. */
export interface ProcessIdentity {
  /** The process's name in its scenario or on the command line, e.g. `broker-a`. Unique in a world. */
  readonly name: string;
  readonly pid: number;
  /** What the machine calls itself; RocketMQ's default `brokerName`. */
  readonly hostName: string;
  /** The machine's IPv4 address, dotted. */
  readonly address: string;
  /** Processors of the machine; several RocketMQ defaults are multiples of it. */
  readonly processors: number;
  /** Bytes of memory of the machine. */
  readonly memoryBytes: number;
  /** The folder of whoever runs the process, Java's `user.home`, without a slash at its end. */
  readonly home: string;
}

/**
 * Everything that a RocketMQ process may ask of its machine. A process is handed one `Host` and may touch
 * nothing else: no ambient time, chance, files or sockets.
 */
export interface Host {
  readonly identity: ProcessIdentity;
  readonly clock: Clock;
  readonly network: Network;
  readonly disk: Disk;
  readonly random: Random;
  readonly cpu: Cpu;
  readonly journal: Journal;
  /** Ends this process at once, as `System.exit` does: nothing after it runs. `reason` is told in the trace. */
  exit(code: number, reason: string): void;
}

/** A program that a host can run. `start` returns at once; what the process does later comes from host events. */
export interface Program {
  start(host: Host): RunningProgram;
}

export interface RunningProgram {
  /** A graceful stop, as SIGTERM asks for: runs `done` once everything is put away. Called at most once. */
  stop(done: () => void): void;
}
