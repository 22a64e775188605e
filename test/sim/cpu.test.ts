import {describe, expect, test} from 'vitest';
import type {Host} from '../../src/ports/host.ts';
import {program, startedWorld} from './worlds.ts';

const COSTS = {
  default: {baseUs: 100, perKiBUs: 0},
  kinds: {SEND: {baseUs: 1000, perKiBUs: 500}, FREE: {baseUs: 0, perKiBUs: 0}},
};

function timesOf(start: (host: Host, done: (name: string) => () => void) => void): Map<string, number> {
  const times = new Map<string, number>();
  const world = startedWorld({
    costs: COSTS,
    programs: {p: program((host) => start(host, (name) => () => times.set(name, world.nowUs)))},
  });
  world.runUntil(1_000_000);
  return times;
}

describe('worker pools', () => {
  test('a task takes what the cost model says for its kind and size, a tenth more or less', () => {
    const times = timesOf((host, done) => {
      host.cpu.pool('a', 1, 9).submit('SEND', 2048, done('send'));
      host.cpu.pool('b', 1, 9).submit('UNKNOWN', 2048, done('unknown'));
      host.cpu.pool('c', 1, 9).submit('FREE', 2048, done('free'));
      host.cpu.pool('d', 1, 9).submit('constructor', 0, done('inherited name'));
    });
    expect(times.get('send')).toBeGreaterThanOrEqual(1800);
    expect(times.get('send')).toBeLessThanOrEqual(2200);
    expect(times.get('unknown')).toBeGreaterThanOrEqual(90);
    expect(times.get('unknown')).toBeLessThanOrEqual(110);
    expect(times.get('free')).toBe(0);
    expect(times.get('inherited name')).toBeLessThanOrEqual(110);
  });

  test('workers of one pool work side by side; a task more than workers waits for the first to be done', () => {
    const times = timesOf((host, done) => {
      const pool = host.cpu.pool('pool', 2, 9);
      for (const name of ['one', 'two', 'three']) pool.submit('SEND', 0, done(name));
    });
    const [one, two, three] = [times.get('one')!, times.get('two')!, times.get('three')!];
    expect(Math.max(one, two)).toBeLessThanOrEqual(1100);
    expect(three - Math.min(one, two)).toBeGreaterThanOrEqual(900);
    expect(three - Math.min(one, two)).toBeLessThanOrEqual(1100);
  });

  test('a task is caused by what handed it in, even after a long wait', () => {
    const world = startedWorld({
      costs: COSTS,
      programs: {
        p: program((host) => {
          const pool = host.cpu.pool('pool', 1, 9);
          const say = (line: string): void => {
            const fact = {kind: 'printed', line};
            host.journal.record(fact);
          };
          host.clock.after(1, () => void pool.submit('SEND', 0, () => say('first')));
          host.clock.after(1, () => void pool.submit('SEND', 0, () => say('second')));
        }),
      },
    });
    world.runUntil(1_000_000);
    const timers = world.trace.entries.filter(({kind}) => kind === 'timer-ran').map(({id}) => id);
    const facts = world.trace.entries.filter(({kind}) => kind === 'fact').map(({cause}) => cause);
    expect(timers.length).toBe(2);
    expect(facts).toEqual(timers);
  });
});
