import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {expect, test} from 'vitest';
import type {LabPage} from './page.ts';
import {Stand} from './stand.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const stand = Stand.forThisFile();

const WIDE = {width: 1440, height: 900};
const NARROW = {width: 390, height: 844};

async function opened(language: string, theme: 'light' | 'dark', size = WIDE): Promise<LabPage> {
  const lab = await stand.open(`?lang=${language}`, size);
  await lab.page.emulateMediaFeatures([{name: 'prefers-color-scheme', value: theme}]);
  await lab.waitFor((wanted) => matchMedia(`(prefers-color-scheme: ${wanted})`).matches, theme);
  await lab.runComplete();
  await lab.page.evaluate(axeSource);
  return lab;
}

/** What axe-core holds against WCAG 2 A and AA on the page once it is at rest: a line for each place. */
async function violations(lab: LabPage): Promise<string[]> {
  // Dialogs fade in, and what is half faded in has no contrast yet.
  await lab.settle();
  return lab.page.evaluate(async () => {
    const {axe} = globalThis as unknown as {axe: typeof import('axe-core')};
    const {violations} = await axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'],
      // An experiment of axe-core's: cards are called by their names and states, not by every number that is drawn on them.
      rules: {'label-content-name-mismatch': {enabled: false}},
    });
    return violations.flatMap(({id, nodes}) =>
      nodes.map((node) => {
        const why = node.any[0]?.message ?? node.all[0]?.message ?? node.none[0]?.message ?? '';
        return `${id}: ${node.target.flat().join(' > ')}: ${why}`;
      }),
    );
  });
}

const isClosed = (dialog: string): boolean => {
  const host = document.querySelector('lab-app')!.shadowRoot!.querySelector(dialog)!.shadowRoot!;
  return host.querySelector('wa-dialog')!.shadowRoot!.querySelector('dialog[open]') === null;
};

const selectFrameInFlight = (): string | null => {
  const app = document.querySelector('lab-app')!;
  const frame = app.shadowRoot!.querySelector('lab-topology')!.shadowRoot!.querySelector('g.frame');
  if (frame === null) return null;
  frame.dispatchEvent(new MouseEvent('click', {bubbles: true, composed: true}));
  return frame.id;
};

/** Opens each state that a person sees, one after the other. */
const STATES: Readonly<Record<string, (lab: LabPage) => Promise<void>>> = {
  'the lesson, just opened': async () => {},
  'a question of the lesson': async (lab) => {
    await lab.click('lab-lesson >>> button.next');
    await lab.find('lab-lesson >>> form');
  },
  'mid-stream with a frame selected': async (lab) => {
    await lab.seek(3_120_000);
    await lab.waitFor(selectFrameInFlight);
    await lab.find('lab-frame-inspector >>> button.field');
  },
  'a process selected, killed a moment ago': async (lab) => {
    await lab.press('Escape');
    await lab.click('lab-overview >>> [data-name="broker"]');
    await lab.click('.do-kill');
    await lab.find('lab-transport >>> .chips');
    await lab.runComplete();
    await lab.seek(3_900_000);
  },
  'a mark of the seek bar with the focus, and its sentence beside it': async (lab) => {
    const mark = await lab.find('lab-seek-bar >>> .mark');
    await lab.page.focus('lab-app >>> lab-seek-bar >>> [role="slider"]');
    await lab.press('Tab');
    const tip = () =>
      mark.evaluate((button) => {
        const {left, right, top} = button.querySelector('.tip')!.getBoundingClientRect();
        const isShown = getComputedStyle(button.querySelector('.tip')!).visibility === 'visible';
        return {isShown, isInside: 0 <= left && right <= innerWidth && 0 <= top};
      });
    await expect.poll(tip).toEqual({isShown: true, isInside: true});
  },
  'the sandbox with a problem': async (lab) => {
    await lab.click('button.page-sandbox');
    await lab.writeScenario('name: broken\nmachines:\n  a: {adress: 10.0.0.1}\n');
    await lab.click('lab-sandbox >>> button.run');
    await lab.find('lab-sandbox >>> .problems');
  },
  'the scenarios': async (lab) => {
    await lab.click('button.page-scenarios');
    await lab.find('lab-scenarios >>> button.open');
  },
  'the help dialog': async (lab) => {
    await lab.click('button.page-lessons');
    await lab.find('lab-lesson >>> button.next');
    await lab.press('?');
    await lab.find('lab-help-dialog >>> lab-legend');
  },
  'the share dialog': async (lab) => {
    await lab.press('Escape');
    await lab.waitFor(isClosed, 'lab-help-dialog');
    await lab.click('button.share');
    await lab.find('lab-share-dialog >>> textarea');
  },
  'the list of checks': async (lab) => {
    await lab.press('Escape');
    await lab.waitFor(isClosed, 'lab-share-dialog');
    await lab.click('lab-ledger >>> button.all');
    await lab.find('lab-checks-dialog >>> li');
  },
  'a member of a DLedger group selected, the leader just killed': async (lab) => {
    await lab.press('Escape');
    await lab.waitFor(isClosed, 'lab-checks-dialog');
    await lab.openFromShelf('failover');
    await lab.seek(25_500_000);
    await lab.click('lab-overview >>> [data-name="n0"]');
    await lab.find('lab-topology >>> g.member');
    await lab.find('lab-process-inspector >>> h2');
  },
  'the table of the cluster at the moment shown': async (lab) => {
    await lab.showClusterList();
    await lab.find('lab-cluster-list >>> pre:not(.stale)');
  },
};

test.each([
  ['en', 'light'],
  ['en', 'dark'],
  ['zh-CN', 'light'],
  ['zh-CN', 'dark'],
] as const)('nothing in %s, %s, breaks WCAG 2 A or AA in any state of the page', async (language, theme) => {
  const lab = await opened(language, theme);
  const found: Record<string, string[]> = {};
  for (const [state, enter] of Object.entries(STATES)) {
    await enter(lab);
    const lines = await violations(lab);
    if (lines.length > 0) found[state] = lines;
  }
  expect(found).toEqual({});
  expect(lab.complaints).toEqual([]);
  await lab.page.close();
});

test('nothing on a narrow page breaks WCAG 2 A or AA, on any of its panes', async () => {
  const found: Record<string, string[]> = {};
  for (const [language, theme] of [
    ['en', 'dark'],
    ['zh-CN', 'light'],
  ] as const) {
    const lab = await opened(language, theme, NARROW);
    await lab.seek(3_120_000);
    for (const pane of ['stage', 'story', 'log', 'inspect']) {
      if (pane !== 'stage') await lab.click(`.pane-${pane}`);
      const lines = await violations(lab);
      if (lines.length > 0) found[`${pane}, ${language}`] = lines;
    }
    expect(lab.complaints).toEqual([]);
    await lab.page.close();
  }
  expect(found).toEqual({});
});
