import type {Random} from '../../ports/random.ts';
import {parseBrokerConf} from '../../rocketmq/broker/broker-conf.ts';
import type {DiskFault, DiskFaultKind} from '../../sim/disk-fault.ts';
import type {Intervention, TimedIntervention} from '../../sim/intervention.ts';
import {SimRandom} from '../../sim/random.ts';
import {RECOVERY_LIMIT_US} from '../checks/recovers.ts';
import {logFolderOf} from '../scenario/log-folder.ts';
import type {Scenario} from '../scenario/scenario.ts';
import {FAULT_MENU, type SweepFault, type SweepLevel} from './level.ts';

/** What a run of a sweep goes through, in microseconds. */
export interface SweepTimes {
  /** Until then nothing is broken: the cluster comes up. */
  readonly faultsFromUs: number;
  /** Then everything is healed at once, and progress is demanded. */
  readonly healedUs: number;
  /** Producers stop, so that what they have sent can be consumed before the end. */
  readonly quietUs: number;
  readonly endUs: number;
}

const SECOND_US = 1_000_000;
const MILD: readonly SweepFault[] = ['isolate', 'one-way', 'kill', 'stop', 'pause', 'disk-slow'];
const CLOCK_JUMP_MS_MOST = 20_000;
const SLOW_FACTOR_MOST = 500;
/** Where a run writes in its time; further back a bad sector is met by nobody. */
const BAD_WITHIN_BYTES = 65_536;

/**
 * Safety first: faults strike from two to five tenths of the scenario's time. Then as long as a recovery may take, and a tenth more for
 * consumers; so a run lasts longer than its scenario, or less long if that is very long.
 */
export function sweepTimes({durationUs}: Scenario): SweepTimes {
  const tenthUs = Math.floor(durationUs / 10);
  const healedUs = 5 * tenthUs;
  // A little more, so that what comes at the last moment is seen to have come in time.
  const quietUs = healedUs + RECOVERY_LIMIT_US + SECOND_US;
  return {faultsFromUs: 2 * tenthUs, healedUs, quietUs, endUs: quietUs + Math.max(tenthUs, 5 * SECOND_US)};
}

/** Draws the faults of one run: a function of scenario, seed and level. Nothing else has a part in it. */
export function drawFaults(scenario: Scenario, seed: string, level: SweepLevel): TimedIntervention[] {
  if (level === 'none') return [];
  return new Drawing(scenario, new SimRandom(`${seed}/sweep/${level}`)).draw(level);
}

class Drawing {
  private readonly list: TimedIntervention[] = [];
  private readonly random: Random;
  private readonly times: SweepTimes;
  /** Brokers and NameServers: what is killed, and what has to be there again. */
  private readonly servers: readonly {readonly name: string; readonly machine: string}[];
  private readonly serverMachines: readonly string[];
  private readonly machines: readonly string[];
  private readonly producers: readonly string[];
  /** The first file of each broker's log. */
  private readonly logs: readonly {readonly machine: string; readonly path: string}[];

  constructor(scenario: Scenario, random: Random) {
    this.random = random;
    this.times = sweepTimes(scenario);
    this.servers = [...scenario.namesrvs, ...scenario.brokers].filter(({startUs}) => startUs >= 0);
    this.serverMachines = [...new Set(this.servers.map(({machine}) => machine))];
    const clients = [...scenario.producers, ...scenario.consumers].map(({machine}) => machine);
    this.machines = [...new Set([...this.serverMachines, ...clients])];
    this.producers = scenario.producers.map(({name}) => name);
    this.logs = scenario.brokers.map(({machine, conf}) => {
      const folder = logFolderOf(parseBrokerConf(conf).config);
      return {machine, path: `${folder}/${'0'.repeat(20)}`};
    });
  }

