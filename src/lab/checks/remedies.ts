import {parseBrokerConf} from '../../rocketmq/broker/broker-conf.ts';
import type {DLedgerFix} from '../../rocketmq/dledger/fixes.ts';
import type {LabFix} from '../../rocketmq/store/lab-fixes.ts';
import {type Reader, Readers, type Takes, type Taking, taking} from '../readers.ts';
import {ConfTrack} from '../scenario/conf-track.ts';
import type {BrokerScenario, Scenario} from '../scenario/scenario.ts';
import type {TraceStore} from '../trace-store.ts';

const NONE: ReadonlySet<string> = new Set();

/**
 * The remedies that have been on in a process in all of its lives so far. What a life without one has left behind strikes in a later
 * one, so a remedy that is set by hand, or taken away, is one that was off.
 */
export class Remedies implements Reader {
  readonly #confs: ConfTrack;
  /** One set for each broker, which shrinks: whoever has asked for it sees what it is now. */
  readonly #on: ReadonlyMap<string, Set<string>>;

  constructor(scenario: Scenario) {
    this.#confs = new ConfTrack(scenario);
    this.#on = new Map(scenario.brokers.map(({name, conf}) => [name, new Set(fixesIn(conf))]));
  }

  /** Those of a whole history. */
  static in(scenario: Scenario, store: TraceStore): Remedies {
    const remedies = new Remedies(scenario);
    new Readers(remedies).takeAll(store);
    return remedies;
  }

  static readonly #table: Takes<Remedies> = {
    entries: {'process-started': (self, {process}) => self.#started(process)},
  };

  get takes(): readonly Taking[] {
    return [...this.#confs.takes, taking(this, Remedies.#table)];
  }

  #started(process: string): void {
    const on = this.#on.get(process);
    if (on === undefined || on.size === 0) return;
    const read = fixesIn(this.#confs.confOf(process));
    for (const fix of on) if (!read.has(fix)) on.delete(fix);
  }

  readonly of = (process: string): ReadonlySet<string> => this.#on.get(process) ?? NONE;
}

function fixesIn(conf: string): ReadonlySet<string> {
  return parseBrokerConf(conf).config.labFixes;
}

/** Members of DLedger groups in which a remedy was off in some life, by process. */
export function membersWithout(
  {scenario, store}: {readonly scenario: Scenario; readonly store: TraceStore},
  fix: LabFix | DLedgerFix,
): Map<string, BrokerScenario> {
  const remedies = Remedies.in(scenario, store);
  const found = new Map<string, BrokerScenario>();
  for (const broker of scenario.brokers) {
    const {config} = parseBrokerConf(broker.conf);
    if (config.enableDLegerCommitLog && !remedies.of(broker.name).has(fix)) found.set(broker.name, broker);
  }
  return found;
}
