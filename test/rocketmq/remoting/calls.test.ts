import {describe, expect, test} from 'vitest';
import {type RemotingCommand, request, response} from '../../../src/rocketmq/remoting/command.ts';
import {encodeFrame, FrameDecoder} from '../../../src/rocketmq/remoting/frame.ts';
import {
  ECHO,
  REJECTED,
  RemotingWorld,
  SECOND_SERVER,
  SERVER,
  SILENT,
  SLOW,
  say,
  THROWS,
} from './remoting-world.ts';

describe('a call', () => {
  test('connects when first needed, and is answered', () => {
    const world = new RemotingWorld();
    const first = world.call({body: 'hello'});
    world.runMs(10);
    const second = world.call({body: 'again', mode: 'async'});
    world.runMs(10);
    expect([first.said, second.said]).toEqual(['0 one hello', '0 one again']);
    // Three crossings to connect and speak once, then two.
    expect([Math.round(first.atMs), Math.round(second.atMs)]).toEqual([4, 2]);
    expect(world.channels).toHaveLength(1);
  });

  test('never finishes before it has returned', () => {
    const world = new RemotingWorld();
    for (const mode of ['sync', 'async'] as const) {
      expect(world.call({address: null, mode}).said).toBe('nothing yet');
      expect(world.call({address: '10.0.0.9:1', mode}).said).toBe('nothing yet');
      expect(world.call({timeoutMs: -1, mode}).said).toBe('nothing yet');
    }
  });

  test('is answered in the serialization of the one who answers', () => {
    const world = new RemotingWorld({server: {serializer: 'ROCKETMQ'}});
    let answer: RemotingCommand | null = null;
    world.client.invoke(SERVER, request(ECHO), 3000, 'sync', (result) => {
      if (result.ok) answer = result.response;
    });
    world.runMs(10);
    expect(world.asked.map((command) => command.serializer)).toEqual(['JSON']);
    expect(answer!).toMatchObject({serializer: 'ROCKETMQ', flag: 1});
  });

  test('fails where nobody listens, and the next tries again', () => {
    const world = new RemotingWorld();
    world.world.intervene({kind: 'kill', process: 'one'});
    const refused = world.call({});
    world.runMs(10);
    expect(refused.said).toBe('connect: connect to 10.0.0.1:9000 failed');
    world.world.intervene({kind: 'start', process: 'one'});
    const again = world.call({});
    world.runMs(10);
    expect(again.said).toBe('0 one');
  });

  test('gives up connecting after 3 s', () => {
    const world = new RemotingWorld();
    world.world.intervene({kind: 'cut', from: 'm1', to: 'm3', direction: 'both'});
    const calls = [world.call({timeoutMs: 10_000}), world.call({mode: 'async', timeoutMs: 10_000})];
    world.runMs(5000);
    for (const call of calls)
      expect(call).toEqual({said: 'connect: connect to 10.0.0.1:9000 failed', atMs: 3000});
  });

  test('that is late because connecting took its time says so', () => {
    const world = new RemotingWorld();
    const sync = world.call({timeoutMs: 1});
    const async = world.call({timeoutMs: 1, mode: 'async'});
    world.runMs(10);
    expect(sync.said).toBe('timeout: invokeSync call timeout');
    expect(async.said).toMatch(/^(too-much-request: invokeAsync call timeout|connect: )/);
  });
});

