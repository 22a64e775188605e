import type {Cpu, SubmittedTask, WorkerPool} from '../ports/cpu.ts';
import type {CostModel, TaskCost} from './api.ts';
import type {Kernel} from './kernel.ts';
import type {Life} from './process.ts';
import type {SimRandom} from './random.ts';
import type {TraceLog} from './trace-log.ts';

/** Service times vary by this much up and down, in thousandths. */
const SPREAD_PER_MILLE = 100;

/** A cost model made ready for looking things up. */
export class CostTable {
  readonly #default: TaskCost;
  readonly #kinds: ReadonlyMap<string, TaskCost>;

  constructor(model: CostModel) {
    this.#default = model.default;
    this.#kinds = new Map(Object.entries(model.kinds));
  }

  /** Service time before chance has its say. */
  nominalUs(kind: string, bytes: number): number {
    const {baseUs, perKiBUs} = this.#kinds.get(kind) ?? this.#default;
    return baseUs + Math.floor((perKiBUs * bytes) / 1024);
  }
}

/** The worker pools of one process. Only pools bound what runs at once: processors of the machine are not fought over. */
export class SimCpu implements Cpu {
  readonly #pools = new Map<string, SimPool>();
  readonly #costs: CostTable;
  readonly #kernel: Kernel;
  readonly #trace: TraceLog;
  readonly #life: Life;
  readonly #random: SimRandom;

  constructor(costs: CostTable, kernel: Kernel, trace: TraceLog, life: Life, random: SimRandom) {
    this.#costs = costs;
    this.#kernel = kernel;
    this.#trace = trace;
    this.#life = life;
    this.#random = random;
  }

  pool(name: string, workers: number, queueCapacity: number): WorkerPool {
    if (this.#pools.has(name)) throw new Error(`this process has a pool ${name} already`);
    if (!(workers >= 1)) throw new Error(`pool ${name} needs a worker`);
    const random = this.#random.stream(name);
    const pool = new SimPool(
      name,
      workers,
      queueCapacity,
      this.#costs,
      this.#kernel,
      this.#trace,
      this.#life,
      random,
    );
    this.#pools.set(name, pool);
    return pool;
  }
}

class SimPool implements WorkerPool {
  readonly name: string;
  readonly workers: number;
  active = 0;
  readonly #capacity: number;
  readonly #costs: CostTable;
  readonly #kernel: Kernel;
  readonly #trace: TraceLog;
  readonly #life: Life;
  readonly #random: SimRandom;
  /** Tasks that wait, from `#head` on; cancelled ones stay in their place, marked. */
  #waiting: SimTask[] = [];
  #head = 0;
  #cancelled = 0;

  constructor(
    name: string,
    workers: number,
    capacity: number,
    costs: CostTable,
    kernel: Kernel,
    trace: TraceLog,
    life: Life,
    random: SimRandom,
  ) {
    this.name = name;
    this.workers = workers;
    this.#capacity = capacity;
    this.#costs = costs;
    this.#kernel = kernel;
    this.#trace = trace;
    this.#life = life;
    this.#random = random;
  }

  get queued(): number {
    return this.#waiting.length - this.#head - this.#cancelled;
  }

  submit(kind: string, bytes: number, run: () => void): SubmittedTask | null {
    if (!this.#life.alive) return null;
    const isIdle = this.active < this.workers;
    if (!isIdle && this.queued >= this.#capacity) return null;
    // A task is something that came of the timer that hands it in, and will outlive it.
    const cause = this.#trace.causeNow();
    const task = new SimTask(this, this.#serviceUs(kind, bytes), cause, run);
    if (isIdle) this.#begin(task);
    else this.#waiting.push(task);
    return task;
  }

  onCancelled(): void {
    this.#cancelled++;
  }

  #begin(task: SimTask): void {
    task.state = 'begun';
    this.active++;
    const kernel = this.#kernel;
    const causeBefore = kernel.cause;
    kernel.cause = task.cause;
    kernel.schedule(kernel.nowUs + task.serviceUs, this.#life.owner, () => this.#finish(task));
    kernel.cause = causeBefore;
  }

  #finish(task: SimTask): void {
    this.active--;
    this.#beginNext();
    task.run();
  }

  #beginNext(): void {
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
    if (this.#head === 0) return;
    this.#waiting = [];
    this.#head = 0;
  }

  #serviceUs(kind: string, bytes: number): number {
    const us = this.#costs.nominalUs(kind, bytes);
    if (us === 0) return 0;
    const perMille = 1000 - SPREAD_PER_MILLE + this.#random.below(2 * SPREAD_PER_MILLE + 1);
    return Math.floor((us * perMille) / 1000);
  }
}

class SimTask implements SubmittedTask {
  readonly #pool: SimPool;
  readonly serviceUs: number;
  readonly cause: number;
  readonly run: () => void;
  state: 'waiting' | 'begun' | 'cancelled' = 'waiting';

  constructor(pool: SimPool, serviceUs: number, cause: number, run: () => void) {
    this.#pool = pool;
    this.serviceUs = serviceUs;
    this.cause = cause;
    this.run = run;
  }

  cancel(): boolean {
    if (this.state !== 'waiting') return false;
    this.state = 'cancelled';
    this.#pool.onCancelled();
    return true;
  }
}
