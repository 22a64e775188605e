import {expect, test} from 'vitest';
import type {LabPage} from './page.ts';
import {Stand} from './stand.ts';

const stand = Stand.forThisFile();

/** What two runs have come to, as it is read on screen. */
function lostOnBothSides(): string[] {
  const both = document.querySelector('lab-app')!.shadowRoot!.querySelector('lab-side-by-side')!.shadowRoot!;
  return [...both.querySelectorAll('dl')].map((list) => list.querySelector('div:last-child dd')!.textContent);
}

interface Shown {
  readonly run: {readonly isComplete: boolean};
}

/** Opens a lesson that is told of two runs, and waits until both are there to their ends. */
async function openedBeside(lab: LabPage, name: string): Promise<void> {
  await lab.openFromShelf(name);
  await lab.find('lab-side-by-side');
  await lab.waitFor(() => {
    const both = document.querySelector('lab-app')!.shadowRoot!.querySelector('lab-side-by-side');
    const {left, right} = both as unknown as {left: Shown; right: Shown};
    return left.run.isComplete && right.run.isComplete;
  });
  await lab.settle();
}

test('the lesson of the two copies opens with two runs: the same fault takes orders from the one and none from the other', async () => {
  const lab = await stand.open();
  await lab.runComplete();
  await openedBeside(lab, 'replication');
  await lab.reads('brokerRole=SYNC_MASTER');
  // How it ends is not given away while the lesson still asks.
  await expect.poll(() => lab.has('lab-outcome-table[hidden]')).toBe(true);
  await lab.seek(18_764_000);
  await expect.poll(() => lab.page.evaluate(lostOnBothSides)).toEqual(['0', '0']);
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
  await lab.click('lab-lesson >>> button.beside');
  await lab.find('lab-side-by-side');
  expect(lab.complaints).toEqual([]);
  await lab.page.close();
});

interface Told {
  readonly lesson: {readonly texts: {readonly en: {readonly steps: readonly {readonly id: string}[]}}} | null;
  readonly steps: readonly {
    readonly id: string;
    readonly atUs: number;
    readonly rightOption: string | null;
  }[];
}

test('the lesson of the sixty messages is told to its end: every figure is there, every question is decided, and one side has lost what the other has', async () => {
  const lab = await stand.open('?lang=en');
  await lab.runComplete();
  await openedBeside(lab, 'sixty-messages');
  const pane = await lab.find('lab-lesson');
  const steps = await pane.evaluate((element) =>
    (element as unknown as Told).steps.map(({id, atUs, rightOption}) => ({id, atUs, rightOption})),
  );
  expect(steps.length).toBeGreaterThan(10);
  const verdicts: string[] = [];
  for (const [position, {atUs, rightOption}] of steps.entries()) {
    await lab.seek(atUs);
    const told = () => pane.evaluate((element) => element.shadowRoot!.textContent!.replace(/\s+/g, ' '));
    await expect.poll(told).toContain(`${position + 1} / ${steps.length}`);
    await expect.poll(told).not.toContain('…');
    if (rightOption === null) continue;
    await lab.find('lab-lesson >>> form input');
    // Wrong and right in turn: the run decides, whatever is picked.
    const options = await lab.page.$$('lab-app >>> lab-lesson >>> form input');
    const values = await Promise.all(
      options.map((option) => option.evaluate((input) => (input as HTMLInputElement).value)),
    );
    const pick = verdicts.length % 2 === 0 ? rightOption : values.find((value) => value !== rightOption)!;
    await lab.click(`lab-lesson >>> form input[value=${pick}]`);
    await lab.click('lab-lesson >>> button.answer');
    // The answer to the question before may still be on show, above this one.
    verdicts.push(
      (await lab.waitFor(() => {
        const told = document.querySelector('lab-app')!.shadowRoot!.querySelector('lab-lesson')!.shadowRoot!;
        const answers = [...told.querySelectorAll('.verdict')].map(({textContent}) => textContent.trim());
        return told.querySelector('form') === null ? answers.at(-1) : undefined;
      })) as string,
    );
  }
  expect(verdicts).toEqual([
    'As you said.',
    'The run says',
    'As you said.',
    'The run says',
    'As you said.',
    'The run says',
  ]);
  await expect.poll(() => lab.page.evaluate(lostOnBothSides)).toEqual(['60', '0']);
  await lab.find('lab-outcome-table >>> table');
  await lab.reads('committed-never-lost known flaw S1 holds');
  // Back at a moment before the third member is started, nothing of its role is left on the stage.
  await lab.seek(2_000_000);
  const rolesDrawn = async (): Promise<number> => {
    const roles = await lab.page.$$('lab-app >>> lab-side-by-side >>> .member');
    const drawn = await Promise.all(roles.map((role) => role.isVisible()));
    return drawn.filter(Boolean).length;
  };
  await expect.poll(rolesDrawn).toBe(4);
  expect(lab.complaints).toEqual([]);
  await lab.page.close();
});