describe('a call without answer', () => {
  test('that is synchronous fails a millisecond late, as its thread wakes, and takes the connection with it', () => {
    const world = new RemotingWorld();
    world.call({});
    world.runMs(10);
    const late = world.call({code: SILENT});
    world.runMs(1000);
    const bystanders = [
      world.call({code: SILENT, timeoutMs: 60_000}),
      world.call({code: SILENT, mode: 'async'}),
    ];
    world.runMs(2100);
    expect(late).toEqual({
      said: 'timeout: wait response on the channel <10.0.0.1:9000> timeout, 3000(ms)',
      atMs: 3001,
    });
    for (const bystander of bystanders) {
      expect(bystander).toEqual({said: 'send-request: send request to <10.0.0.1:9000> failed', atMs: 2001});
    }
    expect(world.heard).toEqual(['connected', 'closed']);
    const next = world.call({});
    world.runMs(10);
    expect(next.said).toBe('0 one');
    expect(world.channels).toHaveLength(2);
  });

  test('that is asynchronous is noticed by the scan: at a whole second, one to two seconds late', () => {
    const world = new RemotingWorld();
    world.call({});
    world.runMs(10);
    const begun = world.nowMs;
    const early = world.call({code: SILENT, mode: 'async', timeoutMs: 500});
    world.runMs(4000);
    const late = world.call({code: SILENT, mode: 'async', timeoutMs: 3000});
    const lateBegun = world.nowMs;
    world.runMs(10_000);
    // The client began with the world at 0: the first scan is at 3 s.
    expect([begun + early.atMs, lateBegun + late.atMs]).toEqual([3000, 9000]);
    expect(late.said).toBe('timeout: wait response on the channel <10.0.0.1:9000> timeout, 3000(ms)');
    const after = world.call({});
    world.runMs(10);
    expect([after.said, world.channels.length]).toEqual(['0 one', 1]);
  });

  test('that is asynchronous may still be answered until the scan comes', () => {
    const world = new RemotingWorld();
    const slow = world.call({code: SLOW, timeoutMs: 10, mode: 'async'});
    world.runMs(3000);
    expect(slow.said).toBe('0 slow');
  });

  test('a response that nobody waits for is dropped with a warning', () => {
    const world = new RemotingWorld();
    const stray = {...response(0, 'who asked?'), opaque: 4711};
    const raw = world.clientHost.network.connect(SERVER, {
      opened: () => raw.write(encodeFrame(stray)),
      data: () => {},
      closed: () => {},
    });
    world.runMs(10);
    expect(world.warnings('one').join()).toContain('receive response, but not matched any request');
    expect(world.channels[0]!.isActive).toBe(true);
  });

  test('waits on when the peer ends the connection in order, and fails at once when it is reset', () => {
    for (const [how, expected] of [
      ['stop', {said: 'timeout: wait response on the channel <10.0.0.1:9000> timeout, 3000(ms)', atMs: 3001}],
      ['kill', {said: 'send-request: send request to <10.0.0.1:9000> failed', atMs: 501}],
    ] as const) {
      const world = new RemotingWorld();
      world.call({});
      world.runMs(10);
      const pending = world.call({code: SILENT});
      world.runMs(500);
      if (how === 'stop') world.servers[0]!.shutdown();
      else world.world.intervene({kind: 'kill', process: 'one'});
      world.runMs(5000);
      expect({...pending, atMs: Math.round(pending.atMs)}).toEqual(expected);
    }
  });
});

describe('the current NameServer', () => {
  test('is none as long as nobody named one', () => {
    const world = new RemotingWorld();
    const call = world.call({address: null});
    world.runMs(10);
    expect(call.said).toBe('connect: connect to null failed');
  });

  test('stays the same until its connection is gone, then the next has its turn', () => {
    const world = new RemotingWorld();
    world.client.updateNameServerAddressList([SERVER, SECOND_SERVER]);
    const ask = () => {
      const call = world.call({address: null});
      world.runMs(10);
      return call.said;
    };
    const first = ask();
    expect([ask(), ask(), ask()]).toEqual([first, first, first]);
    const [chosen, other] = first === '0 one' ? ['one', 'two'] : ['two', 'one'];
    world.world.intervene({kind: 'kill', process: chosen!});
    world.runMs(10);
    expect([ask(), ask()]).toEqual([`0 ${other}`, `0 ${other}`]);
    world.world.intervene({kind: 'kill', process: other!});
    world.runMs(10);
    expect(ask()).toBe(`connect: connect to [${world.client.nameServerAddressList.join(', ')}] failed`);
  });

  test('is dropped when a new list has it no more; a list that is the same changes nothing', () => {
    const world = new RemotingWorld();
    world.client.updateNameServerAddressList([SERVER]);
    const ask = () => {
      const call = world.call({address: null});
      world.runMs(10);
      return call.said;
    };
    expect(ask()).toBe('0 one');
    world.client.updateNameServerAddressList([SERVER]);
    expect(ask()).toBe('0 one');
    world.client.updateNameServerAddressList([SECOND_SERVER]);
    expect(ask()).toBe('0 two');
    world.client.updateNameServerAddressList([]);
    expect(world.client.nameServerAddressList).toEqual([SECOND_SERVER]);
  });

  test('is looked for by one call at a time; the others wait, at most 3 s', () => {
    const world = new RemotingWorld();
    for (const machine of ['m1', 'm2']) {
      world.world.intervene({kind: 'cut', from: machine, to: 'm3', direction: 'both'});
    }
    world.client.updateNameServerAddressList([SERVER, SECOND_SERVER]);
    const searching = world.call({address: null, timeoutMs: 30_000});
    const waiting = world.call({address: null, timeoutMs: 30_000});
    world.runMs(10_000);
    expect(searching.said).toMatch(/^connect: connect to \[.*, .*\] failed$/);
    expect(searching.atMs).toBe(6000);
    expect(waiting).toEqual({said: 'connect: connect to null failed', atMs: 3000});
  });
});

