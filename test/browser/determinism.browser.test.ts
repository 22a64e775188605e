import {readFileSync} from 'node:fs';
import type {Browser} from 'puppeteer-core';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {runToEnd, timelineOf} from '../../src/lab/run.ts';
import {parseScenario} from '../../src/lab/scenario/parse.ts';
import {LabPage, launchChromium, launchFirefox, type Site, serveBuiltPage} from './page.ts';

let site: Site;

beforeAll(async () => {
  site = await serveBuiltPage();
});
afterAll(async () => {
  await site?.close();
});

function inNode(seed?: string): string {
  const file = 'lessons/quickstart/scenario.yaml';
  const {scenario, problems} = parseScenario(readFileSync(file, 'utf8'), file);
  if (scenario === null) throw new Error(JSON.stringify(problems));
  return runToEnd(timelineOf(scenario, seed)).world.traceHash();
}

async function inBrowser(browser: Browser): Promise<{own: string; other: string}> {
  try {
    const lab = await LabPage.open(browser, site.url);
    const own = await lab.runComplete();
    await lab.page.evaluate(() => {
      document.querySelector('lab-app')!.dispatchEvent(new CustomEvent('lab-seed', {detail: '4711'}));
    });
    const other = await lab.waitFor((own) => {
      const bar = document.querySelector('lab-app')!.shadowRoot!.querySelector('lab-transport')!.shadowRoot!;
      const hash = bar.querySelector<HTMLElement>('#trace-hash')!.dataset['hash'] ?? '';
      return hash === own ? '' : hash;
    }, own);
    return {own, other};
  } finally {
    await browser.close();
  }
}

test('the same seed gives the same trace in Node, Chromium and Firefox; another seed gives another', async () => {
  const node = {own: inNode(), other: inNode('4711')};
  expect(node.own).not.toBe(node.other);
  expect(await inBrowser(await launchChromium())).toEqual(node);
  expect(await inBrowser(await launchFirefox())).toEqual(node);
});
