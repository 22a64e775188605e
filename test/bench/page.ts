/** Size of the page's first view and time to its first picture, measured on the built site in a real browser. */
import {mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import puppeteer from 'puppeteer-core';
import {build, preview} from 'vite';
import {CHROMIUM_FLAGS, findChromium} from '../../tools/browsers.mjs';
import type {Figure} from './bench.ts';

const ROUNDS = 5;

/**
 * Scripts and style sheets that the first view needs: what index.html names, the world's worker, and whatever any of them
 * imports at once, the first lesson, which the page opens with, and the words of one language. What else is imported when first asked for (`import(…)`) does not count.
 */
function firstViewFiles(folder: string): string[] {
  const page = readFileSync(join(folder, 'index.html'), 'utf8');
  const files = new Set(
    [...page.matchAll(/(?:src|href)="\.\/assets\/([^"]+\.(?:js|css))"/g)].map((match) => match[1] as string),
  );
  // A set's loop comes to what is added on the way.
  for (const file of files) {
    if (!file.endsWith('.js')) continue;
    const script = readFileSync(join(folder, 'assets', file), 'utf8');
    for (const [, name] of script.matchAll(/(?:from|import)\s*["'`]\.\/([^"'`]+\.js)["'`]/g))
      files.add(name!);
    for (const [, name] of script.matchAll(/["'`/]((?:world-worker|quickstart|pack-en)-[\w-]+\.js)["'`]/g))
      files.add(name!);
  }
  // What the first lesson says in one language; the others are fetched as they are opened.
  for (const file of [...files]) {
    if (!file.startsWith('index') || !file.endsWith('.js')) continue;
    const text = /["'`/](en-[\w-]+\.js)["'`]/.exec(readFileSync(join(folder, 'assets', file), 'utf8'));
    if (text === null) throw new Error('the first lesson is not found in the built page');
    files.add(text[1]!);
  }
  for (const part of ['world-worker', 'quickstart', 'pack-en']) {
    if (![...files].some((file) => file.startsWith(part)))
      throw new Error(`${part} is not found in the built page`);
  }
  return [...files];
}

function firstViewBytes(folder: string): number {
  return firstViewFiles(folder).reduce(
    (sum, name) => sum + gzipSync(readFileSync(join(folder, 'assets', name))).length,
    0,
  );
}

export async function benchPage(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rocketmq-lab-page-'));
  try {
    await build({logLevel: 'error', build: {outDir: folder, emptyOutDir: true}});
    const firstKb = firstViewBytes(folder) / 1000;
    const all = readdirSync(join(folder, 'assets')).filter((name) => /\.(js|css)$/.test(name));
    const allKb =
      all.reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, 'assets', name))).length, 0) / 1000;
    const figures: Figure[] = [
      {
        name: 'page: JavaScript and CSS of the first view with its worker, gzip',
        value: firstKb,
        unit: 'kB at most',
        target: 250,
        ok: firstKb <= 250,
      },
      {
        name: 'page: everything it may ever load, gzip',
        value: allKb,
        unit: 'kB (told, no limit)',
        target: allKb,
        ok: true,
      },
    ];
    const executablePath = findChromium();
    if (executablePath === null) return figures;
    const server = await preview({build: {outDir: folder}, preview: {port: 0}, logLevel: 'error'});
    const url = server.resolvedUrls?.local[0] as string;
    const browser = await puppeteer.launch({executablePath, args: CHROMIUM_FLAGS});
    const times: number[] = [];
    const ready: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const page = await browser.newPage();
      await page.goto(url, {waitUntil: 'load'});
      const painted = await page.waitForFunction(
        () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
      );
      times.push((await painted.jsonValue()) as number);
      // It can be played once the world has told of its first moments: the note that it is being computed is gone.
      const handle = await page.waitForFunction(
        () => {
          const app = document.querySelector('lab-app')?.shadowRoot;
          const shown = app?.querySelector('lab-topology') && !app.querySelector('.computing');
          return shown ? performance.now() : 0;
        },
        {polling: 'raf'},
      );
      ready.push((await handle.jsonValue()) as number);
      await page.close();
    }
    await browser.close();
    server.httpServer.close();
    const firstMs = times.sort((a, b) => a - b)[ROUNDS >> 1] as number;
    figures.push({
      name: 'page: first picture on localhost',
      value: firstMs,
      unit: 'ms at most',
      target: 1000,
      ok: firstMs < 1000,
    });
    const readyMs = ready.sort((a, b) => a - b)[ROUNDS >> 1] as number;
    figures.push({
      name: 'page: until the quickstart can be played',
      value: readyMs,
      unit: 'ms at most',
      target: 1500,
      ok: readyMs < 1500,
    });
    return figures;
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
}
