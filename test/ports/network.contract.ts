import {describe, expect, test} from 'vitest';
import type {Host} from '../../src/ports/host.ts';
import type {CloseReason, Connection, ConnectionHandlers, Listener} from '../../src/ports/network.ts';
import {type MakeFixture, withFixture} from './fixture.ts';

/** One side of a connection under test: keeps what it was told, in order. */
class Side implements ConnectionHandlers {
  connection: Connection | null = null;
  readonly told: string[] = [];
  readonly received: number[] = [];
  closedWith: CloseReason | null = null;
  opened(): void {
    this.told.push('opened');
  }
  data(bytes: Uint8Array): void {
    for (const byte of bytes) this.received.push(byte);
    if (this.told[this.told.length - 1] !== 'data') this.told.push('data');
  }
  drained(): void {
    this.told.push('drained');
  }
  ended(): void {
    this.told.push('ended');
  }
  closed(reason: CloseReason): void {
    this.closedWith = reason;
    this.told.push(`closed: ${reason}`);
  }
}

function listening(host: Host, sides: Side[]): Listener {
  const listener = host.network.listen(0, (connection) => {
    const side = new Side();
    side.connection = connection;
    sides.push(side);
    return side;
  });
  if ('failure' in listener) throw new Error(listener.failure);
  return listener;
}

function connecting(host: Host, address: string): Side {
  const side = new Side();
  side.connection = host.network.connect(address, side, 120_000);
  return side;
}

const bytes = (content: string): Uint8Array => new TextEncoder().encode(content);
const text = (side: Side): string => new TextDecoder().decode(new Uint8Array(side.received));

interface Pair {
  readonly client: Side;
  readonly server: Side;
  readonly listener: Listener;
}

