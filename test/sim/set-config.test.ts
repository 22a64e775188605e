import {expect, test} from 'vitest';
import type {Host, Program} from '../../src/ports/host.ts';
import {DEFAULT_COSTS, DEFAULT_MACHINE} from '../../src/sim/presets.ts';
import {createWorld} from '../../src/sim/world.ts';
import {transcript} from './transcript.ts';
import {EVEN_NETWORK, program, worldOf} from './worlds.ts';

/** Says at its start what it was given. */
function teller(settings: ReadonlyMap<string, string>): Program {
  return {
    start(host: Host) {
      const fact = {kind: 'printed', line: [...settings].map((pair) => pair.join('=')).join(' ')};
      host.journal.record(fact);
      return {stop: (done) => done()};
    },
  };
}

function tellersWorld() {
  return createWorld({
    seed: '1',
    epochMs: 1_600_000_000_000,
    machines: [{...DEFAULT_MACHINE, name: 'm1', address: '10.0.0.1'}],
    network: EVEN_NETWORK,
    costs: DEFAULT_COSTS,
    processes: [
      {
        name: 'p',
        kind: 'other',
        machine: 'm1',
        program: teller,
        settingMistake: (key) => (key === 'colour' || key === 'size' ? null : `no ${key}`),
      },
    ],
  });
}

test('what is set is what the next start is given, and every start after it; setting it again does nothing', () => {
  const world = tellersWorld();
  const set = (key: string, value: string) => world.intervene({kind: 'set-config', process: 'p', key, value});
  world.intervene({kind: 'start', process: 'p'});
  world.runUntil(1000);
  set('colour', 'red');
  set('colour', 'red');
  set('size', '2');
  set('colour', 'blue');
  world.runUntil(2000);
  world.intervene({kind: 'restart', process: 'p'});
  world.runUntil(3000);
  world.intervene({kind: 'kill', process: 'p'});
  world.intervene({kind: 'start', process: 'p'});
  world.runUntil(4000);
  expect(
    transcript(world)
      .split('\n')
      .filter((line) => / says |setting|config/.test(line))
      .join('\n'),
  ).toMatchInlineSnapshot(`
    "0 p says printed 
    1 > set-config p colour red
    1 config-set
    1 > set-config p colour red
    1 > set-config p size 2
    1 config-set
    1 > set-config p colour blue
    1 config-set
    2 p says printed colour=blue size=2
    3 p says printed colour=blue size=2"
  `);
});

test('a setting that the process cannot have, and a process that takes none, are mistakes; nothing changes', () => {
  const world = tellersWorld();
  const before = world.traceHash();
  expect(() => world.intervene({kind: 'set-config', process: 'p', key: 'taste', value: 'x'})).toThrow(
    'no taste',
  );
  expect(world.traceHash()).toBe(before);
  const other = worldOf({programs: {q: program(() => undefined)}});
  expect(() => other.intervene({kind: 'set-config', process: 'q', key: 'colour', value: 'x'})).toThrow(
    'q takes no settings',
  );
});
