import {describe, expect, test} from 'vitest';
import type {Intervention} from '../../src/sim/intervention.ts';
import {type Talk, talk} from './talk.ts';
import {lines, transcript} from './transcript.ts';
import {EVEN_LINK, EVEN_NETWORK, program, startedWorld} from './worlds.ts';

/** Cuts or heals, from the server's machine to the client's (and back). */
const link = (kind: 'cut' | 'heal', direction: 'both' | 'one-way'): Intervention => ({
  kind,
  from: 'm1',
  to: 'm2',
  direction,
});
const since10 = (t: Talk): string => transcript(t.world, {sinceUs: 10_000});

describe('a killed process', () => {
  test('its peer gets what had been sent, then a reset; what was on its way to it is lost', () => {
    const t = talk();
    t.clientSays('a');
    t.serverSays('b');
    t.world.intervene({kind: 'kill', process: 'server'});
    t.clientSays('c');
    t.to(20);
    expect(since10(t)).toBe(
      lines(
        '10 client sends "a", due 11',
        '10 server sends "b", due 11',
        '10 > kill server',
        '10 server killed',
        '10 client sends "c", due 11',
        '11 "a" lost: process-gone',
        '11 client gets "b"',
        '11 client closed: reset',
        '11 "c" lost: process-gone',
      ),
    );
  });

  test('behind a cut it cannot say so: the peer learns it when it next sends and the cut is healed', () => {
    const t = talk();
    t.world.intervene(link('cut', 'both'));
    t.to(20);
    t.world.intervene({kind: 'kill', process: 'server'});
    t.to(30);
    t.world.intervene(link('heal', 'both'));
    t.to(40);
    t.clientSays('hello?');
    t.to(50);
    expect(since10(t)).toBe(
      lines(
        '10 > cut m1 m2 both',
        '10 link-cut m1 <> m2',
        '20 > kill server',
        '20 server killed',
        '30 > heal m1 m2 both',
        '30 link-healed m1 <> m2',
        '40 client sends "hello?", due 41',
        '41 "hello?" lost: process-gone',
        '42 client closed: reset',
      ),
    );
  });

  test('a socket that it had ended in order is seen through by its machine', () => {
    const t = talk();
    t.serverSays('bye');
    t.server.end();
    t.world.intervene({kind: 'kill', process: 'server'});
    t.to(20);
    t.client.end();
    t.to(30);
    expect(since10(t)).toBe(
      lines(
        '10 server sends "bye", due 11',
        '10 server sends its end',
        '10 > kill server',
        '10 server killed',
        '11 client gets "bye"',
        '11 client gets the end',
        '20 client sends its end',
        '20 client closed: ended',
      ),
    );
  });
});

