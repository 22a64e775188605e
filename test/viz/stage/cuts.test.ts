import {describe, expect, test} from 'vitest';
import {ViewTimeline} from '../../../src/lab/view/view-timeline.ts';
import {BrokerNames} from '../../../src/viz/stage/broker-names.ts';
import {lanesOf, segmentsOf} from '../../../src/viz/stage/lanes-geometry.ts';
import {linksOf} from '../../../src/viz/stage/links.ts';
import {linksModel} from '../../../src/viz/stage/links-model.ts';
import {StageIndex} from '../../../src/viz/stage/stage-index.ts';
import {linearTime} from '../../../src/viz/stage/time-map.ts';
import {layoutProcesses, layoutTopology} from '../../../src/viz/stage/topology-layout.ts';
import {play} from '../../stories/dledger/ledger-story.ts';

describe('a cut from the leader to one of its followers, and not back', () => {
  const {store, index: trace} = play('one-way-cut');
  const index = new StageIndex(trace);
  index.extend();
  const views = new ViewTimeline(store, trace);
  const view = views.stateAt(views.entryAt(16_000_000));
  const layout = layoutTopology({
    processes: layoutProcesses(view, new BrokerNames(store)),
    machines: view.machines,
    width: 800,
    height: 400,
  });
  const links = linksOf(layout);
  const [cut] = view.cuts;

  test('is broken the way that is closed, as seen along the link', () => {
    const {breaks} = linksModel(view, links);
    expect(breaks).toHaveLength(1);
    const link = links.get(breaks[0]!.key)!;
    expect([link.a, link.b].sort()).toEqual(['n0', 'n1']);
    expect(breaks[0]!.ways).toBe(link.a === 'n0' ? 'forth' : 'back');
  });

  test('is broken both ways once the way back is cut as well, with one sign', () => {
    const both = {...view, cuts: [cut!, {...cut!, from: cut!.to, to: cut!.from}]};
    const {breaks} = linksModel(both, links);
    expect(breaks.map(({ways}) => ways)).toEqual(['both']);
  });

  test('a frame that hangs is drawn where it leaves and where it comes, and not in between', () => {
    const {lanes, height} = lanesOf(index, 300);
    const laneY = new Map(lanes.map(({process, y}) => [process, y]));
    const window = {
      width: 900,
      height,
      plotX: 100,
      playheadX: 500,
      atSeconds: 16,
      pxPerSecond: 40,
    };
    const of = (frame: (typeof index.frames)[number]) => segmentsOf(frame, laneY, window, linearTime(1));
    const late = index.frames.filter(({delayed, end}) => delayed === 'cut' && end === 'arrived');
    expect(late.length).toBeGreaterThan(3);
    for (const frame of late) {
      const [begin, end] = of(frame);
      expect([begin!.hangs, end!.hangs]).toEqual([true, false]);
      expect(begin!.x1 - begin!.x0).toBeLessThan(30);
      expect([begin!.y0, end!.y1]).toEqual([laneY.get(frame.from), laneY.get(frame.to)]);
      expect(end!.x0).toBeGreaterThan(begin!.x1);
    }
    const usual = index.frames.find(({delayed, end}) => delayed === '' && end === 'arrived')!;
    expect(of(usual).map(({hangs}) => hangs)).toEqual([false]);
  });
});
