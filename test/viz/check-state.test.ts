import {expect, test} from 'vitest';
import {checkState} from '../../src/viz/controls/check-state.ts';

test('a check says at a moment only what is known by then', () => {
  const held = {name: 'x', ok: true, looked: 3, verdict: 'held', detail: '', brokenAtEntry: 0} as const;
  const broken = {...held, ok: false, verdict: 'defect', brokenAtEntry: 40} as const;
  const waiting = {...held, ok: false, verdict: 'unavailable-as-designed', brokenAtEntry: 40} as const;
  const none = {
    sent: 1,
    acked: 0,
    givenUp: 0,
    durable: 0,
    delivered: 0,
    duplicated: 0,
    lost: 0,
    outOfReach: 0,
  };
  const some = {...none, acked: 1};
  expect(checkState(held, 10, false, none)).toBe('nothing-yet');
  expect(checkState(held, 10, false, some)).toBe('open');
  expect(checkState(held, 50, true, some)).toBe('held');
  expect(checkState(broken, 39, false, some)).toBe('open');
  expect(checkState(broken, 40, false, some)).toBe('defect');
  expect(checkState(waiting, 45, false, some)).toBe('open');
  expect(checkState(waiting, 50, true, some)).toBe('unavailable-as-designed');
});
