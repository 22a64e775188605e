import {describe, expect, test} from 'vitest';
import type {Clock, Timer} from '../../../src/ports/clock.ts';
import type {WorkerPool} from '../../../src/ports/cpu.ts';
import {ConsumeExecutor} from '../../../src/rocketmq/client/consume-executor.ts';
import {RebalanceThread} from '../../../src/rocketmq/client/rebalance-thread.ts';
import {WaitingLock} from '../../../src/rocketmq/client/route-lock.ts';
import {ScheduledThread} from '../../../src/rocketmq/client/scheduled-thread.ts';

/** A clock that is wound by hand. */
class HandClock implements Clock {
  private now = 0;
  private sequence = 0;
  private timers: {dueMs: number; sequence: number; run: () => void}[] = [];

  nowMs(): number {
    return this.now;
  }

  monotonicNs(): number {
    return this.now * 1e6;
  }

  after(delayMs: number, run: () => void): Timer {
    const timer = {dueMs: this.now + Math.max(0, delayMs), sequence: this.sequence++, run};
    this.timers.push(timer);
    return {
      cancel: () => {
        this.timers = this.timers.filter((each) => each !== timer);
      },
    };
  }

  runUntil(untilMs: number): void {
    for (;;) {
      const [next] = [...this.timers].sort((a, b) => a.dueMs - b.dueMs || a.sequence - b.sequence);
      if (next === undefined || next.dueMs > untilMs) break;
      this.timers = this.timers.filter((each) => each !== next);
      this.now = next.dueMs;
      next.run();
    }
    this.now = untilMs;
  }
}

const immediately: WorkerPool = {
  name: 'pool',
  workers: 99,
  queued: 0,
  active: 0,
  submit(_kind, _bytes, run) {
    run();
    return {cancel: () => false};
  },
};

describe('the consume threads', () => {
  test('are made one per task up to the core size, then the longest idle takes the next', () => {
    const executor = new ConsumeExecutor(immediately, 3, 'T_');
    const releases = new Map<string, () => void>();
    const order: string[] = [];
    const submit = (name: string) =>
      executor.submit({
        bytes: 1,
        run: (thread, release) => {
          order.push(`${name} on ${thread}`);
          releases.set(name, release);
        },
      });
    submit('a');
    releases.get('a')!();
    // A second task gets a thread of its own although the first thread is idle: so does Java's executor.
    submit('b');
    submit('c');
    submit('d');
    submit('e');
    submit('f');
    expect(executor.queued).toBe(2);
    releases.get('c')!();
    releases.get('b')!();
    releases.get('d')!();
    releases.get('e')!();
    releases.get('f')!();
    submit('g');
    expect(order).toEqual([
      'a on T_1',
      'b on T_2',
      'c on T_3',
      'd on T_1',
      'e on T_3',
      'f on T_2',
      'g on T_1',
    ]);
  });

  test('forget what waits when they are shut down', () => {
    const executor = new ConsumeExecutor(immediately, 1, 'T_');
    const order: string[] = [];
    let release = (): void => {};
    executor.submit({bytes: 0, run: (_, done) => (release = done)});
    executor.submit({bytes: 0, run: () => order.push('second')});
    executor.shutdown();
    release();
    expect(order).toEqual([]);
  });
});

describe('the scheduled thread', () => {
  test('keeps the rate, and makes up for what a slow task held up', () => {
    const clock = new HandClock();
    const thread = new ScheduledThread(clock);
    const told: string[] = [];
    thread.atFixedRate(10, 100, (done) => {
      told.push(`route ${clock.nowMs()}`);
      // The second round waits for a NameServer that does not answer.
      if (clock.nowMs() === 110) clock.after(250, done);
      else done();
    });
    thread.atFixedRate(50, 100, (done) => {
      told.push(`heartbeat ${clock.nowMs()}`);
      done();
    });
    clock.runUntil(460);
    expect(told).toEqual([
      'route 10',
      'heartbeat 50',
      'route 110',
      'heartbeat 360',
      'route 360',
      'heartbeat 360',
      'route 360',
      'heartbeat 360',
      'route 410',
      'heartbeat 450',
    ]);
    thread.shutdown();
    clock.runUntil(2000);
    expect(told.length).toBe(10);
  });
});

describe('the rebalance thread', () => {
  test('goes round every 20 s, at once when woken, and once more when woken meanwhile', () => {
    const clock = new HandClock();
    const rounds: number[] = [];
    const thread = new RebalanceThread(clock, (done) => {
      rounds.push(clock.nowMs());
      clock.after(5, done);
    });
    thread.start();
    thread.wakeup();
    thread.wakeup();
    clock.runUntil(2);
    thread.wakeup();
    clock.runUntil(40_000);
    expect(rounds).toEqual([0, 5, 20_010]);
    thread.stop();
    clock.runUntil(100_000);
    expect(rounds.length).toBe(3);
  });
});

describe('the route lock', () => {
  test('lets one in at a time, and nobody waits longer than he said', () => {
    const clock = new HandClock();
    const lock = new WaitingLock(clock);
    const told: string[] = [];
    lock.tryLock(3000, (held) => told.push(`first ${held}`));
    lock.tryLock(3000, (held) => told.push(`second ${held} ${clock.nowMs()}`));
    clock.runUntil(1000);
    lock.tryLock(3000, (held) => told.push(`third ${held} ${clock.nowMs()}`));
    clock.runUntil(3500);
    lock.unlock();
    expect(told).toEqual(['first true', 'second false 3000', 'third true 3500']);
    lock.unlock();
    lock.tryLock(0, (held) => told.push(`fourth ${held}`));
    expect(told[3]).toBe('fourth true');
  });
});
