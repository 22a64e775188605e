import {describe, expect, test} from 'vitest';
import type {Host} from '../../src/ports/host.ts';
import type {CloseReason} from '../../src/ports/network.ts';
import {type Talk, talk} from './talk.ts';
import {lines, transcript} from './transcript.ts';
import {EVEN_LINK, program, startedWorld} from './worlds.ts';

const off = {kind: 'lose-power', machine: 'm1'} as const;
const on = {kind: 'restore-power', machine: 'm1'} as const;
const since10 = (t: Talk): string => transcript(t.world, {sinceUs: 10_000});

describe('a machine without power', () => {
  test('tells nobody; what it had sent still arrives, and what is sent to it waits', () => {
    const t = talk();
    t.clientSays('a');
    t.serverSays('b');
    t.world.intervene(off);
    t.clientSays('c');
    t.to(60_000);
    expect(t.world.hasPower('m1')).toBe(false);
    expect(since10(t)).toBe(
      lines(
        '10 client sends "a", due 11',
        '10 server sends "b", due 11',
        '10 > lose-power m1',
        '10 machine-power-lost m1',
        '10 server power-lost',
        '10 "a" delayed: machine-gone, held',
        '10 client sends "c", held',
        '11 client gets "b"',
      ),
    );
  });

  test('back again it knows nothing of old connections: the next retransmission is answered with a reset', () => {
    const t = talk();
    t.world.intervene(off);
    t.clientSays('a');
    t.to(1000);
    t.world.intervene(on);
    t.to(10_000);
    // Sent at 10 ms with 202 ms to wait, then 404, 808: the third retransmission is the first after the power is back.
    expect(since10(t)).toBe(
      lines(
        '10 > lose-power m1',
        '10 machine-power-lost m1',
        '10 server power-lost',
        '10 client sends "a", held',
        '1000 > restore-power m1',
        '1000 machine-power-restored m1',
        '1424 "a" delayed: cut, due 1425',
        '1425 "a" lost: process-gone',
        '1426 client closed: reset',
      ),
    );
    expect(t.world.isRunning('server')).toBe(false);
  });

  test('a peer that says nothing never learns of it; one that does gives up after a quarter of an hour', () => {
    const quiet = talk();
    quiet.world.intervene(off);
    quiet.to(3_600_000);
    expect(quiet.ends.size).toBe(0);
    const eager = talk();
    eager.world.intervene(off);
    eager.clientSays('a');
    eager.to(3_600_000);
    expect([...eager.ends]).toEqual([['client', 'timeout']]);
    const closed = eager.world.trace.entries.find(({kind}) => kind === 'connection-closed')!;
    expect(closed.atUs / 60e6).toBeGreaterThan(13);
    expect(closed.atUs / 60e6).toBeLessThan(20);
  });

  test('what the machine had queued and not sent is lost with it', () => {
    const slow = {...EVEN_LINK, bandwidthBytesPerSecond: 1000};
    const t = talk({network: {between: slow, loopback: EVEN_LINK, links: []}});
    t.serverSays('0123456789');
    t.serverSays('never leaves');
    t.to(15);
    t.world.intervene(off);
    t.to(100);
    expect(since10(t)).toBe(
      lines(
        '10 server sends "0123456789", due 21',
        '10 server sends "never leaves", due 33',
        '15 > lose-power m1',
        '15 machine-power-lost m1',
        '15 server power-lost',
        '15 "never leaves" lost: machine-gone',
        '21 client gets "0123456789"',
      ),
    );
  });

  test('connecting to it times out; back in time, it answers a later SYN', () => {
    const attempt = (backMs: number | null): [number, CloseReason | 'opened'] => {
      let host: Host | null = null;
      const world = startedWorld({
        programs: {
          server: program((server) => {
            server.network.listen(9000, () => ({data() {}, closed() {}}));
          }),
          client: program((client) => (host = client)),
        },
      });
      world.runUntil(10_000);
      world.intervene(off);
      let end: [number, CloseReason | 'opened'] | null = null;
      host!.network.connect(
        '10.0.0.1:9000',
        {
          opened: () => (end ??= [world.nowUs / 1000, 'opened']),
          data() {},
          closed: (why) => (end ??= [world.nowUs / 1000, why]),
        },
        5000,
      );
      if (backMs !== null) {
        world.runUntil(backMs * 1000);
        world.intervene(on);
        world.intervene({kind: 'start', process: 'server'});
      }
      world.runUntil(60_000_000);
      return end!;
    };
    expect(attempt(null)).toEqual([5010, 'connect-timeout']);
    expect(attempt(500)).toEqual([1012, 'opened']);
  });

  test('a link first used while the machine is off carries nothing', () => {
    const told: string[] = [];
    const world = startedWorld({
      programs: {
        a: program(() => {}),
        b: program((host) => {
          host.clock.after(100, () => {
            host.network.connect('10.0.0.1:1', {data() {}, closed: (why) => told.push(why)}, 1000);
          });
        }),
      },
    });
    world.runUntil(1000);
    world.intervene(off);
    world.runUntil(10_000_000);
    expect(told).toEqual(['connect-timeout']);
  });

  test('cut and without power, a link is whole once both are over', () => {
    const t = talk();
    t.world.intervene({kind: 'cut', from: 'm1', to: 'm2', direction: 'both'});
    t.world.intervene(off);
    t.clientSays('a');
    t.world.intervene(on);
    t.to(20_000);
    expect(t.ends.size).toBe(0);
    t.world.intervene({kind: 'heal', from: 'm1', to: 'm2', direction: 'both'});
    t.to(100_000);
    expect([...t.ends]).toEqual([['client', 'reset']]);
  });

  test('nothing starts on it, a second loss changes nothing, and a process starts afresh once it is back', () => {
    let starts = 0;
    const world = startedWorld({programs: {p: program(() => starts++)}});
    world.runUntil(10);
    for (let i = 0; i < 2; i++) world.intervene(off);
    world.intervene({kind: 'start', process: 'p'});
    world.intervene({kind: 'restart', process: 'p'});
    world.runUntil(1_000_000);
    expect([starts, world.isRunning('p')]).toEqual([1, false]);
    for (let i = 0; i < 2; i++) world.intervene(on);
    world.runUntil(2_000_000);
    expect(world.isRunning('p')).toBe(false);
    world.intervene({kind: 'start', process: 'p'});
    world.runUntil(3_000_000);
    expect(starts).toBe(2);
    const kinds = world.trace.entries.map(({kind}) => kind);
    expect(kinds.filter((kind) => kind === 'machine-power-lost')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'machine-power-restored')).toHaveLength(1);
  });
});

