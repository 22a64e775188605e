import {spawn} from 'node:child_process';
import {once} from 'node:events';
import * as net from 'node:net';
import {setTimeout as sleep} from 'node:timers/promises';
import {describe, expect, test} from 'vitest';
import type {CloseReason, Connection, ConnectionHandlers, Listener} from '../../src/ports/network.ts';
import {withFixture} from '../ports/fixture.ts';
import {hostFixture} from './host-fixture.ts';

interface Told extends ConnectionHandlers {
  readonly events: string[];
  receivedBytes: number;
}

function teller(): Told {
  const told: Told = {
    events: [],
    receivedBytes: 0,
    opened: () => void told.events.push('opened'),
    data: (bytes) => void (told.receivedBytes += bytes.length),
    drained: () => void told.events.push('drained'),
    ended: () => void told.events.push('ended'),
    closed: (reason: CloseReason) => void told.events.push(`closed: ${reason}`),
  };
  return told;
}

/** Until a figure stands still. If it only seems to, what is claimed of it holds all the more. */
async function quiet(figure: () => number, pass: (ms: number) => Promise<void>): Promise<void> {
  let last = Number.NaN;
  for (let same = 0; same < 5; same = figure() === last ? same + 1 : 0) {
    last = figure();
    await pass(100);
  }
}

