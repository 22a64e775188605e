import {connect, type Socket} from 'node:net';
import {expect, test} from 'vitest';
import {FrameDecoder} from '../../src/rocketmq/remoting/frame.ts';
import {diceOf, malformedFrame} from '../rocketmq/malformed/frames.ts';
import {bodiesOf, Cluster, until} from './serving-fixture.ts';

const FRAMES = 20_000;
const CONNECTIONS_A_ROUND = 100;

/** A socket, and what its server ought to make of what is written on it. */
class Assault {
  isClosed = false;
  private readonly oracle = new FrameDecoder();
  private readonly socket: Socket;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('data', () => {});
    this.socket.on('error', () => {});
    this.socket.on('close', () => {
      this.isClosed = true;
    });
  }

  get mustClose(): boolean {
    return this.oracle.malformed !== null;
  }

  write(bytes: Uint8Array): void {
    this.oracle.push(bytes);
    this.socket.write(bytes);
  }

  end(): void {
    this.socket.destroy();
  }
}

test('over loopback, 20,000 malformed frames: each connection ends as the rules say, and everything sent meanwhile arrives', async () => {
  await Cluster.on(async (cluster) => {
    const serving = await cluster.serve();
    const bodies = Array.from({length: 2000}, (_, i) => `message ${i}`);
    const sending = cluster.send('Work', bodies, 1);
    const dice = diceOf(20_000);
    let frames = 0;
    let closed = 0;
    while (frames < FRAMES) {
      const round = Array.from({length: CONNECTIONS_A_ROUND}, (_, i) => {
        return new Assault(i % 2 === 0 ? cluster.ports.namesrv : cluster.ports.broker);
      });
      for (const assault of round) {
        for (let count = 1 + dice(5); count > 0 && !assault.mustClose; count--) {
          assault.write(malformedFrame(dice).bytes);
          frames++;
        }
      }
      await until(() => round.every((assault) => assault.isClosed || !assault.mustClose), 'closed');
      expect(round.filter((assault) => assault.isClosed && !assault.mustClose)).toEqual([]);
      closed += round.filter((assault) => assault.isClosed).length;
      for (const assault of round) assault.end();
    }
    expect(closed).toBeGreaterThan(5000);
    const {acknowledged, failed} = await sending;
    expect(failed).toEqual([]);
    expect(acknowledged.size).toBe(bodies.length);
    const got = cluster.consume('CG', 'Work');
    await until(() => got.length >= bodies.length, 'consumed');
    expect(bodiesOf(got).sort()).toEqual([...bodies].sort());
    expect(await serving.stop()).toBe(0);
  });
});
