import type {Host, Program} from '../../../src/ports/host.ts';
import type {DLedgerConfig} from '../../../src/rocketmq/dledger/config.ts';
import {createDLedgerServer, type DLedgerServer} from '../../../src/rocketmq/dledger/dledger-server.ts';
import type {AppendEntryResponse} from '../../../src/rocketmq/dledger/protocol.ts';
import type {Fact, FactKind, FactOf} from '../../../src/rocketmq/facts.ts';
import type {NetworkSpec, ProcessSpec, World} from '../../../src/sim/api.ts';
import type {Intervention} from '../../../src/sim/intervention.ts';
import {DEFAULT_COSTS, DEFAULT_MACHINE, NETWORK_PRESETS} from '../../../src/sim/presets.ts';
import {createWorld} from '../../../src/sim/world.ts';
import {program} from '../../sim/worlds.ts';

export interface GroupOptions {
  readonly seed?: string;
  readonly epochMs?: number;
  readonly network?: NetworkSpec;
  readonly size?: number;
  /** For all members, and for single ones by id. */
  readonly config?: Partial<DLedgerConfig>;
  readonly configOf?: Readonly<Record<string, Partial<DLedgerConfig>>>;
}

/** Small files, so that a test soon has several. */
export const SMALL_FILES: Partial<DLedgerConfig> = {
  mappedFileSizeForEntryData: 64 * 1024,
  mappedFileSizeForEntryIndex: 32 * 1024,
};

export interface ToldFact<F extends Fact = Fact> {
  readonly atMs: number;
  readonly process: string;
  readonly fact: F;
}

/** A group of DLedger members, `n0` on machine m1 and so on, in a world of its own. */
export class Group {
  readonly world: World;
  readonly ids: readonly string[];
  readonly servers = new Map<string, DLedgerServer>();
  readonly hosts = new Map<string, Host>();
  /** Each append's answer, in the order in which they came. */
  readonly answers: {readonly body: string; readonly node: string; readonly response: AppendEntryResponse}[] =
    [];

  constructor(options: GroupOptions = {}) {
    const {size = 3, config, configOf} = options;
    this.ids = Array.from({length: size}, (_, i) => `n${i}`);
    const peers = this.ids.map((id, i) => `${id}-10.0.0.${i + 1}:4091${i + 1}`).join(';');
    const programs: Record<string, () => Program> = Object.fromEntries(
      this.ids.map((id) => [
        id,
        () => ({
          start: (host: Host) => {
            const server = createDLedgerServer(host, {
              group: 'g',
              selfId: id,
              peers,
              storeBaseDir: '/store',
              ...SMALL_FILES,
              ...config,
              ...configOf?.[id],
            });
            this.servers.set(id, server);
            this.hosts.set(id, host);
            server.startup();
            return {stop: (done: () => void) => server.shutdown(done)};
          },
        }),
      ]),
    );
    const {seed = '1', epochMs = 1_600_000_000_000, network} = options;
    const machines = this.ids.map((id, i) => ({
      ...DEFAULT_MACHINE,
      name: machineOf(id),
      address: `10.0.0.${i + 1}`,
    }));
    const processes: ProcessSpec[] = this.ids.map((id) => ({
      name: id,
      kind: 'other',
      machine: machineOf(id),
      program: programs[id]!,
    }));
    for (const {name: machine} of machines) {
      const name = `meddler-${machine}`;
      const meddle = program((host) => this.hosts.set(name, host));
      processes.push({name, kind: 'other', machine, program: meddle});
    }
    const {loopback} = NETWORK_PRESETS;
    const between = NETWORK_PRESETS['same-rack'];
    this.world = createWorld({
      seed,
      epochMs,
      machines,
      network: network ?? {between, loopback, links: []},
      costs: DEFAULT_COSTS,
      processes,
    });
  }

  start(...ids: string[]): this {
    for (const process of ids.length === 0 ? this.ids : ids) this.do({kind: 'start', process});
    return this.run(0);
  }

  do(intervention: Intervention): this {
    this.world.intervene(intervention);
    return this;
  }

