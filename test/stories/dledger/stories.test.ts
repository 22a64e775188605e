import {readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {parseScenario, problemLine} from '../../../src/lab/scenario/parse.ts';
import {DLEDGER_FIXES, type DLedgerFix} from '../../../src/rocketmq/dledger/fixes.ts';
import {type LedgerStory, play, transcript} from './ledger-story.ts';

interface Story {
  readonly name: string;
  /** Who began to lead, in which term, in order. */
  readonly leaders: readonly string[];
  /** Checks that do not hold, with their verdict. */
  readonly red?: Readonly<Record<string, string>>;
  /** How many messages had which fate. */
  readonly figures: string;
}

const STORIES: readonly Story[] = [
  {
    name: 'first-election',
    leaders: ['n1 in term 0'],
    figures: '10 sent, 10 acknowledged, 0 given up, 10 delivered, 0 lost',
  },
  {
    name: 'leader-killed',
    leaders: ['n0 in term 0', 'n2 in term 1'],
    figures: '200 sent, 60 acknowledged, 140 given up, 60 delivered, 0 lost',
  },
  {
    name: 'leader-paused',
    leaders: ['n0 in term 0', 'n2 in term 1'],
    figures: '184 sent, 99 acknowledged, 85 given up, 99 delivered, 0 lost',
  },
  {
    name: 'leader-cut-off-with-producer',
    leaders: ['n0 in term 0', 'n2 in term 1'],
    figures: '150 sent, 60 acknowledged, 90 given up, 60 delivered, 0 lost',
  },
  {
    name: 'one-way-cut',
    leaders: ['n0 in term 0'],
    figures: '150 sent, 150 acknowledged, 0 given up, 150 delivered, 0 lost',
  },
  {
    name: 'bridge-partition',
    leaders: ['n0 in term 0'],
    figures: '150 sent, 150 acknowledged, 0 given up, 150 delivered, 0 lost',
  },
  {
    name: 'rolling-restart',
    leaders: ['n0 in term 0', 'n2 in term 1', 'n2 in term 1'],
    figures: '300 sent, 165 acknowledged, 135 given up, 165 delivered, 0 lost',
  },
  {
    name: 'two-lose-power',
    leaders: ['n0 in term 1', 'n1 in term 2'],
    red: {
      'leader-complete': 'lost-as-configured',
      'committed-never-lost': 'lost-as-configured',
      'state-machine-order': 'lost-as-configured',
      'durable-as-promised': 'lost-as-configured',
      'delivered-at-least-once': 'lost-as-configured',
    },
    figures: '430 sent, 400 acknowledged, 30 given up, 399 delivered, 1 lost',
  },
  {
    name: 'slow-disk',
    leaders: ['n0 in term 0'],
    figures: '80 sent, 80 acknowledged, 0 given up, 80 delivered, 0 lost',
  },
  {
    name: 'new-empty-disk',
    leaders: ['n0 in term 0'],
    figures: '100 sent, 100 acknowledged, 0 given up, 100 delivered, 0 lost',
  },
  {
    name: 'clock-jump',
    leaders: ['n0 in term 0'],
    figures: '200 sent, 200 acknowledged, 0 given up, 200 delivered, 0 lost',
  },
  {
    name: 'study-notes',
    leaders: ['n2 in term 0', 'n1 in term 1'],
    figures: '140 sent, 104 acknowledged, 36 given up, 104 delivered, 0 lost',
  },
];

function figuresOf({report: {ledger}}: LedgerStory): string {
  const {sent, acked, givenUp, delivered, lost} = ledger;
  return `${sent} sent, ${acked} acknowledged, ${givenUp} given up, ${delivered} delivered, ${lost} lost`;
}

describe.each(STORIES)('$name', ({name, leaders, red = {}, figures}) => {
  test('event by event', async () => {
    const story = play(name);
    const lines = [...story.warnings, ...transcript(story), '', ...story.verdicts];
    lines.push(`In figures: ${figuresOf(story)}.`);
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`${name}.golden.txt`);
    expect(story.leaders.map(({process, term}) => `${process} in term ${term}`)).toEqual(leaders);
    const broken = story.report.checks.filter(({ok}) => !ok).map((check) => [check.name, check.verdict]);
    expect(Object.fromEntries(broken)).toEqual(red);
    expect(figuresOf(story)).toBe(figures);
  });
});

test('the study notes disagree, and who pastes them is told where', () => {
  expect(play('study-notes').warnings).toEqual([
    expect.stringMatching(/study-notes\/broker-n0\.conf:4:13: warning: .* as n1 has it: /),
    expect.stringMatching(/study-notes\/broker-n0\.conf:9:13: warning: .* each member counts votes/),
    expect.stringMatching(
      /study-notes\/broker-n0\.conf:9:13: warning: .*"127\.0\.0\.1" for n0, expected 10\.211\.55\.3/,
    ),
  ]);
});

test('and n0 registers with the NameServer of its own machine only', () => {
  const heard = new Map<string, Set<string>>();
  for (const {process, fact} of play('study-notes').facts('broker-registered')) {
    const addresses = heard.get(process) ?? new Set();
    heard.set(process, addresses.add(fact.address));
  }
  const n0 = '10.211.55.3:30911';
  const told = [...heard].map(
    ([namesrv, addresses]) => `${namesrv}: ${addresses.has(n0)}, ${addresses.size}`,
  );
  expect(told.sort()).toEqual(['namesrv-3: true, 3', 'namesrv-4: false, 2', 'namesrv-5: false, 2']);
});

describe('remedies', () => {
  const fixes = Object.keys(DLEDGER_FIXES) as DLedgerFix[];
  const plain = play('first-election').run.world;
  const SMALL = 'mappedFileSizeCommitLog=65536\n';
  /** Data and term of each member, in the end. */
  const files = (fixes: readonly DLedgerFix[]): (string | null)[] => {
    const {world} = play('first-election', {fixes, conf: SMALL}).run;
    return [0, 1, 2].flatMap((i) =>
      ['data/00000000000000000000', 'currterm'].map((name) => {
        const bytes = world.readFile(`m${i}`, `/data/rmqstore/node0${i}/dledger-n${i}/${name}`);
        return bytes === null ? null : Buffer.from(bytes).toString('base64');
      }),
    );
  };

  /** One waits for a sync before a vote, the other writes a blank head behind a cut. */
  const WRITES: readonly string[] = ['durable-vote', 'wipe-after-cut'];

  test.each(fixes.filter((fix) => !WRITES.includes(fix)))(
    '%s changes nothing where no flaw strikes',
    (fix) => {
      expect(play('first-election', {fixes: [fix]}).run.world.traceHash()).toBe(plain.traceHash());
    },
  );

  test.each(['wipe-after-cut', 'durable-vote'] as const)('%s leaves the same files', (fix) => {
    const before = files([]);
    expect(before).not.toContain(null);
    expect(files([fix])).toEqual(before);
  });

  test('each is taken from lab.fix in broker.conf, and a name that is none is told with those that are', () => {
    const text = readFileSync('scenarios/dledger/leader-killed.yaml', 'utf8');
    const conf = (path: string): string => readFileSync(`scenarios/dledger/${path}`, 'utf8');
    const lines = parseScenario(
      text,
      'dledger.yaml',
      (path) => `${conf(path)}lab.fix=match-last\n`,
    ).problems.map(problemLine);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/n0\.conf:12:9: error: .*lab\.fix: found "match-last", expected one of /);
    for (const fix of fixes) expect(lines[0]).toContain(fix);
  });
});
