import type {Side} from '../../recording/format.ts';
import type {ProcessKind} from '../../sim/trace.ts';

export interface Machine {
  readonly name: string;
  readonly address: string;
}

/** A connection whose far side was not recorded, and all that was learnt of that side. Empty and 0 where nothing was. */
export interface FarConnection {
  readonly connection: number;
  readonly nearSide: Side;
  readonly nearProcess: string;
  readonly nearAddress: string;
  readonly farAddress: string;
  pid: number;
  command: string;
  clientId: string;
  producerGroup: string;
  consumerGroup: string;
  brokerName: string;
  isNamesrv: boolean;
  isTool: boolean;
}

/** A process that was seen from outside only. */
export interface FarProcess {
  readonly name: string;
  readonly kind: ProcessKind;
  readonly machine: string;
  /** Its group, where it is a client that told it; else empty. */
  readonly group: string;
  /** As it calls itself; else empty. */
  readonly clientId: string;
  /** 0 where it is not known. */
  readonly pid: number;
}

/** More strangers than this on one machine are shown as one crowd. */
const STRANGERS_MAX = 8;

/**
 * Which connections belong to one process. A client is known by the id that it gives: two ids are two clients, on one machine too. A
 * connection on which nobody says who it is (clients ask NameServers anonymously) belongs to the client of the same OS process, where the
 * operating system could tell, and where that process has one client only. What is left over is shown by its address.
 */
export function groupFarSides(
  connections: readonly FarConnection[],
  ownMachines: readonly Machine[],
  ownNames: readonly string[],
): {far: FarProcess[]; farOf: Map<number, number>; machines: Machine[]} {
  const clientsOf = new Map<number, Set<string>>();
  for (const {pid, clientId} of connections) {
    if (pid === 0 || clientId === '') continue;
    const ids = clientsOf.get(pid) ?? new Set();
    clientsOf.set(pid, ids.add(clientId));
  }
  const strangers = new Map<string, number>();
  const keyed = connections.map((one) => ({one, key: keyOf(one, clientsOf)}));
  for (const {one, key} of new Map(keyed.map((entry) => [entry.key, entry])).values()) {
    if (key.startsWith('address '))
      strangers.set(hostOf(one.farAddress), (strangers.get(hostOf(one.farAddress)) ?? 0) + 1);
  }
  const groups = new Map<string, FarConnection[]>();
  for (const {one, key} of keyed) {
    const host = hostOf(one.farAddress);
    const isCrowd = key.startsWith('address ') && (strangers.get(host) ?? 0) > STRANGERS_MAX;
    const name = isCrowd ? `crowd ${host}` : key;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [one]);
    else group.push(one);
  }
  const machines = [...ownMachines];
  const taken = new Set(ownNames);
  const far: FarProcess[] = [];
  const farOf = new Map<number, number>();
  for (const [key, members] of groups) {
    for (const {connection} of members) farOf.set(connection, far.length);
    far.push(processOf(key, members, machines, taken));
  }
  return {far, farOf, machines};
}

function keyOf(one: FarConnection, clientsOf: ReadonlyMap<number, ReadonlySet<string>>): string {
  if (one.clientId !== '') return `client ${one.clientId}`;
  if (one.brokerName !== '') return `broker ${one.brokerName} ${hostOf(one.farAddress)}`;
  if (one.nearSide === 'asking') return `server ${one.farAddress}`;
  if (one.pid === 0) return `address ${one.farAddress}`;
  const clients = clientsOf.get(one.pid);
  if (clients?.size === 1) return `client ${[...clients][0]}`;
  return `pid ${one.pid}`;
}

function processOf(
  key: string,
  members: readonly FarConnection[],
  machines: Machine[],
  taken: Set<string>,
): FarProcess {
  const first = <K extends keyof FarConnection>(field: K): FarConnection[K] =>
    (members.find((one) => Boolean(one[field])) ?? members[0]!)[field];
  const producerGroup = first('producerGroup');
  const consumerGroup = first('consumerGroup');
  const brokerName = first('brokerName');
  const group = consumerGroup || producerGroup;
  const kind: ProcessKind = first('isNamesrv')
    ? 'namesrv'
    : brokerName !== ''
      ? 'broker'
      : consumerGroup !== ''
        ? 'consumer'
        : producerGroup !== ''
          ? 'producer'
          : first('isTool')
            ? 'console'
            : 'other';
  const pid = first('pid');
  const command = first('command');
  const isCrowd = key.startsWith('crowd ');
  const stranger = isCrowd
    ? `${hostOf(members[0]!.farAddress)} (${members.length})`
    : pid !== 0
      ? `${command} ${pid}`
      : members[0]!.farAddress;
  const name = free(brokerName || group || stranger, taken);
  const machine = machineOf(members[0]!, machines);
  const clientId = first('clientId');
  return {name, kind, machine, group, clientId, pid: isCrowd ? 0 : pid};
}

function free(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let number = 2; taken.has(name); number += 1) name = `${wanted} #${number}`;
  taken.add(name);
  return name;
}

/** The machine with the far side's address; whoever comes by the loopback is on the machine that it came to. */
function machineOf(one: FarConnection, machines: Machine[]): string {
  const host = hostOf(one.farAddress);
  const known = machines.find(({address}) => address === host);
  if (known !== undefined) return known.name;
  const near = hostOf(one.nearAddress);
  const loopback =
    host.startsWith('127.') && near.startsWith('127.')
      ? machines.find(({address}) => address === near)
      : undefined;
  if (loopback !== undefined && host === near) return loopback.name;
  machines.push({name: host, address: host});
  return host;
}

export function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(':'));
}