  cut(one: string, other: string, direction: 'both' | 'one-way' = 'both'): this {
    return this.do({kind: 'cut', from: machineOf(one), to: machineOf(other), direction});
  }

  heal(one: string, other: string, direction: 'both' | 'one-way' = 'both'): this {
    return this.do({kind: 'heal', from: machineOf(one), to: machineOf(other), direction});
  }

  isolate(id: string): this {
    for (const other of this.ids) if (other !== id) this.cut(id, other);
    return this;
  }

  rejoin(id: string): this {
    for (const other of this.ids) if (other !== id) this.heal(id, other);
    return this;
  }

  get nowMs(): number {
    return this.world.nowUs / 1000;
  }

  run(ms: number): this {
    this.world.runUntil(this.world.nowUs + ms * 1000);
    return this;
  }

  /** Runs until something holds; throws if it does not within `limitMs`. */
  runTo(what: string, holds: () => boolean, limitMs = 30_000, stepMs = 1): this {
    const endUs = this.world.nowUs + limitMs * 1000;
    while (!holds()) {
      if (this.world.nowUs >= endUs) throw new Error(`${what}: not within ${limitMs} ms`);
      this.run(stepMs);
    }
    return this;
  }

  server(id: string): DLedgerServer {
    return this.servers.get(id)!;
  }

  /** Of those running, the one that leads the highest term. */
  get leader(): string | null {
    let best: string | null = null;
    for (const id of this.ids) {
      if (!this.world.isRunning(id)) continue;
      const {isLeader, currTerm} = this.server(id).memberState;
      if (isLeader && (best === null || currTerm > this.server(best).memberState.currTerm)) best = id;
    }
    return best;
  }

  toLeader(limitMs = 30_000): string {
    this.runTo('a leader', () => this.leader !== null, limitMs);
    return this.leader!;
  }

  followersOf(leader: string): string[] {
    return this.ids.filter((id) => id !== leader);
  }

  append(id: string, ...bodies: string[]): void {
    for (const body of bodies) {
      const future = this.server(id).handleAppend({
        group: 'g',
        remoteId: id,
        bodies: [new TextEncoder().encode(body)],
        isBatch: false,
      });
      future.whenComplete((response) => this.answers.push({body, node: id, response}));
    }
  }

  codeOf(body: string): number | null {
    return this.answers.find((answer) => answer.body === body)?.response.code ?? null;
  }

  /** Bodies of a member's log, `term:body`. */
  log(id: string): string[] {
    const {store} = this.server(id);
    const entries: string[] = [];
    if (store.ledgerEndIndex === -1) return entries;
    for (let index = store.ledgerBeginIndex; index <= store.ledgerEndIndex; index++) {
      const entry = store.get(index)!;
      entries.push(`${entry.term}:${new TextDecoder().decode(entry.body!)}`);
    }
    return entries;
  }

  committed(id: string): number {
    return this.server(id).store.committedIndex;
  }

  facts<K extends FactKind>(...kinds: K[]): ToldFact<FactOf<K>>[] {
    const told: ToldFact<FactOf<K>>[] = [];
    for (const entry of this.world.trace.entries) {
      if (entry.kind !== 'fact') continue;
      const fact = entry.fact as Fact;
      if ((kinds as string[]).includes(fact.kind))
        told.push({atMs: entry.atUs / 1000, process: entry.process, fact: fact as FactOf<K>});
    }
    return told;
  }

  /** Another process on a machine, through which a test gets at its files. */
  meddler(machine = 'm1'): Host {
    const name = `meddler-${machine}`;
    if (!this.hosts.has(name)) this.do({kind: 'start', process: name}).run(0);
    return this.hosts.get(name)!;
  }

  text(id: string, path: string): string | null {
    const bytes = this.world.readFile(machineOf(id), `/store/dledger-${id}/${path}`);
    return bytes === null ? null : new TextDecoder().decode(bytes);
  }
}

export function machineOf(id: string): string {
  return `m${Number(id.slice(1)) + 1}`;
}
