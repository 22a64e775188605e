import {expect, test} from 'vitest';
import {literal, moduleOf, readLessons} from '../../tools/lessons-plugin.ts';

test('a lesson that went through the text of a module is the lesson that was parsed', () => {
  const {items} = readLessons('lessons');
  expect(items[0]?.name).toBe('quickstart');
  expect(items[0]?.lesson).not.toBeNull();
  for (const item of items) {
    const text = moduleOf(item).replace('export default', 'return');
    expect(new Function(text)()).toEqual(item);
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
