import {describe, expect, test} from 'vitest';
import {ViewTimeline} from '../../../src/lab/view/view-timeline.ts';
import {intersects} from '../../../src/viz/stage/box.ts';
import {BrokerNames} from '../../../src/viz/stage/broker-names.ts';
import {framesModel} from '../../../src/viz/stage/frames-model.ts';
import {linksOf} from '../../../src/viz/stage/links.ts';
import {linksModel} from '../../../src/viz/stage/links-model.ts';
import {StoryTime} from '../../../src/viz/stage/story-time.ts';
import {linearTime, type TimeMap} from '../../../src/viz/stage/time-map.ts';
import {layoutProcesses, layoutTopology} from '../../../src/viz/stage/topology-layout.ts';
import {indexOf, type SyntheticOptions, syntheticTrace} from './synthetic.ts';

function stageOf(options: SyntheticOptions) {
  const store = syntheticTrace(options);
  const {traceIndex, index} = indexOf(store);
  const views = new ViewTimeline(store, traceIndex);
  const story = new StoryTime(index);
  story.extend(store.entries[store.entries.length - 1]!.atUs);
  const pictureAt = (timeUs: number, timeMap: TimeMap = story) => {
    const view = views.stateAt(views.entryAt(timeUs));
    const layout = layoutTopology({
      processes: layoutProcesses(view, new BrokerNames(store)),
      machines: view.machines,
      width: 1000,
      height: 560,
    });
    const links = linksOf(layout);
    const signs = linksModel(view, links);
    const frames = framesModel({
      view,
      index,
      timeUs,
      timeMap,
      language: 'en',
      layout,
      links,
      breaks: signs.breaks,
      hiddenFamilies: new Set(),
      reducedMotion: false,
      selectedFrame: -1,
    });
    return {frames, signs, layout, view};
  };
  return {store, index, story, pictureAt};
}

describe('frames on the stage', () => {
  test('a frame moves from its sender to its receiver, and is named', () => {
    const {index, pictureAt} = stageOf({messages: 4});
    const send = index.frames.find(({requestCode, form}) => requestCode === 310 && form === 'request')!;
    const at = (part: number) => {
      const {frames, layout} = pictureAt(send.sentUs + part * (send.endUs - send.sentUs));
      const disc = frames.discs.find(({sent}) => sent === send.sent)!;
      const broker = layout.cards.get('broker-a')!;
      return {
        disc,
        distance: Math.hypot(disc.x - broker.x - broker.width / 2, disc.y - broker.y - broker.height),
      };
    };
    expect(at(0.2).distance).toBeGreaterThan(at(0.5).distance);
    expect(at(0.5).distance).toBeGreaterThan(at(0.9).distance);
    expect(at(0.5).disc.label?.lines).toEqual(['SEND_MESSAGE_V2', 'TopicTest#0']);
  });

  test('the same moment is the same picture, whatever was shown before', () => {
    const {index, pictureAt} = stageOf({messages: 12});
    const moment = index.frames[30]!.sentUs + 50;
    const first = JSON.stringify(pictureAt(moment).frames);
    pictureAt(moment + 5_000);
    pictureAt(0);
    expect(JSON.stringify(pictureAt(moment).frames)).toBe(first);
  });

  test('labels lie over no card and over no other label', () => {
    const {index, pictureAt} = stageOf({messages: 30, cutAfter: 12});
    for (const frame of index.frames) {
      const {frames, layout} = pictureAt((frame.sentUs + Math.max(frame.sentUs, frame.endUs)) / 2);
      const boxes = frames.discs.flatMap(({label}) =>
        label === null ? [] : [{x: label.x, y: label.y, width: 10, height: label.lines.length * 15}],
      );
      boxes.forEach((box, i) => {
        for (const card of layout.cards.values()) expect(intersects(box, card)).toBe(false);
        for (const other of boxes.slice(i + 1)) expect(intersects(box, other)).toBe(false);
      });
    }
  });

  test('too many to follow melt into a flow; slowed down they come apart', () => {
    const {index, pictureAt} = stageOf({messages: 400});
    const moment = index.frames.filter(({requestCode}) => requestCode === 310)[300]!.sentUs + 100;
    const families = pictureAt(moment).frames.flows.map(({family}) => family);
    expect(families).toContain('produce');
    expect(families).toContain('deliver');
    expect(pictureAt(moment, linearTime(0.001)).frames.flows).toEqual([]);
  });

  test('a cut breaks every link between the two machines, and holds their frames with a clock', () => {
    const {store, pictureAt} = stageOf({messages: 30, cutAfter: 12});
    const cut = store.entries.find(({kind}) => kind === 'link-cut')!;
    const {frames, signs} = pictureAt(cut.atUs + 1_000_000);
    expect(signs.breaks).toHaveLength(4);
    expect(frames.discs.map(({state}) => state)).toEqual(expect.arrayContaining(['held']));
    expect(frames.discs.every(({state}) => state === 'held')).toBe(true);
  });

  test('a frame that is lost falls for a moment, and is gone', () => {
    const {index, story, pictureAt} = stageOf({messages: 30, killAfter: 12});
    const lost = index.losses[0]!;
    const later = (seconds: number) => story.toVirtual(story.toScreen(lost.endUs) + seconds);
    const states = (us: number) => pictureAt(us).frames.discs.filter(({sent}) => sent === lost.sent);
    expect(states(later(0.3))).toMatchObject([{state: 'lost'}]);
    expect(states(later(0.6))[0]!.y).toBeGreaterThan(states(later(0.3))[0]!.y);
    expect(states(later(1.2))).toEqual([]);
  });
});
