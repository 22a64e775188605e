import {expect, test} from 'vitest';
import {FrameDecoder} from '../../../src/rocketmq/remoting/frame.ts';
import {Assault, AttackedCluster, TARGETS} from './attacked-cluster.ts';
import {diceOf, KINDS, malformedFrame} from './frames.ts';

const FRAMES_A_SEED = 21_000;
const CONNECTIONS_A_ROUND = 60;
/** Left open with half a frame in them, until so many are. */
const LINGERING_MAX = 200;
/** Less than one large answer; what is written here is read at once. */
const BUFFERED_BYTES_MAX = 1 << 20;

function expectWorkDone(cluster: AttackedCluster, atLeast: number): void {
  cluster.settle();
  expect(cluster.world.crashes).toEqual([]);
  expect(cluster.world.isRunning('namesrv')).toBe(true);
  expect(cluster.world.isRunning('broker')).toBe(true);
  expect(cluster.failures).toEqual([]);
  expect(cluster.sent.length).toBeGreaterThan(atLeast);
  expect(cluster.acknowledged).toEqual(cluster.sent);
  expect(cluster.sent.filter((body) => !cluster.consumed.has(body))).toEqual([]);
}

test.each([1, 2, 3, 4, 5])(
  "21,000 malformed frames: each connection ends as the rules say, the others' work goes on (seed %i)",
  (seed) => {
    const cluster = new AttackedCluster();
    const dice = diceOf(seed);
    const before = {namesrv: cluster.held.namesrv.open.size, broker: cluster.held.broker.open.size};
    const workBefore = {acknowledged: cluster.acknowledged.length, consumed: cluster.consumed.size};
    const kinds = new Map<string, number>();
    const lingering: Assault[] = [];
    let frames = 0;
    let closedByServer = 0;
    let mostBuffered = 0;
    while (frames < FRAMES_A_SEED) {
      const round = Array.from({length: CONNECTIONS_A_ROUND}, (_, i) => {
        return new Assault(cluster.attacker, i % 2 === 0 ? TARGETS.namesrv : TARGETS.broker);
      });
      cluster.runMs(3);
      for (const assault of round) {
        for (let count = 1 + dice(5); count > 0 && !assault.mustClose; count--) {
          const {kind, bytes} = malformedFrame(dice);
          kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
          assault.write(bytes);
          frames++;
        }
      }
      cluster.runMs(10);
      mostBuffered = Math.max(
        mostBuffered,
        cluster.held.namesrv.bufferedBytes,
        cluster.held.broker.bufferedBytes,
      );
      for (const assault of round) {
        expect(assault.closed === null, `frame ${frames}`).toBe(!assault.mustClose);
        expect(assault.answers.malformed).toBeNull();
        if (assault.closed !== null) closedByServer++;
        else if (dice(4) > 0 || lingering.length >= LINGERING_MAX)
          dice(2) === 0 ? assault.end() : assault.destroy();
        else lingering.push(assault);
      }
      const open = cluster.held.namesrv.open.size + cluster.held.broker.open.size;
      expect(open).toBeLessThanOrEqual(
        before.namesrv + before.broker + lingering.length + CONNECTIONS_A_ROUND,
      );
    }
    expect(cluster.acknowledged.length).toBeGreaterThan(workBefore.acknowledged + 70);
    expect(cluster.consumed.size).toBeGreaterThan(workBefore.consumed + 70);
    // Every kind has come, and both outcomes, often.
    expect([...kinds.keys()].sort()).toEqual(Object.keys(KINDS).sort());
    expect(closedByServer).toBeGreaterThan(5000);
    expect(lingering.length).toBe(LINGERING_MAX);
    expect(mostBuffered).toBeLessThan(BUFFERED_BYTES_MAX);
    for (const assault of lingering) assault.destroy();
    expectWorkDone(cluster, 100);
    expect({namesrv: cluster.held.namesrv.open.size, broker: cluster.held.broker.open.size}).toEqual(before);
    expect(cluster.held.namesrv.bufferedBytes + cluster.held.broker.bufferedBytes).toBe(0);
  },
);

test('10,000 half-open connections, each with the beginning of a frame of 16 MiB: they are closed when idle for two minutes', () => {
  const cluster = new AttackedCluster();
  const before = {namesrv: cluster.held.namesrv.open.size, broker: cluster.held.broker.open.size};
  const assaults = Array.from({length: 10_000}, (_, i) => {
    return new Assault(cluster.attacker, i % 2 === 0 ? TARGETS.namesrv : TARGETS.broker);
  });
  cluster.runMs(100);
  for (const assault of assaults) assault.write(Uint8Array.of(0x00, 0xff, 0xff, 0xfc, 0, 0, 1));
  cluster.runMs(1000);
  expect(cluster.held.namesrv.open.size + cluster.held.broker.open.size).toBeGreaterThanOrEqual(10_000);
  expect(assaults.every((assault) => assault.closed === null)).toBe(true);
  cluster.runMs(125_000);
  expect(assaults.every((assault) => assault.closed !== null)).toBe(true);
  expect({namesrv: cluster.held.namesrv.open.size, broker: cluster.held.broker.open.size}).toEqual(before);
  expectWorkDone(cluster, 1000);
});

test('a length that lies reserves no room: what is held of a frame is at most twice what has come of it', () => {
  const decoder = new FrameDecoder();
  decoder.push(Uint8Array.of(0x00, 0xff, 0xff, 0xfc));
  for (let received = 4; received < 300_000; received += 1000) {
    decoder.push(new Uint8Array(1000));
    const held = (Reflect.get(decoder, 'partial') as Uint8Array).length;
    expect(held).toBeLessThanOrEqual(Math.max(64, 2 * (received + 1000)));
  }
  expect(decoder.malformed).toBeNull();
});
