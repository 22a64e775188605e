import type {CrashReport, FilePages, MachineSpec, NamedDiskFault, World, WorldSpec} from './api.ts';
import {CostTable, SimCpu} from './cpu.ts';
import {SimDisk} from './disk.ts';
import {faultMistake} from './disk-fault.ts';
import {ProcessClock, ProcessJournal, SimHost} from './host.ts';
import type {Intervention} from './intervention.ts';
import {Kernel, type OwnerId} from './kernel.ts';
import {linkMistake} from './link.ts';
import {Machine} from './machine.ts';
import {Fabric, ProcessNetwork} from './network.ts';
import {crashReason, ExitSignal, Life, SimProcess} from './process.ts';
import {ProcessDisk} from './process-disk.ts';
import {SimRandom} from './random.ts';
import type {EntryOf, TraceReader} from './trace.ts';
import {TraceLog} from './trace-log.ts';

/** Builds a world. Its processes are there but not started: that is the first intervention of most timelines. */
export function createWorld(spec: WorldSpec): World {
  return new SimWorld(spec);
}

type MachineIntervention = Exclude<
  Extract<Intervention, {readonly machine: string}>,
  {readonly kind: 'jump-clock'}
>;

type EndReason = EntryOf<'process-ended'>['why'];

class SimWorld implements World {
  readonly #spec: WorldSpec;
  readonly #kernel: Kernel;
  readonly #trace: TraceLog;
  readonly #random: SimRandom;
  readonly #fabric: Fabric;
  readonly #costs: CostTable;
  readonly #machines = new Map<string, Machine>();
  readonly #processes = new Map<string, SimProcess>();
  readonly #lives: (Life | undefined)[] = [];
  readonly crashes: CrashReport[] = [];