  draw(level: Exclude<SweepLevel, 'none'>): TimedIntervention[] {
    const {faultsFromUs, healedUs, quietUs} = this.times;
    if (this.servers.length === 0) return [];
    if (level === 'light') this.drawLight();
    else {
      const kinds = level === 'heavy' ? FAULT_MENU : this.someKinds();
      // The mean time from one fault to the next; in a swarm, anything from a storm to a single blow.
      const meanUs = level === 'heavy' ? 2 * SECOND_US : (1 + this.below(8)) * SECOND_US;
      for (let atUs = this.after(faultsFromUs, meanUs); atUs < healedUs; atUs = this.after(atUs, meanUs)) {
        this.strike(this.pick(kinds), atUs, this.lastingUs());
      }
    }
    this.healAll(healedUs);
    for (const process of this.producers) this.at(quietUs, {kind: 'stop', process});
    return this.list.sort((a, b) => a.atUs - b.atUs);
  }

  private drawLight(): void {
    const {faultsFromUs, healedUs} = this.times;
    const count = 1 + this.below(3);
    const shareUs = Math.floor((healedUs - faultsFromUs) / count);
    for (let i = 0; i < count; i += 1) {
      const lastingUs = 1 + this.below(Math.max(1, Math.floor(shareUs / 2)));
      this.strike(
        this.pick(MILD),
        faultsFromUs + i * shareUs + this.below(Math.max(1, shareUs - lastingUs)),
        lastingUs,
      );
    }
  }

  /** Each kind with even chance; at least one. */
  private someKinds(): SweepFault[] {
    const kinds = FAULT_MENU.filter(() => this.below(2) === 0);
    return kinds.length > 0 ? kinds : [this.pick(FAULT_MENU)];
  }

  private strike(kind: SweepFault, atUs: number, lastingUs: number): void {
    const endUs = Math.min(atUs + lastingUs, this.times.healedUs);
    switch (kind) {
      case 'halves': {
        const side = new Set(this.machines.filter(() => this.below(2) === 0));
        this.cutBetween(atUs, endUs, (a, b) => side.has(a) !== side.has(b));
        return;
      }
      case 'isolate': {
        const alone = this.pick(this.serverMachines);
        this.cutBetween(atUs, endUs, (a, b) => a === alone || b === alone);
        return;
      }
      case 'bridge': {
        const bridge = this.pick(this.serverMachines);
        const side = new Set(this.machines.filter(() => this.below(2) === 0));
        this.cutBetween(atUs, endUs, (a, b) => a !== bridge && b !== bridge && side.has(a) !== side.has(b));
        return;
      }
      case 'ring': {
        // Everybody sees two neighbours; with three servers that is everybody, so there one link goes.
        const ring = this.shuffled(this.serverMachines);
        const size = ring.length;
        this.cutBetween(atUs, endUs, (a, b) => {
          const [i, j] = [ring.indexOf(a), ring.indexOf(b)];
          if (i === -1 || j === -1) return false;
          const apart = Math.abs(i - j);
          return size <= 3 ? apart === size - 1 : apart !== 1 && apart !== size - 1;
        });
        return;
      }
      case 'one-way': {
        const from = this.pick(this.machines);
        const others = this.serverMachines.filter((machine) => machine !== from);
        if (others.length === 0) return;
        const to = this.pick(others);
        this.at(atUs, {kind: 'cut', from, to, direction: 'one-way'});
        this.at(endUs, {kind: 'heal', from, to, direction: 'one-way'});
        return;
      }
      case 'kill':
      case 'stop': {
        const {name: process} = this.pick(this.servers);
        this.at(atUs, {kind, process});
        this.at(endUs, {kind: 'start', process});
        return;
      }
      case 'pause': {
        const {name: process} = this.pick(this.servers);
        this.at(atUs, {kind, process});
        this.at(endUs, {kind: 'resume', process});
        return;
      }
      case 'power': {
        const machine = this.pick(this.serverMachines);
        this.at(atUs, {kind: 'lose-power', machine});
        this.at(endUs, {kind: 'restore-power', machine});
        for (const {name: process} of this.servers.filter((server) => server.machine === machine))
          this.at(endUs, {kind: 'start', process});
        return;
      }
      case 'disk-slow':
        this.layOnDisk(atUs, endUs, {kind: 'slow', factor: 2 + this.below(SLOW_FACTOR_MOST)});
        return;
      case 'disk-stalled':
      case 'disk-full':
      case 'disk-sync-errors':
      case 'disk-write-errors':
        this.layOnDisk(atUs, endUs, {kind: PLAIN_DISK_FAULTS[kind]});
        return;
      case 'disk-lost': {
        const machine = this.pick(this.serverMachines);
        const here = this.servers.filter((server) => server.machine === machine);
        for (const {name: process} of here) this.at(atUs, {kind: 'kill', process});
        this.at(atUs, {kind: 'destroy-disk', machine, replace: true});
        for (const {name: process} of here) this.at(endUs, {kind: 'start', process});
        return;
      }
      case 'bad-sector': {
        if (this.logs.length === 0) return;
        const {machine, path} = this.pick(this.logs);
        const fault = {kind: 'bad-sector', path, positionBytes: this.below(BAD_WITHIN_BYTES)} as const;
        this.at(atUs, {kind: 'disk-fault', machine, fault});
        this.at(endUs, {kind: 'heal-disk', machine, fault: 'bad-sector'});
        return;
      }
      case 'clock':
        this.at(atUs, {
          kind: 'jump-clock',
          machine: this.pick(this.serverMachines),
          byMs: this.below(2 * CLOCK_JUMP_MS_MOST) - CLOCK_JUMP_MS_MOST,
        });
        return;
    }
  }

