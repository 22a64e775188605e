import {expect, test} from 'vitest';
import type {LabPage} from './page.ts';
import {Stand} from './stand.ts';

const stand = Stand.forThisFile();

const openFailover = async (): Promise<LabPage> => {
  const lab = await stand.open('?lang=en', {width: 1440, height: 900});
  await lab.runComplete();
  await lab.openFromShelf('failover');
  return lab;
};

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
  const lab = await openFailover();
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
  await expect.poll(() => lab.page.evaluate(cards)).toEqual(before);
  await lab.seek(35_000_000);
  await expect
    .poll(async () => (await lab.page.evaluate(cards)).members)
    .toEqual([
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
  await expect.poll(() => lab.page.evaluate(cards)).toEqual(before);
  expect(lab.complaints).toEqual([]);
  await lab.page.close();
});

const STEPS = 24;
const MOMENTS = ['vote', 'append', 'candidate', 'master', 'cut'] as const;

/** Entries of the named moments of a failover, as the run on the page has them. */
const namedMoments = () => {
  type Loose = {readonly kind: string; readonly [field: string]: unknown};
  type LooseEntry = {readonly id: number; readonly kind: string; readonly fact?: Loose};
  const app = document.querySelector('lab-app') as unknown as {
    session: {run: {store: {entries: readonly LooseEntry[]}}};
  };
  const {entries} = app.session.run.store;
  const killed = entries.find(({kind}) => kind === 'process-ended')!.id;
  const first = (after: number, kind: string, fits: (fact: Loose) => boolean): number =>
    entries.find(({id, fact}) => after < id && fact?.kind === kind && fits(fact))!.id;
  return {
    vote: first(
      0,
      'dledger-vote-answered',
      ({result, selfId, candidate}) => result === 'ACCEPT' && selfId !== candidate,
    ),
    append: first(0, 'dledger-appended', (fact) => fact['as'] === 'follower'),
    candidate: first(killed, 'dledger-role-changed', ({role}) => role === 'CANDIDATE'),
    master: first(killed, 'broker-role-changed', ({brokerId}) => brokerId === 0),
    cut: first(
      killed,
      'dledger-truncated',
      ({fromEndIndex, endIndex}) => Number(fromEndIndex) > Number(endIndex),
    ),
  };
};

/** What is told and drawn of a moment, as data. */
const picture = () => {
  const app = document.querySelector('lab-app')!.shadowRoot!;
  const stage = app.querySelector('lab-topology')!.shadowRoot!;
  const lanes = app.querySelector('lab-lanes')!.shadowRoot!;
  const told = app.querySelector('lab-just-now')!.shadowRoot!.querySelector('li:last-child');
  const draw = (element: Element): string => {
    const attributes = [...element.attributes].map(({name, value}) => `${name}=${value}`).join(' ');
    return `<${element.localName} ${attributes}>${[...element.childNodes]
      .map((node) => (node instanceof Element ? draw(node) : node.textContent))
      .join('')}`;
  };
  return {
    event: app.querySelector('lab-transport')!.shadowRoot!.querySelector('.event')!.textContent,
    told: told?.textContent?.replace(/\s+/g, ' ').trim() ?? '',
    chips: [...stage.querySelectorAll('g.card.broker')].map(
      (card) =>
        `${card.querySelector('.name')!.textContent} ${card.querySelector('g.member > text')?.textContent ?? ''}`,
    ),
    cards: [...stage.querySelectorAll('g.card')].map(draw),
    frames: [...stage.querySelectorAll('g.frame')].map(draw).sort(),
    terms: [...lanes.querySelectorAll('g.names > g.terms text')].map((text) => text.textContent),
  };
};

