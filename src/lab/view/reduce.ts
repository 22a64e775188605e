import type {Fact} from '../../rocketmq/facts.ts';
import type {ProcessKind, TraceEntry} from '../../sim/trace.ts';
import type {Draft, PendingFlight, Writable} from './draft.ts';
import {memberEnded} from './reduce-dledger.ts';
import {reduceFact} from './reduce-facts.ts';
import {changeLink, newMachine, reduceMachine} from './reduce-machines.ts';
import type {
  ConnectionView,
  FlightView,
  LogView,
  ProcessStatus,
  ProcessView,
  SettingView,
} from './view-state.ts';

const EMPTY_LOG: LogView = {
  minOffset: 0,
  written: 0,
  flushed: 0,
  replicated: -1,
  dispatched: 0,
  messages: 0,
  undispatched: [],
  tail: [],
};

/** Takes one entry into a draft. The flights it leaves have no frame yet. */
export function reduceEntry(draft: Draft, entry: TraceEntry): void {
  const {state} = draft;
  state.entryId = entry.id;
  state.atUs = entry.atUs;
  switch (entry.kind) {
    case 'fact':
      reduceFact(draft, entry, entry.fact as Fact);
      return;
    case 'machine-added': {
      const machines = draft.map(state.machines);
      machines.set(entry.machine, newMachine(entry));
      state.machines = machines;
      return;
    }
    case 'process-added': {
      const processes = draft.map(state.processes);
      const address = state.machines.get(entry.machine)?.address ?? '';
      processes.set(entry.process, {
        ...emptyProcess(entry.process, entry.processKind),
        machine: entry.machine,
        address,
        ...(entry.foreign ? {foreign: true, status: 'disconnected'} : {}),
      });
      state.processes = processes;
      return;
    }
    case 'process-started': {
      const process = draft.process(entry.process);
      if (process === null) return;
      setStatus(process, 'running', entry.atUs, '');
      startAfresh(process);
      if (process.settings !== undefined) {
        const read = ([key, {value}]: readonly [string, SettingView]) =>
          [key, {value, isRead: true}] as const;
        process.settings = new Map([...process.settings].map(read));
      }
      return;
    }
    case 'process-stopping':
      setStatus(draft.process(entry.process), 'stopping', entry.atUs, '');
      return;
    case 'process-ended': {
      const process = draft.process(entry.process);
      if (process === null) return;
      setStatus(process, entry.why, entry.atUs, entry.reason);
      forget(draft, process);
      return;
    }
    case 'peer-seen': {
      const process = draft.process(entry.process);
      if (process === null) return;
      setStatus(process, 'running', entry.atUs, '');
      startAfresh(process);
      const {group, clientId} = entry;
      if (process.producer !== undefined) process.producer = emptyProducer(group, clientId);
      if (process.consumer !== undefined) process.consumer = {...process.consumer, group, clientId};
      return;
    }
    case 'peer-gone': {
      const process = draft.process(entry.process);
      if (process === null) return;
      setStatus(process, 'disconnected', entry.atUs, '');
      forget(draft, process);
      return;
    }
    case 'config-set': {
      const process = draft.process(entry.process);
      if (process === null) return;
      process.settings = new Map(process.settings).set(entry.key, {value: entry.value, isRead: false});
      return;
    }
    case 'process-paused':
      setStatus(draft.process(entry.process), 'paused', entry.atUs, '');
      return;
    case 'process-resumed':
      setStatus(draft.process(entry.process), 'running', entry.atUs, '');
      return;
    case 'listening': {
      const process = draft.process(entry.process);
      // A broker has several ports, and says by itself at which of them it is found.
      if (process === null || process.kind === 'broker' || process.address.includes(':')) return;
      process.address = `${process.address}:${entry.port}`;
      return;
    }
    case 'connecting':
    case 'connected': {
      const connections = draft.map(state.connections);
      const known = connections.get(entry.connection);
      if (entry.kind === 'connected' && known?.status === 'open') return; // The other side's half of it.
      connections.set(entry.connection, {
        connection: entry.connection,
        process: known?.process ?? entry.process,
        peer: known?.peer || (known?.process === entry.peer ? entry.process : entry.peer),
        localAddress: known?.localAddress || entry.localAddress,
        remoteAddress: known?.remoteAddress || entry.remoteAddress,
        status: entry.kind === 'connecting' ? 'connecting' : 'open',
        sinceUs: entry.atUs,
      } satisfies ConnectionView);
      state.connections = connections;
      return;
    }
    case 'end-sent': {
      const connections = draft.map(state.connections);
      const known = connections.get(entry.connection);
      if (known !== undefined) {
        connections.set(entry.connection, {...known, status: 'half-closed', sinceUs: entry.atUs});
      }
      state.connections = connections;
      return;
    }
    case 'connection-closed': {
      const connections = draft.map(state.connections);
      connections.delete(entry.connection);
      state.connections = connections;
      return;
    }
    case 'bytes-sent': {
      const flights = draft.map(state.flights as ReadonlyMap<number, PendingFlight>);
      flights.set(entry.id, {
        sent: entry.id,
        connection: entry.connection,
        from: entry.process,
        to: entry.peer,
        sentUs: entry.atUs,
        arrivesUs: entry.arrivesUs,
        bytes: entry.bytes,
        frame: null,
      });
      state.flights = flights as ReadonlyMap<number, FlightView>;
      return;
    }
    case 'bytes-arrived':
    case 'bytes-lost': {
      const flights = draft.map(state.flights);
      flights.delete(entry.sent);
      state.flights = flights;
      return;
    }
    case 'bytes-delayed': {
      const flights = draft.map(state.flights);
      const flight = flights.get(entry.sent);
      if (flight !== undefined) flights.set(entry.sent, {...flight, arrivesUs: entry.arrivesUs});
      state.flights = flights;
      return;
    }
    case 'link-cut':
      state.cuts = [
        ...state.cuts,
        {from: entry.from, to: entry.to, direction: entry.direction, sinceUs: entry.atUs},
      ];
      return;
    case 'link-healed': {
      const both = entry.direction === 'both';
      state.cuts = state.cuts.filter(({from, to}) => {
        const same = from === entry.from && to === entry.to;
        const reverse = from === entry.to && to === entry.from;
        return !(same || (both && reverse));
      });
      return;
    }
    case 'link-changed':
      changeLink(draft, entry);
      return;
    case 'machine-power-lost':
    case 'machine-power-restored':
    case 'disk-fault-struck':
    case 'disk-fault-lifted':
    case 'disk-read-only':
    case 'disk-destroyed':
    case 'disk-replaced':
      reduceMachine(draft, entry);
      return;
    case 'world-began':
    case 'intervened':
    case 'timer-ran':
    case 'end-arrived':
    case 'disk-write':
    case 'disk-truncate':
    case 'disk-rename':
    case 'disk-remove':
    case 'disk-sync':
    case 'disk-synced':
    case 'disk-write-back':
    case 'disk-written-back':
    case 'disk-undone':
    case 'disk-pages-lost':
    case 'clock-jumped':
      return;
    default:
      unreachable(entry);
  }
}

