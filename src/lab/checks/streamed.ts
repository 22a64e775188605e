import {parseBrokerConf} from '../../rocketmq/broker/broker-conf.ts';
import type {TraceEntry} from '../../sim/trace.ts';
import type {Scenario} from '../scenario/scenario.ts';
import type {CheckResult} from './check.ts';
import {type CheckName, DLEDGER_CHECK_NAMES, type DLedgerCheckName} from './check-names.ts';
import {DLedgerTrack} from './dledger/dledger-track.ts';
import {RecoveryTrack} from './recovers.ts';

export type StreamedCheckName = DLedgerCheckName | 'recovers-after-heal';

const STREAMED: ReadonlySet<string> = new Set([...DLEDGER_CHECK_NAMES, 'recovers-after-heal']);

export function isStreamed(name: CheckName): name is StreamedCheckName {
  return STREAMED.has(name);
}

/** The scenario's checks that are judged at every entry, and need nothing of the trace once it is taken in. */
export class StreamedChecks {
  private readonly dledger: DLedgerTrack | null;
  private readonly recovery: RecoveryTrack | null;

  constructor(scenario: Scenario) {
    const asks = (names: readonly string[]): boolean => scenario.checks.some((name) => names.includes(name));
    const fixes = new Map<string, ReadonlySet<string>>(
      scenario.brokers.map(({name, conf}) => [name, parseBrokerConf(conf).config.labFixes]),
    );
    const none: ReadonlySet<string> = new Set();
    this.dledger = asks(DLEDGER_CHECK_NAMES)
      ? new DLedgerTrack((process) => fixes.get(process) ?? none)
      : null;
    this.recovery = asks(['recovers-after-heal'])
      ? new RecoveryTrack(scenario.producers.map(({name}) => name))
      : null;
  }

  get isAsked(): boolean {
    return this.dledger !== null || this.recovery !== null;
  }

  take(entry: TraceEntry): void {
    this.dledger?.take(entry);
    this.recovery?.take(entry);
  }

  /** The verdict so far; of a check that the scenario asks for. */
  result(name: StreamedCheckName): CheckResult {
    if (name === 'recovers-after-heal') return this.recovery!.result();
    return this.dledger!.result(name);
  }
}
