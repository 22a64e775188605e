import {spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync, statSync} from 'node:fs';
import {createServer, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {extname, join, normalize} from 'node:path';
import puppeteer, {type Browser, type ElementHandle, type Page} from 'puppeteer-core';
import {CHROMIUM_FLAGS, findChromium, findFirefox} from '../../tools/browsers.mjs';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.map': 'application/json',
};

/** A built page on a port of its own, below a folder, as any web server might serve it. */
export interface Site {
  readonly url: string;
  close(): Promise<void>;
}

/** Builds the page into a folder of its own and serves it from there. */
export async function serveBuiltPage(): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'rocketmq-lab-site-'));
  // As `npm run build` does, in a process of its own: a test's NODE_ENV would build the libraries' development versions.
  const words = [
    'node_modules/vite/bin/vite.js',
    'build',
    '--outDir',
    folder,
    '--emptyOutDir',
    '--logLevel',
    'error',
  ];
  const built = spawnSync(process.execPath, words, {
    env: {...process.env, NODE_ENV: 'production'},
    encoding: 'utf8',
  });
  if (built.status !== 0) throw new Error(`the page does not build: ${built.stderr}`);
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname));
    const inside = path.startsWith('/lab/') ? path.slice('/lab/'.length) : null;
    const file = inside === null ? null : join(folder, inside === '' ? 'index.html' : inside);
    if (file === null || !file.startsWith(folder) || !existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {'content-type': TYPES[extname(file)] ?? 'application/octet-stream'});
    response.end(readFileSync(file));
  });
  await listen(server);
  const {port} = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/lab/`,
    close: () =>
      new Promise((done) => {
        server.close(() => {
          rmSync(folder, {recursive: true, force: true});
          done();
        });
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server): Promise<void> {
  return new Promise((done) => server.listen(0, '127.0.0.1', done));
}

export function launchChromium(): Promise<Browser> {
  return puppeteer.launch({executablePath: found(findChromium()), headless: true, args: [...CHROMIUM_FLAGS]});
}

export function launchFirefox(): Promise<Browser> {
  return puppeteer.launch({browser: 'firefox', executablePath: found(findFirefox()), headless: true});
}

function found(path: string | null): string {
  if (path === null) throw new Error('the browser that this test drives is not installed');
  return path;
}

/** A page with what it complained about: console errors and warnings, uncaught errors, failed and foreign requests. */
export class LabPage {
  readonly page: Page;
  readonly complaints: string[] = [];

  private constructor(page: Page) {
    this.page = page;
  }

  static async open(
    browser: Browser,
    url: string,
    size: {width: number; height: number} = {width: 1440, height: 900},
  ): Promise<LabPage> {
    const lab = new LabPage(await browser.newPage());
    const {page, complaints} = lab;
    const origin = new URL(url).origin;
    page.on('console', (message) => {
      if (['error', 'warn'].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`);
    });
    page.on('pageerror', (error) =>
      complaints.push(`uncaught: ${error instanceof Error ? error.message : String(error)}`),
    );
    page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`));
    page.on('request', (request) => {
      const asked = new URL(request.url());
      if (asked.protocol.startsWith('http') && asked.origin !== origin)
        complaints.push(`foreign: ${request.url()}`);
    });
    await page.setViewport(size);
    await page.goto(url, {waitUntil: 'load'});
    return lab;
  }

  /** Waits until the world has run to its end and all of it has been taken in. */
  async runComplete(): Promise<string> {
    return this.waitFor(() => {
      const transport = document.querySelector('lab-app')?.shadowRoot?.querySelector('lab-transport');
      return transport?.shadowRoot?.querySelector<HTMLElement>('#trace-hash')?.dataset['hash'] ?? '';
    });
  }

  /** The first true answer of `ask`, asked in the page again and again. */
  async waitFor<T>(ask: () => T): Promise<T> {
    const handle = await this.page.waitForFunction(ask, {polling: 50, timeout: 60_000});
    return (await handle.jsonValue()) as T;
  }

  /**
   * The first element that fits and is drawn, looked for again and again. The driver's own waiting watches the document
   * for changes, and does not see those inside shadow roots.
   */
  async find(selector: string): Promise<ElementHandle> {
    const until = Date.now() + 30_000;
    while (Date.now() < until) {
      const handle = await this.page.$(`lab-app >>> ${selector}`);
      if (handle !== null && (await handle.isVisible())) return handle;
      await handle?.dispose();
      await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error(`nothing that is drawn fits ${selector}`);
  }

  async click(selector: string): Promise<void> {
    const handle = await this.find(selector);
    await handle.click();
    await handle.dispose();
  }

  async press(key: string): Promise<void> {
    await this.page.keyboard.press(key as Parameters<Page['keyboard']['press']>[0]);
  }

  /** The ledger's numbers as they are read on screen, by column. */
  ledger(): Promise<Record<string, string>> {
    return this.page.evaluate(() => {
      const bar = document.querySelector('lab-app')!.shadowRoot!.querySelector('lab-ledger')!.shadowRoot!;
      const numbers: Record<string, string> = {};
      for (const button of bar.querySelectorAll<HTMLElement>('button.count')) {
        const column = [...button.classList].find((name) => name !== 'count')!;
        numbers[column] = button.querySelector('.number')!.textContent;
      }
      return numbers;
    });
  }

  /** Clock and event number as they are read on screen. */
  moment(): Promise<{clock: string; event: string}> {
    return this.page.evaluate(() => {
      const bar = document.querySelector('lab-app')!.shadowRoot!.querySelector('lab-transport')!.shadowRoot!;
      return {
        clock: bar.querySelector('.clock')!.textContent,
        event: bar.querySelector('.event')!.textContent,
      };
    });
  }

  /** Shows a moment as a drag of the seek bar would. */
  async seek(us: number): Promise<void> {
    await this.page.evaluate((us) => {
      const detail = {kind: 'seek-us', us};
      document.querySelector('lab-app')!.dispatchEvent(new CustomEvent('lab-act', {detail}));
    }, us);
  }

  async settle(): Promise<void> {
    await this.page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null)))),
    );
  }

  /** All text on the page, shadow roots included. */
  text(): Promise<string> {
    return this.page.evaluate(() => {
      const read = (node: Node): string => {
        if (node instanceof HTMLStyleElement) return '';
        if (node.nodeType === Node.TEXT_NODE) return node.textContent ?? '';
        const root = node instanceof Element ? node.shadowRoot : null;
        return [...(root?.childNodes ?? []), ...node.childNodes].map(read).join(' ');
      };
      return read(document.body).replace(/\s+/g, ' ');
    });
  }
}
