import {describe, expect, test} from 'vitest';
import {type MakeFixture, withFixture} from './fixture.ts';

export function cpuContract(name: string, make: MakeFixture): void {
  describe(`worker pools of ${name}`, () => {
    test('a task runs as an event of its own, once', () =>
      withFixture(make, async ({a, until, pass}) => {
        const pool = a.cpu.pool('SendMessageThread', 1, 10);
        let runs = 0;
        expect(pool.submit('SEND_MESSAGE', 100, () => runs++)).not.toBeNull();
        expect(runs).toBe(0);
        await until(() => runs > 0);
        await pass(10);
        expect(runs).toBe(1);
        expect(pool).toMatchObject({name: 'SendMessageThread', workers: 1, queued: 0, active: 0});
      }));

    test('one worker does tasks in the order given', () =>
      withFixture(make, async ({a, until}) => {
        const pool = a.cpu.pool('single', 1, 100);
        const done: number[] = [];
        for (let i = 0; i < 20; i++) pool.submit('work', i * 10, () => done.push(i));
        await until(() => done.length === 20);
        expect(done).toEqual(Array.from({length: 20}, (_, i) => i));
      }));

    test('no more than `workers` tasks are worked on and no more than the capacity wait; the rest are refused', () =>
      withFixture(make, async ({a, until}) => {
        const pool = a.cpu.pool('bounded', 2, 3);
        let done = 0;
        const answers = Array.from({length: 7}, () => pool.submit('work', 0, () => done++) !== null);
        expect(answers).toEqual([true, true, true, true, true, false, false]);
        expect(pool.active).toBe(2);
        expect(pool.queued).toBe(3);
        await until(() => done === 5);
        expect(pool.queued).toBe(0);
        expect(pool.submit('work', 0, () => done++)).not.toBeNull();
        await until(() => done === 6);
      }));

    test('a task that waits can be taken back, which makes room; one that is begun cannot', () =>
      withFixture(make, async ({a, until, pass}) => {
        const pool = a.cpu.pool('cancelling', 1, 2);
        const done: string[] = [];
        const begun = pool.submit('work', 0, () => done.push('begun'));
        const waiting = pool.submit('work', 0, () => done.push('taken back'));
        pool.submit('work', 0, () => done.push('second'));
        expect(pool.submit('work', 0, () => done.push('refused'))).toBeNull();
        expect(waiting!.cancel()).toBe(true);
        expect(waiting!.cancel()).toBe(false);
        expect(begun!.cancel()).toBe(false);
        expect(pool.queued).toBe(1);
        expect(pool.submit('work', 0, () => done.push('third'))).not.toBeNull();
        await until(() => done.length === 3);
        await pass(10);
        expect(done).toEqual(['begun', 'second', 'third']);
      }));

    test('a name is given once in a process', () =>
      withFixture(make, async ({a, b}) => {
        a.cpu.pool('twice', 1, 1);
        expect(() => a.cpu.pool('twice', 1, 1)).toThrow();
        expect(b.cpu.pool('twice', 1, 1).name).toBe('twice');
      }));
  });
}