  constructor(spec: WorldSpec) {
    this.#spec = spec;
    this.#kernel = new Kernel((owner, error) => this.#threw(owner, error));
    this.#trace = new TraceLog(this.#kernel);
    this.#random = new SimRandom(spec.seed);
    this.#costs = new CostTable(spec.costs);
    this.#kernel.cause = this.#trace.record({kind: 'world-began', seed: spec.seed, epochMs: spec.epochMs});
    const machines = spec.machines.map((machine, index) => this.#addMachine(machine, index));
    this.#fabric = new Fabric(
      spec.network,
      machines,
      this.#kernel,
      this.#trace,
      this.#random.stream('network'),
    );
    for (const process of spec.processes) {
      if (this.#processes.has(process.name)) throw new Error(`two processes are called ${process.name}`);
      const {name, kind: processKind} = process;
      this.#processes.set(name, new SimProcess(process, this.#machine(process.machine)));
      this.#trace.record({kind: 'process-added', process: name, machine: process.machine, processKind});
    }
  }

  #addMachine(spec: MachineSpec, index: number): Machine {
    const {name, address} = spec;
    if (this.#machines.has(name)) throw new Error(`two machines are called ${name}`);
    for (const other of this.#machines.values()) {
      if (other.spec.address === address) throw new Error(`${name} and ${other.spec.name} have one address`);
    }
    const random = this.#random.stream('machine').stream(name);
    const disk = new SimDisk(
      name,
      spec.disk,
      spec.memoryBytes,
      this.#kernel,
      this.#trace,
      random.stream('disk'),
    );
    const machine = new Machine(spec, index, this.#spec.epochMs, disk, random.stream('pids'));
    this.#machines.set(name, machine);
    this.#trace.record({kind: 'machine-added', machine: name, address});
    return machine;
  }

  get nowUs(): number {
    return this.#kernel.nowUs;
  }

  get eventCount(): number {
    return this.#kernel.eventCount;
  }

  get trace(): TraceReader {
    return this.#trace;
  }

  forgetTrace(throughEntry: number): void {
    this.#trace.forget(throughEntry);
  }

  traceHash(): string {
    return this.#trace.digest();
  }

  nextEventUs(): number {
    return this.#kernel.nextAtUs();
  }

  step(): boolean {
    return this.#kernel.step();
  }

  runUntil(untilUs: number): void {
    this.runSome(untilUs, Number.POSITIVE_INFINITY);
  }

  runSome(untilUs: number, maxEvents: number): boolean {
    if (!this.#kernel.runSome(untilUs, maxEvents)) return false;
    if (this.#kernel.nowUs < untilUs) this.#kernel.nowUs = untilUs;
    return true;
  }

  isRunning(process: string): boolean {
    return this.#process(process).life !== null;
  }

  readFile(
    machine: string,
    path: string,
    positionBytes = 0,
    lengthBytes = Number.MAX_SAFE_INTEGER,
  ): Uint8Array | null {
    return this.#machine(machine).disk.read(path, positionBytes, lengthBytes);
  }

  listFiles(machine: string): readonly string[] {
    return this.#machine(machine).disk.volume.tree.allPaths();
  }

  hasPower(machine: string): boolean {
    return this.#machine(machine).hasPower;
  }

  diskFaults(machine: string): readonly NamedDiskFault[] {
    return this.#machine(machine).disk.faults();
  }

  diskPages(machine: string, path?: string): readonly FilePages[] {
    const files = this.#machine(machine).disk.pages();
    return path === undefined ? files : files.filter((file) => file.path === path);
  }

  #machine(name: string): Machine {
    const machine = this.#machines.get(name);
    if (machine === undefined) throw new Error(`there is no machine called ${name}`);
    return machine;
  }

  #process(name: string): SimProcess {
    const process = this.#processes.get(name);
    if (process === undefined) throw new Error(`there is no process called ${name}`);
    return process;
  }

  intervene(intervention: Intervention): void {
    const apply = this.#prepare(intervention);
    this.#kernel.cause = 1;
    this.#kernel.cause = this.#trace.record({kind: 'intervened', intervention});
    apply();
  }

  /** Throws if the intervention makes no sense in this world; changes nothing yet. */
  #prepare(intervention: Intervention): () => void {
    switch (intervention.kind) {
      case 'start':
      case 'stop':
      case 'kill':
      case 'pause':
      case 'resume':
      case 'restart': {
        const process = this.#process(intervention.process);
        switch (intervention.kind) {
          case 'start':
            return () => this.#start(process);
          case 'stop':
            return () => this.#stop(process, false);
          case 'restart':
            return () => this.#stop(process, true);
          case 'kill':
            return () => this.#kill(process);
          case 'pause':
            return () => this.#pause(process);
          case 'resume':
            return () => this.#resume(process);
        }
        break;
      }
      case 'set-config': {
        const {process: name, key, value} = intervention;
        const process = this.#process(name);
        const {settingMistake} = process.spec;
        const mistake =
          settingMistake === undefined ? `${name} takes no settings` : settingMistake(key, value);
        if (mistake !== null) throw new Error(mistake);
        return () => {
          if (process.settings.get(key) === value) return;
          process.settings.set(key, value);
          this.#trace.record({kind: 'config-set', process: name, key, value});
        };
      }
      case 'cut':
      case 'heal': {
        const from = this.#machine(intervention.from);
        const to = this.#machine(intervention.to);
        const {kind, direction} = intervention;
        const pairs = this.#pairs(from, to, direction);
        return () => this.#cutOrHeal(kind, intervention, pairs);
      }
      case 'set-link':
        return this.#setLink(intervention);
      case 'lose-power':
      case 'restore-power':
      case 'disk-fault':
      case 'heal-disk':
      case 'destroy-disk':
      case 'replace-disk':
        return this.#prepareMachine(intervention, this.#machine(intervention.machine));
      case 'jump-clock': {
        const {machine: name, byMs} = intervention;
        const machine = this.#machine(name);
        if (!Number.isSafeInteger(byMs)) throw new Error(`a clock jumps by whole milliseconds, not ${byMs}`);
        return () => {
          machine.clock.jump(byMs);
          this.#trace.record({kind: 'clock-jumped', machine: name, byMs});
        };
      }
    }
    throw new Error(`there is no such intervention: ${(intervention as {kind: string}).kind}`);
  }

  #prepareMachine(intervention: MachineIntervention, machine: Machine): () => void {
    const {disk} = machine;
    switch (intervention.kind) {
      case 'lose-power':
        return () => this.#losePower(machine);
      case 'restore-power':
        return () => this.#restorePower(machine);
      case 'disk-fault': {
        const mistake = faultMistake(intervention.fault);
        if (mistake !== null) throw new Error(mistake);
        return () => disk.strike(intervention.fault);
      }
      case 'heal-disk':
        return () => disk.heal(intervention.fault);
      case 'destroy-disk':
        return () => {
          disk.destroy();
          if (intervention.replace) disk.replace();
        };
      case 'replace-disk':
        return () => disk.replace();
    }
  }

