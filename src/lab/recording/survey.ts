import type {OwnKind, RecordedEvent, Side} from '../../recording/format.ts';
import {RecordingReader, type RecordingState} from '../../recording/reader.ts';
import {parseFastjson, toStandardJson} from '../../rocketmq/remoting/fastjson.ts';
import {decodeFrame} from '../../rocketmq/remoting/frame.ts';
import type {ProcessKind} from '../../sim/trace.ts';
import {readFrameHead} from '../frame-head.ts';
import {type FarConnection, type FarProcess, groupFarSides, type Machine} from './far-processes.ts';
import {FrameGatherer} from './frame-gatherer.ts';

/** A process that was recorded from within. */
export interface OwnProcess {
  readonly name: string;
  readonly kind: ProcessKind;
  readonly machine: string;
}

/** What a first reading tells of a recording. */
export interface Survey {
  readonly epochMs: number;
  readonly durationUs: number;
  readonly recordCount: number;
  readonly state: RecordingState;
  /** Bytes at the end that are no whole block. */
  readonly tornBytes: number;
  /** It was closed in order; else the recording process was killed, or is still at it. */
  readonly isOver: boolean;
  readonly machines: readonly Machine[];
  readonly own: readonly OwnProcess[];
  readonly far: readonly FarProcess[];
  /** By connection whose far side was not recorded: its place in `far`. */
  readonly farOf: ReadonlyMap<number, number>;
  /** By connection between two recorded processes: who took it in. */
  readonly takerOf: ReadonlyMap<number, string>;
}

const HEART_BEAT = 34;
const UNREGISTER_CLIENT = 35;
const SENDS: ReadonlySet<number> = new Set([10, 310, 320, 36]);
const PULL = 11;
const REGISTER_BROKER = 103;
/** What only a tool asks for. */
const TOOL_CODES: ReadonlySet<number> = new Set([
  17, 21, 25, 26, 28, 29, 30, 31, 33, 45, 46, 106, 200, 201, 202, 203, 204, 205, 206, 207, 208, 209, 215, 216,
  217, 222, 224, 225, 226, 227, 301, 304, 305, 307, 308, 318,
]);
const TOOL_GROUPS: ReadonlySet<string> = new Set(['admin_ext_group', 'TOOLS_CONSUMER', 'TOOLS_PRODUCER']);

/**
 * Reads a recording once, for what the second reading must know from the beginning: which processes there are. Clients that are not ours
 * tell who they are only with their first heartbeat, and some connections never do.
 */
export class Surveyor {
  readonly #reader = new RecordingReader((event) => this.#event(event));
  readonly #gatherer = new FrameGatherer();
  readonly #machines: Machine[] = [];
  readonly #own: OwnProcess[] = [];
  readonly #connections = new Map<number, FarConnection>();
  /** Connections of which both sides are recorded. */
  readonly #inner = new Set<number>();
  readonly #takerOf = new Map<number, string>();
  /** Connections that recorded processes have asked for. */
  readonly #asked = new Set<number>();
  #epochMs = 0;
  #isOver = false;

  get state(): RecordingState {
    return this.#reader.state;
  }

  /** Takes the next slice of the file. */
  take(slice: Uint8Array): void {
    this.#reader.take(slice);
  }

