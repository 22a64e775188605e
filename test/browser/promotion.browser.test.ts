import {expect, test} from 'vitest';
import {encodeShareLink} from '../../src/lab/share-link.ts';
import {Stand} from './stand.ts';

const stand = Stand.forThisFile();

const LOST_MASTER = `
name: lost-master
duration: 60s
machines:
  m1: {address: 10.0.0.1}
  m2: {address: 10.0.0.2}
  m3: {address: 10.0.0.3}
nameservers:
  ns: {machine: m3}
brokers:
  broker-a: {machine: m1, start: 1s, config: "brokerName=broker-a\\nbrokerRole=SYNC_MASTER\\n"}
  broker-a-s: {machine: m2, start: 2s, config: "brokerName=broker-a\\nbrokerRole=SLAVE\\nbrokerId=1\\n"}
producers:
  producer: {machine: m3, start: 6s, program: rate, topic: T, every: 100ms, count: 500}
consumers:
  consumer: {machine: m3, start: 6s, program: service, topic: T}
faults:
  - {at: 18s, destroy-disk: m1}
  - {at: 18s, power-off: m1}
checks: [acked-messages-survive, durable-as-promised, queues-match-log]
`;

test('a slave is stopped, made master in its configuration and started on its own store, in the page; its disk is read at the end', async () => {
  const link = encodeShareLink({
    source: {kind: 'text', text: LOST_MASTER},
    seed: '1',
    interventions: [],
    atUs: 20_000_000,
    language: 'en',
  });
  const lab = await stand.open(`#${link}`);
  await lab.runComplete();
  await lab.settle();
  await lab.click('lab-overview >>> button.process[data-name=broker-a-s]');
  await lab.click('lab-process-inspector >>> .do-stop');
  await lab.find('lab-process-inspector >>> .dot.stopping');
  await lab.runComplete();
  await lab.seek(32_000_000);
  await lab.find('lab-process-inspector >>> .do-start');
  await lab.click('lab-process-inspector >>> .tab-config');
  const type = async (field: string, text: string): Promise<void> => {
    const input = await lab.find(`lab-broker-config >>> input.${field}`);
    await input.type(text);
  };
  await type('key', 'brokerRole');
  await type('value', 'KING');
  await lab.reads('brokerRole: found "KING"');
  for (let letters = 0; letters < 4; letters += 1) await lab.press('Backspace');
  await type('value', 'ASYNC_MASTER');
  await lab.click('lab-broker-config >>> .do-set-config');
  await lab.find('lab-broker-config >>> li.set');
  await lab.reads('counts from the next start');
  await lab.click('lab-process-inspector >>> .do-start');
  await lab.find('lab-process-inspector >>> .dot.running');
  await lab.runComplete();
  await lab.seek(60_000_000);
  await lab.reads('set by hand', /brokerRole ?= ?ASYNC_MASTER/);
  expect(Number((await lab.ledger())['acked'])).toBeGreaterThan(200);
  // What only the disks can tell was looked at, and holds.
  await lab.find('lab-ledger >>> ul.checks');
  const verdicts = () =>
    lab.page.evaluate(() => {
      const bar = document.querySelector('lab-app')!.shadowRoot!.querySelector('lab-ledger')!.shadowRoot!;
      return [...bar.querySelectorAll('ul.checks li')]
        .map((item) => item.textContent!.trim().replace(/\s+/g, ' '))
        .filter((verdict) => verdict.includes('queues-match-log'));
    });
  await expect.poll(verdicts).toEqual([expect.stringMatching(/holds/)]);
  expect(lab.complaints).toEqual([]);
  await lab.page.close();
});
