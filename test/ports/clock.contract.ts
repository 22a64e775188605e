import {describe, expect, test} from 'vitest';
import type {Timer} from '../../src/ports/clock.ts';
import {type MakeFixture, withFixture} from './fixture.ts';

export function clockContract(name: string, make: MakeFixture): void {
  describe(`clock of ${name}`, () => {
    test('wall time is in whole milliseconds, monotonic time never goes back, and both move', () =>
      withFixture(make, async ({a, pass}) => {
        const wallBefore = a.clock.nowMs();
        const monotonicBefore = a.clock.monotonicNs();
        await pass(20);
        expect(Number.isInteger(wallBefore)).toBe(true);
        expect(Number.isInteger(monotonicBefore)).toBe(true);
        // People and their time servers set wall clocks; what is to be seen here is its unit.
        expect(a.clock.nowMs() - wallBefore).toBeGreaterThanOrEqual(15);
        expect(a.clock.monotonicNs() - monotonicBefore).toBeGreaterThanOrEqual(19_000_000);
      }));

    test('a timer runs once, later, and not before its delay is over', () =>
      withFixture(make, async ({a, until, pass}) => {
        const began = a.clock.monotonicNs();
        const ranAt: number[] = [];
        a.clock.after(5, () => ranAt.push(a.clock.monotonicNs()));
        expect(ranAt).toEqual([]);
        await until(() => ranAt.length > 0);
        await pass(20);
        expect(ranAt.length).toBe(1);
        // A real clock's timers may be early by the rounding of a millisecond.
        expect(ranAt[0]! - began).toBeGreaterThanOrEqual(4_000_000);
      }));

    test('timers run in the order of their times, and in the order of setting where times are equal', () =>
      withFixture(make, async ({a, until}) => {
        let ran: string[] = [];
        for (let settingNs = Number.POSITIVE_INFINITY; settingNs >= 5_000_000; ) {
          // Set within so short a time that it does not count; if the process was interrupted, once more.
          const lines: string[] = [];
          const began = a.clock.monotonicNs();
          a.clock.after(40, () => lines.push('late'));
          a.clock.after(10, () => lines.push('first'));
          a.clock.after(10, () => lines.push('second'));
          a.clock.after(0, () => lines.push('now'));
          a.clock.after(-3, () => lines.push('also now'));
          settingNs = a.clock.monotonicNs() - began;
          await until(() => lines.length === 5);
          ran = lines;
        }
        expect(ran).toEqual(['now', 'also now', 'first', 'second', 'late']);
      }));

    test('a delay of 0 set by a timer does not run inside it', () =>
      withFixture(make, async ({a, until}) => {
        const ran: string[] = [];
        a.clock.after(0, () => {
          a.clock.after(0, () => ran.push('inner'));
          ran.push('outer');
        });
        await until(() => ran.length === 2);
        expect(ran).toEqual(['outer', 'inner']);
      }));

    test('a cancelled timer never runs, even one that is due at the same instant', () =>
      withFixture(make, async ({a, until, pass}) => {
        const ran: string[] = [];
        const timers: Timer[] = [];
        a.clock.after(5, () => {
          timers[0]!.cancel();
          ran.push('canceller');
        });
        timers.push(a.clock.after(5, () => ran.push('cancelled')));
        a.clock.after(1, () => ran.push('early')).cancel();
        await until(() => ran.includes('canceller'));
        await pass(20);
        expect(ran).toEqual(['canceller']);
      }));

    test('to cancel a timer that has run, or twice, does nothing: not even to a later one', () =>
      withFixture(make, async ({a, until}) => {
        const ran: string[] = [];
        const timer = a.clock.after(0, () => ran.push('one'));
        await until(() => ran.length === 1);
        a.clock.after(0, () => ran.push('two'));
        timer.cancel();
        timer.cancel();
        await until(() => ran.length === 2);
        expect(ran).toEqual(['one', 'two']);
      }));
  });
}
