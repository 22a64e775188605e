import {describe, expect, test} from 'vitest';
import type {Host, Program} from '../../src/ports/host.ts';
import type {World} from '../../src/sim/api.ts';
import {lines, transcript} from './transcript.ts';
import {program, startedWorld, worldOf} from './worlds.ts';

const say = (host: Host, line: string): void => {
  const fact = {kind: 'printed', line};
  host.journal.record(fact);
};

/** Says what it is asked, every 10 ms, and takes 5 ms to stop. */
function ticker(): Program {
  return {
    start(host) {
      let ticks = 0;
      const tick = (): void => {
        say(host, `tick ${++ticks}`);
        host.clock.after(10, tick);
      };
      host.clock.after(10, tick);
      return {
        stop(done) {
          say(host, 'stopping');
          host.clock.after(5, done);
        },
      };
    },
  };
}

const run = (world: World, ms: number): void => world.runUntil(ms * 1000);
const told = (world: World): string => transcript(world, {without: ['timer-ran']});

describe('processes', () => {
  test('nothing runs before it is started; a stop takes the time that the program takes', () => {
    const world = worldOf({programs: {p: ticker}});
    run(world, 100);
    expect(world.isRunning('p')).toBe(false);
    world.intervene({kind: 'start', process: 'p'});
    run(world, 112);
    world.intervene({kind: 'stop', process: 'p'});
    expect(world.isRunning('p')).toBe(true);
    run(world, 200);
    expect(world.isRunning('p')).toBe(false);
    expect(told(world)).toBe(
      lines(
        '100 > start p',
        '100 p started',
        '110 p says printed tick 1',
        '112 > stop p',
        '112 p stopping',
        '112 p says printed stopping',
        '117 p stopped',
      ),
    );
  });

  test('kill ends it at once: no timer of it runs any more', () => {
    const world = startedWorld({programs: {p: ticker}});
    run(world, 15);
    world.intervene({kind: 'kill', process: 'p'});
    run(world, 100);
    expect(told(world)).toBe(
      lines('0 > start p', '0 p started', '10 p says printed tick 1', '15 > kill p', '15 p killed'),
    );
    expect(world.nextEventUs()).toBe(-1);
  });

  test('pause delays everything until resume, in order', () => {
    const world = startedWorld({
      programs: {
        p: program((host) => {
          for (const ms of [10, 20, 30, 60]) host.clock.after(ms, () => say(host, `due ${ms}`));
        }),
      },
    });
    run(world, 15);
    world.intervene({kind: 'pause', process: 'p'});
    run(world, 50);
    world.intervene({kind: 'resume', process: 'p'});
    run(world, 100);
    expect(told(world)).toBe(
      lines(
        '0 > start p',
        '0 p started',
        '10 p says printed due 10',
        '15 > pause p',
        '15 p paused',
        '50 > resume p',
        '50 p resumed',
        '50 p says printed due 20',
        '50 p says printed due 30',
        '60 p says printed due 60',
      ),
    );
  });

  test('a paused process hears of its stop when it is resumed', () => {
    const world = startedWorld({programs: {p: ticker}});
    world.runUntil(1000);
    world.intervene({kind: 'pause', process: 'p'});
    world.intervene({kind: 'stop', process: 'p'});
    run(world, 100);
    expect(world.isRunning('p')).toBe(true);
    world.intervene({kind: 'resume', process: 'p'});
    run(world, 106);
    expect(world.isRunning('p')).toBe(false);
  });

  test('restart stops it in order and starts it with an empty memory and a new pid; if it is down, it starts it', () => {
    const world = startedWorld({programs: {p: ticker}});
    run(world, 12);
    world.intervene({kind: 'restart', process: 'p'});
    run(world, 30);
    world.intervene({kind: 'kill', process: 'p'});
    world.intervene({kind: 'restart', process: 'p'});
    run(world, 45);
    expect(told(world)).toBe(
      lines(
        '0 > start p',
        '0 p started',
        '10 p says printed tick 1',
        '12 > restart p',
        '12 p stopping',
        '12 p says printed stopping',
        '17 p stopped',
        '17 p started',
        '27 p says printed tick 1',
        '30 > kill p',
        '30 p killed',
        '30 > restart p',
        '30 p started',
        '40 p says printed tick 1',
      ),
    );
    const pids = world.trace.entries.flatMap((entry) =>
      entry.kind === 'process-started' ? [entry.pid] : [],
    );
    expect(new Set(pids).size).toBe(3);
  });

  test('started while it is stopping, it comes up again afterwards; killed while it is restarting, it stays down', () => {
    const world = startedWorld({programs: {p: ticker}});
    run(world, 1);
    world.intervene({kind: 'stop', process: 'p'});
    world.intervene({kind: 'start', process: 'p'});
    run(world, 8);
    expect(world.isRunning('p')).toBe(true);
    world.intervene({kind: 'restart', process: 'p'});
    world.intervene({kind: 'kill', process: 'p'});
    run(world, 100);
    expect(world.isRunning('p')).toBe(false);
  });

  test('an exception crashes the process, not the world; the trace has the first line of its message', () => {
    const world = startedWorld({
      programs: {
        p: program((host) => {
          host.clock.after(5, () => {
            throw new Error('the log is torn\nat offset 7');
          });
          host.clock.after(10, () => say(host, 'never'));
        }),
        other: ticker,
      },
    });
    run(world, 12);
    expect(told(world)).toBe(
      lines(
        '0 > start p',
        '0 p started',
        '0 > start other',
        '0 other started',
        '5 p crashed: Error: the log is torn',
        '10 other says printed tick 1',
      ),
    );
    expect(world.crashes).toMatchObject([{process: 'p', atUs: 5000}]);
  });

  test('of an error raised by the engine only the name is told, for engines word them differently', () => {
    const world = startedWorld({
      programs: {
        p: program((host) => {
          (host as unknown as {nothing: {here(): void}}).nothing.here();
        }),
      },
    });
    run(world, 1);
    expect(told(world)).toContain('0 p crashed: TypeError');
    expect(told(world)).not.toContain('undefined');
  });

  test('a handler that throws on data that arrived crashes its own process and no other', () => {
    const world = startedWorld({
      programs: {
        server: program((host) => {
          host.network.listen(9000, () => ({
            data() {
              throw new Error('malformed');
            },
            closed() {},
          }));
        }),
        client: program((host) => {
          const c = host.network.connect('10.0.0.1:9000', {
            opened: () => void c.write(new Uint8Array(4)),
            data() {},
            closed: (why) => say(host, why),
          });
        }),
      },
    });
    run(world, 100);
    expect(told(world)).toContain('3 server crashed: Error: malformed');
    expect(told(world)).toContain('4 client says printed reset');
    expect(world.isRunning('client')).toBe(true);
  });

  test('exit ends the process at once, and nothing after it runs', () => {
    const world = startedWorld({
      programs: {
        p: program((host) => {
          host.clock.after(3, () => {
            try {
              host.exit(1, 'port taken');
            } finally {
              say(host, 'never told');
            }
          });
        }),
      },
    });
    run(world, 10);
    expect(told(world)).toBe(lines('0 > start p', '0 p started', '3 p exited: port taken (exit code 1)'));
    expect(world.crashes).toEqual([]);
  });

  test('an end frees the port, so that the next life can listen on it', () => {
    const answers: unknown[] = [];
    const world = startedWorld({
      programs: {
        p: program((host) => {
          const listener = host.network.listen(9000, () => ({data() {}, closed() {}}));
          answers.push('failure' in listener ? listener.failure : listener.port);
        }),
      },
    });
    run(world, 1);
    world.intervene({kind: 'kill', process: 'p'});
    world.intervene({kind: 'start', process: 'p'});
    run(world, 2);
    expect(answers).toEqual([9000, 9000]);
  });

  test('two processes on one port of one machine: the second is told so', () => {
    const answers: unknown[] = [];
    const listen = program((host) => {
      const listener = host.network.listen(9000, () => ({data() {}, closed() {}}));
      answers.push('failure' in listener ? listener.failure : listener.port);
    });
    run(startedWorld({machineCount: 1, programs: {p: listen, q: listen}}), 1);
    expect(answers).toEqual([9000, 'EADDRINUSE']);
  });

  test('identity is what the machine would tell, and pids on one machine differ', () => {
    const hosts: Host[] = [];
    const keep = program((host) => void hosts.push(host));
    run(startedWorld({machineCount: 1, programs: {p: keep, q: keep}}), 1);
    expect(hosts[0]!.identity).toMatchObject({name: 'p', hostName: 'm1', address: '10.0.0.1', processors: 4});
    expect(hosts[0]!.identity.pid).not.toBe(hosts[1]!.identity.pid);
  });
});

