import {expect, test} from 'vitest';
import {en} from '../../src/viz/i18n/en.ts';
import {preferredLanguage} from '../../src/viz/i18n/i18n.ts';
import {zhCN} from '../../src/viz/i18n/zh-cn.ts';

test('the address asks first, then what was chosen before, then what the browser prefers', () => {
  expect(preferredLanguage('?lang=zh-CN', 'en', ['en-US'])).toBe('zh-CN');
  expect(preferredLanguage('?lang=xx', 'zh-CN', ['en-US'])).toBe('zh-CN');
  expect(preferredLanguage('', null, ['fr', 'zh-TW', 'en'])).toBe('zh-CN');
  expect(preferredLanguage('', null, ['fr'])).toBe('en');
});

test('both languages say everything, and no entry is left as it was in the other', () => {
  expect(Object.keys(zhCN)).toEqual(Object.keys(en));
  const same = Object.keys(en).filter((key) => {
    const [ours, theirs] = [en[key as keyof typeof en], zhCN[key as keyof typeof en]];
    return typeof ours === 'string' && ours === theirs;
  });
  // Proper names, and RocketMQ's own words.
  expect(same).toEqual(
    ['title', 'kindNamesrv', 'kindBroker', 'minOffset', 'maxOffset', 'runScenarioKey'].filter((key) =>
      same.includes(key),
    ),
  );
});

test('what is wrong with a scenario is told in Chinese, names and values as they stand in the file', () => {
  expect(
    zhCN.problem({found: 'unknown key "prot"', expected: 'one of machine, start, port', didYouMean: 'port'}),
  ).toBe('看到 未知的键 "prot"，应为 其中之一：machine, start, port；是不是想写 port？');
  expect(
    zhCN.problem({found: '"500 parsecs"', expected: 'a duration such as 500ms, 10s, 2min or 1h 30min'}),
  ).toBe('看到 "500 parsecs"，应为 时长，例如 500ms, 10s, 2min、1h 30min');
});
