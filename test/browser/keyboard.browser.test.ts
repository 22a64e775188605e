import {expect, test} from 'vitest';
import type {LabPage} from './page.ts';
import {Stand} from './stand.ts';

const stand = Stand.forThisFile();

async function opened(): Promise<LabPage> {
  const lab = await stand.open('?lang=en');
  await lab.runComplete();
  await lab.settle();
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
  for (let presses = 0; presses < 300; presses += 1) {
    if (key === 'Shift+Tab') await lab.page.keyboard.down('Shift');
    await lab.press('Tab');
    if (key === 'Shift+Tab') await lab.page.keyboard.up('Shift');
    const at = await focused(lab);
    if (wanted.test(at)) return;
    seen.push(at);
  }
  throw new Error(`Tab never came to ${wanted}: ${seen.join(' | ')}`);
}

test('the lesson goes forward and its question is answered by keys alone', async () => {
  const lab = await opened();
  await tabTo(lab, /button\.next/);
  await lab.press('Enter');
  await lab.reads('How will the NameServer find out');
  await lab.settle();
  await tabTo(lab, /^input/, 'Shift+Tab');
  await lab.press('ArrowUp');
  await tabTo(lab, /button\.primary answer/);
  await lab.press('Enter');
  await lab.reads(/As you said|The run says/);
  // What was focused is gone; the focus is not.
  await expect.poll(() => focused(lab)).toMatch(/button\.next/);
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
  await lab.find('lab-inspector >>> .do-kill');
  await tabTo(lab, /do-kill/);
  await lab.press('Enter');
  await lab.find('lab-inspector >>> .do-start');
  // Not on the button, which now says Start: the next space bar plays.
  await expect.poll(() => focused(lab)).toMatch(/play/);
  await tabTo(lab, /button\.lift:/);
  await lab.press('Enter');
  await lab.find('lab-inspector >>> .do-kill');
  expect(lab.complaints).toEqual([]);
  await lab.page.close();
});

test('a link is cut, the moment moved, and the language switched by keys alone', async () => {
  const lab = await opened();
  await lab.seek(3_120_000);
  await tabTo(lab, /worker1 – worker2/);
  await lab.press('Enter');
  await lab.find('lab-inspector >>> .do-cut');
  await tabTo(lab, /do-cut/);
  await lab.press('Enter');
  await lab.find('lab-inspector >>> .do-heal');
  await lab.settle();

  await tabTo(lab, /^div\.bar: Moment shown/);
  const before = await lab.moment();
  await lab.press('ArrowUp');
  await expect.poll(() => lab.moment()).not.toEqual(before);
  await lab.press('Home');
  await expect.poll(async () => (await lab.moment()).clock).toBe('0.000 000 s');
  const first = await lab.moment();
  await lab.press('ArrowRight');
  await expect.poll(() => lab.moment()).not.toEqual(first);

  await tabTo(lab, /button\.share/);
  await lab.press('Enter');
  await lab.find('lab-share-dialog >>> textarea');
  await lab.settle();
  await lab.press('Escape');
  await expect.poll(() => focused(lab)).toMatch(/button\.share/);
  await lab.settle();
  await tabTo(lab, /language/, 'Shift+Tab');
  await lab.press('Enter');
  await lab.reads('已发送');
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
  await expect.poll(() => focused(lab)).not.toMatch(line);
  await tabTo(lab, line, 'Shift+Tab');
  await expect.poll(() => focused(lab)).toBe(last);

  await lab.press('ArrowUp');
  await expect.poll(() => focused(lab)).not.toBe(last);
  expect(await focused(lab)).toMatch(line);
  await lab.press('ArrowDown');
  await expect.poll(() => focused(lab)).toBe(last);
  await lab.press('Home');
  await expect.poll(() => focused(lab)).toContain('The Name Server boot success');
  const first = await focused(lab);
  await lab.press('Enter');
  await lab.find('lab-entry-inspector');
  await lab.settle();
  expect(first).toContain((await lab.moment()).clock);
  expect(lab.complaints).toEqual([]);
  await lab.page.close();
});

test('pressing play again at a question that nobody has answered goes on', async () => {
  const lab = await opened();
  const playOn = async (): Promise<string> => {
    const before = await lab.moment();
    await lab.press('Space');
    await expect.poll(() => lab.moment()).not.toEqual(before);
    await lab.settle();
    return (await lab.moment()).clock;
  };
  expect(await playOn()).toBe('1.000 000 s');
  expect(Number.parseFloat(await playOn())).toBeGreaterThan(3);
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
  await expect.poll(note).toEqual(Array(2).fill(expect.stringContaining('hit an error')));
  expect(lab.complaints.every((line) => line.includes('could not be drawn'))).toBe(true);
  await lab.press('2');
  await expect.poll(note).toEqual(['', '']);
  const before = await lab.moment();
  await lab.press('ArrowRight');
  await expect.poll(() => lab.moment()).not.toEqual(before);
  await lab.page.close();
});