describe('interventions', () => {
  test('nonsense is refused before anything changes', () => {
    const world = startedWorld({programs: {p: ticker}});
    run(world, 1);
    const before = world.traceHash();
    expect(() => world.intervene({kind: 'kill', process: 'nobody'})).toThrow(
      'there is no process called nobody',
    );
    expect(() => world.intervene({kind: 'cut', from: 'm1', to: 'mars', direction: 'both'})).toThrow('mars');
    expect(() => world.intervene({kind: 'cut', from: 'm1', to: 'm1', direction: 'both'})).toThrow('itself');
    expect(() => world.intervene({kind: 'jump-clock', machine: 'm1', byMs: 0.5})).toThrow('0.5');
    expect(() => world.intervene({kind: 'meteor'} as never)).toThrow('meteor');
    expect(world.traceHash()).toBe(before);
  });

  test('one that finds nothing to change is told and changes nothing', () => {
    const world = startedWorld({programs: {p: ticker, q: ticker}});
    run(world, 1);
    for (const kind of ['start', 'resume'] as const) world.intervene({kind, process: 'p'});
    world.intervene({kind: 'kill', process: 'p'});
    for (const kind of ['kill', 'stop', 'pause', 'resume'] as const) world.intervene({kind, process: 'p'});
    world.intervene({kind: 'heal', from: 'm1', to: 'm2', direction: 'both'});
    expect(transcript(world, {sinceUs: 1000, without: ['intervened']})).toBe('1 p killed');
  });
});

