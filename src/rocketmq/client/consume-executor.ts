import type {WorkerPool} from '../../ports/cpu.ts';

/** One task of the consume pool. It occupies its thread until it calls `release`. */
export interface ConsumeTask {
  /** Body bytes, for the cost model. */
  readonly bytes: number;
  run(threadName: string, release: () => void): void;
}

/**
 * The consume threads of a push consumer, handed out as Java's `ThreadPoolExecutor` hands out its own: a new thread for
 * each task until the core size is reached; then a task waits in a queue without bound, of which the thread that has
 * been idle longest, or else the one that becomes free first, takes the head.
 *
 * A listener may take its time, so threads are counted here. The pool below only charges for the work: it never holds
 * more tasks than there are threads.
 */
export class ConsumeExecutor {
  readonly coreSize: number;
  private readonly pool: WorkerPool;
  private readonly threadPrefix: string;
  private readonly idle: number[] = [];
  private queue: ConsumeTask[] = [];
  private queueHead = 0;
  private threads = 0;
  private stopped = false;

  /** @param pool with at least `coreSize` workers, used by nobody else */
  constructor(pool: WorkerPool, coreSize: number, threadPrefix: string) {
    this.pool = pool;
    this.coreSize = coreSize;
    this.threadPrefix = threadPrefix;
  }

  get queued(): number {
    return this.queue.length - this.queueHead;
  }

  submit(task: ConsumeTask): void {
    if (this.stopped) return;
    if (this.threads < this.coreSize) this.begin(++this.threads, task);
    else if (this.idle.length > 0) this.begin(this.idle.shift()!, task);
    else this.queue.push(task);
  }

  /** As `shutdownNow`: what waits is forgotten, what runs is let run out. */
  shutdown(): void {
    this.stopped = true;
    this.queue = [];
    this.queueHead = 0;
  }

  private begin(thread: number, task: ConsumeTask): void {
    this.pool.submit('CONSUME_MESSAGE', task.bytes, () => {
      if (this.stopped) return;
      let released = false;
      task.run(`${this.threadPrefix}${thread}`, () => {
        if (released) return;
        released = true;
        this.release(thread);
      });
    });
  }

  private release(thread: number): void {
    if (this.stopped) return;
    const task = this.queue[this.queueHead];
    if (task === undefined) {
      this.idle.push(thread);
      return;
    }
    this.queueHead++;
    if (this.queueHead === this.queue.length) {
      this.queue = [];
      this.queueHead = 0;
    } else if (this.queueHead >= 1024 && this.queueHead * 2 >= this.queue.length) {
      this.queue = this.queue.slice(this.queueHead);
      this.queueHead = 0;
    }
    this.begin(thread, task);
  }
}
