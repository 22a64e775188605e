import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {describe, expect, test} from 'vitest';
import {createHost, type LifeEnd, type NodeHost} from '../../src/host/host.ts';
import {runProgram} from '../../src/host/run-program.ts';
import {claimStore, releaseStore} from '../../src/host/store-claim.ts';
import type {Host, Program, RunningProgram} from '../../src/ports/host.ts';

const program = (start: (host: Host) => RunningProgram | undefined): Program => ({
  start: (host) => start(host) ?? {stop: (done) => done()},
});

function made(): {host: NodeHost; ends: LifeEnd[]} {
  const ends: LifeEnd[] = [];
  return {host: createHost({name: 'test', ended: (end) => ends.push(end)}), ends};
}

/** Looks until it is so; what never is runs into the test's own limit. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(1);
}

describe('the life of a program on a real host', () => {
  test('exit ends it there and then: nothing after it runs', async () => {
    const {host, ends} = made();
    const ran: string[] = [];
    runProgram(
      host,
      program((given) => {
        given.clock.after(0, () => ran.push('timer'));
        given.cpu.pool('p', 1, 1).submit('work', 0, () => ran.push('task'));
        ran.push('before');
        given.exit(-3, 'no configuration');
        ran.push('after');
        return undefined;
      }),
    );
    expect(ends).toEqual([{kind: 'exited', code: -3, reason: 'no configuration'}]);
    await sleep(10);
    expect(ran).toEqual(['before']);
    expect(host.isAlive).toBe(false);
  });

  test('an exception out of its code ends it, and no other program of this process', async () => {
    const one = made();
    const other = made();
    const ran: string[] = [];
    runProgram(
      one.host,
      program((host) => {
        host.clock.after(1, () => {
          throw new Error('a bug');
        });
        host.clock.after(1, () => ran.push('one'));
        return undefined;
      }),
    );
    runProgram(
      other.host,
      program((host) => {
        host.clock.after(5, () => ran.push('other'));
        return undefined;
      }),
    );
    await until(() => ran.length > 0);
    expect(one.ends).toEqual([{kind: 'crashed', error: new Error('a bug')}]);
    expect(ran).toEqual(['other']);
    other.host.end();
    expect(other.ends).toEqual([{kind: 'ended'}]);
  });

  test('a stop is graceful: the host ends when the program says that all is put away', async () => {
    const {host, ends} = made();
    const running = runProgram(
      host,
      program((given) => ({stop: (done) => void given.clock.after(5, done)})),
    );
    let isDone = false;
    running.stop(() => (isDone = true));
    expect([isDone, host.isAlive]).toEqual([false, true]);
    await until(() => isDone && !host.isAlive);
    expect(ends).toEqual([{kind: 'ended'}]);
  });

  test('a program that fails while it stops has stopped', () => {
    const {host, ends} = made();
    const running = runProgram(
      host,
      program(() => ({
        stop() {
          throw new Error('torn');
        },
      })),
    );
    let isDone = false;
    running.stop(() => (isDone = true));
    expect(isDone).toBe(true);
    expect(ends.length).toBe(1);
  });
});

test('a store is claimed by one process at a time, and a claim of one that is gone is void', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lab-claim-'));
  try {
    expect(claimStore(folder)).toBeNull();
    expect(claimStore(folder)).toEqual({takenBy: process.pid});
    releaseStore(folder);
    expect(claimStore(folder)).toBeNull();
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
});

test('a hundred thousand timers that are cancelled do not pile up, and those that remain keep their order', async () => {
  const {host} = made();
  const ran: number[] = [];
  for (let i = 0; i < 100_000; i++) {
    const timer = host.clock.after(20 + (i % 7), () => ran.push(i));
    if (i % 10_000 !== 3) timer.cancel();
  }
  await until(() => ran.length >= 10);
  await sleep(50); // All were due before the last of those that remain, or a few milliseconds later.
  const kept = Array.from({length: 10}, (_, i) => i * 10_000 + 3);
  expect([...ran].sort((x, y) => x - y)).toEqual(kept);
  host.end();
});