  private layOnDisk(atUs: number, endUs: number, fault: DiskFault): void {
    const machine = this.pick(this.serverMachines);
    this.at(atUs, {kind: 'disk-fault', machine, fault});
    this.at(endUs, {kind: 'heal-disk', machine, fault: fault.kind as DiskFaultKind});
  }

  private cutBetween(atUs: number, endUs: number, isCut: (a: string, b: string) => boolean): void {
    for (const [i, from] of this.machines.entries()) {
      for (const to of this.machines.slice(i + 1)) {
        if (!isCut(from, to)) continue;
        this.at(atUs, {kind: 'cut', from, to, direction: 'both'});
        this.at(endUs, {kind: 'heal', from, to, direction: 'both'});
      }
    }
  }

  /** Whatever was done is undone, and what ended of itself meanwhile is started as well. */
  private healAll(atUs: number): void {
    const touched = [...this.list];
    const machinesHit = (kind: Intervention['kind']): Set<string> =>
      new Set(
        touched.flatMap(({intervention}) =>
          intervention.kind === kind && 'machine' in intervention ? [intervention.machine] : [],
        ),
      );
    for (const machine of machinesHit('lose-power')) this.at(atUs, {kind: 'restore-power', machine});
    for (const machine of machinesHit('disk-fault'))
      this.at(atUs, {kind: 'heal-disk', machine, fault: 'all'});
    const links = new Map<string, Intervention>();
    for (const {intervention} of touched) {
      if (intervention.kind !== 'cut') continue;
      const {from, to} = intervention;
      links.set(`${from} ${to}`, {kind: 'heal', from, to, direction: 'both'});
    }
    for (const heal of links.values()) this.at(atUs, heal);
    const paused = new Set(
      touched.flatMap(({intervention}) => (intervention.kind === 'pause' ? [intervention.process] : [])),
    );
    for (const process of paused) this.at(atUs, {kind: 'resume', process});
    for (const {name: process} of this.servers) this.at(atUs, {kind: 'start', process});
  }

  private at(atUs: number, intervention: Intervention): void {
    this.list.push({atUs, intervention});
  }

  /** Most faults are short; one in four outlasts an election. */
  private lastingUs(): number {
    const mostMs = this.below(4) === 0 ? 15_000 : 4_000;
    return (50 + this.below(mostMs)) * 1000;
  }

  private after(atUs: number, meanUs: number): number {
    return atUs + 1 + this.below(2 * meanUs);
  }

  private shuffled(names: readonly string[]): string[] {
    const list = [...names];
    for (let i = list.length - 1; i > 0; i -= 1) {
      const j = this.below(i + 1);
      [list[i], list[j]] = [list[j]!, list[i]!];
    }
    return list;
  }

  private pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  private below(bound: number): number {
    return this.random.below(bound);
  }
}

const PLAIN_DISK_FAULTS = {
  'disk-stalled': 'stalled',
  'disk-full': 'full',
  'disk-sync-errors': 'sync-errors',
  'disk-write-errors': 'write-errors',
} as const;
