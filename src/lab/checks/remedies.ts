import {parseBrokerConf} from '../../rocketmq/broker/broker-conf.ts';
import type {DLedgerFix} from '../../rocketmq/dledger/fixes.ts';
import type {LabFix} from '../../rocketmq/store/lab-fixes.ts';
import type {TraceEntry} from '../../sim/trace.ts';
import {ConfTrack} from '../scenario/conf-key.ts';
import type {BrokerScenario, Scenario} from '../scenario/scenario.ts';

const NONE: ReadonlySet<string> = new Set();

/**
 * The remedies that have been on in a process in all of its lives so far. What a life without one has left behind strikes in a later
 * one, so a remedy that is set by hand, or taken away, is one that was off.
 */
export class Remedies {
  readonly #confs: ConfTrack;
  /** One set for each broker, which shrinks: whoever has asked for it sees what it is now. */
  readonly #on: ReadonlyMap<string, Set<string>>;

  constructor(scenario: Scenario) {
    this.#confs = new ConfTrack(scenario);
    this.#on = new Map(scenario.brokers.map(({name, conf}) => [name, new Set(fixesIn(conf))]));
  }

  /** Those of a whole history. */
  static in(scenario: Scenario, entries: readonly TraceEntry[]): Remedies {
    const remedies = new Remedies(scenario);
    for (const entry of entries) remedies.take(entry);
    return remedies;
  }

  take(entry: TraceEntry): void {
    if (entry.kind === 'config-set') {
      this.#confs.take(entry);
    } else if (entry.kind === 'process-started') {
      this.#confs.take(entry);
      const on = this.#on.get(entry.process);
      if (on === undefined || on.size === 0) return;
      const read = fixesIn(this.#confs.confOf(entry.process));
      for (const fix of on) if (!read.has(fix)) on.delete(fix);
    }
  }

  readonly of = (process: string): ReadonlySet<string> => this.#on.get(process) ?? NONE;
}

function fixesIn(conf: string): ReadonlySet<string> {
  return parseBrokerConf(conf).config.labFixes;
}

/** Members of DLedger groups in which a remedy was off in some life, by process. */
export function membersWithout(
  {scenario, store}: {readonly scenario: Scenario; readonly store: {readonly entries: readonly TraceEntry[]}},
  fix: LabFix | DLedgerFix,
): Map<string, BrokerScenario> {
  const remedies = Remedies.in(scenario, store.entries);
  const found = new Map<string, BrokerScenario>();
  for (const broker of scenario.brokers) {
    const {config} = parseBrokerConf(broker.conf);
    if (config.enableDLegerCommitLog && !remedies.of(broker.name).has(fix)) found.set(broker.name, broker);
  }
  return found;
}
