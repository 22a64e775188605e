import {expect, test} from 'vitest';
import {MasterScene} from './ha-scene.ts';

test('without a slave a put is told at once that none is there', () => {
  const scene = new MasterScene();
  expect(scene.put(100)).toEqual({outcome: 'SLAVE_NOT_AVAILABLE', tookMs: 0});
  expect(scene.facts('replica-missed')).toEqual([
    {kind: 'replica-missed', endOffset: 100, outcome: 'SLAVE_NOT_AVAILABLE', waitedMs: 0},
  ]);
});

test('a slave that has said nothing counts, is sent nothing, and lets puts wait 5 s each, one after the other', () => {
  const scene = new MasterScene();
  const slave = scene.connect();
  const puts = [scene.put(100), scene.put(100), scene.put(100)];
  scene.runMs(15_500);
  expect(slave.chunks).toEqual([]);
  expect(puts).toEqual([
    {outcome: 'FLUSH_SLAVE_TIMEOUT', tookMs: 5000},
    {outcome: 'FLUSH_SLAVE_TIMEOUT', tookMs: 10_000},
    {outcome: 'FLUSH_SLAVE_TIMEOUT', tookMs: 15_000},
  ]);
});

test('with the fix replica-deadline-from-put the patience of each begins with its put', () => {
  const scene = new MasterScene({labFixes: new Set(['replica-deadline-from-put'])});
  scene.connect();
  const first = scene.put(100);
  scene.runMs(500);
  const second = scene.put(100);
  scene.runMs(6000);
  // The second's turn comes at 5 s, with half a second left, and the thread sleeps a whole one.
  expect([first.tookMs, second.tookMs]).toEqual([5000, 5500]);
});

test('acknowledgements on the way move the moment at which a waiting put is given up: the thread sleeps a second after each', () => {
  const scene = new MasterScene();
  const slave = scene.connect();
  const put = scene.put(1000);
  scene.runMs(4300);
  slave.report(10);
  scene.runMs(2000);
  // Woken at 4.301 s (one millisecond on the way), it sleeps until 5.301 s.
  expect(put).toEqual({outcome: 'FLUSH_SLAVE_TIMEOUT', tookMs: 5301});
});

test('an acknowledgement that comes when the time is up, and is not enough, ends the waiting then and there', () => {
  const scene = new MasterScene();
  const slave = scene.connect();
  const put = scene.put(1000);
  scene.runMs(4300);
  slave.report(10);
  scene.runMs(800);
  slave.report(20);
  scene.runMs(100);
  expect(put).toEqual({outcome: 'FLUSH_SLAVE_TIMEOUT', tookMs: 5101});
});

test('an empty slave is served from the beginning of the last file, after a heartbeat', () => {
  const scene = new MasterScene();
  scene.log.grow(6544);
  const slave = scene.connect();
  scene.runMs(5100);
  slave.report(0);
  scene.runMs(50);
  expect(slave.frames.map(({offset, size}) => [offset, size])).toEqual([
    [4096, 0],
    [4096, 2448],
  ]);
  scene.runMs(15_000);
  const beats = slave.frames.slice(2);
  expect(beats.map(({offset, size}) => [offset, size])).toEqual([
    [6544, 0],
    [6544, 0],
    [6544, 0],
  ]);
  // The writer looks every 100 ms; the fiftieth look finds 5 s gone by.
  const before = [slave.frames[1]!, ...beats];
  expect(beats.map(({atMs}, i) => Math.round(atMs - before[i]!.atMs))).toEqual([5000, 5000, 5000]);
});

test('a slave that has something is served from where it says, and no batch crosses a file or exceeds haTransferBatchSize', () => {
  const scene = new MasterScene({haTransferBatchSize: 3000});
  scene.log.grow(9000);
  const slave = scene.connect();
  slave.report(10);
  scene.runMs(50);
  expect(slave.frames.map(({offset, size}) => [offset, size])).toEqual([
    [10, 3000],
    [3010, 1086],
    [4096, 3000],
    [7096, 1096],
    [8192, 808],
  ]);
  const sent = slave.chunks.flatMap(({bytes}) => [...bytes.subarray(12)]);
  expect(sent).toEqual([...scene.log.bytes.subarray(10)]);
});

test('what nobody waits for goes out at the next look of the writer, what somebody waits for at once', () => {
  const scene = new MasterScene();
  scene.log.grow(10);
  const slave = scene.connect();
  slave.report(10);
  scene.runMs(1030);
  // The writer began at a tenth of a second plus what the first report took; each look is 100 ms after the one before.
  scene.append(5);
  const appendedMs = scene.nowMs;
  scene.runMs(200);
  const waited = slave.frames[0]!.atMs - appendedMs;
  expect(waited).toBeGreaterThan(1);
  expect(waited).toBeLessThanOrEqual(101);
  const put = scene.put(5);
  scene.runMs(1);
  expect(slave.frames[1]).toEqual({atMs: scene.nowMs, offset: 15, size: 5});
  slave.report(20);
  scene.runMs(1);
  expect(put).toEqual({outcome: 'PUT_OK', tookMs: 2});
});

