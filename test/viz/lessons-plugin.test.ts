import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {lessonNames} from '../../src/cli/lesson-command.ts';
import {parseScenario} from '../../src/lab/scenario/parse.ts';
import {literal, moduleOf, readLessons, textModuleOf} from '../../tools/lessons-plugin.ts';

test('a lesson that went through the text of a module is the lesson that was parsed', () => {
  const {items} = readLessons('lessons');
  expect(items[0]?.name).toBe('quickstart');
  expect(items[0]?.lesson).not.toBeNull();
  for (const item of items) {
    const made = (text: string) => new Function(text.replace('export default', 'return'))();
    const whole = made(moduleOf(item));
    for (const language of item.lesson === null ? [] : (['en', 'zh-CN'] as const)) {
      whole.lesson.texts[language] = made(textModuleOf(item, language));
    }
    expect(whole).toEqual(item);
  }
});

test('lessons stand on the shelf as they build on each other, and none is missing in that order', () => {
  const taught = readLessons('lessons')
    .items.filter(({lesson}) => lesson !== null)
    .map(({name}) => name);
  expect(taught.slice(0, 5)).toEqual(['quickstart', 'power-cut', 'replication', 'five-clusters', 'failover']);
  expect(taught.toSorted()).toEqual(lessonNames());
});

test('a plain scenario carries the files of its brokers', () => {
  const {items, problems} = readLessons('scenarios');
  expect(problems.filter((problem) => problem.severity === 'error')).toEqual([]);
  expect(items.map((item) => item.name)).toEqual(['2m-2s-async', '2m-2s-sync', '2m-noslave', 'single']);
  for (const {name, scenario, scenarioText} of items) {
    expect(scenarioText).not.toContain('configFile');
    const file = `scenarios/${name}/scenario.yaml`;
    const readConf = (conf: string) => readFileSync(`scenarios/${name}/${conf}`, 'utf8');
    expect(scenario.brokers).toEqual(
      parseScenario(readFileSync(file, 'utf8'), file, readConf).scenario!.brokers,
    );
  }
});

test('what has no text of its own is refused, not lost', () => {
  expect(() => literal({run: () => 1})).toThrow('not plain data');
  expect(() => literal(new Date(0))).toThrow('not plain data');
  expect(
    new Function(`return ${literal({a: undefined, b: -0, c: 5n, d: new Set(['"', '\u2028'])})}`)(),
  ).toEqual({
    a: undefined,
    b: -0,
    c: 5n,
    d: new Set(['"', '\u2028']),
  });
});
