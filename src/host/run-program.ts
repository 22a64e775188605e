import type {Program, RunningProgram} from '../ports/host.ts';
import type {NodeHost} from './host.ts';

export interface RunningOnHost {
  /** A graceful stop, as SIGTERM asks for; then the host ends. `done` runs also where the program ends on the way. */
  stop(done: () => void): void;
}

/** Starts a program on a host. If starting it ends it, the host's `ended` has run when this returns. */
export function runProgram(host: NodeHost, program: Program): RunningOnHost {
  let running: RunningProgram | null = null;
  host.recorder?.started(host.identity.pid);
  host.run(() => {
    running = program.start(host);
  });
  return {
    stop(done) {
      let isDone = false;
      const finish = (): void => {
        if (isDone) return;
        isDone = true;
        host.end();
        done();
      };
      if (!host.isAlive || running === null) {
        finish();
        return;
      }
      host.recorder?.stopping();
      host.run(() => running?.stop(finish));
      if (!host.isAlive) finish();
    },
  };
}
