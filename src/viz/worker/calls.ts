/**
 * Calls from the page to a worker of its own. Arguments and results are plain data; one argument may be a function, which the
 * worker calls, and each call of it resolves once the page is done with it.
 */

type ToWorker =
  | {readonly call: number; readonly name: string; readonly args: unknown[]; readonly teller: number}
  /** The page is done with what it was told. */
  | {readonly done: number};

type ToPage =
  | {readonly answer: number; readonly value?: unknown; readonly error?: string}
  /** The function that came with a call is called. */
  | {readonly told: number; readonly call: number; readonly value: unknown};

/** What both ends talk over: a worker, its own scope, or a port. */
interface Line {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  addEventListener(kind: 'message', listener: (event: MessageEvent) => void): void;
}

/** What a worker answers to, as the page calls it. */
export type Calls<Api> = {
  readonly [Name in keyof Api]: Api[Name] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Awaited<Result>>
    : never;
};

type Teller = (value: unknown) => unknown;

/** The page's end. A call rejects with what the worker threw. */
export function callsTo<Api extends object>(worker: Line): Calls<Api> {
  const open = new Map<
    number,
    {
      readonly resolve: (value: unknown) => void;
      readonly reject: (error: Error) => void;
      readonly tell: Teller;
    }
  >();
  let last = 0;
  worker.addEventListener('message', ({data}: MessageEvent<ToPage>) => {
    if ('told' in data) {
      const done = () => worker.postMessage({done: data.told} satisfies ToWorker);
      Promise.resolve(open.get(data.call)?.tell(data.value)).then(done, done);
      return;
    }
    const call = open.get(data.answer);
    open.delete(data.answer);
    if (data.error === undefined) call?.resolve(data.value);
    else call?.reject(new Error(data.error));
  });
  const call = (name: string, given: unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      last += 1;
      const teller = given.findIndex((one) => typeof one === 'function');
      const args = given.map((one, i) => (i === teller ? null : one));
      open.set(last, {resolve, reject, tell: given[teller] as Teller});
      worker.postMessage({call: last, name, args, teller} satisfies ToWorker);
    });
  return new Proxy({} as Calls<Api>, {
    get:
      (_target, name) =>
      (...args: unknown[]) =>
        call(String(name), args),
  });
}

/** The worker's end: answers with the methods of `api`. */
export function answerCalls(line: Line, api: object): void {
  const waiting = new Map<number, () => void>();
  let told = 0;
  const answer = async ({call, name, args, teller}: Extract<ToWorker, {name: string}>): Promise<void> => {
    if (0 <= teller) {
      args[teller] = (value: unknown) =>
        new Promise<void>((done) => {
          told += 1;
          waiting.set(told, done);
          line.postMessage({told, call, value} satisfies ToPage, buffersOf(value));
        });
    }
    try {
      const value = await (api as Record<string, (...given: unknown[]) => unknown>)[name]!(...args);
      line.postMessage({answer: call, value} satisfies ToPage);
    } catch (error) {
      line.postMessage({answer: call, error: error instanceof Error ? error.message : String(error)});
    }
  };
  line.addEventListener('message', ({data}: MessageEvent<ToWorker>) => {
    if ('done' in data) {
      waiting.get(data.done)?.();
      waiting.delete(data.done);
    } else void answer(data);
  });
}

const gifts = new WeakMap<object, Transferable[]>();

/** Marks what a value holds as given away when it is told: the page gets these very bytes, and the worker has them no more. */
export function givingAway<T extends object>(value: T, parts: Transferable[]): T {
  gifts.set(value, parts);
  return value;
}

function buffersOf(value: unknown): Transferable[] {
  return (typeof value === 'object' && value !== null ? gifts.get(value) : undefined) ?? [];
}
