import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import type {LabPage} from './page.ts';
import {Stand} from './stand.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** What `serve --record` wrote while Apache's Java client 4.9.1 sent eleven messages and took them; test/lab/recording.test.ts tells more. */
const FILE = join(import.meta.dirname, '../fixtures/recording/java-orders.rec');

const stand = Stand.forThisFile();
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lab-recordings-'));
});
afterAll(() => {
  rmSync(folder, {recursive: true, force: true});
});

/** Chooses a file where the page asks for one. */
async function choose(lab: LabPage, file: string, ask: () => Promise<void>): Promise<void> {
  const asked = lab.page.waitForFileChooser();
  // The browser is told to hand the question to the test before it is asked.
  await lab.settle();
  await ask();
  await (await asked).accept([file]);
}

const isRead = (): boolean =>
  document
    .querySelector('lab-app')!
    .shadowRoot!.querySelector('lab-transport')!
    .shadowRoot!.querySelector<HTMLElement>('#recording')?.dataset['complete'] === 'true';

async function opened(language = 'en'): Promise<LabPage> {
  const lab = await stand.open(`?lang=${language}`);
  await lab.runComplete();
  await lab.settle();
  await choose(lab, FILE, () => lab.press('o'));
  await lab.waitFor(isRead);
  await lab.settle();
  return lab;
}

test("the key O asks for a file; a recording of Apache's Java client shows its clients, messages and frames", async () => {
  const lab = await opened();
  await lab.press('End');
  await expect
    .poll(() => lab.ledger())
    .toMatchObject({
      sent: '11',
      acked: '11',
      durable: '11',
      delivered: '11',
      lost: '0',
    });
  await lab.reads(
    'java-orders.rec',
    'A recording of a real run',
    'orders-producer',
    'billing',
    'Nothing is selected',
  );
  await lab.press('Home');
  await expect.poll(async () => (await lab.moment()).clock).toBe('0.000 000 s');
  expect(lab.complaints).toEqual([]);
  await lab.page.close();
});

test('nothing in it can be changed, and nothing is said of the inside of foreign processes', async () => {
  const lab = await opened();
  await lab.seek(3_000_000);
  await lab.page.evaluate(() =>
    document
      .querySelector('lab-app')!
      .dispatchEvent(new CustomEvent('select', {detail: {kind: 'process', name: 'billing'}})),
  );
  await lab.reads('a recording cannot be changed', 'Not recorded from within');
  await lab.settle();
  const buttons = await lab.page.$$('lab-app >>> lab-process-inspector >>> button[class^="do-"]');
  expect(buttons).toEqual([]);
  expect(await lab.has('lab-transport >>> input')).toBe(false);
  await lab.page.close();
});

test('a file that is dropped on the page is opened; a foreign one is told in a line, and what was there stays', async () => {
  const lab = await stand.open('?lang=en');
  await lab.runComplete();
  await lab.settle();
  const drop = (name: string, base64: string): Promise<void> =>
    lab.page.evaluate(
      (name, base64) => {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([bytes], name));
        window.dispatchEvent(new DragEvent('dragover', {dataTransfer, bubbles: true, cancelable: true}));
        window.dispatchEvent(new DragEvent('drop', {dataTransfer, bubbles: true, cancelable: true}));
      },
      name,
      base64,
    );
  await drop('notes.txt', Buffer.from('shopping list').toString('base64'));
  const notice = (): string =>
    document
      .querySelector('lab-app')!
      .shadowRoot!.querySelector('.notice[role=alert]')
      ?.textContent?.trim() ?? '';
  expect(await lab.waitFor(notice)).toMatch(/^notes\.txt is not a recording\./);
  await lab.settle();
  expect((await lab.ledger())['sent']).toBeDefined();
  expect(await lab.has('lab-recording')).toBe(false);
  await drop('orders.rec', readFileSync(FILE).toString('base64'));
  await lab.waitFor(isRead);
  await lab.reads('orders.rec');
  await lab.page.close();
});

test('a torn recording is shown as far as it is whole, and says so, in Chinese too', async () => {
  const torn = join(folder, 'torn.rec');
  writeFileSync(torn, readFileSync(FILE).subarray(0, -2000));
  const lab = await stand.open('?lang=zh-CN');
  await lab.runComplete();
  await lab.settle();
  await choose(lab, torn, () => lab.press('o'));
  await lab.waitFor(isRead);
  await lab.reads('文件末尾不完整');
  expect(lab.complaints).toEqual([]);
  await lab.page.close();
});

test('after a recording a lesson runs as ever', async () => {
  const lab = await opened();
  await lab.click('lab-top-bar >>> button.page-scenarios');
  await lab.click('lab-scenarios >>> button.open');
  expect(await lab.runComplete()).toMatch(/^[0-9a-f]{8,}/);
  await lab.page.close();
});

test.each(['light', 'dark'] as const)('axe-core finds nothing against a recording, %s', async (theme) => {
  const lab = await opened();
  await lab.page.emulateMediaFeatures([{name: 'prefers-color-scheme', value: theme}]);
  await lab.waitFor((wanted) => matchMedia(`(prefers-color-scheme: ${wanted})`).matches, theme);
  await lab.seek(3_000_000);
  await lab.page.evaluate(axeSource);
  const found = await lab.page.evaluate(async () => {
    const {axe} = globalThis as unknown as {axe: typeof import('axe-core')};
    const {violations} = await axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'],
      rules: {'label-content-name-mismatch': {enabled: false}},
    });
    return violations.flatMap(({id, nodes}) =>
      nodes.map((node) => `${id}: ${node.target.flat().join(' > ')}`),
    );
  });
  expect(found).toEqual([]);
  await lab.page.close();
});