describe('what a server makes of a request', () => {
  function answers(code: number, oneway = false): string {
    const world = new RemotingWorld();
    const command = request(code);
    const raw: string[] = [];
    const decoder = new FrameDecoder();
    const connection = world.clientHost.network.connect(SERVER, {
      opened: () => connection.write(encodeFrame({...command, flag: oneway ? 2 : 0, opaque: 5})),
      data: (bytes) => {
        for (const answer of decoder.push(bytes))
          raw.push(`${answer.opaque} ${answer.code} ${answer.remark}`);
      },
      closed: () => {},
    });
    world.runMs(100);
    return raw.join();
  }

  test('an unknown code is not supported', () => {
    expect(answers(4242)).toBe('5 3  request type 4242 not supported');
  });

  test('a handler that fails is a system error, and none for a one-way request', () => {
    expect(answers(THROWS)).toBe('5 1 java.lang.RuntimeException: no such thing');
    expect(answers(THROWS, true)).toBe('');
  });

  test('one-way requests get no answer, unless they are rejected', () => {
    expect(answers(ECHO, true)).toBe('');
    expect(answers(REJECTED, true)).toBe('5 2 [REJECTREQUEST]system busy, start flow control for a while');
  });

  test('more than its pool can hold is turned away at once', () => {
    const world = new RemotingWorld();
    world.call({});
    world.runMs(10);
    const calls = [world.call({code: SLOW}), world.call({code: SLOW})];
    world.client.invokeOneway(SERVER, request(SLOW), 1000);
    world.runMs(100);
    expect(calls.map(({said}) => said)).toEqual([
      '0 slow',
      '2 [OVERLOAD]system busy, start flow control for a while',
    ]);
  });

  test('whole frames before a malformed one are still served', () => {
    const world = new RemotingWorld();
    const got: number[] = [];
    let closed = '';
    const decoder = new FrameDecoder();
    const connection = world.clientHost.network.connect(SERVER, {
      opened: () =>
        connection.write(new Uint8Array([...encodeFrame({...request(ECHO), opaque: 8}), 255, 255, 255, 255])),
      data: (bytes) => got.push(...decoder.push(bytes).map(({opaque}) => opaque)),
      ended: () => connection.end(),
      closed: (reason) => {
        closed = reason;
      },
    });
    world.runMs(100);
    expect(world.asked).toHaveLength(1);
    expect([closed, world.heard]).toEqual(['ended', ['connected', 'exception']]);
    expect(world.warnings('one')[0]).toContain('malformed frame from 10.0.0.3:');
  });
});

describe('one-way', () => {
  test('is told when it is written, and arrives marked', () => {
    const world = new RemotingWorld();
    const told: unknown[] = [];
    world.client.invokeOneway(SERVER, request(ECHO), 1000, (error) => told.push(error));
    world.client.invokeOneway('10.0.0.1:1', request(ECHO), 1000, (error) => told.push(error?.message));
    world.runMs(10);
    expect(told).toEqual(['connect to 10.0.0.1:1 failed', null]);
    expect(world.asked.map(({flag}) => flag)).toEqual([2]);
  });
});

describe('permits', () => {
  test('asynchronous calls wait for one until their time is up', () => {
    const world = new RemotingWorld({client: {asyncPermits: 1}});
    world.call({});
    world.runMs(10);
    const holder = world.call({code: SLOW, mode: 'async'});
    const patient = world.call({mode: 'async'});
    const hasty = world.call({mode: 'async', timeoutMs: 20});
    const noTime = world.call({mode: 'async', timeoutMs: 0});
    world.runMs(200);
    expect([holder.said, patient.said]).toEqual(['0 slow', '0 one']);
    expect(hasty.said).toBe(
      'timeout: invokeAsyncImpl tryAcquire semaphore timeout, 20ms, waiting thread nums: 1 semaphoreAsyncValue: 0',
    );
    expect(noTime.said).toBe('too-much-request: invokeAsyncImpl invoke too fast');
  });
});

