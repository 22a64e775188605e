import type {Browser, HTTPRequest} from 'puppeteer-core';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {LabPage, launchChromium, type Site, serveBuiltPage} from './page.ts';

let site: Site;
let browser: Browser;

beforeAll(async () => {
  site = await serveBuiltPage();
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

/** A page in English whose files of a name do not come before `release`. */
async function withoutFiles(name: RegExp): Promise<{lab: LabPage; release: () => Promise<void>}> {
  const lab = await LabPage.open(browser, `${site.url}?lang=en`);
  await lab.runComplete();
  await lab.settle();
  let held: HTTPRequest[] | null = [];
  await lab.page.setRequestInterception(true);
  lab.page.on('request', (request) => {
    if (held !== null && name.test(request.url())) held.push(request);
    else void request.continue();
  });
  return {
    lab,
    release: async () => {
      await expect.poll(() => held?.length).toBeGreaterThan(0);
      const due = held ?? [];
      held = null;
      await Promise.all(due.map((request) => request.continue()));
    },
  };
}

test('what is opened while the words of another language are on their way speaks it, too, once they are there', async () => {
  const {lab, release} = await withoutFiles(/pack-zh-cn/);
  await lab.click('button.language');
  // An inspector brings its own words, a lesson its texts: both in the language of the page, which is still English.
  await lab.openFromShelf('replication');
  await lab.click('lab-overview >>> [data-name="producer"]');
  await lab.find('lab-process-inspector >>> h2');
  await lab.settle();
  await release();
  await lab.waitFor(() => document.documentElement.lang === 'zh-CN');
  await lab.reads('两份副本', '杀掉');
  expect(lab.complaints).toEqual([]);
  await lab.page.close();
});
