import {readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {openRun} from '../../../src/lab/run.ts';
import {parseScenario} from '../../../src/lab/scenario/parse.ts';
import {timelineOf} from '../../../src/lab/timeline.ts';
import {storeOf} from '../../../src/lab/trace-store.ts';
import {momentsOf} from '../../../src/lab/view/moments.ts';
import {TraceIndex} from '../../../src/lab/view/trace-index.ts';
import {ViewTimeline} from '../../../src/lab/view/view-timeline.ts';
import {logStrip} from '../../../src/viz/stage/log-strip.ts';
import {historyOf} from '../../../src/viz/stage/member-history.ts';
import {HEARTBEAT_US, memberModel} from '../../../src/viz/stage/member-model.ts';
import {StageIndex} from '../../../src/viz/stage/stage-index.ts';
import {StoryTime} from '../../../src/viz/stage/story-time.ts';
import {termColour} from '../../../src/viz/stage/term-colour.ts';

const FILE = 'lessons/failover/scenario.yaml';

describe('a member of a DLedger group on its card', () => {
  const {scenario} = parseScenario(readFileSync(FILE, 'utf8'), FILE);
  const run = openRun(timelineOf(scenario!, scenario!.seed));
  run.advance(run.durationUs, Number.MAX_SAFE_INTEGER);
  const store = storeOf(run.world.trace);
  const trace = new TraceIndex(store);
  const views = new ViewTimeline(store, trace);
  const index = new StageIndex(trace);
  trace.update();
  index.extend();

  const at = (name: string, us: number) => {
    const view = views.stateAt(views.entryAt(us));
    const process = view.processes.get(name)!;
    const strip = logStrip(process.broker!.log, 16);
    const model = memberModel(process, strip, {view, index, timeUs: us, language: 'en'})!;
    return {...model, strip, cells: strip.cells};
  };
  const factAt = (kind: string, process: string, fromUs: number): number =>
    store.entries.find(
      (entry) =>
        entry.kind === 'fact' &&
        entry.fact.kind === kind &&
        entry.process === process &&
        fromUs <= entry.atUs,
    )!.atUs;

  test('a follower says whom it follows, and its patience is whole right after a heartbeat', () => {
    const heard = historyOf(index)
      .heard.get('n0')!
      .find((us) => 15_000_000 < us)!;
    const fresh = at('n0', heard);
    expect(fresh).toMatchObject({role: 'FOLLOWER', term: 0, lineTone: 'muted'});
    expect(fresh.chip[0]).toBe('FOLLOWER of n1 · term 0');
    expect(fresh.timer).toEqual({part: 0, segments: 3});
    expect(at('n0', heard + HEARTBEAT_US / 2).timer!.part).toBeCloseTo(1 / 6, 5);
  });

  test('when the leader is silent it counts the heartbeats missed, and gives up when all are', () => {
    const heard = historyOf(index)
      .heard.get('n0')!
      .filter((us) => us < 24_000_000)
      .pop()!;
    const lines = [1, 2].map((n) => at('n0', heard + n * HEARTBEAT_US + 100_000).lines[0]);
    expect(lines).toEqual(['1 of 3 heartbeats missed', '2 of 3 heartbeats missed']);
  });

  test('a leader shows up to where each peer has its log, never beyond its own end', () => {
    const {peers, strip} = at('n1', 12_500_000);
    expect(peers.map(({peer}) => peer).sort()).toEqual(['n0', 'n2']);
    for (const {column, state} of peers) {
      expect(state).toBe('APPEND');
      expect(column).toBeLessThanOrEqual(strip.marks[0]!.column);
      expect(strip.marks[0]!.column - 1).toBeLessThanOrEqual(column);
    }
  });

  test('what has ended has a term and no role', () => {
    expect(at('n1', 35_000_000)).toMatchObject({role: null, term: 0, timer: null, peers: []});
    expect(at('n1', 35_000_000).chip[0]).toBe('term 0');
  });

  test('entries of a new leader are of its term, and those before keep theirs', () => {
    const terms = at('n0', 59_000_000).cells.map(({term}) => term);
    expect(new Set(terms)).toEqual(new Set([1]));
    expect(new Set(at('n0', 20_000_000).cells.map(({term}) => term))).toEqual(new Set([0]));
    expect(termColour(0)).not.toBe(termColour(1));
  });

  test('turns of the lead are among the moments of the run', () => {
    const turns = momentsOf(trace).filter(({sign}) => sign === 'leader');
    expect(turns.filter(({tone}) => tone === 'mended').map(({subject}) => subject)).toEqual(['n1', 'n0']);
    expect(turns.some(({tone}) => tone === 'struck')).toBe(true);
  });

  test('an election, a comparison and a vote have room in the story, and their own words', () => {
    const story = new StoryTime(index);
    story.extend(60_000_000);
    const vote = factAt('dledger-vote-answered', 'n0', 0);
    expect(story.toScreen(vote + 1) - story.toScreen(vote)).toBeGreaterThan(0.1);
    const won = factAt('dledger-role-changed', 'n0', 25_000_000);
    expect(story.toScreen(won + 1) - story.toScreen(won)).toBeGreaterThan(0.1);
    const compared = factAt('dledger-compared', 'n1', 42_000_000);
    expect(story.toScreen(compared + 1) - story.toScreen(compared)).toBeGreaterThan(0.05);
  });

  test('an entry that the leader has not is told apart', () => {
    const view = views.stateAt(views.entryAt(20_000_000));
    const follower = view.processes.get('n0')!;
    const log = follower.broker!.log;
    const strip = logStrip(log, 16);
    expect(memberModel(follower, strip, {view, index, timeUs: 20e6, language: 'en'})!.apart).toEqual([]);
    const alien = {
      ...strip,
      cells: strip.cells.map((cell, i) => (i === 3 ? {...cell, msgId: 'other'} : cell)),
    };
    expect(memberModel(follower, alien, {view, index, timeUs: 20e6, language: 'en'})!.apart).toEqual([
      strip.cells[3]!.column,
    ]);
  });
});
