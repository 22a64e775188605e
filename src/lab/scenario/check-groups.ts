import {parsePeers} from '../../rocketmq/dledger/peers.ts';
import type {MachineSpec} from '../../sim/api.ts';
import type {DeployedBroker, Warn} from './deployed-broker.ts';
import {quote} from './yaml-source.ts';

/** What all members of a group must have alike: otherwise they do not find, or do not understand, each other. */
const ALIKE = [
  ['dLegerPeers', 'each member counts votes and looks for the others by its own list'],
  ['brokerName', 'clients take them for different brokers'],
  ['mappedFileSizeCommitLog', 'entries must lie at the same place in every log'],
  ['enableBatchPush', 'members that push differently do not understand each other'],
] as const;

/** What the files of one DLedger group say against each other, and against the machines that they are on. */
export function checkGroups(
  brokers: readonly DeployedBroker[],
  machines: readonly MachineSpec[],
  warn: Warn,
): void {
  const groups = new Map<string, DeployedBroker[]>();
  for (const broker of brokers) {
    const {enableDLegerCommitLog, dLegerGroup} = broker.file.config;
    if (!enableDLegerCommitLog || dLegerGroup === null) continue;
    const members = groups.get(dLegerGroup);
    if (members === undefined) groups.set(dLegerGroup, [broker]);
    else members.push(broker);
  }
  for (const members of groups.values()) {
    const [first] = members;
    if (first === undefined) continue;
    for (const [key, why] of ALIKE) {
      const told = ({file}: DeployedBroker): string => String(file.config[key]);
      // Most members are right, so those that are alone with what they say are told.
      const usual = mostCommon(members.map(told));
      const model = members.find((member) => told(member) === usual)!;
      for (const member of members) {
        if (told(member) === usual) continue;
        const expected = `${quote(usual)}, as ${model.name} of the same group has it: ${why}`;
        warn(member, key, quote(told(member)), expected);
      }
    }
    checkSelfIds(members, warn);
    for (const member of members) checkAddress(member, machines, warn);
  }
}

function checkSelfIds(members: readonly DeployedBroker[], warn: Warn): void {
  const ids = new Map<string, DeployedBroker>();
  for (const member of members) {
    const id = member.file.config.dLegerSelfId;
    if (id === null) continue;
    const twin = ids.get(id);
    if (twin === undefined) ids.set(id, member);
    else
      warn(member, 'dLegerSelfId', `${id} as dLegerSelfId, which ${twin.name} has too`, 'an id of its own');
  }
}

/** A member listens on its own machine; the others look for it where their lists say. */
function checkAddress(member: DeployedBroker, machines: readonly MachineSpec[], warn: Warn): void {
  const {dLegerPeers, dLegerSelfId} = member.file.config;
  const own = parsePeers(dLegerPeers ?? '').get(dLegerSelfId ?? '');
  const address = machines.find(({name}) => name === member.machine)?.address;
  const told = own?.split(':')[0];
  if (told === undefined || address === undefined || told === address) return;
  warn(
    member,
    'dLegerPeers',
    `${quote(told)} for ${dLegerSelfId}`,
    `${address}, the address of ${member.machine}: members that go by this list do not find it elsewhere`,
  );
}

/** Of equally common ones, the first. */
export function mostCommon(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let best = values[0]!;
  for (const [value, count] of counts) if (count > counts.get(best)!) best = value;
  return best;
}