test('any one slave suffices, and the furthest that one ever acknowledged counts, also after it has gone', () => {
  const scene = new MasterScene();
  scene.log.grow(1000);
  const [one, other] = [scene.connect(), scene.connect()];
  one.report(100);
  other.report(1000);
  scene.runMs(50);
  const put = scene.put(50);
  scene.runMs(1);
  other.report(1050);
  scene.runMs(2);
  expect(put.outcome).toBe('PUT_OK');
  other.end();
  expect(scene.service.connectionCount).toBe(1);
  expect(scene.service.pushedOffset).toBe(1050);
});

test('a slave too far behind counts as none, and is served all the same', () => {
  const scene = new MasterScene({haSlaveFallbehindMax: 1000});
  scene.log.grow(2000);
  const slave = scene.connect();
  slave.report(500);
  scene.runMs(50);
  expect(slave.frames.map(({size}) => size)).toEqual([1500]);
  expect(scene.put(100).outcome).toBe('SLAVE_NOT_AVAILABLE');
  scene.runMs(200);
  expect(slave.frames.map(({size}) => size)).toEqual([1500, 100]);
  slave.report(2100);
  scene.runMs(2);
  const put = scene.put(100);
  expect(put.outcome).toBe(null);
});

test('a slave that is silent for 20 s is closed, and counts until then', () => {
  const scene = new MasterScene();
  const slave = scene.connect();
  scene.runMs(19_990);
  expect(scene.service.connectionCount).toBe(1);
  scene.runMs(100);
  expect(slave.closed).not.toBeNull();
  expect(scene.service.connectionCount).toBe(0);
  expect(scene.facts('slave-disconnected')).toMatchObject([{why: 'expired'}]);
});

test('reports may come in pieces, and of several at once the last counts', () => {
  const scene = new MasterScene();
  scene.log.grow(1000);
  const slave = scene.connect();
  slave.report(Uint8Array.of(0, 0, 0));
  scene.runMs(2);
  slave.report(Uint8Array.of(0, 0, 0, 0, 100, 0, 0, 0, 0, 0, 0, 0, 200, 0, 0));
  scene.runMs(50);
  expect(slave.frames.map(({offset, size}) => [offset, size])).toEqual([[200, 800]]);
  slave.report(Uint8Array.of(0, 0, 0, 0, 1, 44));
  scene.runMs(2);
  expect(scene.service.pushedOffset).toBe(300);
});

test('many waiting puts are answered by one acknowledgement, in their order', () => {
  const scene = new MasterScene();
  const slave = scene.connect();
  slave.report(0);
  scene.runMs(50);
  const order: number[] = [];
  for (let i = 0; i < 3000; i += 1) {
    scene.log.grow(1);
    scene.service.replicate(scene.log.maxOffset, () => order.push(i));
  }
  slave.report(1500);
  scene.runMs(2);
  expect(order).toEqual(Array.from({length: 1500}, (_, i) => i));
  slave.report(3000);
  scene.runMs(2);
  expect(order).toEqual(Array.from({length: 3000}, (_, i) => i));
});

test('an idle link costs two heartbeats every 5 s and nothing else', () => {
  const scene = new MasterScene();
  const slave = scene.connect();
  slave.report(0);
  scene.runMs(100);
  const before = scene.world.eventCount;
  for (let i = 0; i < 100; i += 1) {
    slave.report(0);
    scene.runMs(5000);
  }
  expect((scene.world.eventCount - before) / 100).toBeLessThan(6);
});

test('whatever a slave sends, the master goes on', () => {
  const offsets = [-1, -5, 1n << 62n, -(1n << 63n), (1n << 63n) - 1n, 5000, 4_294_967_296];
  for (const offset of offsets) {
    const scene = new MasterScene();
    scene.log.grow(1000);
    const slave = scene.connect();
    slave.report(offset);
    scene.runMs(12_000);
    // It is told back as it came, byte by byte; -1 is what the writer takes for not having been asked.
    const beats = slave.chunks.map(({bytes}) => new DataView(bytes.buffer).getBigInt64(0));
    expect(beats).toEqual(offset === -1 ? [] : [BigInt(offset), BigInt(offset)]);
    const honest = scene.connect();
    honest.report(400);
    scene.runMs(50);
    expect(honest.frames).toMatchObject([{offset: 400, size: 600}]);
  }
});