describe('machine clocks', () => {
  const withClock = (clock: {clockOffsetMs: number; clockDriftPpm: number}, start: (host: Host) => void) =>
    startedWorld({
      machines: [
        {
          name: 'm1',
          address: '10.0.0.1',
          processors: 1,
          memoryBytes: 1,
          disk: {
            capacityBytes: 1,
            syncLatencyUs: 1,
            syncJitterUs: 0,
            bandwidthBytesPerSecond: 1,
          },
          ...clock,
        },
      ],
      programs: {p: program(start)},
    });

  test('an offset shifts wall time; a jump moves it again, and moves neither timers nor monotonic time', () => {
    const seen: string[] = [];
    const world = withClock({clockOffsetMs: -250, clockDriftPpm: 0}, (host) => {
      const look = (): void =>
        void seen.push(`${host.clock.nowMs() - 1_600_000_000_000} ${host.clock.monotonicNs() / 1e6}`);
      look();
      host.clock.after(100, look);
    });
    run(world, 50);
    world.intervene({kind: 'jump-clock', machine: 'm1', byMs: -3_600_000});
    run(world, 200);
    expect(seen).toEqual(['-250 0', '-3600150 100']);
    expect(told(world)).toContain('50 clock of m1 jumps by -3600000 ms');
  });

  test('a clock that drifts counts differently, and its timers run by its own count', () => {
    const seen: number[] = [];
    const world = withClock({clockOffsetMs: 0, clockDriftPpm: 1000}, (host) => {
      host.clock.after(1_001_000, () => seen.push(world.nowUs, host.clock.nowMs() - 1_600_000_000_000));
    });
    run(world, 2_000_000);
    expect(seen).toEqual([1_000_000_000, 1_001_000]);
  });

  test('timers go down to a microsecond', () => {
    const seen: number[] = [];
    const world = withClock({clockOffsetMs: 0, clockDriftPpm: 0}, (host) => {
      host.clock.after(0.25, () => seen.push(world.nowUs));
      host.clock.after(0.001, () => seen.push(world.nowUs));
    });
    run(world, 2);
    expect(seen).toEqual([1, 250]);
  });
});
