import type {CloseReason, Connection} from '../../src/ports/network.ts';
import type {World} from '../../src/sim/api.ts';
import {program, type SmallWorld, startedWorld} from './worlds.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A server on `m1` and a client on `m2`, connected, whose sockets the test holds in its hand. */
export interface Talk {
  readonly world: World;
  client: Connection;
  server: Connection;
  /** Runs to a time in ms. */
  to(ms: number): void;
  clientSays(text: string): boolean;
  serverSays(text: string): boolean;
  /** Ends of connections, by process. */
  readonly ends: Map<string, CloseReason>;
}

/** Over the even link: one millisecond each way. By 10 ms everything is quiet. */
export function talk(options: Omit<SmallWorld, 'programs'> = {}): Talk {
  const ends = new Map<string, CloseReason>();
  let server: Connection | null = null;
  let client: Connection | null = null;
  const world = startedWorld({
    ...options,
    programs: {
      server: program((host) => {
        host.network.listen(9000, (connection) => {
          server = connection;
          return {
            data() {},
            closed: (why) => ends.set('server', why),
          };
        });
      }),
      client: program((host) => {
        client = host.network.connect('10.0.0.1:9000', {
          data() {},
          closed: (why) => ends.set('client', why),
        });
      }),
    },
  });
  world.runUntil(10_000);
  return {
    world,
    client: client!,
    server: server!,
    ends,
    to: (ms) => world.runUntil(ms * 1000),
    clientSays: (text) => client!.write(encode(text)),
    serverSays: (text) => server!.write(encode(text)),
  };
}