describe('the quality of a link', () => {
  const ping = (t: Talk, ms: number): number => {
    t.to(ms);
    t.clientSays('x');
    const sent = t.world.trace.entries[t.world.trace.entries.length - 1]!;
    if (sent.kind !== 'bytes-sent') throw new Error('nothing was sent');
    return sent.arrivesUs - sent.atUs;
  };

  test('changes from one moment to the next, in one direction or both, and back to what it was', () => {
    const t = talk();
    const set = (direction: 'both' | 'one-way', link: {latencyUs: number} | null): void =>
      t.world.intervene({kind: 'set-link', from: 'm2', to: 'm1', direction, link});
    expect(ping(t, 20)).toBe(1000);
    set('one-way', {latencyUs: 7000});
    expect(ping(t, 40)).toBe(7000);
    t.serverSays('y');
    t.to(50);
    set('both', {latencyUs: 3000});
    expect(ping(t, 60)).toBe(3000);
    set('both', null);
    expect(ping(t, 80)).toBe(1000);
    set('both', null);
    const changes = t.world.trace.entries.filter(({kind}) => kind === 'link-changed');
    expect(changes).toHaveLength(3);
    t.to(100);
    const answer = t.world.trace.entries.find(
      (entry) => entry.kind === 'bytes-sent' && entry.process === 'server',
    );
    expect(answer).toMatchObject({atUs: 40_000, arrivesUs: 41_000});
  });

  test('what is no quality, and a link of a machine to itself, are refused', () => {
    const t = talk();
    const set = (to: string, link: object): void =>
      t.world.intervene({kind: 'set-link', from: 'm2', to, direction: 'both', link});
    expect(() => set('m1', {latencyUs: -1})).toThrow('latencyUs');
    expect(() => set('m1', {lossPerMillion: 1_000_001})).toThrow('million');
    expect(() => set('m1', {bandwidthBytesPerSecond: 0})).toThrow('cut');
    expect(() => set('m1', {colour: 1})).toThrow('colour');
    expect(() => set('m2', {latencyUs: 1})).toThrow('itself');
    expect(() => set('m9', {latencyUs: 1})).toThrow('m9');
  });
});
