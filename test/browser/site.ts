import {existsSync, readFileSync, statSync} from 'node:fs';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {extname, join, normalize} from 'node:path';
import {inject} from 'vitest';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.map': 'application/json',
};

/** Milliseconds, at most, by which each script is answered late: a slow line. See CONTRIBUTING.md. */
const LATE_MS = Number(process.env['LAB_TEST_LATE_MS'] ?? 0);

/** Files that were asked for and have not been sent, by pages and by workers. */
let underWay = 0;

export function filesUnderWay(): number {
  return underWay;
}

export interface Hold {
  /** How many wait. */
  readonly waiting: number;
  release(): void;
}

/** The built page on a port of its own, below a folder, as any web server might serve it. */
export interface Site {
  readonly url: string;
  /** Answers nothing whose path fits, until it is told to. */
  hold(path: RegExp): Hold;
  close(): Promise<void>;
}

export async function serveBuiltPage(): Promise<Site> {
  const folder = inject('builtPage');
  let held: {readonly path: RegExp; readonly waiting: (() => void)[]} | null = null;
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname));
    const inside = path.startsWith('/lab/') ? path.slice('/lab/'.length) : null;
    const file = inside === null ? null : join(folder, inside === '' ? 'index.html' : inside);
    if (file === null || !file.startsWith(folder) || !existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end();
      return;
    }
    const answer = (): void => {
      response.writeHead(200, {'content-type': TYPES[extname(file)] ?? 'application/octet-stream'});
      response.end(readFileSync(file));
    };
    const begin = (): void => {
      underWay += 1;
      response.once('close', () => {
        underWay -= 1;
      });
      // Half of it at least, and no two alike: what was asked for first need not come first.
      if (LATE_MS > 0 && extname(file) === '.js') setTimeout(answer, LATE_MS * (0.5 + Math.random() / 2));
      else answer();
    };
    if (held?.path.test(path)) held.waiting.push(begin);
    else begin();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const {port} = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/lab/`,
    hold: (path) => {
      const waiting: (() => void)[] = [];
      held = {path, waiting};
      return {
        get waiting() {
          return waiting.length;
        },
        release: () => {
          held = null;
          for (const begin of waiting) begin();
        },
      };
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
