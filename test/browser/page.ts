import puppeteer, {type Browser, type ElementHandle, type Page} from 'puppeteer-core';
import {CHROMIUM_FLAGS, findChromium, findFirefox} from '../../tools/browsers.mjs';
import {filesUnderWay} from './site.ts';
import {guardClicks, restingPlace, unrest, watchWorkers} from './unrest.ts';

export {type Site, serveBuiltPage} from './site.ts';

/** How long anything may take that is bound to come: a machine may be slow, and busy with other things. */
const PATIENCE_MS = 300_000;
const BETWEEN_MS = 50;
const SLOWEST = {timeout: PATIENCE_MS, protocolTimeout: 5 * PATIENCE_MS};

/** By how much Chromium's pages are made slower than they are. See CONTRIBUTING.md. */
const CPU_RATE = Number(process.env['LAB_TEST_CPU_RATE'] ?? 1);

export function launchChromium(): Promise<Browser> {
  return puppeteer.launch({
    ...SLOWEST,
    executablePath: found(findChromium()),
    headless: true,
    args: [...CHROMIUM_FLAGS],
  });
}

export function launchFirefox(): Promise<Browser> {
  return puppeteer.launch({
    ...SLOWEST,
    browser: 'firefox',
    executablePath: found(findFirefox()),
    headless: true,
  });
}

function found(path: string | null): string {
  if (path === null) throw new Error('the browser that this test drives is not installed');
  return path;
}

/** Tries again and again until the answer is true in a wide sense. What goes wrong on the way counts only at the end. */
async function patiently<T>(ask: () => Promise<T>, complaint: () => string | Promise<string>): Promise<T> {
  const until = Date.now() + PATIENCE_MS;
  let error: unknown;
  do {
    try {
      const answer = await ask();
      if (answer) return answer;
      error = undefined;
    } catch (thrown) {
      error = thrown;
    }
    await new Promise((done) => setTimeout(done, BETWEEN_MS));
  } while (Date.now() < until);
  throw new Error(await complaint(), {cause: error});
}

