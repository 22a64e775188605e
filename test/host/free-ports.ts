import {createServer, type Server} from 'node:net';

/** Below those that systems give to whoever connects, so that nothing takes one between the look and its use. */
const FIRST = 20_000;
const BLOCK = 24;
const BLOCKS = 500;

/** Where this process looks next. */
let next = (process.pid * 101) % BLOCKS;
/** One listening socket for each block that is this process's, as long as it lives. */
const guards: Server[] = [];

/**
 * A port of 127.0.0.1 which is free, as are those that many above it, and which no other test gets while this process lives.
 *
 * Ports come in blocks. Whoever listens on a block's first port has the block: that is taken in one step, which looking whether
 * ports are free is not.
 * @param offsets which ports above the answer must be free as well; the answer itself is `0`
 */
export async function freePorts(offsets: readonly number[]): Promise<number> {
  if (Math.max(...offsets) + 1 >= BLOCK) throw new Error(`more than ${BLOCK - 1} ports`);
  for (let attempt = 0; attempt < BLOCKS; attempt++) {
    const first = FIRST + next * BLOCK;
    next = (next + 1) % BLOCKS;
    const guard = await listening(first);
    if (guard === null) continue;
    const free = await Promise.all(offsets.map((more) => isFree(first + 1 + more)));
    if (free.every(Boolean)) {
      guards.push(guard.unref());
      return first + 1;
    }
    guard.close();
  }
  throw new Error('no free ports');
}

function listening(port: number): Promise<Server | null> {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve) => {
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

async function isFree(port: number): Promise<boolean> {
  const server = await listening(port);
  if (server !== null) await new Promise((done) => server.close(done));
  return server !== null;
}
