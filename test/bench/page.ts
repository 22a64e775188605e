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

/** JavaScript and CSS that index.html itself names: entry, preloads, style sheets. */
function firstViewBytes(folder: string): number {
  const page = readFileSync(join(folder, 'index.html'), 'utf8');
  const names = [...page.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.(?:js|css))"/g)].map(
    (match) => match[1] as string,
  );
  return [...new Set(names)].reduce(
    (sum, name) => sum + gzipSync(readFileSync(join(folder, name))).length,
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
        name: 'page: JavaScript and CSS of the first view, gzip',
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
    for (let round = 0; round < ROUNDS; round++) {
      const page = await browser.newPage();
      await page.goto(url, {waitUntil: 'load'});
      times.push(
        await page.evaluate(
          () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
        ),
      );
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
    return figures;
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
}
