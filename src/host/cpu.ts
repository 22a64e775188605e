import type {Cpu, SubmittedTask, WorkerPool} from '../ports/cpu.ts';
import type {Life} from './life.ts';

/** After this long the event loop gets its turn, whatever tasks still wait. */
const TURN_MS_MAX = 10;

/**
 * Worker pools on one thread. A task that has a worker runs in the turn of the event loop after the one that handed it in, in
 * the order of beginning across all pools. So sockets are read in between, and a pool's queue fills only while this
 * thread cannot keep up: that is when its bound counts, as it does with real workers.
 */
export class NodeCpu implements Cpu {
  readonly #life: Life;
  readonly #names = new Set<string>();
  /** Tasks that have a worker, from `#head` on. */
  #begun: Task[] = [];
  #head = 0;
  #immediate: NodeJS.Immediate | null = null;
  readonly #turn = (): void => this.#runTurn();

  constructor(life: Life) {
    this.#life = life;
    life.holds.add({
      letGo: () => {
        if (this.#immediate !== null) clearImmediate(this.#immediate);
        this.#begun = [];
        this.#head = 0;
      },
    });
  }

  pool(name: string, workers: number, queueCapacity: number): WorkerPool {
    if (this.#names.has(name)) throw new Error(`this process has a pool ${name} already`);
    if (!(workers >= 1)) throw new Error(`pool ${name} needs a worker`);
    this.#names.add(name);
    return new Pool(name, workers, queueCapacity, this, this.#life);
  }

  begin(task: Task): void {
    this.#begun.push(task);
    this.#immediate ??= setImmediate(this.#turn);
  }

  #runTurn(): void {
    this.#immediate = null;
    const untilMs = performance.now() + TURN_MS_MAX;
    while (this.#head < this.#begun.length) {
      const task = this.#begun[this.#head++]!;
      task.pool.release();
      this.#life.recorder?.enter(task.cause);
      this.#life.run(task.run);
      if ((this.#head & 15) === 0 && performance.now() > untilMs) break;
    }
    if (this.#head === this.#begun.length) {
      this.#begun.length = 0;
      this.#head = 0;
      return;
    }
    this.#begun = this.#begun.slice(this.#head);
    this.#head = 0;
    this.#immediate ??= setImmediate(this.#turn);
  }
}

class Pool implements WorkerPool {
  readonly name: string;
  readonly workers: number;
  active = 0;
  readonly #capacity: number;
  readonly #cpu: NodeCpu;
  readonly #life: Life;
  /** Tasks that wait for a worker, from `#head` on; cancelled ones stay in their place. */
  #waiting: Task[] = [];
  #head = 0;
  #cancelled = 0;

  constructor(name: string, workers: number, capacity: number, cpu: NodeCpu, life: Life) {
    this.name = name;
    this.workers = workers;
    this.#capacity = capacity;
    this.#cpu = cpu;
    this.#life = life;
  }

  get queued(): number {
    return this.#waiting.length - this.#head - this.#cancelled;
  }

  submit(_kind: string, _bytes: number, run: () => void): SubmittedTask | null {
    if (!this.#life.alive) return null;
    const isIdle = this.active < this.workers;
    if (!isIdle && this.queued >= this.#capacity) return null;
    const task = new Task(this, run, this.#life.recorder?.causeForLater ?? 0);
    if (isIdle) this.#begin(task);
    else this.#waiting.push(task);
    return task;
  }

  onCancelled(): void {
    this.#cancelled++;
  }

  /** A worker is free: the next task has it. */
  release(): void {
    this.active--;
    while (this.#head < this.#waiting.length) {
      const task = this.#waiting[this.#head++]!;
      if (this.#head > 1024 && this.#head * 2 > this.#waiting.length) {
        this.#waiting = this.#waiting.slice(this.#head);
        this.#head = 0;
      }
      if (task.state === 'waiting') {
        this.#begin(task);
        return;
      }
      this.#cancelled--;
    }
    this.#waiting.length = 0;
    this.#head = 0;
  }

  #begin(task: Task): void {
    task.state = 'begun';
    this.active++;
    this.#cpu.begin(task);
  }
}

class Task implements SubmittedTask {
  readonly pool: Pool;
  readonly run: () => void;
  state: 'waiting' | 'begun' | 'cancelled' = 'waiting';

  /** What it was handed in because of, where that is recorded. */
  readonly cause: number;

  constructor(pool: Pool, run: () => void, cause: number) {
    this.cause = cause;
    this.pool = pool;
    this.run = run;
  }

  cancel(): boolean {
    if (this.state !== 'waiting') return false;
    this.state = 'cancelled';
    this.pool.onCancelled();
    return true;
  }
}
