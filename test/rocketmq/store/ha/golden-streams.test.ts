import {createHash} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {gunzipSync} from 'node:zlib';
import {expect, test} from 'vitest';
import type {Connection} from '../../../../src/ports/network.ts';
import {createMessageStore} from '../../../../src/rocketmq/store/default-message-store.ts';
import type {ReplicaOutcome} from '../../../../src/rocketmq/store/ha/ha-parts.ts';
import {defaultStoreConfig} from '../../../../src/rocketmq/store/store-config.ts';
import {program, startedWorld} from '../../../sim/worlds.ts';
import {concat, HA_PORT, MasterScene} from './ha-scene.ts';

/** Both halves of a link between a real master and a real slave, in the order seen on the wire. */
interface Recorded {
  readonly atMs: number;
  readonly from: 'master' | 'slave';
  readonly bytes: Uint8Array;
}

/** Segments of both sides were 16,384 bytes; what they held at the end. */
const RECORDINGS = [
  {
    name: 'async-master',
    fileBytes: 16_384,
    slaveFile: '9e1bd2572f70d84e9562d58f048243045f0d311890dd3d907c318a0fae59e3e0',
  },
  {
    name: 'sync-master',
    fileBytes: 16_384,
    slaveFile: '05734762d6e51548aeee99b0b84ac435c96d7193fc477f0abcf097530348f090',
  },
] as const;

/** From the connect to the slave's orderly end; `endMs` is when that came. */
function recording(name: string): {readonly chunks: readonly Recorded[]; readonly endMs: number} {
  const path = new URL(`../../../fixtures/ha/${name}.stream.ndjson.gz`, import.meta.url);
  const lines = gunzipSync(readFileSync(path)).toString('utf8').trim().split('\n');
  const entries = lines.map((line) => JSON.parse(line) as Record<string, string | number>);
  const beganMs = Number(entries.find(({event}) => event === 'connect')!['t_ms']);
  const chunks = entries
    .filter(({hex}) => hex !== undefined)
    .map((entry) => ({
      atMs: Number(entry['t_ms']) - beganMs,
      from: entry['direction'] === 'master->slave' ? ('master' as const) : ('slave' as const),
      bytes: Uint8Array.from(Buffer.from(String(entry['hex']), 'hex')),
    }));
  const end = entries.find(({event}) => event === 'close')!;
  return {chunks, endMs: Number(end['t_ms']) - beganMs};
}

const offsetsIn = (bytes: Uint8Array): number[] =>
  Array.from({length: bytes.length / 8}, (_, i) =>
    Number(new DataView(bytes.buffer, bytes.byteOffset + 8 * i).getBigInt64(0)),
  );

test.each(RECORDINGS)(
  'our slave answers the $name as the real one did, and its file is the same to the byte',
  ({name, fileBytes, slaveFile}) => {
    const {chunks, endMs} = recording(name);
    const config = {
      ...defaultStoreConfig('/home'),
      brokerRole: 'SLAVE' as const,
      brokerId: 1,
      mappedFileSizeCommitLog: fileBytes,
      mappedFileSizeConsumeQueue: 6000,
      maxHashSlotNum: 100,
      maxIndexNum: 400,
    };
    const reports: {atMs: number; bytes: Uint8Array}[] = [];
    let connectedMs = -1;
    const world = startedWorld({
      programs: {
        master: program((host) => {
          host.network.listen(HA_PORT, (connection: Connection) => {
            connectedMs = world.nowUs / 1000;
            for (const {atMs, from, bytes} of chunks) {
              if (from === 'master') host.clock.after(atMs, () => connection.write(bytes));
            }
            return {
              data: (bytes) => reports.push({atMs: world.nowUs / 1000 - connectedMs, bytes}),
              closed: () => {},
            };
          });
        }),
        slave: program((host) => {
          const store = createMessageStore(host, config);
          store.updateHaMasterAddress(`10.0.0.1:${HA_PORT}`);
          expect([store.load(), store.start()]).toEqual([true, null]);
        }),
      },
    });
    world.runUntil((endMs + 10) * 1000);
    for (const crash of world.crashes) throw crash.error;

    const recorded = chunks.filter(({from}) => from === 'slave');
    expect(offsetsIn(concat(reports.map(({bytes}) => bytes)))).toEqual(
      offsetsIn(concat(recorded.map(({bytes}) => bytes))),
    );
    // A real thread wakes some milliseconds late, and once in a while later than that.
    for (const [i, {atMs}] of reports.entries()) expect(Math.abs(atMs - recorded[i]!.atMs)).toBeLessThan(50);
    const file = world.readFile('m2', `${config.storePathCommitLog}/${'0'.repeat(20)}`)!;
    expect(createHash('sha256').update(file).digest('hex')).toBe(slaveFile);
  },
);

