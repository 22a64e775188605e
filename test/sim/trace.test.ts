import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {World} from '../../src/sim/api.ts';
import {ByteArena} from '../../src/sim/byte-arena.ts';
import {NETWORK_PRESETS} from '../../src/sim/presets.ts';
import {TraceHash} from '../../src/sim/trace-hash.ts';
import {rehash} from '../../src/sim/trace-log.ts';
import {program, startedWorld} from './worlds.ts';

/** Two clients that talk to an echoing server over a lossy link, write to disk and use a pool, through a cut and a kill. */
function busyWorld(seed: string): World {
  const client = program((host) => {
    const pool = host.cpu.pool('work', 2, 100);
    const file = host.disk.open('/log', 'create');
    const connect = (): void => {
      const c = host.network.connect(
        '10.0.0.1:9000',
        {
          data(bytes) {
            const fact = {
              kind: 'echoed',
              length: bytes.length,
              nested: {list: [1, null, 'x'], big: 2n ** 60n},
            };
            host.journal.record(fact);
          },
          closed: () => void host.clock.after(100, connect),
        },
        500,
      );
      const tick = (): void => {
        const length = 1 + host.random.below(2000);
        pool.submit('work', length, () => {
          c.write(new Uint8Array(length).fill(length));
          file.writeAt(file.sizeBytes(), new Uint8Array(length));
          file.sync(() => {});
        });
        host.clock.after(host.random.below(20), tick);
      };
      tick();
    };
    connect();
  });
  const world = startedWorld({
    seed,
    network: {
      between: {...NETWORK_PRESETS.zones, lossPerMillion: 20_000},
      loopback: NETWORK_PRESETS.loopback,
      links: [],
    },
    programs: {
      server: program((host) => {
        host.network.listen(9000, (c) => ({data: (bytes) => void c.write(bytes.slice()), closed() {}}));
      }),
      one: client,
      two: client,
    },
  });
  world.runUntil(300_000);
  world.intervene({kind: 'cut', from: 'm1', to: 'm2', direction: 'one-way'});
  world.runUntil(600_000);
  world.intervene({kind: 'kill', process: 'server'});
  world.intervene({kind: 'heal', from: 'm1', to: 'm2', direction: 'both'});
  world.intervene({kind: 'pause', process: 'two'});
  world.runUntil(800_000);
  world.intervene({kind: 'start', process: 'server'});
  world.intervene({kind: 'resume', process: 'two'});
  world.runUntil(2_000_000);
  return world;
}

describe('determinism', () => {
  test('the same seed gives the same history to the last byte; another seed another one', () => {
    const one = busyWorld('1');
    const again = busyWorld('1');
    expect(again.traceHash()).toBe(one.traceHash());
    expect(again.eventCount).toBe(one.eventCount);
    expect(again.trace.entries).toEqual(one.trace.entries);
    expect(one.trace.entries.length).toBeGreaterThan(1000);
    expect(busyWorld('2').traceHash()).not.toBe(one.traceHash());
  });

  test('the history of a seed is this one, in every engine; whoever changes it on purpose says so here', () => {
    expect(busyWorld('1').traceHash()).toMatchInlineSnapshot(`"8d3fffb4a89f6dc7"`);
  });

  test('it does not matter in how many pieces a world is run', () => {
    const whole = busyWorld('5');
    // The interventions of `busyWorld` fall on fixed times, so only the last stretch is cut up differently here.
    const pieces = busyWorld('5');
    whole.runUntil(3_000_000);
    while (!pieces.runSome(2_500_000, 7));
    while (pieces.nextEventUs() <= 3_000_000) pieces.step();
    pieces.runUntil(3_000_000);
    expect(pieces.traceHash()).toBe(whole.traceHash());
  });
});