describe('sockets of a real host', () => {
  test('a receiver that does not read holds the sender back, and costs it no more than its buffer', () =>
    withFixture(hostFixture, async ({a, until, pass}) => {
      let socket: net.Socket | null = null;
      const peer = net.createServer({pauseOnConnect: true}, (accepted) => (socket = accepted));
      await new Promise<void>((resolve) => peer.listen(0, '127.0.0.1', resolve));
      const told = teller();
      const connection = a.network.connect(`127.0.0.1:${(peer.address() as net.AddressInfo).port}`, told);
      await until(() => told.events.length > 0 && socket !== null);
      const piece = 64 * 1024;
      let sent = 0;
      // The machine's own buffers take some megabytes; then nothing moves any more.
      const pump = (): void => {
        while (sent < 1000) {
          sent++;
          if (!connection.write(new Uint8Array(piece))) return;
        }
      };
      told.drained = pump;
      pump();
      await quiet(() => sent, pass);
      expect(sent).toBeLessThan(1000);
      expect(connection.bufferedBytes).toBeGreaterThan(0);
      expect(connection.bufferedBytes).toBeLessThanOrEqual(3 * piece);
      let received = 0;
      socket!.on('data', (chunk) => (received += chunk.length));
      socket!.resume();
      await until(() => received === 1000 * piece);
      socket!.destroy();
      peer.close();
    }));

  test('a client that asks and never reads is not listened to any more, until it reads', () =>
    withFixture(hostFixture, async ({a, until, pass}) => {
      const answersPerByte = 100;
      let askedBytes = 0;
      let answering: Connection | null = null;
      const listener = a.network.listen(0, (connection) => {
        answering = connection;
        let owed = 0;
        const answer = (): void => {
          while (owed > 0) {
            const bytes = Math.min(owed, 16 * 1024);
            owed -= bytes;
            if (!connection.write(new Uint8Array(bytes))) return;
          }
        };
        return {
          data(bytes) {
            askedBytes += bytes.length;
            owed += bytes.length * answersPerByte;
            answer();
          },
          drained: answer,
          closed() {},
        };
      }) as Listener;
      const client = net.connect(listener.port, '127.0.0.1');
      const asked = 2_000_000;
      client.write(new Uint8Array(asked));
      await until(() => askedBytes > 0);
      await quiet(() => askedBytes, pass);
      expect(askedBytes).toBeLessThan(asked / 2);
      expect(answering!.bufferedBytes).toBeLessThan(128 * 1024);
      let received = 0;
      client.on('data', (chunk) => (received += chunk.length));
      await until(() => received === asked * answersPerByte);
      client.destroy();
    }));

  test('nobody answers the attempt to connect: connect-timeout', () =>
    withFixture(hostFixture, async ({a, until}) => {
      // A stopped process takes no connection; once its backlog of one is full, Linux leaves further SYNs unanswered.
      const code =
        'const s = require("net").createServer().listen({port: 0, host: "127.0.0.1", backlog: 1}, () => console.log(s.address().port))';
      const silent = spawn(process.execPath, ['-e', code], {stdio: ['ignore', 'pipe', 'inherit']});
      try {
        const [printed] = await once(silent.stdout, 'data');
        silent.kill('SIGSTOP');
        const attempt = (timeoutMs: number): Told => {
          const told = teller();
          a.network.connect(`127.0.0.1:${Number(String(printed))}`, told, timeoutMs);
          return told;
        };
        // These fill the backlog, which takes some of them.
        const patient = Array.from({length: 8}, () => attempt(600_000));
        await until(() => patient.some((told) => told.events.length > 0));
        const last = attempt(300);
        await until(() => last.events.length > 0);
        expect(last.events).toEqual(['closed: connect-timeout']);
        expect(new Set(patient.flatMap((told) => told.events))).toEqual(new Set(['opened']));
        expect(patient.every((told) => told.events.length > 0)).toBe(false);
      } finally {
        silent.kill('SIGKILL');
      }
    }));

  test('an address that is none is refused, in an event of its own, and nothing is thrown', () =>
    withFixture(hostFixture, async ({a, until}) => {
      for (const address of [
        '',
        'nonsense',
        '127.0.0.1:',
        '127.0.0.1:0',
        '127.0.0.1:99999',
        ':80',
        // No name is that long, which its look-up knows without asking anybody.
        `${'x'.repeat(64)}.invalid:1`,
      ]) {
        const told = teller();
        const connection = a.network.connect(address, told, 120_000);
        connection.write(new Uint8Array(3));
        expect(told.events).toEqual([]);
        await until(() => told.events.length > 0);
        expect(told.events, address).toEqual(['closed: refused']);
      }
    }));

  test('only the given address is listened on', () =>
    withFixture(hostFixture, async ({a, b, until}) => {
      const listener = a.network.listen(0, () => teller()) as Listener;
      const told = teller();
      b.network.connect(`127.0.0.3:${listener.port}`, told, 120_000);
      await until(() => told.events.length > 0);
      expect(told.events).toEqual(['closed: refused']);
    }));

  test('a peer sees the loopback address of the host that connects', () =>
    withFixture(hostFixture, async ({a, b, until}) => {
      const seen: Connection[] = [];
      const listener = a.network.listen(0, (connection) => {
        seen.push(connection);
        return teller();
      }) as Listener;
      b.network.connect(`127.0.0.1:${listener.port}`, teller());
      await until(() => seen.length === 1);
      expect(seen[0]!.remoteAddress).toMatch(/^127\.0\.0\.2:\d+$/);
    }));

  test('what arrives is a plain array that may be cut and copied as any other', () =>
    withFixture(hostFixture, async ({a, b, until}) => {
      const arrived: Uint8Array[] = [];
      const listener = a.network.listen(0, () => ({
        data: (bytes) => void arrived.push(bytes),
        closed() {},
      })) as Listener;
      const connection = b.network.connect(`127.0.0.1:${listener.port}`, teller());
      connection.write(new Uint8Array([1, 2, 3]));
      await until(() => arrived.length > 0);
      expect(Object.getPrototypeOf(arrived[0])).toBe(Uint8Array.prototype);
      const copy = arrived[0]!.slice(1);
      arrived[0]![1] = 9;
      expect([...copy]).toEqual([2, 3]);
    }));
});

describe('the end of a real host', () => {
  test('resets its connections, frees its ports, stops its timers; what it had ended in order still arrives', () =>
    withFixture(hostFixture, async ({a, b, until, pass}) => {
      const servers: Connection[] = [];
      const listener = a.network.listen(0, (connection) => {
        servers.push(connection);
        return teller();
      }) as Listener;
      const address = `127.0.0.1:${listener.port}`;
      const inOrder = teller();
      const cutOff = teller();
      b.network.connect(address, inOrder);
      await until(() => servers.length === 1);
      b.network.connect(address, cutOff);
      await until(() => servers.length === 2);
      let ran = false;
      a.clock.after(5, () => (ran = true));
      servers[0]!.write(new Uint8Array(3_000_000));
      servers[0]!.end();
      (a as {end?: () => void}).end!();
      await until(() => inOrder.events.includes('ended') && cutOff.events.includes('closed: reset'));
      expect(inOrder.receivedBytes).toBe(3_000_000);
      await pass(20);
      expect(ran).toBe(false);
      const refused = teller();
      b.network.connect(address, refused);
      await until(() => refused.events.length > 0);
      expect(refused.events).toEqual(['closed: refused']);
      await sleep(1);
    }));
});
