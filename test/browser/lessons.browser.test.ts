import type {Browser} from 'puppeteer-core';
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

/** What two runs have come to, as it is read on screen. */
function lostOnBothSides(): Promise<string[]> | string[] {
  const both = document.querySelector('lab-app')!.shadowRoot!.querySelector('lab-side-by-side')!.shadowRoot!;
  return [...both.querySelectorAll('dl')].map((list) => list.querySelector('div:last-child dd')!.textContent);
}

test('the lesson of the two copies opens with two runs: the same fault takes orders from the one and none from the other', async () => {
  const lab = await LabPage.open(browser, site.url);
  await lab.runComplete();
  await lab.page.evaluate(() => {
    const detail = {kind: 'open-library', name: 'replication', edit: false};
    document.querySelector('lab-app')!.dispatchEvent(new CustomEvent('lab-act', {detail}));
  });
  await lab.find('lab-side-by-side');
  await lab.waitFor(() => {
    const both = document.querySelector('lab-app')!.shadowRoot!.querySelector('lab-side-by-side');
    const {left, right} = both as unknown as {left: Shown; right: Shown};
    return left.run.isComplete && right.run.isComplete;
  });
  expect(await lab.text()).toContain('brokerRole=SYNC_MASTER');
  // How it ends is not given away while the lesson still asks.
  expect(await lab.page.$('lab-app >>> lab-outcome-table[hidden]')).not.toBeNull();
  await lab.seek(18_764_000);
  await lab.settle();
  expect(await lab.page.evaluate(lostOnBothSides)).toEqual(['0', '0']);
  await lab.find('lab-lesson >>> form');
  await lab.click('lab-lesson >>> input[value=tail-gone]');
  await lab.click('lab-lesson >>> button.answer');
  await lab.find('lab-lesson >>> .option.is-right');
  await lab.waitFor(() => {
    const both = document.querySelector('lab-app')!.shadowRoot!.querySelector('lab-side-by-side')!
      .shadowRoot!;
    const [left, right] = [...both.querySelectorAll('dl')].map((list) =>
      Number(list.querySelector('div:last-child dd')!.textContent),
    );
    return left! > 0 && right === 0;
  });

  await lab.press('End');
  await lab.find('lab-outcome-table >>> table');
  // Both runs are in the link, and come back from it.
  await lab.click('lab-top-bar >>> button.compare');
  await lab.click('lab-compare-dialog >>> button.stop');
  // While it closes, the dialog still takes every click.
  await lab.waitFor(() => {
    const asked = document.querySelector('lab-app')!.shadowRoot!.querySelector('lab-compare-dialog')!;
    return asked.shadowRoot!.querySelector('wa-dialog')!.shadowRoot!.querySelector('dialog[open]') === null;
  });
  await lab.find('lab-lesson >>> button.beside');
  await lab.click('lab-lesson >>> button.beside');
  await lab.find('lab-side-by-side');
  expect(lab.complaints).toEqual([]);
  await lab.page.close();
});

interface Shown {
  readonly run: {readonly isComplete: boolean};
}
