import fc from 'fast-check';
import {expect, test} from 'vitest';
import type {Connection} from '../../src/ports/network.ts';
import {EVEN_LINK, program, startedWorld} from './worlds.ts';

type Side = 'client' | 'server';

/** What a test does to a connection, its machines and its processes. */
const commands = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('write' as const),
        side: fc.constantFrom<Side>('client', 'server'),
        length: fc.oneof(fc.integer({min: 1, max: 50}), fc.integer({min: 1, max: 60_000})),
      }),
    },
    {weight: 3, arbitrary: fc.record({do: fc.constant('run' as const), us: fc.nat(2_000_000)})},
    {weight: 2, arbitrary: fc.record({do: fc.constant('run' as const), us: fc.nat(3000)})},
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constantFrom('cut' as const, 'heal' as const),
        from: fc.constantFrom('m1', 'm2'),
        direction: fc.constantFrom('both' as const, 'one-way' as const),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constantFrom('pause' as const, 'resume' as const),
        side: fc.constantFrom<Side>('client', 'server'),
      }),
    },
  ),
  {maxLength: 60},
);

test('whatever is cut, healed, lost, paused and resumed: bytes arrive in order, once, and in the end all of them', () => {
  fc.assert(
    fc.property(commands, fc.nat(1000), fc.constantFrom(0, 100_000), (list, seed, lossPerMillion) => {
      const connections = new Map<Side, Connection>();
      const sent: Record<Side, number> = {client: 0, server: 0};
      const received: Record<Side, number> = {client: 0, server: 0};
      const ends: string[] = [];
      /** Byte number n of each direction is n mod 251. */
      const take = (side: Side) => (bytes: Uint8Array) => {
        for (const byte of bytes)
          if (byte !== received[side]++ % 251) throw new Error(`${side}: out of order`);
      };
      const handlers = (side: Side) => ({
        data: take(side),
        ended: () => connections.get(side)!.end(),
        closed: (why: string) => void ends.push(`${side} ${why}`),
      });
      const world = startedWorld({
        seed: String(seed),
        network: {
          between: {...EVEN_LINK, jitterUs: 2000, bandwidthBytesPerSecond: 50_000_000, lossPerMillion},
          loopback: EVEN_LINK,
          links: [],
        },
        programs: {
          server: program((host) => {
            host.network.listen(9000, (connection) => {
              connections.set('server', connection);
              return handlers('server');
            });
          }),
          client: program((host) => {
            connections.set('client', host.network.connect('10.0.0.1:9000', handlers('client')));
          }),
        },
      });
      world.runUntil(30_000_000);
      for (const command of list) {
        switch (command.do) {
          case 'write': {
            const bytes = new Uint8Array(command.length);
            for (let i = 0; i < bytes.length; i++) bytes[i] = sent[command.side]++ % 251;
            connections.get(command.side)!.write(bytes);
            break;
          }
          case 'run':
            world.runUntil(world.nowUs + command.us);
            break;
          case 'cut':
          case 'heal':
            world.intervene({
              kind: command.do,
              from: command.from,
              to: command.from === 'm1' ? 'm2' : 'm1',
              direction: command.direction,
            });
            break;
          default:
            world.intervene({kind: command.do, process: command.side});
        }
        expect(received.server).toBeLessThanOrEqual(sent.client);
        expect(received.client).toBeLessThanOrEqual(sent.server);
      }
      world.intervene({kind: 'heal', from: 'm1', to: 'm2', direction: 'both'});
      for (const process of ['client', 'server']) world.intervene({kind: 'resume', process});
      // Longer than the longest wait for a retransmission.
      world.runUntil(world.nowUs + 600_000_000);
      expect([received.server, received.client]).toEqual([sent.client, sent.server]);
      for (const connection of connections.values()) expect(connection.bufferedBytes).toBe(0);
      expect(ends).toEqual([]);
      connections.get('client')!.end();
      world.runUntil(world.nowUs + 60_000_000);
      expect(ends.sort()).toEqual(['client ended', 'server ended']);
      expect(world.crashes).toEqual([]);
      expect(world.nextEventUs()).toBe(-1);
    }),
    {seed: 2026, numRuns: 80},
  );
});