test('a failover is stepped through forwards and backwards: every step is told, and the same moment is the same picture both ways', async () => {
  const lab = await openFailover();
  const moments = await lab.page.evaluate(namedMoments);
  const show = async (entryId: number) => {
    await lab.page.evaluate((entryId) => {
      const detail = {kind: 'seek-entry', entryId, select: false};
      document.querySelector('lab-app')!.dispatchEvent(new CustomEvent('lab-act', {detail}));
    }, entryId);
    await lab.find('lab-topology >>> g.member');
    await lab.settle();
    return lab.page.evaluate(picture);
  };

  // The named moments, one after the other and back.
  await show(moments.cut);
  // What is said of groups is fetched with the first that is seen of them.
  await lab.reads(/cuts its log at the word of/);
  const forwards = new Map<string, Awaited<ReturnType<typeof show>>>();
  for (const name of MOMENTS) forwards.set(name, await show(moments[name]));
  for (const name of [...MOMENTS].reverse())
    expect(await show(moments[name]), name).toEqual(forwards.get(name));
  expect(forwards.get('vote')!.told).toMatch(/ votes for n\d in term 0\.$/);
  expect(forwards.get('append')!.told).toMatch(/ appends entry \d+ of term 0, as its leader has it\.$/);
  expect(forwards.get('candidate')!.told).toMatch(/ becomes a candidate in term 0\.$/);
  expect(forwards.get('master')!.told).toMatch(
    / is SYNC_MASTER with brokerId 0 from now on and tells its NameServers\.$/,
  );
  expect(forwards.get('cut')!.told).toMatch(
    / cuts its log at the word of n\d: it ended at entry (\d+) and ends at \d+ now\.$/,
  );
  expect(forwards.get('master')!.chips.filter((chip) => / LEADER · term 1$/.test(chip))).toHaveLength(1);
  expect(forwards.get('master')!.terms.sort()).toEqual(['T1', 'T1']);

  // The turns of the story have their names on the seek bar, too.
  const marks = () =>
    lab.page.evaluate(() => {
      const transport = document.querySelector('lab-app')!.shadowRoot!.querySelector('lab-transport')!;
      const bar = transport.shadowRoot!.querySelector('lab-seek-bar')!.shadowRoot!;
      return [...bar.querySelectorAll('button.mark')].map((mark) => mark.getAttribute('aria-label') ?? '');
    });
  await expect
    .poll(async () => (await marks()).filter((mark) => /n\d is elected: n\d leads term [01]\./.test(mark)))
    .toHaveLength(2);
  expect((await marks()).filter((mark) => mark === '')).toEqual([]);

  // Single steps from a vote to who leads by it.
  const walk = [await show(moments.vote)];
  const step = async (key: 'ArrowRight' | 'ArrowLeft') => {
    await lab.press(key);
    await lab.settle();
    return lab.page.evaluate(picture);
  };
  for (let i = 0; i < STEPS; i += 1) walk.push(await step('ArrowRight'));
  expect(new Set(walk.map(({event}) => event)).size).toBe(STEPS + 1);
  for (const {told} of walk) expect(told).toMatch(/^[\d ]+\.[\d ]+ s\S.+/);
  const told = walk.map(({told}) => told).join('\n');
  for (const turn of [
    /n\d answers n\d: DLEDGER_VOTE → SUCCESS \(ACCEPT T0\)\./,
    /DLEDGER_VOTE → SUCCESS \(ACCEPT T0\) of n\d arrives at n\d\./,
    /n\d counts 2 of 3 votes in term 0: a majority\./,
    /n\d is elected: n\d leads term 0\./,
  ]) {
    expect(told).toMatch(turn);
  }
  // A frame between members carries its term.
  expect(walk.some(({frames}) => frames.some((frame) => frame.includes('data-term=0')))).toBe(true);
  for (const before of walk.slice(0, -1).reverse())
    expect(await step('ArrowLeft'), before.told).toEqual(before);
  expect(lab.complaints).toEqual([]);
  await lab.page.close();
});

test('the table of mqadmin clusterList moves with the moment: who has brokerId 0 before and after a failover', async () => {
  const lab = await openFailover();
  await lab.showClusterList();
  const table = async (us: number): Promise<string[][]> => {
    await lab.seek(us);
    return lab.waitFor(() => {
      const log = document.querySelector('lab-app')!.shadowRoot!.querySelector('lab-log')!.shadowRoot!;
      const pre = log.querySelector('lab-cluster-list')?.shadowRoot?.querySelector('pre:not(.stale)');
      const rows = pre?.textContent.split('\n').filter((line) => line.includes('RaftNode00')) ?? [];
      return rows.length === 0 ? null : rows.map((line) => line.trim().split(/\s+/).slice(2, 4));
    }) as Promise<string[][]>;
  };
  const before = await table(20_000_000);
  expect(before).toHaveLength(3);
  expect(before[0]![0]).toBe('0');
  const after = await table(35_000_000);
  expect(after).toHaveLength(2);
  expect(after[0]![0]).toBe('0');
  expect(after[0]![1]).not.toBe(before[0]![1]);
  expect(after.map(([, address]) => address)).not.toContain(before[0]![1]);
  expect(await table(20_000_000)).toEqual(before);
  expect(lab.complaints).toEqual([]);
  await lab.page.close();
});
