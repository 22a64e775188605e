import type {Host} from '../../../../src/ports/host.ts';
import type {Connection} from '../../../../src/ports/network.ts';
import type {Fact} from '../../../../src/rocketmq/facts.ts';
import type {ReplicaOutcome} from '../../../../src/rocketmq/store/ha/ha-parts.ts';
import {HaService} from '../../../../src/rocketmq/store/ha/ha-service.ts';
import {defaultStoreConfig, type StoreConfig} from '../../../../src/rocketmq/store/store-config.ts';
import type {World} from '../../../../src/sim/api.ts';
import {program, startedWorld} from '../../../sim/worlds.ts';

export const HA_PORT = 10_912;
const MS = 1000;

/** A log that is nothing but its bytes, cut into files of one size. */
export class ByteLog {
  readonly fileBytes: number;
  minOffset = 0;
  bytes = new Uint8Array(0);

  constructor(fileBytes: number) {
    this.fileBytes = fileBytes;
  }

  get maxOffset(): number {
    return this.bytes.length;
  }

  read(offset: number, lengthBytes: number): Uint8Array | null {
    if (offset < this.minOffset || offset >= this.bytes.length) return null;
    const fileEnd = offset - (offset % this.fileBytes) + this.fileBytes;
    return this.bytes.subarray(offset, Math.min(offset + lengthBytes, fileEnd, this.bytes.length));
  }

  append(_startOffset: number, bytes: Uint8Array): boolean {
    const longer = new Uint8Array(this.bytes.length + bytes.length);
    longer.set(this.bytes);
    longer.set(bytes, this.bytes.length);
    this.bytes = longer;
    return true;
  }

  /** Bytes that tell by their value where they lie. */
  grow(count: number): void {
    const from = this.bytes.length;
    this.append(
      0,
      Uint8Array.from({length: count}, (_, i) => (from + i) % 251),
    );
  }
}

export interface Frame {
  readonly atMs: number;
  readonly offset: number;
  readonly size: number;
}

/** A slave, or what claims to be one, that a test speaks for. */
class RawSlave {
  readonly chunks: {readonly atMs: number; readonly bytes: Uint8Array}[] = [];
  closed: string | null = null;
  private readonly scene: MasterScene;
  private readonly connection: Connection;

  constructor(scene: MasterScene) {
    this.scene = scene;
    this.connection = scene.probe.network.connect(`10.0.0.1:${HA_PORT}`, {
      data: (bytes) => this.chunks.push({atMs: scene.nowMs, bytes}),
      ended: () => this.connection.end(),
      closed: (reason) => {
        this.closed = `${reason} at ${scene.nowMs}`;
      },
    });
    scene.runMs(5);
  }

  /** Says how far its log goes, or anything else. */
  report(offset: number | bigint | Uint8Array): void {
    if (offset instanceof Uint8Array) {
      this.connection.write(offset);
      return;
    }
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigInt64(0, BigInt(offset));
    this.connection.write(bytes);
  }

  end(): void {
    this.connection.end();
    this.scene.runMs(5);
  }

  get received(): Uint8Array {
    return concat(this.chunks.map(({bytes}) => bytes));
  }

  /** What came, frame by frame; a frame is one write here. */
  get frames(): Frame[] {
    return this.chunks.map(({atMs, bytes}) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      return {atMs, offset: Number(view.getBigInt64(0)), size: view.getInt32(8)};
    });
  }
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The master's end over a log of plain bytes, and a process from which slaves connect; 1 ms from one to the other. */
export class MasterScene {
  readonly world: World;
  readonly log: ByteLog;
  readonly config: StoreConfig;
  service!: HaService;
  probe!: Host;

  constructor(config: Partial<StoreConfig> = {}) {
    this.config = {...defaultStoreConfig('/home'), mappedFileSizeCommitLog: 4096, ...config};
    this.log = new ByteLog(this.config.mappedFileSizeCommitLog);
    this.world = startedWorld({
      programs: {
        master: program((host) => {
          this.service = new HaService({host, config: this.config, log: this.log});
          this.service.start();
        }),
        probe: program((host) => {
          this.probe = host;
        }),
      },
    });
    this.runMs(100);
  }

  get nowMs(): number {
    return this.world.nowUs / MS;
  }

  runMs(ms: number): void {
    this.world.runUntil(this.world.nowUs + Math.round(ms * MS));
    for (const crash of this.world.crashes) throw crash.error;
  }

  runTo(ms: number): void {
    this.runMs(ms - this.nowMs);
  }

  connect(): RawSlave {
    return new RawSlave(this);
  }

  /** Appends, as a put does that waits for its replica; answers where its outcome will stand. */
  put(bytes: number): {outcome: ReplicaOutcome | null; tookMs: number} {
    this.log.grow(bytes);
    const put = {outcome: null as ReplicaOutcome | null, tookMs: -1};
    const beganMs = this.nowMs;
    this.service.appended();
    this.service.replicate(this.log.maxOffset, (outcome) => {
      put.outcome = outcome;
      put.tookMs = this.nowMs - beganMs;
    });
    return put;
  }

  /** Appends, as a put does that does not wait. */
  append(bytes: number): void {
    this.log.grow(bytes);
    this.service.appended();
  }

  facts<K extends Fact['kind']>(kind: K): Extract<Fact, {kind: K}>[] {
    return this.world.trace.entries.flatMap((entry) =>
      entry.kind === 'fact' && entry.fact.kind === kind ? [entry.fact as Extract<Fact, {kind: K}>] : [],
    );
  }
}
