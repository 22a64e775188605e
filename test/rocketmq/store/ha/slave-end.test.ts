import {expect, test} from 'vitest';
import type {Host} from '../../../../src/ports/host.ts';
import type {Connection} from '../../../../src/ports/network.ts';
import type {Fact} from '../../../../src/rocketmq/facts.ts';
import {createMessageStore} from '../../../../src/rocketmq/store/default-message-store.ts';
import {encodeTransfer} from '../../../../src/rocketmq/store/ha/ha-frames.ts';
import {HaService} from '../../../../src/rocketmq/store/ha/ha-service.ts';
import {defaultStoreConfig, type StoreConfig} from '../../../../src/rocketmq/store/store-config.ts';
import type {World} from '../../../../src/sim/api.ts';
import {program, startedWorld} from '../../../sim/worlds.ts';
import {ByteLog, concat, HA_PORT} from './ha-scene.ts';

/** The slave's end over a log of plain bytes, and a master that a test speaks for; 1 ms from one to the other. */
class SlaveScene {
  readonly world: World;
  readonly log = new ByteLog(4096);
  service!: HaService;
  /** Connections that the slave made, in order. */
  readonly links: {
    connection: Connection;
    acceptedMs: number;
    got: {atMs: number; bytes: Uint8Array}[];
    closed: boolean;
  }[] = [];

  constructor(options: {address?: string; isMasterUp?: boolean; config?: Partial<StoreConfig>} = {}) {
    this.world = startedWorld({
      programs: {
        master: program((host) => {
          if (options.isMasterUp !== false) this.listen(host);
        }),
        slave: program((host) => {
          const config = {...defaultStoreConfig('/home'), mappedFileSizeCommitLog: 4096, ...options.config};
          this.service = new HaService({host, config, log: this.log});
          const {address} = options;
          if (address !== undefined) this.service.setMasterAddress(address);
          this.service.start();
        }),
      },
    });
  }

  private listen(host: Host): void {
    host.network.listen(HA_PORT, (connection) => {
      const link = {
        connection,
        acceptedMs: this.nowMs,
        got: [] as {atMs: number; bytes: Uint8Array}[],
        closed: false,
      };
      this.links.push(link);
      const close = () => {
        link.closed = true;
        connection.end();
      };
      return {
        data: (bytes) => link.got.push({atMs: this.nowMs, bytes}),
        ended: close,
        closed: close,
      };
    });
  }

  get nowMs(): number {
    return this.world.nowUs / 1000;
  }

  runMs(ms: number): void {
    this.world.runUntil(this.world.nowUs + ms * 1000);
    for (const crash of this.world.crashes) throw crash.error;
  }

  /** What the slave said on its last link. */
  get reports(): number[] {
    const bytes = concat(this.links.at(-1)!.got.map(({bytes: some}) => some));
    const view = new DataView(bytes.buffer);
    return Array.from({length: bytes.length / 8}, (_, i) => Number(view.getBigInt64(8 * i)));
  }

  send(...bytes: Uint8Array[]): void {
    for (const some of bytes) this.links.at(-1)!.connection.write(some);
    this.runMs(5);
  }

  facts<K extends Fact['kind']>(kind: K): Extract<Fact, {kind: K}>[] {
    return this.world.trace.entries.flatMap((entry) =>
      entry.kind === 'fact' && entry.process === 'slave' && entry.fact.kind === kind
        ? [entry.fact as Extract<Fact, {kind: K}>]
        : [],
    );
  }
}

const MASTER = `10.0.0.1:${HA_PORT}`;
const bytes = (count: number, value: number): Uint8Array => new Uint8Array(count).fill(value);

test('a slave that knows its master connects at once, and says nothing for 5 s', () => {
  const scene = new SlaveScene({address: MASTER});
  scene.runMs(4990);
  expect(scene.links.length).toBe(1);
  expect(scene.reports).toEqual([]);
  scene.runMs(20);
  expect(scene.reports).toEqual([0]);
  scene.runMs(10_000);
  expect(scene.reports).toEqual([0, 0, 0]);
});

test('one that learns of its master later looks for an address every 5 s from its start', () => {
  const scene = new SlaveScene();
  scene.runMs(700);
  scene.service.setMasterAddress(MASTER);
  scene.runMs(4200);
  expect(scene.links).toEqual([]);
  scene.runMs(200);
  expect(Math.floor(scene.links[0]!.acceptedMs)).toBe(5003);
});

test('a master that is not there is tried every 5 s', () => {
  const scene = new SlaveScene({address: MASTER, isMasterUp: false});
  scene.runMs(16_000);
  expect(scene.facts('master-disconnected').map(({why}) => why)).toEqual([
    'refused',
    'refused',
    'refused',
    'refused',
  ]);
});

test('what is no address is told, and the next one that is told is taken', () => {
  const scene = new SlaveScene({address: 'nowhere'});
  scene.runMs(1);
  expect(scene.facts('warned').length).toBe(1);
  scene.service.setMasterAddress(MASTER);
  scene.runMs(5100);
  expect(scene.links.length).toBe(1);
});

