/** Worker pools of one process. Names and sizes are RocketMQ's. */
export interface Cpu {
  /** Makes a pool with `workers` threads and room for `queueCapacity` waiting tasks. Names are unique in a process. */
  pool(name: string, workers: number, queueCapacity: number): WorkerPool;
}

export interface WorkerPool {
  readonly name: string;
  readonly workers: number;
  /** Tasks waiting for a worker. */
  readonly queued: number;
  /** Tasks being worked on. */
  readonly active: number;
  /**
   * Hands in a task, which runs as an event of its own, after occupying a worker for its service time (in the simulator,
   * by the world's cost model for `kind` and `bytes`) or as soon as it can (on a real host). Tasks start in the order given.
   * Returns null, and never runs it, if the queue is full.
   * @param kind what the work is, for the cost model and the trace, e.g. `SEND_MESSAGE_V2`
   * @param bytes size of what is worked on, for the cost model
   */
  submit(kind: string, bytes: number, run: () => void): SubmittedTask | null;
}

export interface SubmittedTask {
  /** Takes a task that no worker has begun out of the queue; answers whether it did. */
  cancel(): boolean;
}