describe('trace', () => {
  test('entries are numbered from 1, in order of time, and each has its cause before it', () => {
    const {entries} = busyWorld('1').trace;
    entries.forEach((entry, i) => {
      expect(entry.id).toBe(i + 1);
      expect(entry.cause).toBeLessThan(entry.id);
      expect(entry.cause).toBeGreaterThan(i === 0 ? -1 : 0);
      if (i > 0) expect(entry.atUs).toBeGreaterThanOrEqual(entries[i - 1]!.atUs);
    });
  });

  test('every sent segment arrives at the time told last, or is lost, or is still under way; none twice', () => {
    const {entries} = busyWorld('1').trace;
    const due = new Map<number, number>();
    for (const entry of entries) {
      if (entry.kind === 'bytes-sent') due.set(entry.id, entry.arrivesUs);
      if (entry.kind === 'bytes-delayed') {
        expect(due.has(entry.sent)).toBe(true);
        due.set(entry.sent, entry.arrivesUs);
      }
      if (entry.kind === 'bytes-arrived') {
        // Those of a paused process were due at no time that could be told.
        const told = due.get(entry.sent)!;
        expect(told < 0 || told === entry.atUs).toBe(true);
        due.delete(entry.sent);
      }
      if (entry.kind === 'bytes-lost') {
        expect(due.delete(entry.sent)).toBe(true);
      }
    }
  });

  test('bytes of each connection and direction arrive in the order sent', () => {
    const {entries} = busyWorld('3').trace;
    const last = new Map<string, number>();
    for (const entry of entries) {
      if (entry.kind !== 'bytes-arrived') continue;
      const flow = `${entry.connection} ${entry.process}`;
      expect(entry.sent).toBeGreaterThan(last.get(flow) ?? 0);
      last.set(flow, entry.sent);
    }
    expect(last.size).toBeGreaterThan(3);
  });

  test('the hash can be computed again from the trace, and shows any change to it', () => {
    const world = busyWorld('1');
    const {entries} = world.trace;
    const bytes = (ref: {offset: number; length: number}): Uint8Array => world.trace.bytes(ref);
    expect(rehash(entries, bytes)).toBe(world.traceHash());
    const kinds = new Set(entries.map(({kind}) => kind));
    for (const kind of kinds) {
      const index = entries.findIndex((entry) => entry.kind === kind);
      const original = entries[index] as unknown as Record<string, unknown>;
      for (const field of Object.keys(original)) {
        if (field === 'kind' || (kind === 'bytes-sent' && field === 'bytes')) continue;
        const value = original[field];
        const changed = [...entries];
        changed[index] = {...original, [field]: typeof value === 'number' ? value + 1 : `${value}!`} as never;
        if (kind === 'fact' && field === 'fact') {
          const fact = structuredClone(value) as {nested: {list: unknown[]}};
          fact.nested.list[2] = 'y';
          changed[index] = {...original, fact} as never;
        }
        expect(rehash(changed, bytes), `${kind}.${field}`).not.toBe(world.traceHash());
      }
    }
    const flipped = (ref: {offset: number; length: number}): Uint8Array => {
      const copy = bytes(ref).slice();
      if (copy.length > 0) copy[copy.length - 1]! ^= 1;
      return copy;
    };
    expect(rehash(entries, flipped)).not.toBe(world.traceHash());
  });

  test('a timer leaves an entry only if something comes of it', () => {
    const world = startedWorld({
      programs: {
        p: program((host) => {
          let polls = 0;
          const poll = (): void => {
            if (++polls === 5) {
              const fact = {kind: 'printed', line: 'found'};
              host.journal.record(fact);
              host.journal.record(fact);
            } else host.clock.after(10, poll);
          };
          host.clock.after(10, poll);
        }),
      },
    });
    world.runUntil(1_000_000);
    const tail = world.trace.entries.slice(-4);
    expect(tail.map(({kind, cause, id}) => [kind, id - cause])).toEqual([
      ['process-started', 1],
      ['timer-ran', 1],
      ['fact', 1],
      ['fact', 2],
    ]);
  });
});

describe('hash', () => {
  const digest = (value: unknown): string => {
    const hash = new TraceHash();
    hash.value(value);
    return hash.digest();
  };

  test('the hash of a value is this, today and in every engine', () => {
    expect(
      digest({a: [1, -1, 2 ** 40, 0.5, 'text', '日本', true, false, null, undefined, 10n], b: {}}),
    ).toMatchInlineSnapshot(`"e688d073c4a26cdb"`);
  });

  test('values that differ at all have different hashes', () => {
    const values = [
      0,
      1,
      -1,
      0.5,
      2 ** 32,
      2 ** 53 - 1,
      '',
      '0',
      'a',
      'ab',
      'b',
      'a\0',
      true,
      false,
      null,
      undefined,
      0n,
      1n,
      [],
      [0],
      [[]],
      [[], []],
      {},
      {a: 0},
      {b: 0},
      {a: {}},
      [{}],
      {a: 0, b: 0},
      {a: {b: 0}},
      [1, 2],
      [2, 1],
      ['a', 'b'],
      ['ab'],
    ];
    const digests = values.map(digest);
    expect(new Set(digests).size).toBe(values.length);
    for (const text of digests) expect(text).toMatch(/^[0-9a-f]{16}$/);
  });

  test('minus zero and zero are alike, and so are all NaNs', () => {
    expect(digest(-0)).toBe(digest(0));
    expect(digest(Number.NaN)).toBe(digest(Number(undefined)));
  });
});

describe('byte arena', () => {
  test('what was put in comes out, small and larger than a chunk, whole and in part', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(100), fc.nat(3_000_000)), {maxLength: 12}), (lengths) => {
        const arena = new ByteArena();
        const kept = lengths.map((length, i) => {
          const bytes = new Uint8Array(length).fill(i + 1);
          if (length > 0) bytes[length - 1] = 99;
          return {bytes, ref: {offset: arena.add(bytes), length}};
        });
        for (const {bytes, ref} of kept) {
          expect(Buffer.compare(arena.read(ref), bytes)).toBe(0);
          const half = {offset: ref.offset + (ref.length >> 1), length: ref.length - (ref.length >> 1)};
          expect(Buffer.compare(arena.read(half), bytes.subarray(ref.length >> 1))).toBe(0);
        }
      }),
      {seed: 77, numRuns: 30},
    );
  });
});