function setStatus(
  process: Writable<ProcessView> | null,
  status: ProcessStatus,
  atUs: number,
  reason: string,
): void {
  if (process === null) return;
  process.status = status;
  process.statusSinceUs = atUs;
  process.reason = reason;
}

function emptyProcess(name: string, kind: ProcessKind): ProcessView {
  const base = {
    name,
    kind,
    machine: '',
    address: '',
    status: 'not-started' as const,
    statusSinceUs: 0,
    reason: '',
    routes: new Map(),
  };
  switch (kind) {
    case 'namesrv':
      return {...base, namesrv: {brokers: new Map(), topics: new Map(), kv: new Map()}};
    case 'broker':
      return {
        ...base,
        broker: {
          cluster: '',
          brokerName: '',
          brokerId: 0,
          role: '',
          flush: '',
          registrations: new Map(),
          topics: new Map(),
          log: EMPTY_LOG,
          queues: new Map(),
          clients: new Map(),
          heldPulls: new Map(),
        },
      };
    case 'producer':
      return {...base, producer: emptyProducer('', '')};
    case 'consumer':
      return {
        ...base,
        consumer: {group: '', clientId: '', queues: new Map(), delivered: 0, lastError: null},
      };
    case 'console':
    case 'other':
      return base;
    default:
      return unreachable(kind);
  }
}

function emptyProducer(group: string, clientId: string): NonNullable<ProcessView['producer']> {
  return {
    group,
    clientId,
    begun: 0,
    acknowledged: 0,
    givenUp: 0,
    waiting: [],
    waitingCount: 0,
    lastError: null,
  };
}

/** A new start counts from nothing; an ended process keeps its last figures on show. */
function startAfresh(process: Writable<ProcessView>): void {
  if (process.producer !== undefined) process.producer = emptyProducer('', '');
  if (process.consumer !== undefined) {
    process.consumer = {group: '', clientId: '', queues: new Map(), delivered: 0, lastError: null};
  }
}

/** What was in memory only is gone with the process; what is on its disk stays. */
function forget(draft: Draft, process: Writable<ProcessView>): void {
  process.routes = new Map();
  if (process.namesrv !== undefined) {
    process.namesrv = {brokers: new Map(), topics: new Map(), kv: process.namesrv.kv};
  }
  if (process.broker !== undefined) {
    const queues = draft.map(process.broker.queues);
    for (const [key, queue] of queues) queues.set(key, {...queue, committed: queue.persisted});
    const {member} = process.broker;
    process.broker = {
      ...process.broker,
      registrations: new Map(),
      clients: new Map(),
      heldPulls: new Map(),
      queues,
      ...(member === undefined ? {} : {member: memberEnded(member)}),
    };
  }
  if (process.producer !== undefined) process.producer = {...process.producer, waiting: [], waitingCount: 0};
  if (process.consumer !== undefined) process.consumer = {...process.consumer, queues: new Map()};
}

function unreachable(value: never): never {
  throw new Error(`a kind that nothing handles: ${JSON.stringify(value)}`);
}