/**
 * A page with what it complained about: console errors and warnings, uncaught errors, failed and foreign requests.
 *
 * Nothing about it comes at once: parts are loaded when they are first asked for, runs are computed elsewhere. So a test never
 * reads what is there at an instant, but waits for what has to come (`reads`, `find`, `waitFor`, `expect.poll`), and only then looks for
 * what must not be there.
 */
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
    page.setDefaultTimeout(PATIENCE_MS);
    await page.evaluateOnNewDocument(watchWorkers);
    await page.setViewport(size);
    // Firefox has no such brake.
    const isChromium = /chrom/i.test(await browser.version());
    if (CPU_RATE > 1 && isChromium) await page.emulateCPUThrottling(CPU_RATE);
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

  /** The first true answer of `ask`, asked in the page again and again. Where it throws, something is not there yet. */
  async waitFor<T, Given extends unknown[]>(ask: (...given: Given) => T, ...given: Given): Promise<T> {
    return patiently(
      async () => (await this.page.evaluate(ask as (...given: unknown[]) => unknown, ...given)) as T,
      () => `the page never came to that: ${ask}`,
    );
  }

  /** The first element that fits and is drawn, in whatever shadow root. */
  async find(selector: string): Promise<ElementHandle> {
    const found = await patiently(
      async () => {
        const handle = await this.page.$(`lab-app >>> ${selector}`);
        if (handle !== null && (await handle.isVisible())) return handle;
        await handle?.dispose();
        return null;
      },
      () => `nothing that is drawn fits ${selector}`,
    );
    return found!;
  }

  /** Whether anything fits, drawn or not. */
  async has(selector: string): Promise<boolean> {
    const handle = await this.page.$(`lab-app >>> ${selector}`);
    await handle?.dispose();
    return handle !== null;
  }

  /** Clicks it with the mouse, once it stands still and nothing is over it; a click that misses it all the same never was. */
  async click(selector: string): Promise<void> {
    await patiently(
      async () => {
        const handle = await this.find(selector);
        try {
          const at = await handle.evaluate(restingPlace);
          if (at === null) return false;
          const guard = await handle.evaluateHandle(guardClicks);
          await this.page.mouse.click(at.x, at.y);
          return await guard.evaluate((guard) => guard.end());
        } finally {
          await handle.dispose();
        }
      },
      () => `${selector} cannot be clicked`,
    );
  }

  /** Points at it with the mouse, once it stands still and nothing is over it. */
  async hover(selector: string): Promise<void> {
    await patiently(
      async () => {
        const handle = await this.find(selector);
        const at = await handle.evaluate(restingPlace);
        await handle.dispose();
        if (at !== null) await this.page.mouse.move(at.x, at.y);
        return at;
      },
      () => `${selector} cannot be pointed at`,
    );
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

  /** Asks the page for something, as a control of it would. */
  async act(detail: object): Promise<void> {
    await this.page.evaluate((detail) => {
      document.querySelector('lab-app')!.dispatchEvent(new CustomEvent('lab-act', {detail}));
    }, detail);
  }

  /** Shows a moment as a drag of the seek bar would, with nothing that plays on from it, and waits until all of it is drawn. */
  async seek(us: number): Promise<void> {
    await this.page.evaluate((us) => {
      const app = document.querySelector('lab-app') as unknown as EventTarget & {session: {playing: boolean}};
      const act = (detail: object) => app.dispatchEvent(new CustomEvent('lab-act', {detail}));
      if (app.session.playing) act({kind: 'toggle'});
      act({kind: 'seek-us', us});
    }, us);
    await this.settle();
  }

  /** Opens a scenario of the shelf and waits until it has run to its end. */
  async openFromShelf(name: string): Promise<void> {
    await this.act({kind: 'open-library', name, edit: false});
    await this.waitFor((name) => {
      const app = document.querySelector('lab-app') as unknown as {
        session: {opened: {source: {name?: string}} | null};
      };
      return app.session.opened?.source.name === name;
    }, name);
    await this.runComplete();
    await this.settle();
  }

  /** Chooses the table of the cluster below the stage. */
  async showClusterList(): Promise<void> {
    await this.waitFor(() => {
      const log = document.querySelector('lab-app')!.shadowRoot!.querySelector('lab-log')!.shadowRoot!;
      const tabs = [...log.querySelectorAll<HTMLElement>('[role=tab]')];
      const table = tabs.find((tab) => tab.textContent.includes('clusterList'))!;
      table.click();
      return true;
    });
  }

  /** Puts a text into the sandbox, which is on its way, as typing it would. */
  async writeScenario(text: string): Promise<void> {
    await this.find('lab-sandbox >>> textarea');
    // It begins with the text of what runs.
    await this.settle();
    await this.page.evaluate((text) => {
      const sandbox = document.querySelector('lab-app')!.shadowRoot!.querySelector('lab-sandbox')!;
      const editor = sandbox.shadowRoot!.querySelector('textarea')!;
      editor.value = text;
      editor.dispatchEvent(new Event('input', {bubbles: true}));
    }, text);
  }

  /**
   * Waits until nothing of the page is under way for two pictures: no file, no question to a worker, no run, no element that is to be
   * loaded or drawn, nothing that plays or moves.
   */
  async settle(): Promise<void> {
    let why = '';
    let calm = 0;
    await patiently(
      async () => {
        const files = filesUnderWay();
        why = files > 0 ? `${files} files are loading` : await this.page.evaluate(unrest);
        calm = why === '' && filesUnderWay() === 0 ? calm + 1 : 0;
        return calm >= 2;
      },
      () => `the page does not come to rest: ${why}`,
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

  /** Waits until the page says all of it; answers all that it says then. */
  async reads(...wanted: readonly (string | RegExp)[]): Promise<string> {
    let text = '';
    let missing: string | RegExp | undefined;
    return patiently(
      async () => {
        text = await this.text();
        missing = wanted.find((words) =>
          typeof words === 'string' ? !text.includes(words) : !words.test(text),
        );
        return missing === undefined ? text : '';
      },
      () => `the page never says ${missing}; ${near(text, missing!)}`,
    );
  }
}

/** What a text says where it comes nearest to some words. */
function near(text: string, wanted: string | RegExp): string {
  const words = typeof wanted === 'string' ? wanted : (/^[\w ]+/.exec(wanted.source)?.[0] ?? '');
  for (let length = words.length; length > 3; length -= 1) {
    const at = text.indexOf(words.slice(0, length));
    if (at >= 0) return `nearest to it is “…${text.slice(Math.max(0, at - 100), at + 300)}…”`;
  }
  return `it says “${text.slice(0, 3000)}”`;
}
