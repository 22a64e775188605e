import * as net from 'node:net';
import {describe, expect, test} from 'vitest';
import type {ConnectionHandlers} from '../../src/ports/network.ts';
import {withFixture} from '../ports/fixture.ts';
import {hostFixture} from './host-fixture.ts';

/** As if this process had not been given the core: its event loop does not turn. */
function stall(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}

const teller = (told: string[]): ConnectionHandlers => ({
  opened: () => void told.push('opened'),
  data: () => void told.push('data'),
  closed: (reason) => void told.push(`closed: ${reason}`),
});

async function listening(): Promise<{server: net.Server; address: string; accepted: net.Socket[]}> {
  const accepted: net.Socket[] = [];
  const server = net.createServer((socket) => accepted.push(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {server, address: `127.0.0.1:${(server.address() as net.AddressInfo).port}`, accepted};
}

// A call that is given up though its answer is there closes the connection under all others, and what was sent on it is sent again.
describe('a real host whose process was not given the core for a while', () => {
  test('hears what came meanwhile before the timers that ran out meanwhile', () =>
    withFixture(hostFixture, async ({a, until}) => {
      const {server, address, accepted} = await listening();
      const told: string[] = [];
      a.network.connect(address, teller(told));
      await until(() => told.length > 0 && accepted.length > 0);
      a.clock.after(20, () => told.push('timer'));
      accepted[0]!.write('an answer');
      stall(60);
      await until(() => told.length > 2);
      expect(told).toEqual(['opened', 'data', 'timer']);
      accepted[0]!.destroy();
      server.close();
    }));

  test('has the connection that was made meanwhile, however little patience it had for it', () =>
    withFixture(hostFixture, async ({a, until, pass}) => {
      const {server, address, accepted} = await listening();
      const told: string[] = [];
      a.network.connect(address, teller(told), 20);
      process.nextTick(stall, 60); // Node asks for the connection when this turn's code has run.
      await until(() => told.length > 0 && accepted.length > 0);
      await pass(40);
      expect(told).toEqual(['opened']);
      accepted[0]!.destroy();
      server.close();
    }));
});
