import {expect, test} from 'vitest';
import {CHECK_NAMES} from '../../src/lab/checks/check-names.ts';
import {en} from '../../src/viz/i18n/en.ts';
import {preferredLanguage} from '../../src/viz/i18n/i18n.ts';
import {panelsEn} from '../../src/viz/i18n/panels-en.ts';
import {panelsZhCN} from '../../src/viz/i18n/panels-zh-cn.ts';
import {zhCN} from '../../src/viz/i18n/zh-cn.ts';

test('the address asks first, then what was chosen before, then what the browser prefers', () => {
  expect(preferredLanguage('?lang=zh-CN', 'en', ['en-US'])).toBe('zh-CN');
  expect(preferredLanguage('?lang=xx', 'zh-CN', ['en-US'])).toBe('zh-CN');
  expect(preferredLanguage('', null, ['fr', 'zh-TW', 'en'])).toBe('zh-CN');
  expect(preferredLanguage('', null, ['fr'])).toBe('en');
});

test.each([
  ['from the start', en, zhCN],
  ['later', panelsEn, panelsZhCN],
])(
  'both languages say everything that is read %s, and no entry is left as it was in the other',
  (_, ours, theirs) => {
    expect(Object.keys(theirs)).toEqual(Object.keys(ours));
    const other = new Map<string, unknown>(Object.entries(theirs));
    const same = Object.entries(ours).filter(
      ([key, text]) => typeof text === 'string' && other.get(key) === text,
    );
    // Proper names, and RocketMQ's own words.
    const names = ['title', 'kindNamesrv', 'kindBroker', 'minOffset', 'maxOffset', 'runScenarioKey'];
    expect(same.map(([key]) => key).filter((key) => !names.includes(key))).toEqual([]);
  },
);

test('no word is in both', () => {
  expect(Object.keys(panelsEn).filter((key) => key in en)).toEqual([]);
});

test('what is wrong with a scenario is told in Chinese, names and values as they stand in the file', () => {
  expect(
    panelsZhCN.problem({
      found: 'unknown key "prot"',
      expected: 'one of machine, start, port',
      didYouMean: 'port',
    }),
  ).toBe('看到 未知的键 "prot"，应为 其中之一：machine, start, port；是不是想写 port？');
  expect(
    panelsZhCN.problem({found: '"500 parsecs"', expected: 'a duration such as 500ms, 10s, 2min or 1h 30min'}),
  ).toBe('看到 "500 parsecs"，应为 时长，例如 500ms, 10s, 2min、1h 30min');
});

test('what each check claims is told in both languages', () => {
  for (const name of [...CHECK_NAMES, 'faults-struck']) {
    expect(panelsEn.checkMeaning(name), name).toMatch(/\.$/);
    expect(panelsZhCN.checkMeaning(name), name).toMatch(/。$/);
    expect(zhCN.checkName(name), name).not.toBe(name);
  }
});
