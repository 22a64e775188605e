import type {MachineSpec} from '../../sim/api.ts';
import {checkGroups, mostCommon} from './check-groups.ts';
import type {DeployedBroker, Warn} from './deployed-broker.ts';
import {quote, type YamlSource} from './yaml-source.ts';

/**
 * Tells what files of one deployment say against each other, each as a warning at its place: RocketMQ starts with all of it, and
 * does something that nobody meant.
 */
export function checkDeployment(
  brokers: readonly DeployedBroker[],
  machines: readonly MachineSpec[],
  source: YamlSource,
): void {
  const warn = (broker: DeployedBroker, key: string, found: string, expected: string): void => {
    const {file, line, column, path} = broker.file.placeOf(key);
    source.reportAt(line, column, path, {found, expected}, 'warning', file);
  };
  const masters = new Map<string, DeployedBroker>();
  const slaves: DeployedBroker[] = [];
  for (const broker of brokers) {
    const {config} = broker.file;
    if (config.enableDLegerCommitLog) continue;
    if (config.brokerRole === 'SLAVE') {
      slaves.push(broker);
      continue;
    }
    const other = masters.get(broker.brokerName);
    if (other === undefined) masters.set(broker.brokerName, broker);
    else {
      const found = `a second master of ${quote(broker.brokerName)}, which ${other.name} is already`;
      warn(
        broker,
        'brokerName',
        found,
        'one master of a name: the NameServer knows the one that registered last',
      );
    }
  }
  const ids = new Map<string, DeployedBroker>();
  for (const slave of slaves) {
    const {config} = slave.file;
    const master = masters.get(slave.brokerName);
    if (master === undefined) {
      const known = [...masters.keys()];
      const expected = `the brokerName of a master${known.length === 0 ? ', but there is none' : `: ${known.join(', ')}`}`;
      warn(slave, 'brokerName', `a slave of ${quote(slave.brokerName)}, which has no master`, expected);
    } else compareWithMaster(slave, master, machines, warn);
    const id = `${slave.brokerName} ${config.brokerId}`;
    const twin = ids.get(id);
    if (twin === undefined) ids.set(id, slave);
    else
      warn(slave, 'brokerId', `brokerId ${config.brokerId}, which ${twin.name} has too`, 'an id of its own');
  }
  for (const broker of brokers) {
    const address = machines.find(({name}) => name === broker.machine)?.address;
    for (const key of ['brokerIP1', 'brokerIP2'] as const) {
      const told = broker.file.config[key];
      if (told === null || address === undefined || told === address) continue;
      warn(
        broker,
        key,
        told,
        `${address}, the address of ${broker.machine}: nobody finds the broker elsewhere`,
      );
    }
  }
  compareNamesrvs(brokers, warn);
  checkGroups(brokers, machines, warn);
}

function compareWithMaster(
  slave: DeployedBroker,
  master: DeployedBroker,
  machines: readonly MachineSpec[],
  warn: Warn,
): void {
  const [of, own] = [master.file.config, slave.file.config];
  if (own.brokerClusterName !== of.brokerClusterName) {
    warn(
      slave,
      'brokerClusterName',
      quote(own.brokerClusterName),
      `${quote(of.brokerClusterName)}, the cluster of its master ${master.name}`,
    );
  }
  if (own.mappedFileSizeCommitLog !== of.mappedFileSizeCommitLog) {
    warn(
      slave,
      'mappedFileSizeCommitLog',
      String(own.mappedFileSizeCommitLog),
      `${of.mappedFileSizeCommitLog}, as its master ${master.name} has it: files are copied as they are`,
    );
  }
  const address = of.brokerIP2 ?? machines.find(({name}) => name === master.machine)?.address ?? '';
  const {haMasterAddress} = own;
  if (
    haMasterAddress !== null &&
    haMasterAddress !== '' &&
    haMasterAddress !== `${address}:${of.listenPort + 1}`
  ) {
    warn(
      slave,
      'haMasterAddress',
      haMasterAddress,
      `${address}:${of.listenPort + 1}, where its master ${master.name} listens for slaves`,
    );
  }
}

/** Brokers that name some NameServers and not others are found by some clients and not by others. */
function compareNamesrvs(brokers: readonly DeployedBroker[], warn: Warn): void {
  const listOf = ({file}: DeployedBroker): string => {
    const list = file.config.namesrvAddr ?? '';
    return [...new Set(list.split(';').map((address) => address.trim()))].sort(byCodeUnits).join(';');
  };
  const told = brokers.filter((broker) => broker.file.has('namesrvAddr'));
  if (told.length === 0) return;
  // Most are right, so those that are alone with what they say are told.
  const usual = mostCommon(told.map(listOf));
  const model = told.find((broker) => listOf(broker) === usual)!;
  for (const broker of told) {
    if (listOf(broker) === usual) continue;
    const found = broker.file.config.namesrvAddr ?? '';
    const why = 'NameServers tell each other nothing, and who asks one of the others does not find it';
    warn(broker, 'namesrvAddr', found, `${model.file.config.namesrvAddr}, as ${model.name} has it: ${why}`);
  }
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
