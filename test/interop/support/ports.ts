import {createServer} from 'node:net';

/** Below those that systems give to whoever connects, so that nothing takes one between the look and its use. */
const FIRST = 20_000;
const COUNT = 12_000;

/** Where this process looks next: what it has been given once it is not given again, whoever asks meanwhile. */
let next = (process.pid * 101) % COUNT;

/**
 * A port of 127.0.0.1 which is free, as are those that many above it.
 * @param offsets which ports above the answer must be free as well; the answer itself is `0`
 */
export async function freePorts(offsets: readonly number[]): Promise<number> {
  const span = Math.max(...offsets) + 1;
  for (let attempt = 0; attempt < 200; attempt++) {
    if (next + span > COUNT) next = 0;
    const first = FIRST + next;
    next += span;
    const free = await Promise.all(offsets.map((more) => isFree(first + more)));
    if (free.every(Boolean)) return first;
  }
  throw new Error('no free ports');
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
