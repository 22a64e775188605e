import {parseBrokerConf} from '../../rocketmq/broker/broker-conf.ts';
import type {DLedgerFix} from '../../rocketmq/dledger/fixes.ts';
import type {LabFix} from '../../rocketmq/store/lab-fixes.ts';
import type {BrokerScenario, Scenario} from '../scenario/scenario.ts';

const NONE: ReadonlySet<string> = new Set();

/** Tells of each process of a scenario which remedies are on in it, as its broker.conf says. */
export function remediesOf({brokers}: Scenario): (process: string) => ReadonlySet<string> {
  const fixes = new Map<string, ReadonlySet<string>>(
    brokers.map(({name, conf}) => [name, parseBrokerConf(conf).config.labFixes]),
  );
  return (process) => fixes.get(process) ?? NONE;
}

/** Members of DLedger groups in which a remedy is off, by process. */
export function membersWithout({brokers}: Scenario, fix: LabFix | DLedgerFix): Map<string, BrokerScenario> {
  const found = new Map<string, BrokerScenario>();
  for (const broker of brokers) {
    const {config} = parseBrokerConf(broker.conf);
    if (config.enableDLegerCommitLog && !config.labFixes.has(fix)) found.set(broker.name, broker);
  }
  return found;
}
