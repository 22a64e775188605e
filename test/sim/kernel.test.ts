import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {Kernel, WORLD} from '../../src/sim/kernel.ts';

const newKernel = (): Kernel =>
  new Kernel((_owner, error) => {
    throw error;
  });

describe('kernel', () => {
  test('events run in the order of time, and of scheduling where times are equal', () => {
    const kernel = newKernel();
    const ran: string[] = [];
    const say = (what: string) => () => ran.push(`${kernel.nowUs} ${what}`);
    kernel.schedule(20, WORLD, say('c'));
    kernel.schedule(10, WORLD, say('a'));
    kernel.schedule(20, WORLD, say('d'));
    kernel.schedule(10, WORLD, say('b'));
    while (kernel.step());
    expect(ran).toEqual(['10 a', '10 b', '20 c', '20 d']);
    expect(kernel.eventCount).toBe(4);
    expect(kernel.nextAtUs()).toBe(-1);
  });

  test('any mix of scheduling and cancelling runs as a sorted list would', () => {
    const commands = fc.array(
      fc.oneof(
        fc.record({do: fc.constant('schedule' as const), inUs: fc.nat(50)}),
        fc.record({do: fc.constant('cancel' as const), which: fc.nat(200)}),
        fc.record({do: fc.constant('step' as const)}),
      ),
      {maxLength: 300},
    );
    fc.assert(
      fc.property(commands, (list) => {
        const kernel = newKernel();
        const ran: number[] = [];
        const model: {at: number; id: number}[] = [];
        const refs: {slot: number; seq: number}[] = [];
        const expected: number[] = [];
        for (const command of list) {
          if (command.do === 'schedule') {
            const id = refs.length;
            const slot = kernel.schedule(kernel.nowUs + command.inUs, WORLD, () => ran.push(id));
            refs.push({slot, seq: kernel.seqOf(slot)});
            model.push({at: kernel.nowUs + command.inUs, id});
          } else if (command.do === 'cancel') {
            const ref = refs[command.which];
            if (ref === undefined) continue;
            kernel.cancel(ref.slot, ref.seq);
            const place = model.findIndex(({id}) => id === command.which);
            if (place >= 0) model.splice(place, 1);
          } else {
            model.sort((x, y) => x.at - y.at || x.id - y.id);
            const next = model.shift();
            if (next !== undefined) expected.push(next.id);
            expect(kernel.step()).toBe(next !== undefined);
          }
        }
        model.sort((x, y) => x.at - y.at || x.id - y.id);
        expected.push(...model.map(({id}) => id));
        while (kernel.step());
        expect(ran).toEqual(expected);
      }),
      {seed: 20211, numRuns: 200},
    );
  });

  test('many cancelled events are tidied away and the rest runs in order', () => {
    const kernel = newKernel();
    const ran: number[] = [];
    const slots: [number, number][] = [];
    for (let i = 0; i < 20_000; i++) {
      const slot = kernel.schedule(((i * 7919) % 20_000) + 1, WORLD, () => ran.push(kernel.nowUs));
      slots.push([slot, kernel.seqOf(slot)]);
    }
    slots.forEach(([slot, seq], i) => {
      if (i % 10 !== 0) kernel.cancel(slot, seq);
    });
    expect(kernel.pendingCount).toBe(2000);
    while (kernel.step());
    expect(ran.length).toBe(2000);
    expect(ran.every((at, i) => i === 0 || ran[i - 1]! <= at)).toBe(true);
  });

  test('events of a killed owner never run, and do not count as pending work', () => {
    const kernel = newKernel();
    const owner = kernel.newOwner();
    const ran: string[] = [];
    kernel.schedule(5, owner, () => ran.push('owner'));
    kernel.schedule(9, WORLD, () => ran.push('world'));
    kernel.kill(owner);
    kernel.schedule(6, owner, () => ran.push('after death'));
    expect(kernel.nextAtUs()).toBe(9);
    while (kernel.step());
    expect(ran).toEqual(['world']);
  });

  test('events of a paused owner wait for its resume, and run then in their order before what is due then', () => {
    const kernel = newKernel();
    const owner = kernel.newOwner();
    const ran: string[] = [];
    const say = (what: string) => () => ran.push(`${kernel.nowUs} ${what}`);
    kernel.schedule(3, owner, say('first'));
    kernel.schedule(4, WORLD, say('world'));
    const cancelled = kernel.schedule(4, owner, say('cancelled while paused'));
    const seq = kernel.seqOf(cancelled);
    kernel.schedule(5, owner, say('second'));
    kernel.schedule(30, owner, say('in its own time'));
    kernel.pause(owner);
    kernel.runSome(20, 100);
    kernel.nowUs = 20;
    kernel.schedule(20, owner, say('third'));
    kernel.cancel(cancelled, seq);
    kernel.resume(owner);
    expect(kernel.nextAtUs()).toBe(20);
    while (kernel.step());
    expect(ran).toEqual(['4 world', '20 first', '20 second', '20 third', '30 in its own time']);
  });

  test('an event remembers the cause of its scheduling', () => {
    const kernel = newKernel();
    const causes: number[] = [];
    kernel.cause = 7;
    kernel.schedule(1, WORLD, () => causes.push(kernel.cause));
    kernel.cause = 8;
    kernel.schedule(1, WORLD, () => {
      kernel.cause = 9;
      kernel.schedule(2, WORLD, () => causes.push(kernel.cause));
    });
    kernel.schedule(1, WORLD, () => causes.push(kernel.cause));
    while (kernel.step());
    expect(causes).toEqual([7, 8, 9]);
  });

  test('what an event of an owner throws is told with its owner; what the world throws is our bug and comes out', () => {
    const told: unknown[] = [];
    const kernel = new Kernel((owner, error) => told.push([owner, error]));
    const owner = kernel.newOwner();
    kernel.schedule(1, owner, () => {
      throw 'of the owner';
    });
    kernel.schedule(2, WORLD, () => {
      throw new Error('of the world');
    });
    kernel.step();
    expect(told).toEqual([[owner, 'of the owner']]);
    expect(() => kernel.step()).toThrow('of the world');
  });

  test('runSome stops at its limit of events and says so', () => {
    const kernel = newKernel();
    let count = 0;
    const again = (): void => {
      count++;
      kernel.schedule(kernel.nowUs + 1, WORLD, again);
    };
    kernel.schedule(1, WORLD, again);
    expect(kernel.runSome(10, 4)).toBe(false);
    expect(count).toBe(4);
    expect(kernel.runSome(10, 100)).toBe(true);
    expect(count).toBe(10);
  });
});
