import type {Fact} from '../../rocketmq/facts.ts';
import type {Intervention} from '../../sim/intervention.ts';
import type {TraceEntry} from '../../sim/trace.ts';
import type {ChosenScenario, Scenario} from './scenario.ts';

interface Member {
  readonly group: string;
  readonly role: 'CANDIDATE' | 'LEADER' | 'FOLLOWER';
  readonly term: number;
}

/** Watches a run to tell who is meant by the names that its scenario has chosen. */
export class ChosenTrack {
  private readonly scenario: Scenario;
  /** Members that run, by process. */
  private readonly members = new Map<string, Member>();
  private readonly processes = new Map<string, string>();

  constructor(scenario: Scenario) {
    this.scenario = scenario;
  }

  take(entry: TraceEntry): void {
    switch (entry.kind) {
      case 'process-ended':
        this.members.delete(entry.process);
        return;
      case 'fact': {
        const fact = entry.fact as Fact;
        if (fact.kind !== 'dledger-role-changed') return;
        const {group, role, term} = fact;
        this.members.set(entry.process, {group, role, term});
        return;
      }
      default:
    }
  }

  /** Decides who is meant, of those whom the entries so far have told of. Where nobody is, the name stays nobody's. */
  choose({name, group, as, nth}: ChosenScenario): void {
    const role = as === 'leader' ? 'LEADER' : 'FOLLOWER';
    const fitting = this.scenario.brokers
      .map((broker) => ({process: broker.name, member: this.members.get(broker.name)}))
      .filter(({member}) => member?.group === group && member.role === role);
    // One that does not know yet that it is deposed still takes itself for the leader.
    const chosen =
      as === 'follower' ? fitting[nth - 1] : fitting.toSorted((a, b) => b.member!.term - a.member!.term)[0];
    if (chosen !== undefined) this.processes.set(name, chosen.process);
  }

  /** The same, done to whom its names mean, or to the machine they are on; null where they mean nobody. */
  resolve(did: Intervention): Intervention | null {
    if ('process' in did) {
      const process = this.processOf(did.process);
      return process === null ? null : {...did, process};
    }
    if ('machine' in did) {
      const machine = this.machineOf(did.machine);
      return machine === null ? null : {...did, machine};
    }
    const [from, to] = [this.machineOf(did.from), this.machineOf(did.to)];
    return from === null || to === null || from === to ? null : {...did, from, to};
  }

  /** The process that a name means: itself, or whoever was chosen, null if nobody was. */
  processOf(name: string): string | null {
    const isChosen = this.scenario.chosen.some((chosen) => chosen.name === name);
    return isChosen ? (this.processes.get(name) ?? null) : name;
  }

  private machineOf(name: string): string | null {
    const process = this.processOf(name);
    if (process === null) return null;
    const isChosen = this.scenario.chosen.some((chosen) => chosen.name === name);
    return isChosen ? this.scenario.brokers.find((broker) => broker.name === process)!.machine : name;
  }
}
