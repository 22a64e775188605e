import type {Host} from '../../src/ports/host.ts';
import type {FactShape} from '../../src/ports/journal.ts';
import {NETWORK_PRESETS} from '../../src/sim/presets.ts';
import {program, startedWorld} from '../sim/worlds.ts';
import type {PortFixture} from './fixture.ts';

const PATIENCE_US = 10_000_000;

/** Two machines in one rack. */
export async function simFixture(): Promise<PortFixture> {
  const hosts: Host[] = [];
  const keep = program((host) => {
    hosts.push(host);
  });
  const world = startedWorld({
    programs: {a: keep, b: keep},
    network: {between: NETWORK_PRESETS['same-rack'], loopback: NETWORK_PRESETS.loopback, links: []},
  });
  world.runUntil(1000);
  const [a, b] = hosts as [Host, Host];
  return {
    a,
    b,
    folder: '/contract',
    async until(isDone) {
      const untilUs = world.nowUs + PATIENCE_US;
      while (!isDone()) {
        const nextUs = world.nextEventUs();
        if (nextUs < 0 || nextUs > untilUs) throw new Error('it never happened');
        world.step();
        const crash = world.crashes[0];
        if (crash !== undefined) throw crash.error;
      }
    },
    async pass(ms) {
      world.runUntil(world.nowUs + ms * 1000);
      const crash = world.crashes[0];
      if (crash !== undefined) throw crash.error;
    },
    recorded(host) {
      const facts: FactShape[] = [];
      for (const entry of world.trace.entries) {
        if (entry.kind === 'fact' && entry.process === host.identity.name) facts.push(entry.fact);
      }
      return facts;
    },
    async close() {},
  };
}
