import {expect, test} from 'vitest';
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
