import {describe, expect, test} from 'vitest';
import type {BrokerView, LogView} from '../../../src/lab/view/view-state.ts';
import {fittingLabels, markLabels} from '../../../src/viz/stage/draw-log-strip.ts';
import {logStrip} from '../../../src/viz/stage/log-strip.ts';
import {queueStrips} from '../../../src/viz/stage/queue-strips.ts';
import {learnStageWords, stageWords} from '../../../src/viz/stage/texts.ts';
import {stageWordsZh} from '../../../src/viz/stage/texts-zh.ts';

const RECORD = 200;

function log(messages: number, flushed: number, dispatched = messages): LogView {
  const first = Math.max(0, messages - 64);
  return {
    minOffset: 0,
    written: messages * RECORD,
    flushed: flushed * RECORD,
    replicated: -1,
    dispatched: dispatched * RECORD,
    messages,
    tail: Array.from({length: messages - first}, (_, i) => ({
      physicalOffset: (first + i) * RECORD,
      sizeBytes: RECORD,
      topic: 'TopicTest',
      queueId: 0,
      queueOffset: first + i,
      msgId: String(first + i),
      entryId: first + i + 1,
    })),
  } as unknown as LogView;
}

describe('the strip of a commit log', () => {
  test('cells past the flushed mark are pale: they do not survive a power cut', () => {
    const strip = logStrip(log(10, 6), 24);
    expect(strip.cells.map(({isFlushed}) => isFlushed)).toEqual([
      ...Array(6).fill(true),
      ...Array(4).fill(false),
    ]);
    expect(strip.marks).toEqual([
      {name: 'written', column: 10},
      {name: 'flushed', column: 6},
      {name: 'dispatched', column: 10},
    ]);
  });

  test('a cell keeps its place while the strip fills, and moves by half a strip when it is full', () => {
    const columnOf = (messages: number, entryId: number) =>
      logStrip(log(messages, 0), 24).cells.find((cell) => cell.entryId === entryId)?.column;
    expect(columnOf(20, 20)).toBe(19);
    expect(columnOf(24, 20)).toBe(19);
    expect(columnOf(25, 20)).toBe(7);
    expect(columnOf(36, 20)).toBe(7);
    expect(logStrip(log(1000, 0), 24).earlier).toBe(984);
  });

  test('everything flushed before the strip begins puts the mark at its left edge', () => {
    expect(logStrip(log(1000, 3), 24).marks[1]).toEqual({name: 'flushed', column: 0});
  });

  test('marks at one place share their label, and labels never overlap', () => {
    const words = {
      written: 'written',
      flushed: 'flushed',
      replicated: 'replicated',
      dispatched: 'dispatched',
    };
    for (let flushed = 0; flushed <= 24; flushed++) {
      const labels = markLabels(logStrip(log(24, flushed), 24).marks, words, 11, 264);
      expect(labels).toHaveLength(flushed === 24 ? 1 : 2);
      labels.forEach((one, i) => {
        expect(one.x).toBeGreaterThanOrEqual(0);
        expect(one.x + one.width).toBeLessThanOrEqual(264.001);
        if (0 < i) expect(labels[i - 1]!.x + labels[i - 1]!.width).toBeLessThanOrEqual(one.x);
      });
    }
  });

  test('on the smallest cards marks go by initials rather than by words that are cut off, and none is left out', () => {
    learnStageWords('zh-CN', stageWordsZh);
    for (const language of ['en', 'zh-CN'] as const) {
      for (const widthPx of [110, 126, 180, 300]) {
        const {marks} = logStrip({...log(16, 5), replicated: 400}, 16);
        const {labels, isShort} = fittingLabels(marks, stageWords(language), widthPx / 16, widthPx);
        expect(labels.flatMap(({names}) => names)).toHaveLength(4);
        expect(labels.every(({x, width}) => 0 <= x && x + width <= widthPx + 0.001)).toBe(true);
        expect(isShort, `${language} ${widthPx}`).toBe(widthPx < (language === 'en' ? 300 : 180));
      }
    }
  });
});

function broker(topics: readonly string[], queuesEach: number, end: number): BrokerView {
  const topic = (name: string) =>
    [
      name,
      {topic: name, readQueueNums: queuesEach, writeQueueNums: queuesEach, perm: 6, why: 'auto-created'},
    ] as const;
  const queues = topics.flatMap((name) =>
    Array.from(
      {length: queuesEach},
      (_, queueId) =>
        [
          `${name} ${queueId}`,
          {topic: name, queueId, minOffset: 0, maxOffset: end, committed: new Map([['g', end - 3]])},
        ] as const,
    ),
  );
  return {
    cluster: 'DefaultCluster',
    brokerName: 'broker-a',
    topics: new Map([
      ['TBW102', {topic: 'TBW102', readQueueNums: 8, writeQueueNums: 8, perm: 7, why: 'built-in'}],
      ...topics.map(topic),
    ]),
    queues: new Map(queues),
    heldPulls: new Map([['g T 1', {group: 'g', topic: 'T', queueId: 1, queueOffset: end, sinceUs: 0}]]),
  } as unknown as BrokerView;
}

describe('the strips of queues', () => {
  test('one topic shows its queues, with what the group has read and what it has told', () => {
    const {strips, topic} = queueStrips(broker(['T'], 4, 10), 4, new Map([['g T 1', 9]]));
    expect(topic).toBe('T');
    expect(strips.map(({label}) => label)).toEqual(['#0', '#1', '#2', '#3']);
    expect(strips[1]!.flags).toEqual([
      {group: 'g', offset: 7, part: 7 / 16, read: 9, readPart: 9 / 16, lag: 1},
    ]);
    expect(strips.map(({polls}) => polls)).toEqual([0, 1, 0, 0]);
  });

  test('several topics show one strip each, and say how many are left out', () => {
    const {strips, moreTopics} = queueStrips(broker(['A', 'B', 'C', 'D', 'E', 'T'], 4, 10), 4, new Map());
    expect(strips.map(({label, end}) => `${label} ${end}`)).toEqual(['A 40', 'B 40', 'C 40', 'D 40']);
    expect(moreTopics).toBe(2);
  });

  test('topics that RocketMQ keeps for itself stay out of sight', () => {
    expect(queueStrips(broker([], 4, 0), 4, new Map()).strips).toEqual([]);
  });
});
