import {expect, test} from 'vitest';
import type {LabPage} from './page.ts';
import {Stand} from './stand.ts';

const stand = Stand.forThisFile();

async function opened(path = '', size?: {width: number; height: number}): Promise<LabPage> {
  const lab = await stand.open(path, size);
  await lab.runComplete();
  await lab.settle();
  return lab;
}

test('the quickstart plays to its end: a thousand sent, acknowledged, durable, delivered, once each', async () => {
  const lab = await opened();
  expect(await lab.ledger()).toMatchObject({sent: '0', acked: '0', delivered: '0'});
  // The last and quickest pace; questions of the lesson stop it on the way, and play goes on.
  await lab.press('8');
  for (let presses = 0; presses < 20; presses += 1) {
    const {clock} = await lab.moment();
    await lab.click('button.play');
    await expect.poll(async () => (await lab.moment()).clock).not.toBe(clock);
    await lab.settle();
    if ((await lab.moment()).clock === '60.000 000 s') break;
  }
  expect((await lab.moment()).clock).toBe('60.000 000 s');
  expect(await lab.ledger()).toEqual({
    sent: '1,000',
    acked: '1,000',
    durable: '1,000',
    delivered: '1,000',
    givenUp: '0',
    duplicated: '0',
    lost: '0',
  });
  await lab.reads(
    /SendResult \[sendStatus=SEND_OK, msgId=/,
    /Receive New Messages: \[MessageExt \[brokerName=/,
  );
  expect(lab.complaints).toEqual([]);
  await lab.page.close();
});

test('a step forward and a step back lead to the same moment', async () => {
  const lab = await opened();
  await lab.seek(3_100_000);
  const before = await lab.moment();
  await lab.press('ArrowRight');
  await expect.poll(() => lab.moment()).not.toEqual(before);
  await lab.press('ArrowLeft');
  await expect.poll(async () => (await lab.moment()).event).toBe(before.event);
  await lab.press('End');
  await expect.poll(async () => (await lab.moment()).clock).toBe('60.000 000 s');
  await lab.press('Home');
  await expect.poll(async () => (await lab.moment()).clock).toBe('0.000 000 s');
  expect(lab.complaints).toEqual([]);
  await lab.page.close();
});

test('a broker killed at the moment shown and started again is survived, and the ledger tells the truth', async () => {
  const lab = await opened();
  const original = await lab.runComplete();
  await lab.seek(3_120_000);
  await lab.click('lab-overview >>> [data-name="broker"]');
  await lab.click('.do-kill');
  await lab.find('lab-process-inspector >>> .dot.killed');
  await lab.seek(6_500_000);
  await lab.click('.do-start');
  await lab.find('lab-process-inspector >>> .dot.running');
  expect(await lab.runComplete()).not.toBe(original);
  await lab.press('End');
  await expect.poll(async () => (await lab.moment()).clock).toBe('60.000 000 s');
  await lab.settle();
  const ledger = await lab.ledger();
  const number = (name: string): number => Number(ledger[name]!.replaceAll(',', ''));
  // Every send ended: it was acknowledged or given up, none was forgotten.
  expect(number('sent')).toBe(1000);
  expect(number('acked') + number('givenUp')).toBe(1000);
  expect(number('givenUp')).toBeGreaterThan(0);
  expect(number('delivered')).toBeGreaterThanOrEqual(number('acked'));
  expect(number('lost')).toBe(0);

  await lab.click('.lift-all');
  expect(
    await lab.waitFor(() => {
      const bar = document.querySelector('lab-app')!.shadowRoot!.querySelector('lab-transport')!.shadowRoot!;
      return (
        bar.querySelector('.chips') === null && bar.querySelector<HTMLElement>('#trace-hash')!.dataset['hash']
      );
    }),
  ).toBe(original);
  expect(lab.complaints).toEqual([]);
  await lab.page.close();
});

test('a cut between two machines is shown, listed, and healed by lifting it', async () => {
  const lab = await opened();
  await lab.seek(3_120_000);
  await lab.click('.link-pair');
  await lab.click('.do-cut');
  await lab.find('lab-link-inspector >>> .do-heal');
  await lab.reads('cut worker1 – worker2');
  await lab.click('.chip button.lift');
  await lab.find('lab-link-inspector >>> .do-cut');
  await expect.poll(() => lab.has('lab-transport >>> .chips')).toBe(false);
  expect(lab.complaints).toEqual([]);
  await lab.page.close();
});

test('a machine loses its power and gets it back; its disk fills up; each is told, listed and lifted', async () => {
  const lab = await opened();
  await lab.seek(3_120_000);
  await lab.click('lab-overview >>> button.machine[data-name=worker1]');
  await lab.click('lab-machine-inspector >>> .do-power-off');
  await lab.find('lab-machine-inspector >>> .do-power-on');
  await lab.reads('no power');
  await lab.click('lab-machine-inspector >>> .do-power-on');
  await lab.find('lab-machine-inspector >>> .do-power-off');
  await lab.click('lab-machine-inspector >>> .do-full');
  await lab.find('lab-machine-inspector >>> .do-heal-disk');
  await lab.waitFor(
    () =>
      document
        .querySelector('lab-app')!
        .shadowRoot!.querySelector('lab-transport')!
        .shadowRoot!.querySelectorAll('.lift').length === 3,
  );
  await lab.click('lab-transport >>> .lift-all');
  await lab.find('lab-machine-inspector >>> .do-full');
  expect(lab.complaints).toEqual([]);
  await lab.page.close();
});

test('the top bar fits any width, and a Chinese page gives its reasons in Chinese', async () => {
  const lab = await opened('?lang=zh-CN');
  await lab.press('End');
  await expect.poll(async () => (await lab.moment()).clock).toBe('60.000 000 s');
  expect(await lab.reads('已全部发完')).not.toContain('everything is sent');
  for (const width of [390, 700, 768, 900, 1100, 1440]) {
    await lab.page.setViewport({width, height: 844});
    await lab.waitFor((width) => innerWidth === width, width);
    await lab.settle();
    const right = await lab.page.evaluate(() => {
      const bar = document.querySelector('lab-app')!.shadowRoot!.querySelector('lab-top-bar')!;
      return bar.shadowRoot!.querySelector('.share')!.getBoundingClientRect().right;
    });
    expect(right, String(width)).toBeLessThanOrEqual(width);
  }
  expect(lab.complaints).toEqual([]);
  await lab.page.close();
});

test('mqadmin is asked at the moment shown, and prints its table', async () => {
  const lab = await opened();
  await lab.seek(3_500_000);
  await lab.click('lab-overview >>> button.do-mqadmin');
  await lab.waitFor(() => {
    const dialog = document.querySelector('lab-app')!.shadowRoot!.querySelector('lab-mqadmin-dialog');
    const text = dialog?.shadowRoot?.querySelector('pre')?.textContent ?? '';
    return text.startsWith('#Cluster Name') && text.includes('192.168.232.128:10911');
  });
  expect(lab.complaints).toEqual([]);
  await lab.page.close();
});

test('two runs stand side by side on one clock, part where the table says, and one of them goes again', async () => {
  const lab = await opened();
  await lab.seek(3_120_000);
  await lab.click('lab-top-bar >>> button.compare');
  await lab.click('lab-compare-dialog >>> button.primary');
  await lab.find('lab-side-by-side >>> lab-outcome-table >>> table');
  await lab.reads('brokerRole=SYNC_MASTER');
  await lab.click('lab-top-bar >>> button.compare');
  await lab.click('lab-compare-dialog >>> button.stop');
  await lab.find('lab-log');
  await expect.poll(() => lab.has('lab-side-by-side')).toBe(false);
  expect(lab.complaints).toEqual([]);
  await lab.page.close();
});

test('a shared link opens on the same run at the same moment', async () => {
  const lab = await opened();
  await lab.seek(3_120_000);
  await lab.click('lab-overview >>> [data-name="broker"]');
  await lab.click('.do-pause');
  await lab.find('lab-process-inspector >>> .do-resume');
  await lab.seek(3_500_123);
  const hash = await lab.runComplete();
  const moment = await lab.moment();
  await lab.click('button.share');
  const link = await lab.waitFor(
    () =>
      document
        .querySelector('lab-app')!
        .shadowRoot!.querySelector('lab-share-dialog')
        ?.shadowRoot?.querySelector('textarea')?.value ?? '',
  );
  expect(new URL(link).hash).toMatch(/^#run=/);

  const friend = await stand.open(link);
  expect(await friend.runComplete()).toBe(hash);
  await friend.settle();
  expect(await friend.moment()).toEqual(moment);
  expect(await friend.ledger()).toEqual(await lab.ledger());
  expect([...lab.complaints, ...friend.complaints]).toEqual([]);
  await friend.page.close();
  await lab.page.close();
});

test('a damaged or forged link is told in a sentence, and the page goes on', async () => {
  for (const fragment of ['#run=1.abc.damaged', '#run=9.x.y', '#run=', '#something']) {
    const lab = await opened(fragment);
    await lab.reads('This link cannot be opened');
    expect(lab.complaints).toEqual([]);
    await lab.page.close();
  }
});

test('the language can be switched, is remembered, and is told to the browser', async () => {
  const lab = await opened('?lang=en');
  expect(await lab.page.evaluate(() => document.documentElement.lang)).toBe('en');
  const speaks = (language: string) =>
    lab.waitFor((wanted) => document.documentElement.lang === wanted, language);
  await lab.click('button.language');
  await speaks('zh-CN');
  await lab.reads('刚刚发生');
  // Leaving the page while it still loads something would be a failed request.
  await lab.settle();
  await lab.page.goto(stand.site.url, {waitUntil: 'load'});
  await lab.runComplete();
  await lab.reads('已发送');
  await lab.click('button.language');
  await speaks('en');
  expect(lab.complaints).toEqual([]);
  await lab.page.close();
});

test('what is wrong with a scenario is told at its line and column, and nothing is run', async () => {
  const lab = await opened();
  const hash = await lab.runComplete();
  await lab.click('button.page-sandbox');
  await lab.writeScenario('name: broken\nmachines:\n  a: {adress: 10.0.0.1}\n');
  await lab.click('lab-sandbox >>> button.run');
  await lab.find('lab-sandbox >>> .problems');
  await lab.reads(/line 3, column \d+/, 'adress');
  await lab.settle();
  expect(await lab.runComplete()).toBe(hash);
  expect(lab.complaints).toEqual([]);
  await lab.page.close();
});

test('a frame is read field by field beside its bytes', async () => {
  const lab = await opened();
  await lab.seek(3_100_000);
  await lab.page.evaluate(() => {
    interface Shown {
      run: {index: {frames: number[]; frame(id: number): {name: string}}};
    }
    const app = document.querySelector('lab-app')!;
    const {run} = app.shadowRoot!.querySelector('lab-transport') as unknown as Shown;
    const sent = run.index.frames.find((id) => run.index.frame(id).name === 'SEND_MESSAGE_V2');
    app.dispatchEvent(new CustomEvent('select', {detail: {kind: 'frame', sent}}));
  });
  await lab.find('lab-frame-inspector >>> button.field');
  await lab.reads('TopicTest', 'opaque');
  // Pointing at a field lights its bytes.
  await lab.hover('lab-frame-inspector >>> button.field');
  await lab.find('lab-frame-inspector >>> .byte.is-lit');
  expect(lab.complaints).toEqual([]);
  await lab.page.close();
});

test('a narrow page shows one pane at a time, with the transport in reach', async () => {
  const lab = await opened('', {width: 390, height: 844});
  for (const pane of ['story', 'log', 'inspect', 'stage']) {
    await lab.click(`nav.panes .pane-${pane}`);
    await lab.settle();
    const fits = await lab.page.evaluate(() => {
      const app = document.querySelector('lab-app')!.shadowRoot!;
      const play = app
        .querySelector('lab-transport')!
        .shadowRoot!.querySelector('.play')!
        .getBoundingClientRect();
      return (
        play.bottom <= innerHeight && play.top > innerHeight / 2 && document.body.scrollWidth <= innerWidth
      );
    });
    expect(fits, pane).toBe(true);
  }
  expect(lab.complaints).toEqual([]);
  await lab.page.close();
});
