import {availableParallelism, homedir, hostname, totalmem} from 'node:os';
import type {Host, ProcessIdentity} from '../ports/host.ts';
import type {ListenFailure} from '../ports/network.ts';
import type {OwnKind} from '../recording/format.ts';
import {NodeClock} from './clock.ts';
import {NodeCpu} from './cpu.ts';
import {NodeDisk} from './disk.ts';
import {type JournalSinks, NodeJournal} from './journal.ts';
import {ExitSignal, Life, type LifeEnd} from './life.ts';
import {NodeNetwork} from './network.ts';
import {ProcessRecorder} from './process-recorder.ts';
import {NodeRandom} from './random.ts';
import type {Recorder} from './recorder.ts';

export type {LifeEnd} from './life.ts';

export interface HostOptions extends JournalSinks {
  /** Records all that this process sees and does. */
  readonly recorder?: Recorder;
  /** What the process is, for the recording. Default `other`. */
  readonly kind?: OwnKind;
  readonly name: string;
  /** The IPv4 address by which this machine is to be known, and the only one that is listened on. Default 127.0.0.1. */
  readonly address?: string;
  /** Listens here instead; `0.0.0.0` is every address of the machine. */
  readonly bindAddress?: string;
  /** The file system it is on is the one whose space counts. It need not be there yet. Default `/`. */
  readonly storeRoot?: string;
  /** Instead of what the operating system says, e.g. where several hosts share one OS process. */
  readonly hostName?: string;
  readonly pid?: number;
  readonly processors?: number;
  readonly memoryBytes?: number;
  readonly home?: string;
  /** A port could not be listened on; the program hears the same from `listen`. */
  readonly listenRefused?: (port: number, failure: ListenFailure['failure']) => void;
  /** Runs once, when nothing of the program runs any more and everything it held is let go. */
  readonly ended?: (end: LifeEnd) => void;
}

/** A host on this machine's own sockets and files, and the life of whatever is started on it. */
export interface NodeHost extends Host {
  readonly isAlive: boolean;
  /** Runs code of the program: what it throws, and `exit`, end this host and not the OS process. */
  run(action: () => void): void;
  /** For whoever starts and stops programs; null where nothing is recorded. */
  readonly recorder: ProcessRecorder | null;
  /** Ends at once: sockets are reset (but for those ended in order), files closed, timers forgotten. */
  end(): void;
}

/** Makes the ports of one process. Several may live in one OS process; each ends alone. */
export function createHost(options: HostOptions): NodeHost {
  return new RealHost(options);
}

class RealHost implements NodeHost {
  readonly identity: ProcessIdentity;
  readonly clock: NodeClock;
  readonly network: NodeNetwork;
  readonly disk: NodeDisk;
  readonly random = new NodeRandom();
  readonly cpu: NodeCpu;
  readonly journal: NodeJournal;
  readonly recorder: ProcessRecorder | null;
  readonly #life: Life;

  constructor(options: HostOptions) {
    const address = options.address ?? '127.0.0.1';
    const {recorder, kind = 'other', name} = options;
    this.recorder =
      recorder === undefined
        ? null
        : new ProcessRecorder(recorder, name, kind, options.hostName ?? hostname(), address);
    const life = new Life((end) => {
      if (end.kind === 'ended') this.recorder?.letGo();
      else if (end.kind === 'exited') this.recorder?.exited(end.code, end.reason);
      else this.recorder?.crashed(end.error);
      options.ended?.(end);
    }, this.recorder);
    this.#life = life;
    this.identity = {
      name: options.name,
      pid: options.pid ?? process.pid,
      hostName: options.hostName ?? hostname(),
      address,
      processors: options.processors ?? availableParallelism(),
      memoryBytes: options.memoryBytes ?? totalmem(),
      home: options.home ?? homedir(),
    };
    this.clock = new NodeClock(life);
    this.network = new NodeNetwork(life, address, options.bindAddress ?? address, options.listenRefused);
    this.disk = new NodeDisk(life, options.storeRoot ?? '/');
    this.cpu = new NodeCpu(life);
    this.journal = new NodeJournal(life, options);
  }

  get isAlive(): boolean {
    return this.#life.alive;
  }

  run(action: () => void): void {
    this.#life.run(action);
  }

  exit(code: number, reason: string): void {
    this.#life.end({kind: 'exited', code, reason});
    throw new ExitSignal();
  }

  end(): void {
    this.#life.end({kind: 'ended'});
  }
}