export function networkContract(name: string, make: MakeFixture): void {
  /** Server on `a`, client on `b`, connected. */
  const connected = (body: (pair: Pair, until: (isDone: () => boolean) => Promise<void>) => Promise<void>) =>
    withFixture(make, async ({a, b, until}) => {
      const sides: Side[] = [];
      const listener = listening(a, sides);
      const client = connecting(b, `${a.identity.address}:${listener.port}`);
      await until(() => sides.length === 1 && client.told.length > 0);
      await body({client, server: sides[0]!, listener}, until);
    });

  describe(`network of ${name}`, () => {
    test('opening is told later, to the connecting side only; both know both addresses', () =>
      withFixture(make, async ({a, b, until}) => {
        const sides: Side[] = [];
        const listener = listening(a, sides);
        const client = connecting(b, `${a.identity.address}:${listener.port}`);
        expect(client.told).toEqual([]);
        await until(() => sides.length === 1 && client.told.length > 0);
        expect(client.told).toEqual(['opened']);
        expect(sides[0]!.told).toEqual([]);
        expect(client.connection!.remoteAddress).toBe(`${a.identity.address}:${listener.port}`);
        expect(sides[0]!.connection!.localAddress).toBe(client.connection!.remoteAddress);
        expect(sides[0]!.connection!.remoteAddress).toBe(client.connection!.localAddress);
      }));

    test('bytes arrive as sent and in order, both ways at once, also those written before the opening', () =>
      withFixture(make, async ({a, b, until}) => {
        const sides: Side[] = [];
        const listener = listening(a, sides);
        const client = connecting(b, `${a.identity.address}:${listener.port}`);
        client.connection!.write(bytes('early,'));
        await until(() => sides.length === 1 && client.told.length > 0);
        for (let i = 0; i < 50; i++) {
          client.connection!.write(bytes(`${i},`));
          sides[0]!.connection!.write(bytes(`${-i},`));
        }
        const numbers = Array.from({length: 50}, (_, i) => i);
        const toServer = `early,${numbers.map((i) => `${i},`).join('')}`;
        const toClient = numbers.map((i) => `${-i},`).join('');
        await until(() => text(sides[0]!) === toServer && text(client) === toClient);
      }));

    test('a large transfer arrives whole; above the high-water mark write says stop, and drained says go', () =>
      connected(async ({client, server}, until) => {
        const piece = 16 * 1024;
        let sent = 0;
        let stops = 0;
        const total = 100;
        const pump = (): void => {
          while (sent < total) {
            const goOn = client.connection!.write(new Uint8Array(piece).fill(sent++ & 0xff));
            if (!goOn) {
              stops++;
              return;
            }
          }
        };
        client.drained = pump;
        pump();
        expect(stops).toBe(1);
        expect(client.connection!.bufferedBytes).toBeGreaterThan(0);
        await until(() => server.received.length === total * piece);
        for (let i = 0; i < total; i++) expect(server.received[i * piece + 7]).toBe(i & 0xff);
        await until(() => client.connection!.bufferedBytes === 0);
      }));

    test('nobody listens: refused, and nothing else', () =>
      withFixture(make, async ({a, b, until, pass}) => {
        const sides: Side[] = [];
        const listener = listening(a, sides);
        const {port} = listener;
        listener.close();
        await pass(10);
        const client = connecting(b, `${a.identity.address}:${port}`);
        await until(() => client.closedWith !== null);
        await pass(20);
        expect(client.told).toEqual(['closed: refused']);
        expect(sides).toEqual([]);
      }));

    test('a port is listened on once, and is free again after close', () =>
      withFixture(make, async ({a, pass}) => {
        const listener = listening(a, []);
        expect(a.network.listen(listener.port, () => new Side())).toEqual({failure: 'EADDRINUSE'});
        listener.close();
        await pass(10);
        const again = a.network.listen(listener.port, () => new Side());
        expect('failure' in again).toBe(false);
        if (!('failure' in again)) again.close();
      }));

    test('a closed listener leaves open connections alone', () =>
      connected(async ({client, server, listener}, until) => {
        listener.close();
        client.connection!.write(bytes('still here'));
        await until(() => text(server) === 'still here');
      }));

    test('end: what was written arrives, then the end; the other side may still write until it ends too', () =>
      connected(async ({client, server}, until) => {
        client.connection!.write(bytes('last words'));
        client.connection!.end();
        expect(client.connection!.write(bytes('too late'))).toBe(false);
        await until(() => server.told.includes('ended'));
        expect(text(server)).toBe('last words');
        expect(server.told).toEqual(['data', 'ended']);
        expect(client.closedWith).toBeNull();
        server.connection!.write(bytes('answer'));
        await until(() => text(client) === 'answer');
        server.connection!.end();
        await until(() => client.closedWith !== null && server.closedWith !== null);
        expect(client.told).toEqual(['opened', 'data', 'ended', 'closed: ended']);
        expect(server.told).toEqual(['data', 'ended', 'closed: ended']);
      }));

    test('destroy: this side is told as an event of its own, the peer sees a reset after what was sent before', () =>
      connected(async ({client, server}, until) => {
        client.connection!.destroy();
        client.connection!.destroy();
        expect(client.closedWith).toBeNull();
        expect(client.connection!.write(bytes('x'))).toBe(false);
        await until(() => client.closedWith !== null && server.closedWith !== null);
        expect(client.told).toEqual(['opened', 'closed: destroyed']);
        expect(server.told).toEqual(['closed: reset']);
      }));

    test('destroy before the opening: closed, never opened', () =>
      withFixture(make, async ({a, b, until, pass}) => {
        const sides: Side[] = [];
        const listener = listening(a, sides);
        const client = connecting(b, `${a.identity.address}:${listener.port}`);
        client.connection!.destroy();
        await until(() => client.closedWith !== null);
        await pass(20);
        expect(client.told).toEqual(['closed: destroyed']);
      }));

    test('nothing follows closed', () =>
      connected(async ({client, server}, until) => {
        server.connection!.write(bytes('on its way'));
        client.connection!.destroy();
        await until(() => server.closedWith !== null && client.closedWith !== null);
        client.connection!.end();
        client.connection!.destroy();
        server.connection!.write(bytes('nowhere'));
        server.connection!.destroy();
        expect(client.told).toEqual(['opened', 'closed: destroyed']);
        expect(server.told.filter((event) => event.startsWith('closed'))).toEqual(['closed: reset']);
      }));
  });
}