describe('a cut between two machines', () => {
  test('bytes in flight and bytes sent into it are held, and arrive after the first retransmission past its end', () => {
    const t = talk();
    t.clientSays('in flight');
    t.to(10.5);
    t.world.intervene(link('cut', 'both'));
    t.to(11);
    t.clientSays('held');
    t.serverSays('back');
    t.to(500);
    t.world.intervene(link('heal', 'both'));
    t.to(5000);
    // The client's first segment was sent at 10: retransmissions at 10 + 202, + 404 = 616; the server's a millisecond later.
    expect(since10(t)).toBe(
      lines(
        '10 client sends "in flight", due 11',
        '10.5 > cut m1 m2 both',
        '10.5 link-cut m1 <> m2',
        '10.5 "in flight" delayed: cut, held',
        '11 client sends "held", held',
        '11 server sends "back", held',
        '500 > heal m1 m2 both',
        '500 link-healed m1 <> m2',
        '616 "in flight" delayed: cut, due 617',
        '616 "held" delayed: cut, due 617',
        '617 "back" delayed: cut, due 618',
        '617 server gets "in flight"',
        '617 server gets "held"',
        '618 client gets "back"',
      ),
    );
    expect(t.client.bufferedBytes).toBe(0);
    expect(t.server.bufferedBytes).toBe(0);
  });

  test('a sender gives up after a quarter of an hour; its peer, who sent nothing, learns it from a reset', () => {
    const t = talk();
    t.world.intervene(link('cut', 'both'));
    t.clientSays('held');
    t.to(2_000_000);
    t.world.intervene(link('heal', 'both'));
    t.serverSays('anybody?');
    t.to(2_100_000);
    expect(since10(t)).toBe(
      lines(
        '10 > cut m1 m2 both',
        '10 link-cut m1 <> m2',
        '10 client sends "held", held',
        '926656 "held" lost: cut',
        '926656 client closed: timeout',
        '2000000 > heal m1 m2 both',
        '2000000 link-healed m1 <> m2',
        '2000000 server sends "anybody?", due 2000001',
        '2000001 "anybody?" lost: reset',
        '2000002 server closed: reset',
      ),
    );
  });

  test('a connection with nothing to say survives a cut of any length', () => {
    const t = talk();
    t.world.intervene(link('cut', 'both'));
    t.to(10_000_000);
    t.world.intervene(link('heal', 'both'));
    t.clientSays('still there?');
    t.to(10_000_010);
    expect(since10(t)).toContain('10000001 server gets "still there?"');
    expect(t.ends.size).toBe(0);
  });

  test('cut again before the retransmission: the wait goes on, and the patience is not renewed', () => {
    const t = talk();
    t.world.intervene(link('cut', 'both'));
    t.clientSays('x');
    t.to(100_000);
    t.world.intervene(link('heal', 'both'));
    t.to(100_001);
    t.world.intervene(link('cut', 'both'));
    t.to(2_000_000);
    expect(since10(t)).toContain('926656 client closed: timeout');
    expect(since10(t)).not.toContain('gets');
  });

  test('one way, the way of the acknowledgements: data arrives once, and is acknowledged after the healing', () => {
    const t = talk();
    t.world.intervene(link('cut', 'one-way'));
    t.clientSays('x');
    t.to(100);
    t.clientSays('y');
    t.to(1000);
    expect(t.client.bufferedBytes).toBe(2);
    t.world.intervene(link('heal', 'one-way'));
    t.to(2000);
    expect(t.client.bufferedBytes).toBe(0);
    expect(since10(t)).toBe(
      lines(
        '10 > cut m1 m2 one-way',
        '10 link-cut m1 > m2',
        '10 client sends "x", due 11',
        '11 server gets "x"',
        '100 client sends "y", due 101',
        '101 server gets "y"',
        '1000 > heal m1 m2 one-way',
        '1000 link-healed m1 > m2',
      ),
    );
  });

  test('one way for too long: the sender whose data arrived gives up all the same, for want of acknowledgements', () => {
    const t = talk();
    t.world.intervene(link('cut', 'one-way'));
    t.clientSays('x');
    t.to(2_000_000);
    expect(since10(t)).toBe(
      lines(
        '10 > cut m1 m2 one-way',
        '10 link-cut m1 > m2',
        '10 client sends "x", due 11',
        '11 server gets "x"',
        '926656 client closed: timeout',
      ),
    );
  });

  test('one way: without acknowledgements no more than a window goes out, and the rest follows after the healing', () => {
    const t = talk();
    t.world.intervene(link('cut', 'one-way'));
    for (let i = 0; i < 5; i++) t.client.write(new Uint8Array(50 * 1024));
    t.to(1000);
    const arrivals = (): number => t.world.trace.entries.filter(({kind}) => kind === 'bytes-arrived').length;
    expect(arrivals()).toBe(2);
    t.world.intervene(link('heal', 'one-way'));
    t.to(5000);
    expect(arrivals()).toBe(5);
    expect(t.client.bufferedBytes).toBe(0);
  });

  test('one way: once a retransmission was in vain, nothing new goes out until one gets through, as Linux does it', () => {
    const t = talk();
    t.world.intervene(link('cut', 'one-way'));
    t.clientSays('first');
    t.to(200);
    t.clientSays('before the time-out');
    t.to(300);
    t.clientSays('after it');
    t.to(4000);
    t.world.intervene(link('heal', 'one-way'));
    t.to(4100);
    t.clientSays('healed, and not yet known to be');
    t.to(10_000);
    expect(t.client.bufferedBytes).toBe(0);
    expect(since10(t)).toBe(
      lines(
        '10 > cut m1 m2 one-way',
        '10 link-cut m1 > m2',
        '10 client sends "first", due 11',
        '11 server gets "first"',
        '200 client sends "before the time-out", due 201',
        '201 server gets "before the time-out"',
        '300 client sends "after it", held',
        '4000 > heal m1 m2 one-way',
        '4000 link-healed m1 > m2',
        '4100 client sends "healed, and not yet known to be", held',
        '6272 "after it" delayed: cut, due 6273',
        '6272 "healed, and not yet known to be" delayed: cut, due 6273',
        '6273 server gets "after it"',
        '6273 server gets "healed, and not yet known to be"',
      ),
    );
  });

  test('healing one direction of two leaves the other cut', () => {
    const t = talk();
    t.world.intervene(link('cut', 'both'));
    t.world.intervene(link('heal', 'one-way'));
    t.serverSays('to the client');
    t.clientSays('to the server');
    t.to(100);
    expect(since10(t)).toContain('11 client gets "to the client"');
    expect(since10(t)).toContain('client sends "to the server", held');
  });
});