test('each transfer is appended and acknowledged, however the stream is cut', () => {
  for (const cut of [1, 5, 12, 13, 100, 1000]) {
    const scene = new SlaveScene({address: MASTER});
    scene.runMs(10);
    const stream = concat([
      encodeTransfer(0, bytes(300, 1)),
      encodeTransfer(300, bytes(0, 0)),
      encodeTransfer(300, bytes(500, 2)),
    ]);
    for (let at = 0; at < stream.length; at += cut) scene.send(stream.slice(at, at + cut));
    expect(scene.log.bytes).toEqual(concat([bytes(300, 1), bytes(500, 2)]));
    expect(scene.reports).toEqual([300, 800]);
  }
});

test('a transfer, or a heartbeat, that does not begin where the log ends closes the link; it connects again at once, and asks after 5 s', () => {
  for (const wrong of [encodeTransfer(99, bytes(10, 3)), encodeTransfer(101, bytes(0, 0))]) {
    const scene = new SlaveScene({address: MASTER});
    scene.log.append(0, bytes(100, 1));
    scene.runMs(10);
    scene.send(wrong);
    expect(scene.facts('master-disconnected')).toMatchObject([{why: 'offset-mismatch'}]);
    expect(scene.links[0]!.closed).toBe(true);
    expect(scene.links.length).toBe(2);
    expect(scene.log.maxOffset).toBe(100);
    scene.runMs(5000);
    expect(scene.reports).toEqual([100]);
  }
});

test('a header is looked at before its body is there', () => {
  const scene = new SlaveScene({address: MASTER});
  scene.log.append(0, bytes(100, 1));
  scene.runMs(10);
  scene.send(encodeTransfer(50, bytes(1000, 3)).slice(0, 12));
  expect(scene.facts('master-disconnected')).toMatchObject([{why: 'offset-mismatch'}]);
});

test('an append that fails is not told; the next transfer does not fit then', () => {
  const scene = new SlaveScene({address: MASTER});
  scene.log.append(0, bytes(100, 1));
  scene.log.append = () => false;
  scene.runMs(10);
  scene.send(encodeTransfer(100, bytes(10, 3)));
  expect([scene.reports, scene.links.length]).toEqual([[], 1]);
  scene.send(encodeTransfer(110, bytes(10, 3)));
  expect(scene.links.length).toBe(2);
});

test('a link that breaks is made again at once', () => {
  const scene = new SlaveScene({address: MASTER});
  scene.runMs(10);
  scene.links[0]!.connection.destroy();
  scene.runMs(10);
  expect(scene.links.length).toBe(2);
  expect(scene.facts('master-disconnected')).toMatchObject([{why: 'reset'}]);
});

test('a size that no transfer has closes the link', () => {
  for (const size of [-1, -(2 ** 31), 2 ** 31 - 1, 4 * 1024 * 1024]) {
    const scene = new SlaveScene({address: MASTER});
    scene.runMs(10);
    const header = encodeTransfer(0, bytes(0, 0));
    new DataView(header.buffer).setInt32(8, size);
    scene.send(header);
    expect(scene.facts('master-disconnected')).toMatchObject([{why: 'malformed'}]);
  }
});

test('an idle link costs a report every 5 s and nothing else', () => {
  const scene = new SlaveScene({address: MASTER});
  scene.runMs(20_000);
  const before = scene.world.eventCount;
  scene.runMs(500_000);
  expect((scene.world.eventCount - before) / 100).toBeLessThan(4);
});

test('a slave that has sent nothing itself for 20 s takes the link for dead', () => {
  const scene = new SlaveScene({address: MASTER, config: {haSendHeartbeatInterval: 60_000}});
  scene.runMs(19_990);
  expect(scene.links.length).toBe(1);
  scene.runMs(1100);
  expect(scene.facts('master-disconnected')).toMatchObject([{why: 'expired'}]);
  expect(scene.links.length).toBe(2);
});

test('a slave that stops lets go of its master', () => {
  const scene = new SlaveScene({address: MASTER});
  scene.runMs(10);
  scene.service.shutdown();
  scene.runMs(10_000);
  expect(scene.links.map(({closed}) => closed)).toEqual([true]);
});

test('an empty store takes the offset that it is sent for where its log begins, and none that no log has', () => {
  const files = (offset: bigint): string[] => {
    const frame = encodeTransfer(0, bytes(100, 1));
    new DataView(frame.buffer).setBigInt64(0, offset);
    const config = {
      ...defaultStoreConfig('/home'),
      brokerRole: 'SLAVE' as const,
      brokerId: 1,
      mappedFileSizeCommitLog: 4096,
    };
    const world = startedWorld({
      programs: {
        master: program((host) => {
          host.network.listen(HA_PORT, (connection) => {
            connection.write(frame);
            return {data() {}, closed() {}};
          });
        }),
        slave: program((host) => {
          const store = createMessageStore(host, config);
          store.updateHaMasterAddress(MASTER);
          store.load();
          store.start();
        }),
      },
    });
    world.runUntil(2_000_000);
    for (const crash of world.crashes) throw crash.error;
    return world.listFiles('m2').filter((path) => path.includes('/commitlog/'));
  };
  const name = (offset: number): string => `/home/store/commitlog/${String(offset).padStart(20, '0')}`;
  expect(files(8192n)).toContain(name(8192));
  expect(files(5000n)).toContain(name(4096));
  for (const wild of [-1n, -5000n, 1n << 60n, -(1n << 63n)]) expect(files(wild)).toEqual([]);
});