test.each(RECORDINGS)(
  "our master sends the $name's half as the real one did, frame by frame",
  ({name, fileBytes}) => {
    const {chunks} = recording(name);
    const halves = {
      master: chunks.filter(({from}) => from === 'master'),
      slave: chunks.filter(({from}) => from === 'slave'),
    };
    const stream = concat(halves.master.map(({bytes}) => bytes));
    const frames = framesOf(stream, halves.master);
    const waits = name === 'sync-master';

    const scene = new MasterScene({mappedFileSizeCommitLog: fileBytes});
    // What it holds before the slave comes is what it sends first.
    const [, first, ...later] = frames;
    scene.log.append(0, first!.body);
    const slave = scene.connect();
    const connectedMs = scene.nowMs - 5;
    const outcomes: (ReplicaOutcome | null)[] = [];
    const events = [
      ...halves.slave.map(({atMs, bytes}) => ({atMs, run: () => slave.report(bytes)})),
      // A put just before its frame was seen; without a waiting producer, somewhere in the 100 ms before it.
      ...later
        .filter(({body}) => body.length > 0)
        .map(({atMs, body}) => ({
          atMs: atMs - (waits ? 2 : 60),
          run: () => {
            scene.log.append(0, body);
            scene.service.appended();
            if (!waits) return;
            const index = outcomes.push(null) - 1;
            scene.service.replicate(scene.log.maxOffset, (outcome) => {
              outcomes[index] = outcome;
            });
          },
        })),
    ].sort((a, b) => a.atMs - b.atMs);
    for (const {atMs, run} of events) {
      scene.runTo(connectedMs + atMs);
      run();
    }
    scene.runMs(50);

    expect(slave.frames.map(({offset, size}) => [offset, size])).toEqual(
      frames.map(({offset, body}) => [offset, body.length]),
    );
    expect(Buffer.from(slave.received).equals(Buffer.from(stream))).toBe(true);
    expect(outcomes).toEqual(outcomes.map(() => 'PUT_OK'));
    expect(outcomes.length).toBe(waits ? 20 : 0);
    const lateness = slave.frames.map(({atMs}, i) => Math.abs(atMs - connectedMs - frames[i]!.atMs));
    expect(Math.max(...lateness)).toBeLessThan(100);
  },
);

/** Header and body of each transfer, which the recording has in chunks of their own. */
function framesOf(stream: Uint8Array, chunks: readonly Recorded[]) {
  const frames: {atMs: number; offset: number; body: Uint8Array}[] = [];
  const view = new DataView(stream.buffer);
  const startsMs = new Map<number, number>();
  let start = 0;
  for (const {atMs, bytes} of chunks) {
    startsMs.set(start, atMs);
    start += bytes.length;
  }
  for (let at = 0; at < stream.length; ) {
    const size = view.getInt32(at + 8);
    frames.push({
      atMs: startsMs.get(at)!,
      offset: Number(view.getBigInt64(at)),
      body: stream.slice(at + 12, at + 12 + size),
    });
    at += 12 + size;
  }
  return frames;
}