describe('connecting', () => {
  const attempt = (timeoutMs?: number, address = '10.0.0.1:9000') =>
    startedWorld({
      programs: {
        server: program((host) => void host.network.listen(9000, () => ({data() {}, closed() {}}))),
        client: program((host) => {
          host.clock.after(1, () => void host.network.connect(address, {data() {}, closed() {}}, timeoutMs));
        }),
      },
    });
  const quiet = {sinceUs: 1000, without: ['timer-ran'] as const};

  test('into a cut: given up when the caller has said so', () => {
    const world = attempt(3000);
    world.intervene(link('cut', 'both'));
    world.runUntil(200_000_000);
    expect(transcript(world, quiet)).toBe(
      lines('1 client connects to server', '3001 client closed: connect-timeout'),
    );
  });

  test('into a cut: given up after 127 s otherwise', () => {
    const world = attempt();
    world.intervene(link('cut', 'both'));
    world.runUntil(200_000_000);
    expect(transcript(world, quiet)).toBe(
      lines('1 client connects to server', '127001 client closed: connect-timeout'),
    );
  });

  test('into a cut that heals: the next SYN, at 1, 3, 7 s and so on, gets through', () => {
    const world = attempt();
    world.intervene(link('cut', 'one-way'));
    world.runUntil(4_000_000);
    world.intervene(link('heal', 'one-way'));
    world.runUntil(200_000_000);
    expect(transcript(world, {...quiet, without: ['timer-ran', 'intervened', 'link-healed']})).toBe(
      lines(
        '1 client connects to server',
        '7003 client connected with server',
        '7004 server connected with client',
      ),
    );
  });

  test('to a machine that does not exist: nobody answers', () => {
    const world = attempt(3000, '10.9.9.9:1');
    world.runUntil(200_000_000);
    expect(transcript(world, quiet)).toBe(
      lines('1 client connects to 10.9.9.9:1', '3001 client closed: connect-timeout'),
    );
  });

  test('to something that is no address: refused at once', () => {
    const world = attempt(3000, 'nonsense');
    world.runUntil(200_000_000);
    expect(transcript(world, quiet)).toBe(lines('1 client connects to nonsense', '1 client closed: refused'));
  });

  test('to a port where nobody listens: refused after a round trip', () => {
    const world = attempt(3000, '10.0.0.1:9001');
    world.runUntil(200_000_000);
    expect(transcript(world, quiet)).toBe(
      lines('1 client connects to 10.0.0.1:9001', '3 client closed: refused'),
    );
  });

  test('to a paused process: its machine agrees, and what is sent waits for it', () => {
    const world = attempt();
    world.runUntil(0);
    world.intervene({kind: 'pause', process: 'server'});
    world.runUntil(50_000);
    world.intervene({kind: 'resume', process: 'server'});
    world.runUntil(60_000);
    expect(transcript(world, quiet)).toBe(
      lines(
        '1 client connects to server',
        '3 client connected with server',
        '50 > resume server',
        '50 server resumed',
        '50 server connected with client',
      ),
    );
  });

  test('ports of connecting sockets are given out in order and given back', () => {
    const addresses: string[] = [];
    const world = startedWorld({
      programs: {
        server: program((host) => void host.network.listen(9000, () => ({data() {}, closed() {}}))),
        client: program((host) => {
          for (let i = 0; i < 3; i++) {
            const c = host.network.connect('10.0.0.1:9000', {
              opened: () => addresses.push(c.localAddress),
              data() {},
              closed() {},
            });
          }
        }),
      },
    });
    world.runUntil(10_000);
    expect(addresses).toEqual(['10.0.0.2:32768', '10.0.0.2:32769', '10.0.0.2:32770']);
  });
});

