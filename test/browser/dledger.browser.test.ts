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

/** Role and term as each broker's card tells them, and the height that the stage needs against what it has. */
const cards = () => {
  const topology = document.querySelector('lab-app')!.shadowRoot!.querySelector('lab-topology')!;
  const members = [...topology.shadowRoot!.querySelectorAll('g.card.broker')].map((card) => [
    card.querySelector('.name')!.textContent,
    card.querySelector('g.member > text')?.textContent ?? '',
  ]);
  return {members, isInSight: topology.scrollHeight <= topology.clientHeight};
};

test('a failover is seen on the cards, forwards and backwards, and a member opens with its term and its peers', async () => {
  const lab = await LabPage.open(browser, `${site.url}?lang=en`, {width: 1440, height: 900});
  await lab.runComplete();
  await lab.page.evaluate(() => {
    const detail = {kind: 'open-library', name: 'failover', edit: false};
    document.querySelector('lab-app')!.dispatchEvent(new CustomEvent('lab-act', {detail}));
  });
  await lab.find('lab-overview >>> [data-name="n1"]');
  await lab.runComplete();
  const before = {
    members: [
      ['n0', 'FOLLOWER of n1 · term 0'],
      ['n1', 'LEADER · term 0'],
      ['n2', 'FOLLOWER of n1 · term 0'],
    ],
    isInSight: true,
  };
  await lab.seek(20_000_000);
  await lab.find('lab-topology >>> g.member');
  await lab.settle();
  expect(await lab.page.evaluate(cards)).toEqual(before);
  await lab.seek(35_000_000);
  await lab.settle();
  expect((await lab.page.evaluate(cards)).members).toEqual([
    ['n0', 'LEADER · term 1'],
    ['n1', 'term 0'],
    ['n2', 'FOLLOWER of n0 · term 1'],
  ]);
  await lab.click('lab-overview >>> [data-name="n0"]');
  const told = await lab.waitFor(() => {
    const app = document.querySelector('lab-app')!.shadowRoot!;
    const inspector = app.querySelector('lab-inspector');
    const text = inspector?.shadowRoot?.querySelector('lab-process-inspector')?.shadowRoot?.textContent ?? '';
    return text.includes('currVoteFor') ? text.replace(/\s+/g, ' ') : null;
  });
  expect(told).toContain('matchIndex');
  await lab.seek(20_000_000);
  await lab.settle();
  expect(await lab.page.evaluate(cards)).toEqual(before);
  expect(lab.complaints).toEqual([]);
  await lab.page.close();
}, 120_000);
