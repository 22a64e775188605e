import type {ProcessRecorder} from './process-recorder.ts';

/** Something that a process holds of its machine, a socket, a port or a file, and that its end takes from it. */
export interface Held {
  letGo(): void;
}

/** How a life came to its end. */
export type LifeEnd =
  /** The program called `Host.exit`. */
  | {readonly kind: 'exited'; readonly code: number; readonly reason: string}
  /** An exception came out of the program's code. */
  | {readonly kind: 'crashed'; readonly error: unknown}
  /** Whoever made the host ended it: after a graceful stop, or at once. */
  | {readonly kind: 'ended'};

/** Thrown by `Host.exit` so that nothing after it runs. */
export class ExitSignal extends Error {
  constructor() {
    super('the process has exited');
    this.name = 'ExitSignal';
  }
}

/**
 * One life of a program in this OS process, which may run several. Every call into the program goes through `run`, so that
 * what is thrown ends this program, orderly, and no other; once it has ended nothing of it runs any more.
 */
export class Life {
  alive = true;
  /** In the order of getting hold of them. */
  readonly holds = new Set<Held>();
  /** Null where nothing is recorded. */
  readonly recorder: ProcessRecorder | null;
  readonly #ended: (end: LifeEnd) => void;

  constructor(ended: (end: LifeEnd) => void, recorder: ProcessRecorder | null = null) {
    this.#ended = ended;
    this.recorder = recorder;
  }

  /** Runs code of the program, if it is still there. */
  run(action: () => void): void {
    if (!this.alive) return;
    try {
      action();
    } catch (error) {
      if (!(error instanceof ExitSignal)) this.end({kind: 'crashed', error});
      else if (this.alive) throw error;
    }
  }

  end(end: LifeEnd): void {
    if (!this.alive) return;
    this.alive = false;
    for (const held of [...this.holds]) held.letGo();
    this.holds.clear();
    this.#ended(end);
  }
}