describe('a slow, lossy or narrow link', () => {
  test('bandwidth is shared by all connections of a direction: segments leave one after another', () => {
    // 1 MB/s: a segment of 1000 bytes takes a millisecond to leave.
    const t = talk({network: {...EVEN_NETWORK, between: {...EVEN_LINK, bandwidthBytesPerSecond: 1_000_000}}});
    for (let i = 0; i < 3; i++) t.client.write(new Uint8Array(1000));
    const arrivals = t.world.trace.entries.flatMap((entry) =>
      entry.kind === 'bytes-sent' ? [entry.arrivesUs] : [],
    );
    expect(arrivals).toEqual([12_000, 13_000, 14_000]);
  });

  test('a lost segment comes a retransmission time-out later and holds up those behind it', () => {
    const t = talk({
      seed: '3',
      network: {...EVEN_NETWORK, between: {...EVEN_LINK, lossPerMillion: 300_000}},
    });
    t.to(5000);
    for (const word of ['one', 'two', 'three', 'four']) t.clientSays(word);
    t.to(20_000);
    const told = transcript(t.world, {sinceUs: 5_000_000});
    expect(told).toContain('delayed: loss, due ');
    expect(
      told
        .split('\n')
        .filter((line) => line.includes(' gets '))
        .map((line) => line.split(' gets ')[1]),
    ).toEqual(['"one"', '"two"', '"three"', '"four"']);
    // 202 ms, and twice that again for every further loss of the same segment.
    for (const entry of t.world.trace.entries) {
      if (entry.kind !== 'bytes-delayed' || entry.atUs < 5_000_000) continue;
      expect([202_000, 606_000, 1_414_000]).toContain(entry.arrivesUs - entry.atUs - 1000);
    }
  });

  test('loopback has figures of its own', () => {
    const world = startedWorld({
      machineCount: 1,
      programs: {
        server: program((host) => void host.network.listen(9000, () => ({data() {}, closed() {}}))),
        client: program((host) => void host.network.connect('127.0.0.1:9000', {data() {}, closed() {}})),
      },
    });
    world.runUntil(1000);
    expect(transcript(world, {sinceUs: 1})).toBe(
      lines('0.02 client connected with server', '0.03 server connected with client'),
    );
  });

  test('a paused receiver lets no more than its machine can hold out of the sender', () => {
    const t = talk();
    t.world.intervene({kind: 'pause', process: 'server'});
    for (let i = 0; i < 8; i++) t.client.write(new Uint8Array(50 * 1024));
    t.to(1000);
    expect(t.client.bufferedBytes).toBe(3 * 50 * 1024);
    t.world.intervene({kind: 'resume', process: 'server'});
    t.to(1001);
    expect(t.client.bufferedBytes).toBe(0);
  });

  test('that there is room again is told after a cut in which it could not be', () => {
    // The sender has nothing unacknowledged: it waits for room, and nothing but its probes would find out.
    const t = talk();
    t.world.intervene({kind: 'pause', process: 'server'});
    for (let i = 0; i < 8; i++) t.client.write(new Uint8Array(50 * 1024));
    t.to(1000);
    t.world.intervene({kind: 'cut', from: 'm1', to: 'm2', direction: 'both'});
    t.world.intervene({kind: 'resume', process: 'server'});
    t.to(2500);
    expect(t.client.bufferedBytes).toBe(3 * 50 * 1024);
    t.world.intervene({kind: 'heal', from: 'm1', to: 'm2', direction: 'both'});
    t.to(6000);
    expect(t.client.bufferedBytes).toBe(0);
  });
});