  finish(): Survey {
    const connections = [...this.#connections.values()].filter((one) => !this.#inner.has(one.connection));
    const names = this.#own.map(({name}) => name);
    const {far, farOf, machines} = groupFarSides(connections, this.#machines, names);
    return {
      epochMs: this.#epochMs,
      durationUs: this.#reader.lastUs,
      recordCount: this.#reader.recordCount,
      state: this.#reader.state,
      tornBytes: this.#reader.tornBytes,
      isOver: this.#isOver,
      machines,
      own: this.#own,
      far,
      farOf,
      takerOf: this.#takerOf,
    };
  }

  #event(event: RecordedEvent): void {
    switch (event.kind) {
      case 'began':
        this.#epochMs = event.epochMs;
        return;
      case 'machine':
        if (!this.#machines.some(({name}) => name === event.machine)) {
          this.#machines.push({name: event.machine, address: event.address});
        }
        return;
      case 'process':
        this.#addOwn(event.process, event.processKind, event.machine);
        return;
      case 'connecting':
        this.#asked.add(event.connection);
        return;
      case 'connected': {
        const {connection, side, process} = event;
        const isInner = side === 'taking' ? this.#asked.has(connection) : this.#takerOf.has(connection);
        if (side === 'taking') this.#takerOf.set(connection, process);
        if (isInner) this.#inner.add(connection);
        else this.#meet(connection, side, event.localAddress, event.remoteAddress, process);
        return;
      }
      case 'took':
        this.#inner.add(event.connection);
        return;
      case 'far-process': {
        const connection = this.#connections.get(event.connection);
        if (connection === undefined) return;
        connection.pid = event.pid;
        connection.command = event.command;
        return;
      }
      case 'arrived':
      case 'sent': {
        const connection = this.#connections.get(event.connection);
        if (connection === undefined || this.#inner.has(event.connection)) return;
        const sender = event.kind === 'sent' ? event.side : other(event.side);
        const bytes = this.#gatherer.take(event.connection, sender, event.bytes, event.isWhole);
        if (bytes !== null) readRequest(connection, bytes, event.kind);
        return;
      }
      case 'closed':
        this.#asked.delete(event.connection);
        this.#gatherer.giveUp(event.connection, event.side);
        this.#gatherer.giveUp(event.connection, other(event.side));
        return;
      case 'over':
        this.#isOver = true;
        return;
      default:
    }
  }

  #addOwn(name: string, kind: OwnKind, machine: string): void {
    if (!this.#own.some((process) => process.name === name)) this.#own.push({name, kind, machine});
  }

  #meet(connection: number, nearSide: Side, near: string, far: string, process: string): void {
    if (this.#connections.has(connection)) return;
    this.#connections.set(connection, {
      connection,
      nearSide,
      nearProcess: process,
      nearAddress: near,
      farAddress: far,
      pid: 0,
      command: '',
      clientId: '',
      producerGroup: '',
      consumerGroup: '',
      brokerName: '',
      isNamesrv: false,
      isTool: false,
    });
  }
}

export function other(side: Side): Side {
  return side === 'asking' ? 'taking' : 'asking';
}

/** What a request says of the far side: of who sends it, or of who is asked. */
function readRequest(connection: FarConnection, bytes: Uint8Array, direction: 'arrived' | 'sent'): void {
  const head = readFrameHead(bytes);
  if (head === null || (head.flag & 1) !== 0) return;
  const {code} = head;
  if (direction === 'sent') {
    if (code === REGISTER_BROKER) connection.isNamesrv = true;
    return;
  }
  if (TOOL_CODES.has(code)) connection.isTool = true;
  const isOfInterest =
    code === HEART_BEAT ||
    code === UNREGISTER_CLIENT ||
    code === REGISTER_BROKER ||
    (SENDS.has(code) && connection.producerGroup === '') ||
    (code === PULL && connection.consumerGroup === '');
  if (!isOfInterest) return;
  const command = decodeFrame(bytes.subarray(0, head.lengthBytes));
  if ('error' in command) return;
  const ext = command.extFields ?? {};
  if (code === HEART_BEAT) {
    if (command.body !== null) readHeartbeat(connection, command.body);
  } else if (code === UNREGISTER_CLIENT) {
    connection.clientId ||= ext['clientID'] ?? '';
    noteGroups(connection, ext['producerGroup'] ?? '', ext['consumerGroup'] ?? '');
  } else if (code === REGISTER_BROKER) {
    connection.brokerName = ext['brokerName'] ?? '';
  } else if (code === PULL) {
    noteGroups(connection, '', ext['consumerGroup'] ?? '');
  } else {
    noteGroups(connection, ext['a'] ?? ext['producerGroup'] ?? '', '');
  }
}

function readHeartbeat(connection: FarConnection, body: Uint8Array): void {
  let data: {clientID?: unknown; producerDataSet?: unknown; consumerDataSet?: unknown};
  try {
    data = JSON.parse(toStandardJson(parseFastjson(new TextDecoder().decode(body))));
  } catch {
    return; // Not what a heartbeat holds: it says nothing of its sender.
  }
  if (typeof data !== 'object' || data === null) return;
  if (typeof data.clientID === 'string') connection.clientId ||= data.clientID;
  for (const group of groupsOf(data.producerDataSet)) noteGroups(connection, group, '');
  for (const group of groupsOf(data.consumerDataSet)) noteGroups(connection, '', group);
}

function groupsOf(set: unknown): string[] {
  if (!Array.isArray(set)) return [];
  return set.flatMap((one: {groupName?: unknown} | null) =>
    typeof one?.groupName === 'string' ? [one.groupName] : [],
  );
}

/** Every client has an inner producer, for sending messages back; it is nobody's own. */
function noteGroups(connection: FarConnection, producerGroup: string, consumerGroup: string): void {
  if (TOOL_GROUPS.has(producerGroup) || TOOL_GROUPS.has(consumerGroup)) connection.isTool = true;
  else {
    if (producerGroup !== 'CLIENT_INNER_PRODUCER') connection.producerGroup ||= producerGroup;
    connection.consumerGroup ||= consumerGroup;
  }
}
