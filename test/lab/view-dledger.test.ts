import {readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {openRun} from '../../src/lab/run.ts';
import {parseScenario} from '../../src/lab/scenario/parse.ts';
import {timelineOf} from '../../src/lab/timeline.ts';
import {storeOf} from '../../src/lab/trace-store.ts';
import {TraceIndex} from '../../src/lab/view/trace-index.ts';
import {ViewTimeline} from '../../src/lab/view/view-timeline.ts';

const FOLDER = 'scenarios/dledger';
const FILE = `${FOLDER}/leader-killed.yaml`;
const {scenario} = parseScenario(readFileSync(FILE, 'utf8'), FILE, (path) =>
  readFileSync(`${FOLDER}/${path}`, 'utf8'),
);
const MEMBERS = ['n0', 'n1', 'n2'] as const;
/** Each on its machine. */
const TERM_FILES = MEMBERS.map((name, i) => ({
  name,
  machine: `m${i}`,
  path: `/data/rmqstore/node0${i}/dledger-${name}/currterm`,
}));

describe('a group of three whose leader is killed and comes back', () => {
  const run = openRun(timelineOf(scenario!, scenario!.seed));
  run.advance(run.durationUs, Number.MAX_SAFE_INTEGER);
  const store = storeOf(run.world.trace);
  const index = new TraceIndex(store);
  index.update();
  const views = new ViewTimeline(store, index);
  const memberAt = (name: string, us: number) =>
    views.stateAt(views.entryAt(us)).processes.get(name)!.broker!.member!;

  test('term and vote shown are those that each member keeps in its term file, whenever one changes', () => {
    const again = openRun(timelineOf(scenario!, scenario!.seed));
    const moments = ['dledger-vote-answered', 'dledger-term-changed', 'dledger-recovered'] as const;
    const times = new Set(
      moments.flatMap((kind) => index.factEntries(kind).map((id) => store.entry(id)!.atUs)),
    );
    let compared = 0;
    for (const atUs of [...times].sort((a, b) => a - b)) {
      again.advance(atUs, Number.MAX_SAFE_INTEGER);
      for (const {name, machine, path} of TERM_FILES) {
        const bytes = again.world.readFile(machine, path);
        if (bytes === null) continue;
        const {term, votedFor} = memberAt(name, atUs);
        const lines = new TextDecoder().decode(bytes).split('\n');
        expect(lines, `${name} at ${atUs}`).toContain(`currTerm=${term}`);
        expect(lines, `${name} at ${atUs}`).toContain(`voteLeader=${votedFor ?? ''}`);
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(40);
  });

  test('who comes back into a higher term asks in it before it is told of its leader, and keeps the vote for itself', () => {
    // Source: DLedger 0.2.2 `MemberState#nextTerm` frees the vote, `DLedgerLeaderElector#handleVote` gives it to the asker.
    const raised = index
      .factEntries('dledger-term-changed')
      .map((id) => store.entry(id)!)
      .find((entry) => 'process' in entry && entry.process === 'n0')!;
    expect(memberAt('n0', raised.atUs)).toMatchObject({term: 1, votedFor: null, role: 'CANDIDATE'});
    expect(memberAt('n0', 30_000_000)).toMatchObject({
      term: 1,
      votedFor: 'n0',
      role: 'FOLLOWER',
      leaderId: 'n2',
    });
  });

  test('a follower whose log was empty begins with the first entry of its leader', () => {
    expect(MEMBERS.map((name) => memberAt(name, 13_000_000).beginIndex)).toEqual([0, 0, 0]);
  });

  test("a candidate's ballots are the answers to what it asked last", () => {
    const asked = index.factEntries('dledger-votes-requested').map((id) => store.entry(id)!);
    const again = asked.find(
      (entry) => 'process' in entry && entry.process === 'n2' && 14_000_000 < entry.atUs,
    )!;
    expect(memberAt('n2', again.atUs).ballots).toEqual({term: 0, answers: new Map([['n2', 'ACCEPT']])});
    expect(memberAt('n2', 18_690_000).ballots).toEqual({
      term: 1,
      answers: new Map([
        ['n2', 'ACCEPT'],
        ['n1', 'REJECT_TERM_NOT_READY'],
      ]),
    });
    expect(memberAt('n2', 20_000_000).ballots).toEqual({
      term: 1,
      answers: new Map([
        ['n2', 'ACCEPT'],
        ['n1', 'ACCEPT'],
      ]),
    });
    expect(memberAt('n0', 20_000_000).ballots.answers.size).toBe(0);
    // What n1 was answered at the very beginning is no answer to a candidacy of the same term much later.
    expect(memberAt('n1', 1_000_000).ballots.answers.size).toBe(0);
    const lost = index.factEntries('dledger-leader-lost').map((id) => store.entry(id)!.atUs);
    expect(memberAt('n1', lost[1]!)).toMatchObject({role: 'CANDIDATE', term: 0});
    expect(memberAt('n1', lost[1]!).ballots.answers.size).toBe(0);
  });
});
