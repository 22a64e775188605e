import {MessageChannel} from 'node:worker_threads';
import {afterEach, expect, test} from 'vitest';
import {answerCalls, type Calls, callsTo, givingAway} from '../../src/viz/worker/calls.ts';

interface Api {
  add(a: number, b: number): number;
  fail(): Promise<void>;
  count(to: number, tell: (n: number) => Promise<void> | void): Promise<string>;
  hand(tell: (part: {readonly bytes: Uint8Array}) => Promise<void> | void): Promise<number>;
}

const channels: MessageChannel[] = [];
afterEach(() => {
  for (const {port1} of channels.splice(0)) port1.close();
});

function both(api: object): Calls<Api> {
  const channel = new MessageChannel();
  channels.push(channel);
  const line = (port: typeof channel.port1) => {
    port.start();
    return port as unknown as Parameters<typeof callsTo>[0];
  };
  answerCalls(line(channel.port2), api);
  return callsTo<Api>(line(channel.port1));
}

test('a call is answered, whatever else is under way, or rejects with what was thrown', async () => {
  const calls = both({
    add: (a: number, b: number) => a + b,
    fail: async () => {
      throw new Error('no such world');
    },
  });
  const [sum, failure, other] = await Promise.all([
    calls.add(2, 3),
    calls.fail().catch((error: Error) => error.message),
    calls.add(4, 5),
  ]);
  expect([sum, failure, other]).toEqual([5, 'no such world', 9]);
});

test('what is told waits for its leave to go on, also after a listener that failed', async () => {
  const log: string[] = [];
  const calls = both({
    async count(to: number, tell: (n: number) => Promise<void>) {
      for (let n = 1; n <= to; n += 1) {
        await tell(n);
        log.push(`on after ${n}`);
      }
      return 'counted';
    },
  });
  const end = await calls.count(3, async (n) => {
    await new Promise((done) => setTimeout(done, 2));
    log.push(`told ${n}`);
    if (n === 2) throw new Error('the page stumbled');
  });
  expect(end).toBe('counted');
  expect(log).toEqual(['told 1', 'on after 1', 'told 2', 'on after 2', 'told 3', 'on after 3']);
});

test('what is given away is the page’s, and no longer the worker’s', async () => {
  const calls = both({
    async hand(tell: (part: {bytes: Uint8Array}) => Promise<void>) {
      const bytes = Uint8Array.of(1, 2, 3);
      await tell(givingAway({bytes}, [bytes.buffer]));
      return bytes.length;
    },
  });
  let got: number[] = [];
  expect(await calls.hand(({bytes}) => void (got = [...bytes]))).toBe(0);
  expect(got).toEqual([1, 2, 3]);
});