describe('a server asks its client', () => {
  test('on the same connection, with numbers of its own', () => {
    const world = new RemotingWorld();
    world.client.registerProcessor(40, world.clientPool, (_, command, reply) =>
      reply(response(0, `client got ${command.code}`)),
    );
    const mine = world.call({});
    world.runMs(10);
    const said: string[] = [];
    const [channel] = world.channels;
    world.servers[0]!.invoke(channel!, request(40), 1000, (result) => said.push(say(result)));
    world.servers[0]!.invoke(channel!, request(41), 1000, (result) => said.push(say(result)));
    world.runMs(10);
    // What no processor takes is refused at once; the other has to go through a pool.
    expect([mine.said, ...said]).toEqual(['0 one', '3  request type 41 not supported', '0 client got 40']);
  });

  test('and waits for nothing that is gone; a time-out leaves the connection alone', () => {
    const world = new RemotingWorld();
    world.client.registerProcessor(40, world.clientPool, () => {});
    world.call({});
    world.runMs(10);
    const said: string[] = [];
    const [channel] = world.channels;
    const server = world.servers[0]!;
    server.invoke(channel!, request(40), 1000, (result) => said.push(say(result)));
    world.runMs(1010);
    expect(channel!.isActive).toBe(true);
    world.world.intervene({kind: 'kill', process: 'client'});
    world.runMs(10);
    server.invoke(channel!, request(40), 1000, (result) => said.push(say(result)));
    world.runMs(10);
    expect(said).toEqual([
      `timeout: wait response on the channel <${channel!.remoteAddress}> timeout, 1000(ms)`,
      `send-request: send request to <${channel!.remoteAddress}> failed`,
    ]);
    expect(world.heard).toEqual(['connected', 'exception']);
  });
});

describe('silence', () => {
  test('of 120 s closes a connection; whoever notices first', () => {
    const world = new RemotingWorld({client: {idleMs: 300_000}});
    world.call({});
    world.runMs(100_000);
    world.call({});
    world.runMs(119_000);
    expect(world.heard).toEqual(['connected']);
    world.runMs(2_000);
    expect(world.heard).toEqual(['connected', 'idle']);
    const next = world.call({});
    world.runMs(10);
    expect(next.said).toBe('0 one');
  });

  test('costs nothing: no event runs while nobody speaks or waits', () => {
    const world = new RemotingWorld();
    world.call({});
    world.runMs(10);
    const before = world.world.eventCount;
    world.runMs(119_000);
    expect(world.world.eventCount - before).toBeLessThan(6);
  });

  test('while a call waits, it wakes when the scan would find something and not before', () => {
    const world = new RemotingWorld();
    world.call({});
    world.runMs(10);
    world.call({code: SILENT, mode: 'async', timeoutMs: 30_000});
    world.runMs(10);
    const before = world.world.eventCount;
    world.runMs(29_000);
    expect(world.world.eventCount - before).toBeLessThan(6);
  });
});

describe('much at once', () => {
  test('what the send buffer cannot take is kept, and arrives in order', () => {
    const world = new RemotingWorld();
    world.call({});
    world.runMs(10);
    const bodies = Array.from({length: 40}, (_, i) => `${i}:${'x'.repeat(100_000)}`);
    const calls = bodies.map((body) => world.call({body, timeoutMs: 60_000}));
    world.runMs(30_000);
    expect(calls.map(({said}) => said.length)).toEqual(bodies.map((body) => body.length + '0 one '.length));
    expect(world.asked.slice(1).map(({body}) => new TextDecoder().decode(body!.subarray(0, 3)))).toEqual(
      bodies.map((body) => body.slice(0, 3)),
    );
  });

  test('shutting down tells every caller', () => {
    const world = new RemotingWorld();
    world.call({});
    world.runMs(10);
    const calls = [
      world.call({code: SILENT}),
      world.call({code: SILENT, mode: 'async'}),
      world.call({address: SECOND_SERVER}),
    ];
    world.client.shutdown();
    world.runMs(10);
    expect(calls.map(({said}) => said)).toEqual([
      'send-request: send request to <10.0.0.1:9000> failed',
      'send-request: send request to <10.0.0.1:9000> failed',
      'connect: connect to 10.0.0.2:9000 failed',
    ]);
  });
});
