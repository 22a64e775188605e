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

async function opened(): Promise<LabPage> {
  const lab = await LabPage.open(browser, `${site.url}?lang=en`);
  await lab.runComplete();
  return lab;
}

/** The element that has the focus, through all shadow roots: tag, classes, and what it is called. */
function focused(lab: LabPage): Promise<string> {
  return lab.page.evaluate(() => {
    let at: Element | null = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    if (at === null || at === document.body) return 'nothing';
    const called = at.getAttribute('aria-label') ?? at.textContent.trim().replace(/\s+/g, ' ');
    return `${at.localName}.${at.getAttribute('class') ?? ''}: ${called}`;
  });
}

/** Presses Tab until something that matches has the focus. */
async function tabTo(lab: LabPage, wanted: RegExp, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const seen: string[] = [];
  for (let presses = 0; presses < 120; presses += 1) {
    if (key === 'Shift+Tab') await lab.page.keyboard.down('Shift');
    await lab.press('Tab');
    if (key === 'Shift+Tab') await lab.page.keyboard.up('Shift');
    const at = await focused(lab);
    if (wanted.test(at)) return;
    seen.push(at);
  }
  throw new Error(`Tab never came to ${wanted}: ${seen.join(' | ')}`);
}

function inspectorHas(lab: LabPage, selector: string): Promise<boolean> {
  return lab.page.evaluate((selector) => {
    const find = (root: ShadowRoot | Document): boolean =>
      root.querySelector(selector) !== null ||
      [...root.querySelectorAll('*')].some((each) => each.shadowRoot !== null && find(each.shadowRoot));
    return find(document.querySelector('lab-app')!.shadowRoot!.querySelector('lab-inspector')!.shadowRoot!);
  }, selector);
}

async function until(ask: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1200; tries += 1) {
    if (await ask()) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error('it did not come to that');
}

test('the lesson goes forward and its question is answered by keys alone', async () => {
  const lab = await opened();
  await tabTo(lab, /button\.next/);
  await lab.press('Enter');
  await until(async () => (await lab.text()).includes('How will the NameServer find out'));
  await tabTo(lab, /^input/, 'Shift+Tab');
  await lab.press('ArrowUp');
  await tabTo(lab, /button\.primary answer/);
  await lab.press('Enter');
  await until(async () => /As you said|The run says/.test(await lab.text()));
  // What was focused is gone; the focus is not.
  expect(await focused(lab)).toMatch(/button\.next/);
  expect(lab.complaints).toEqual([]);
  await lab.page.close();
});

test('a process is picked on the stage, killed, and lifted again by keys alone', async () => {
  const lab = await opened();
  await lab.seek(3_120_000);
  await tabTo(lab, /^svg/);
  await lab.press('Home');
  await lab.press('ArrowDown');
  await lab.press('Enter');
  await until(() => inspectorHas(lab, '.do-kill'));
  await tabTo(lab, /do-kill/);
  await lab.press('Enter');
  await until(() => inspectorHas(lab, '.do-start'));
  // Not on the button, which now says Start: the next space bar plays.
  expect(await focused(lab)).toMatch(/play/);
  await tabTo(lab, /button\.lift:/);
  await lab.press('Enter');
  await until(() => inspectorHas(lab, '.do-kill'));
  expect(lab.complaints).toEqual([]);
  await lab.page.close();
});

test('a link is cut, the moment moved, and the language switched by keys alone', async () => {
  const lab = await opened();
  await lab.seek(3_120_000);
  await tabTo(lab, /worker1 – worker2/);
  await lab.press('Enter');
  await tabTo(lab, /do-cut/);
  await lab.press('Enter');
  await until(() => inspectorHas(lab, '.do-heal'));

  await tabTo(lab, /^div\.bar: Moment shown/);
  const before = await lab.moment();
  await lab.press('ArrowUp');
  await lab.settle();
  expect(await lab.moment()).not.toEqual(before);
  await lab.press('Home');
  await lab.settle();
  expect((await lab.moment()).clock).toBe('0.000 000 s');
  await lab.press('ArrowRight');
  await lab.settle();
  expect((await lab.moment()).event).not.toBe('event 12');

  await tabTo(lab, /button\.share/);
  await lab.press('Enter');
  await lab.find('lab-share-dialog >>> textarea');
  await lab.press('Escape');
  await until(async () => /button\.share/.test(await focused(lab)));
  await tabTo(lab, /language/, 'Shift+Tab');
  await lab.press('Enter');
  await until(async () => (await lab.text()).includes('已发送'));
  expect(lab.complaints).toEqual([]);
  await lab.page.close();
});

test('the log is one stop of the Tab key; arrow keys go through its lines, and Enter to where one was printed', async () => {
  const lab = await opened();
  await lab.seek(3_120_000);
  const line = /^button\.line/;
  await tabTo(lab, line);
  const last = await focused(lab);
  await lab.press('Tab');
  expect(await focused(lab)).not.toMatch(line);
  await tabTo(lab, line, 'Shift+Tab');
  expect(await focused(lab)).toBe(last);

  await lab.press('ArrowUp');
  const above = await focused(lab);
  expect(above).toMatch(line);
  expect(above).not.toBe(last);
  await lab.press('ArrowDown');
  expect(await focused(lab)).toBe(last);
  await lab.press('Home');
  const first = await focused(lab);
  expect(first).toContain('The Name Server boot success');
  await lab.press('Enter');
  await lab.settle();
  expect(first).toContain((await lab.moment()).clock);
  expect(lab.complaints).toEqual([]);
  await lab.page.close();
});

test('pressing play again at a question that nobody has answered goes on', async () => {
  const lab = await opened();
  const rest = async (): Promise<string> => {
    await lab.waitFor(() => {
      const bar = document.querySelector('lab-app')!.shadowRoot!.querySelector('lab-transport')!;
      return !(bar as unknown as {playing: boolean}).playing;
    });
    return (await lab.moment()).clock;
  };
  await lab.press('Space');
  const first = await rest();
  expect(first).toBe('1.000 000 s');
  await lab.press('Space');
  expect(Number.parseFloat(await rest())).toBeGreaterThan(3);
  expect(lab.complaints).toEqual([]);
  await lab.page.close();
});

test('a part of the page that cannot draw says so in its place, and comes back', async () => {
  const lab = await opened();
  const note = (): Promise<string[]> =>
    lab.page.evaluate(() =>
      ['lab-topology', 'lab-lanes'].map(
        (name) =>
          document
            .querySelector('lab-app')!
            .shadowRoot!.querySelector(name)!
            .shadowRoot!.querySelector('[role=status]')?.textContent ?? '',
      ),
    );
  await lab.page.evaluate(() => {
    for (const name of ['lab-topology', 'lab-lanes']) {
      const part = document.querySelector('lab-app')!.shadowRoot!.querySelector(name)!;
      const broken = {
        toScreen: () => {
          throw new Error('a fault of ours');
        },
        toVirtual: () => 0,
      };
      Object.assign(part, {timeMap: broken});
    }
  });
  await lab.settle();
  expect(await note()).toEqual(Array(2).fill(expect.stringContaining('hit an error')));
  expect(lab.complaints.every((line) => line.includes('could not be drawn'))).toBe(true);
  await lab.press('2');
  await lab.settle();
  expect(await note()).toEqual(['', '']);
  await lab.press('ArrowRight');
  await lab.settle();
  expect((await lab.moment()).event).not.toBe('event 12');
  await lab.page.close();
});
