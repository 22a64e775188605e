import {connect} from 'node:net';
import {setTimeout as sleep} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {createHost} from '../../src/host/host.ts';
import {runProgram} from '../../src/host/run-program.ts';
import {placeStore, readBrokerConf} from '../../src/host/serving.ts';
import type {Program} from '../../src/ports/host.ts';
import {brokerProgram} from '../../src/rocketmq/broker/broker.ts';
import type {SendResult} from '../../src/rocketmq/client/api.ts';
import type {MessageExt} from '../../src/rocketmq/message/message.ts';
import {namesrvProgram} from '../../src/rocketmq/namesrv/namesrv.ts';
import {ResponseCode} from '../../src/rocketmq/remoting/codes.ts';
import type {RemotingCommand} from '../../src/rocketmq/remoting/command.ts';
import {encodeFrame, FrameDecoder} from '../../src/rocketmq/remoting/frame.ts';
import {send} from '../rocketmq/broker/requests.ts';
import {QuotaDisk} from './quota-disk.ts';
import {bodiesOf, Cluster, until} from './serving-fixture.ts';

const MIB = 1024 * 1024;

/** A server on this machine's sockets and files, all of it in this process; `disk` is what its program gets for one. */
function start(
  cluster: Cluster,
  name: string,
  server: Program,
  quotaBytes: number,
): {readonly disk: QuotaDisk; readonly printed: string[]; kill(): void} {
  const printed: string[] = [];
  const host = createHost({
    name,
    storeRoot: cluster.folder,
    print: (line) => printed.push(line),
    ended: (end) => {
      if (end.kind === 'crashed') cluster.crashes.push(end.error);
    },
  });
  const disk = new QuotaDisk(host.disk, quotaBytes);
  runProgram(host, {
    start: () => {
      const {identity, clock, network, random, cpu, journal} = host;
      const exit = (code: number, reason: string): void => host.exit(code, reason);
      return server.start({identity, clock, network, disk, random, cpu, journal, exit});
    },
  });
  return {disk, printed, kill: () => host.end()};
}

/** One send by hand: a client of ours tries three times and tells less. */
function answerToSend(port: number): Promise<RemotingCommand> {
  return new Promise((resolve, reject) => {
    const decoder = new FrameDecoder();
    const socket = connect(port, '127.0.0.1');
    socket.on('error', reject);
    socket.on('data', (bytes) => {
      for (const answer of decoder.push(new Uint8Array(bytes))) {
        socket.destroy();
        resolve(answer);
      }
    });
    socket.write(encodeFrame(send('Full', 0, 'x'.repeat(20_000))));
  });
}

async function hasAll(got: readonly MessageExt[], wanted: ReadonlyMap<string, unknown>): Promise<void> {
  const isThere = (): boolean => {
    const bodies = new Set(bodiesOf(got));
    return [...wanted.keys()].every((body) => bodies.has(body));
  };
  await until(
    isThere,
    () => `${wanted.size} messages; there were ${got.length}`,
    () => sleep(50),
  );
}

test('a disk that is full is told as 4.9.1 tells it, and nothing acknowledged is lost', async () => {
  await Cluster.on(async (cluster) => {
    const {folder, ports, store} = cluster;
    const namesrv = start(
      cluster,
      'namesrv',
      namesrvProgram({
        listenPort: ports.namesrv,
        kvConfigPath: `${folder}/kvConfig.json`,
        configStorePath: `${folder}/namesrv.properties`,
      }),
      MIB,
    );
    const startBroker = (quotaBytes: number) =>
      start(
        cluster,
        'broker',
        brokerProgram(placeStore(readBrokerConf(cluster.conf).config, store)),
        quotaBytes,
      );
    const broker = startBroker(64 * MIB);
    await until(() => broker.printed.some((line) => line.includes('boot success')), 'booted');

    const acknowledged = new Map<string, SendResult>();
    let count = 0;
    const sendMore = async (messages: number): Promise<number> => {
      const bodies = Array.from({length: messages}, () => `${count++} ${'x'.repeat(500)}`);
      const sent = await cluster.send('Full', bodies);
      for (const [body, result] of sent.acknowledged) acknowledged.set(body, result);
      return sent.failed.length;
    };
    expect(await sendMore(200)).toBe(0);

    // No space any more, from the middle of a record on, and before the broker has looked.
    broker.disk.saidFreeBytes = broker.disk.freeBytes();
    broker.disk.quotaBytes = broker.disk.usedBytes + 64 * 1024;
    expect(await sendMore(200)).toBeGreaterThan(50);
    expect(acknowledged.size).toBeGreaterThan(200);

    // It looks a second after its start, and then every ten.
    broker.disk.saidFreeBytes = null;
    let answer = await answerToSend(ports.broker);
    await until(
      () => answer.code === ResponseCode.SERVICE_NOT_AVAILABLE,
      () => `disk full: ${answer.code} ${answer.remark}`,
      async () => {
        expect(answer).toMatchObject({code: ResponseCode.SYSTEM_ERROR, remark: 'UNKNOWN_ERROR'});
        await sleep(200);
        answer = await answerToSend(ports.broker);
      },
    );
    expect(answer.remark).toMatch(
      /^service not available now\. It may be caused by one of the following reasons: the broker's disk is full \[CL: {2}[01]\.\d\d CQ: {2}[01]\.\d\d INDEX: {2}[01]\.\d\d\], messages are put to the slave, message store has been shut down, etc\.$/,
    );
    expect(await sendMore(5)).toBe(5);

    // Consume queues and index could not be written either, and after a few tries the broker leaves them as they are. What it has
    // taken is in the log, from which a broker that has room again makes them anew, also after a kill.
    broker.kill();
    const again = startBroker(64 * MIB);
    await until(() => again.printed.some((line) => line.includes('boot success')), 'booted again');
    const later = cluster.consume('CG2', 'Full');
    await hasAll(later, acknowledged);
    for (const message of later) {
      const result = acknowledged.get(new TextDecoder().decode(message.body));
      if (result === undefined) continue;
      expect([message.queueId, message.queueOffset]).toEqual([
        result.messageQueue.queueId,
        result.queueOffset,
      ]);
    }
    const {failed} = await cluster.send('Full', ['there is room again']);
    expect(failed).toEqual([]);
    again.kill();
    namesrv.kill();
  });
});
