import {expect, test} from 'vitest';
import {Stand} from './stand.ts';

const stand = Stand.forThisFile();

test('what is opened while the words of another language are on their way speaks it, too, once they are there', async () => {
  const lab = await stand.open('?lang=en');
  await lab.runComplete();
  await lab.settle();
  const chinese = stand.site.hold(/pack-zh-cn/);
  await lab.click('button.language');
  await expect.poll(() => chinese.waiting).toBe(1);
  // An inspector brings its own words, a lesson its texts: both in the language of the page, which is still English.
  await lab.openFromShelf('replication');
  await lab.seek(20_000_000);
  await lab.page.evaluate(() => {
    const detail = {kind: 'process', name: 'broker-a'};
    document.querySelector('lab-app')!.dispatchEvent(new CustomEvent('select', {detail}));
  });
  await lab.find('lab-process-inspector >>> h2');
  await lab.settle();
  expect(chinese.waiting).toBe(1);
  chinese.release();
  await lab.waitFor(() => document.documentElement.lang === 'zh-CN');
  await lab.reads('两份副本', '杀掉');
  expect(lab.complaints).toEqual([]);
  await lab.page.close();
});

test('what is shared is the moment at which it was asked for, and of two dialogs on their way the later opens', async () => {
  const lab = await stand.open('?lang=en');
  await lab.runComplete();
  await lab.settle();
  const dialogs = stand.site.hold(/share-dialog/);
  await lab.click('button.play');
  await lab.waitFor(() => {
    const bar = document.querySelector('lab-app')!.shadowRoot!.querySelector('lab-transport')!;
    return (bar as unknown as {playing: boolean}).playing;
  });
  await lab.click('button.share');
  await expect.poll(() => dialogs.waiting).toBe(1);
  const {clock} = await lab.moment();
  await lab.press('?');
  await lab.find('lab-help-dialog >>> h2');
  dialogs.release();
  await lab.settle();
  expect((await lab.moment()).clock).toBe(clock);
  const isShareOpen = () =>
    document
      .querySelector('lab-app')!
      .shadowRoot!.querySelector('lab-share-dialog')!
      .shadowRoot!.querySelector('wa-dialog')!
      .hasAttribute('open');
  expect(await lab.page.evaluate(isShareOpen)).toBe(false);
  await lab.press('Escape');
  await lab.click('button.share');
  await lab.find('lab-share-dialog >>> textarea');
  expect(await lab.page.evaluate(isShareOpen)).toBe(true);
  expect((await lab.moment()).clock).toBe(clock);
  expect(lab.complaints).toEqual([]);
  await lab.page.close();
});
