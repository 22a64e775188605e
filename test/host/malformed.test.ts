import {connect, type Socket} from 'node:net';
import {setTimeout as sleep} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {RequestCode} from '../../src/rocketmq/remoting/codes.ts';
import {request} from '../../src/rocketmq/remoting/command.ts';
import {encodeFrame, FrameDecoder} from '../../src/rocketmq/remoting/frame.ts';
import {diceOf, malformedFrame} from '../rocketmq/malformed/frames.ts';
import {openFilesMax, residentMiB} from './resident.ts';
import {bodiesOf, Cluster, exitOf, until} from './serving-fixture.ts';

const FRAMES = 105_000;
/** So many connections are open at once; the oldest that its server has let live makes room for the next. */
const OPEN_AT_ONCE = 400;
const HALF_OPEN = 10_000;
/** Files of a process that are no connections. */
const OTHER_FILES = 300;

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

/** Does the stream go on after it? */
function isWhole(bytes: Uint8Array): boolean {
  const decoder = new FrameDecoder();
  return decoder.push(bytes).length > 0 && decoder.malformed === null;
}

/** A cluster in a process of its own, with clients that must not notice anything of what `meanwhile` does to it. */
async function underAttack(
  meanwhile: (cluster: Cluster, pid: number) => Promise<void>,
  growthMiBMax: number,
): Promise<void> {
  await Cluster.on(async (cluster) => {
    const server = await cluster.spawnAll();
    const pid = server.pid!;
    const before = Array.from({length: 200}, (_, i) => `before ${i}`);
    const sender = await cluster.sender();
    expect((await sender.send('Work', before)).failed).toEqual([]);
    // A consumer that is there before its topic hears of it half a minute later.
    const got = cluster.consume('CG', 'Work');
    await until(() => cluster.resends.once(got).length >= before.length, 'consumed before');
    const calmMiB = residentMiB(pid);
    let isOver = false;
    const during: string[] = [];
    const sending = (async () => {
      while (!isOver || during.length === 0) {
        const bodies = Array.from({length: 50}, (_, i) => `during ${during.length + i}`);
        during.push(...bodies);
        const {failed, acknowledged} = await sender.send('Work', bodies, 1);
        expect(failed).toEqual([]);
        expect(acknowledged.size).toBe(bodies.length);
        await sleep(20);
      }
    })();
    sending.catch(() => {}); // It is told of below, when the rest is over.
    await meanwhile(cluster, pid);
    isOver = true;
    await sending;
    const sent = [...before, ...during];
    const heard = (): string[] => bodiesOf(cluster.resends.once(got));
    await until(() => heard().length >= sent.length, 'consumed');
    expect(heard().sort(), cluster.resends.tellCopies(got)).toEqual(sent.sort());
    // What is garbage by now is still resident until the collector has come by.
    await until(
      () => residentMiB(pid) - calmMiB < growthMiBMax,
      `within ${growthMiBMax} MiB of the memory before`,
    );
    server.kill('SIGTERM');
    expect(await exitOf(server)).toBe(0);
  });
}

test('over loopback, 105,000 malformed frames: each connection ends as the rules say, and the server stays as small as it was', async () => {
  await underAttack(async ({ports}) => {
    const targets = [ports.namesrv, ports.broker, ports.broker - 2];
    const dice = diceOf(20_000);
    const open: Assault[] = [];
    let frames = 0;
    let closed = 0;
    const settleOldest = async (): Promise<void> => {
      const assault = open.shift()!;
      if (assault.mustClose) await until(() => assault.isClosed, 'a connection closed');
      else expect(assault.isClosed, 'a connection is left open').toBe(false);
      if (assault.isClosed) closed++;
      assault.end();
    };
    while (frames < FRAMES) {
      const assault = new Assault(targets[open.length % targets.length]!);
      for (let left = 20; left > 0 && !assault.mustClose; left--) {
        const {bytes} = malformedFrame(dice);
        // Most frames leave nothing to be said after them; a third of those is enough, or it is connections that are tested.
        if (!isWhole(bytes) && dice(3) > 0) continue;
        assault.write(bytes);
        frames++;
      }
      open.push(assault);
      if (open.length >= OPEN_AT_ONCE) await settleOldest();
    }
    while (open.length > 0) await settleOldest();
    expect(closed).toBeGreaterThan(5000);
  }, 150);
});

test('10,000 connections that never come to a whole frame are held at little cost, and let go', async () => {
  const atOnce = Math.min(HALF_OPEN, openFilesMax() - OTHER_FILES);
  await underAttack(async ({ports}) => {
    const beginning = encodeFrame(request(RequestCode.GET_ALL_TOPIC_CONFIG)).slice(0, 12);
    for (let opened = 0; opened < HALF_OPEN; ) {
      const sockets: Socket[] = [];
      while (sockets.length < atOnce && opened < HALF_OPEN) {
        const socket = connect(opened % 2 === 0 ? ports.broker : ports.namesrv, '127.0.0.1');
        socket.on('error', () => {});
        sockets.push(socket);
        opened++;
        if (opened % 3 > 0) socket.write(beginning.subarray(0, opened % 12));
        // As many as a server's backlog takes while it is busy.
        if (opened % 500 === 0) await until(() => sockets.every((one) => !one.connecting), 'connected');
      }
      await until(() => sockets.every((one) => !one.connecting), 'all connected');
      await sleep(200);
      expect(sockets.filter((one) => one.destroyed)).toEqual([]);
      for (const socket of sockets) socket.destroy();
    }
  }, 250);
});

test('a client that asks and never reads is not read from any more, and costs what one connection may', async () => {
  await underAttack(async ({ports}) => {
    const socket = connect(ports.broker, '127.0.0.1');
    socket.on('error', () => {});
    const question = encodeFrame(request(RequestCode.GET_ALL_TOPIC_CONFIG)).slice();
    // The answers, of more than a kilobyte each, would be some 400 MB.
    const questions = new Uint8Array(question.length * 1000);
    for (let i = 0; i < 1000; i++) questions.set(question, i * question.length);
    for (let i = 0; i < 300; i++) socket.write(questions);
    let taken = -1;
    await until(() => !socket.connecting, 'connected');
    for (let same = 0; same < 4; ) {
      const before = taken;
      taken = socket.bytesWritten - socket.writableLength;
      same = taken === before ? same + 1 : 0;
      await sleep(500);
    }
    expect(socket.destroyed).toBe(false);
    expect(socket.writableLength, 'questions that the server does not take').toBeGreaterThan(0);
    socket.destroy();
  }, 200);
});
