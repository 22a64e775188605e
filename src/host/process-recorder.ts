import type {CloseReason} from '../ports/network.ts';
import type {OwnKind} from '../recording/format.ts';
import type {RecordedSide, Recorder} from './recorder.ts';

/** The recording as one process's adapters see it: whatever they record is this process's. */
export class ProcessRecorder {
  readonly #recorder: Recorder;
  readonly #process: string;
  #isStopping = false;

  constructor(recorder: Recorder, process: string, kind: OwnKind, machine: string, address: string) {
    this.#recorder = recorder;
    this.#process = process;
    recorder.addProcess(process, kind, machine, address);
  }

  enter(cause: number): void {
    this.#recorder.enter(cause);
  }
  enterTimer(cause: number): void {
    this.#recorder.enterTimer(this.#process, cause);
  }
  /** What a timer that is set now, or a task that is handed in now, comes from. */
  get causeForLater(): number {
    return this.#recorder.causeForLater;
  }

  started(pid: number): void {
    this.#recorder.started(this.#process, pid);
  }
  stopping(): void {
    this.#isStopping = true;
    this.#recorder.stopping(this.#process);
  }
  /** Ended by whoever made it: after a graceful stop, or without one. */
  letGo(): void {
    this.#recorder.ended(this.#process, this.#isStopping ? 'stopped' : 'killed', '');
  }
  exited(code: number, reason: string): void {
    const told = code === 0 ? reason : `${reason} (exit code ${code})`;
    this.#recorder.ended(this.#process, 'exited', told);
  }
  crashed(error: unknown): void {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    this.#recorder.ended(this.#process, 'crashed', reason);
  }
  fact(fact: object): void {
    this.#recorder.fact(this.#process, fact);
  }

  listening(port: number): void {
    this.#recorder.listening(this.#process, port);
  }
  connecting(remoteAddress: string, localAddress: () => string | null): RecordedSide {
    return this.#recorder.connecting(this.#process, remoteAddress, localAddress);
  }
  opened(side: RecordedSide, localAddress: string, remoteAddress: string): void {
    this.#recorder.opened(side, localAddress, remoteAddress);
  }
  accepted(localAddress: string, remoteAddress: string): RecordedSide {
    return this.#recorder.accepted(this.#process, localAddress, remoteAddress);
  }
  sent(side: RecordedSide, bytes: Uint8Array): void {
    this.#recorder.sent(side, bytes);
  }
  arrived(side: RecordedSide, bytes: Uint8Array, from: number): number {
    return this.#recorder.arrived(side, bytes, from);
  }
  endSent(side: RecordedSide): void {
    this.#recorder.endSent(side);
  }
  endArrived(side: RecordedSide): void {
    this.#recorder.endArrived(side);
  }
  closed(side: RecordedSide, why: CloseReason): void {
    this.#recorder.closed(side, why);
  }
  forget(side: RecordedSide): void {
    this.#recorder.forget(side);
  }

  diskWrite(path: string, positionBytes: number, lengthBytes: number): void {
    this.#recorder.diskWrite(this.#process, path, positionBytes, lengthBytes);
  }
  diskTruncate(path: string, sizeBytes: number): void {
    this.#recorder.diskTruncate(this.#process, path, sizeBytes);
  }
  diskRename(path: string, to: string): void {
    this.#recorder.diskRename(this.#process, path, to);
  }
  diskRemove(path: string): void {
    this.#recorder.diskRemove(this.#process, path);
  }
  diskSync(path: string, dirtyBytes: number): number {
    return this.#recorder.diskSync(this.#process, path, dirtyBytes);
  }
  diskSynced(path: string, cause: number, failure: string | null): void {
    this.#recorder.diskSynced(this.#process, path, cause, failure);
  }
}