  #losePower(machine: Machine): void {
    if (!machine.hasPower) return;
    machine.hasPower = false;
    this.#kernel.cause = this.#trace.record({kind: 'machine-power-lost', machine: machine.spec.name});
    const {cause} = this.#kernel;
    for (const process of this.#processes.values()) {
      if (process.machine !== machine) continue;
      process.startsAgain = false;
      this.#kernel.cause = cause;
      if (process.life !== null) this.#end(process.life, 'power-lost', '');
    }
    this.#kernel.cause = cause;
    this.#fabric.powerLost(machine);
    this.#kernel.cause = cause;
    machine.disk.losePower();
  }

  #restorePower(machine: Machine): void {
    if (machine.hasPower) return;
    machine.hasPower = true;
    this.#kernel.cause = this.#trace.record({
      kind: 'machine-power-restored',
      machine: machine.spec.name,
    });
    this.#fabric.powerRestored(machine);
  }

  #setLink({from, to, direction, link}: Extract<Intervention, {kind: 'set-link'}>): () => void {
    const pairs = this.#pairs(this.#machine(from), this.#machine(to), direction);
    const mistake = link === null ? null : linkMistake(link);
    if (mistake !== null) throw new Error(mistake);
    return () => {
      let isChanged = false;
      for (const [a, b] of pairs) isChanged = this.#fabric.link(a, b).change(link) || isChanged;
      if (isChanged) this.#trace.record({kind: 'link-changed', from, to, direction, link});
    };
  }

  /** The directions that are meant. */
  #pairs(from: Machine, to: Machine, direction: 'both' | 'one-way'): [Machine, Machine][] {
    if (from === to) throw new Error(`${from.spec.name} has no link to itself that could be touched`);
    if (direction !== 'both' && direction !== 'one-way') throw new Error(`no direction: ${direction}`);
    return direction === 'both'
      ? [
          [from, to],
          [to, from],
        ]
      : [[from, to]];
  }

  #cutOrHeal(
    kind: 'cut' | 'heal',
    {from, to, direction}: {from: string; to: string; direction: 'both' | 'one-way'},
    pairs: readonly [Machine, Machine][],
  ): void {
    const isCut = kind === 'cut';
    if (pairs.every(([a, b]) => this.#fabric.link(a, b).isCut === isCut)) return;
    this.#kernel.cause = this.#trace.record({kind: isCut ? 'link-cut' : 'link-healed', from, to, direction});
    for (const [a, b] of pairs) {
      if (isCut) this.#fabric.cut(a, b);
      else this.#fabric.heal(a, b);
    }
  }

  // Processes. Program code never runs inside an intervention, but in an event that it leads to.

  #start(process: SimProcess): void {
    if (process.life !== null) {
      // One that is going down comes up again afterwards.
      if (process.life.stopping) process.startsAgain = true;
      return;
    }
    process.startsAgain = false;
    const {name} = process.spec;
    const {machine} = process;
    if (!machine.hasPower) return;
    const life = new Life(name, machine.newPid(), machine, this.#kernel);
    this.#lives[life.owner] = life;
    this.#trace.nameOwner(life.owner, name);
    process.life = life;
    this.#kernel.cause = this.#trace.record({kind: 'process-started', process: name, pid: life.pid});
    const host = this.#hostFor(life);
    this.#kernel.schedule(this.#kernel.nowUs, life.owner, () => {
      life.program = process.program().start(host);
    });
  }

  #hostFor(life: Life): SimHost {
    const kernel = this.#kernel;
    const trace = this.#trace;
    const random = this.#random.stream('process').stream(life.name);
    const parts = {
      clock: new ProcessClock(kernel, life),
      network: new ProcessNetwork(this.#fabric, life, trace),
      disk: new ProcessDisk(life.machine.disk, life, trace),
      random: random.stream('program'),
      cpu: new SimCpu(this.#costs, kernel, trace, life, random.stream('cpu')),
      journal: new ProcessJournal(trace, life),
    };
    return new SimHost(life, parts, (exited, reason) => this.#end(exited, 'exited', reason));
  }

  #stop(process: SimProcess, startsAgain: boolean): void {
    const {life} = process;
    if (life === null) {
      if (startsAgain) this.#start(process);
      return;
    }
    process.startsAgain = startsAgain;
    if (life.stopping) return;
    life.stopping = true;
    this.#kernel.cause = this.#trace.record({kind: 'process-stopping', process: life.name});
    this.#kernel.schedule(this.#kernel.nowUs, life.owner, () => {
      // A program whose start has not come to its end cannot be asked; it goes down as it is.
      if (life.program === null) this.#stopped(life);
      else life.program.stop(() => this.#stopped(life));
    });
  }

  #stopped(life: Life): void {
    if (!life.alive) return;
    const process = this.#process(life.name);
    const {startsAgain} = process;
    this.#end(life, 'stopped', '');
    if (startsAgain) this.#start(process);
  }

  #kill(process: SimProcess): void {
    process.startsAgain = false;
    if (process.life !== null) this.#end(process.life, 'killed', '');
  }

  #pause(process: SimProcess): void {
    const {life} = process;
    if (life === null || life.paused) return;
    life.paused = true;
    this.#kernel.pause(life.owner);
    this.#trace.record({kind: 'process-paused', process: life.name});
  }

  #resume(process: SimProcess): void {
    const {life} = process;
    if (life === null || !life.paused) return;
    life.paused = false;
    this.#kernel.resume(life.owner);
    this.#trace.record({kind: 'process-resumed', process: life.name});
  }

  #threw(owner: OwnerId, error: unknown): void {
    const life = this.#lives[owner];
    if (error instanceof ExitSignal || life === undefined || !life.alive) return;
    this.crashes.push({process: life.name, atUs: this.#kernel.nowUs, error});
    this.#end(life, 'crashed', crashReason(error));
  }

  /** The end of a life, whatever the reason: from here on nothing of it runs, and what it held is let go. */
  #end(life: Life, why: EndReason, reason: string): void {
    const process = this.#process(life.name);
    this.#kernel.cause = this.#trace.record({kind: 'process-ended', process: life.name, why, reason});
    life.alive = false;
    process.life = null;
    this.#kernel.kill(life.owner);
    for (const held of [...life.holds]) held.letGo(why === 'power-lost');
  }
}
