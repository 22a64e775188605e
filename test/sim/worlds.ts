import type {Host, Program, RunningProgram} from '../../src/ports/host.ts';
import type {LinkSpec, NetworkSpec, ProcessSpec, World, WorldSpec} from '../../src/sim/api.ts';
import {DEFAULT_COSTS, DEFAULT_MACHINE, NETWORK_PRESETS} from '../../src/sim/presets.ts';
import {createWorld} from '../../src/sim/world.ts';

/** A link on which every figure in a transcript is round: 1 ms each way, no jitter, no loss, as wide as can be. */
export const EVEN_LINK: LinkSpec = {
  latencyUs: 1000,
  jitterUs: 0,
  bandwidthBytesPerSecond: 1_000_000_000_000,
  lossPerMillion: 0,
};

export const EVEN_NETWORK: NetworkSpec = {
  between: EVEN_LINK,
  loopback: {...EVEN_LINK, latencyUs: 10},
  links: [],
};

/** A program from one function; it stops as soon as it is asked to unless `stop` says otherwise. */
export function program(start: (host: Host) => void, stop?: RunningProgram['stop']): () => Program {
  return () => ({
    start(host) {
      start(host);
      return {stop: stop ?? ((done) => done())};
    },
  });
}

export interface SmallWorld extends Partial<Omit<WorldSpec, 'processes' | 'machines'>> {
  /** Machine `m1` is 10.0.0.1, and so on. */
  readonly machineCount?: number;
  readonly machines?: WorldSpec['machines'];
  /** Programs by process name; process number i runs on machine number i, or the last. */
  readonly programs: Readonly<Record<string, () => Program>>;
  /** What is wrong with a setting; without it, no process takes any. */
  readonly settingMistake?: ProcessSpec['settingMistake'];
}

/** A world of a few machines with one program each, none started. */
export function worldOf(small: SmallWorld): World {
  const names = Object.keys(small.programs);
  const count = small.machineCount ?? names.length;
  const machines =
    small.machines ??
    Array.from({length: count}, (_, i) => ({
      ...DEFAULT_MACHINE,
      name: `m${i + 1}`,
      address: `10.0.0.${i + 1}`,
    }));
  const processes = names.map(
    (name, i): ProcessSpec => ({
      name,
      kind: 'other',
      machine: machines[Math.min(i, machines.length - 1)]!.name,
      program: small.programs[name]!,
      ...(small.settingMistake === undefined ? {} : {settingMistake: small.settingMistake}),
    }),
  );
  return createWorld({
    seed: small.seed ?? '1',
    epochMs: small.epochMs ?? 1_600_000_000_000,
    machines,
    network: small.network ?? EVEN_NETWORK,
    costs: small.costs ?? DEFAULT_COSTS,
    processes,
  });
}

/** The same with all started, in order. */
export function startedWorld(small: SmallWorld): World {
  const world = worldOf(small);
  for (const process of Object.keys(small.programs)) world.intervene({kind: 'start', process});
  return world;
}

export {NETWORK_PRESETS};
