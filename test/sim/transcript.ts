import type {World} from '../../src/sim/api.ts';
import type {EntryKind, TraceEntry} from '../../src/sim/trace.ts';

/** The lines of a text, as `transcript` gives them. */
export function lines(...text: string[]): string {
  return text.join('\n');
}

const SCENERY: ReadonlySet<EntryKind> = new Set(['world-began', 'machine-added', 'process-added']);

export interface TranscriptOptions {
  /** Leave out what happened before. */
  readonly sinceUs?: number;
  /** Leave out these kinds. */
  readonly without?: readonly EntryKind[];
}

/** What happened in a world, a line each: when (in ms), where, what. The scenery is left out. */
export function transcript(world: World, {sinceUs = 0, without = []}: TranscriptOptions = {}): string {
  const told: string[] = [];
  for (const entry of world.trace.entries) {
    if (entry.atUs < sinceUs || SCENERY.has(entry.kind) || without.includes(entry.kind)) continue;
    told.push(`${entry.atUs / 1000} ${describe(entry, world)}`);
  }
  return told.join('\n');
}

function describe(entry: TraceEntry, world: World): string {
  const text = (id: number): string => {
    const sent = world.trace.entries[id - 1]!;
    if (sent.kind !== 'bytes-sent') throw new Error(`entry ${id} sent no bytes`);
    return `"${new TextDecoder().decode(world.trace.bytes(sent.bytes))}"`;
  };
  const due = (us: number): string => (us < 0 ? 'held' : `due ${us / 1000}`);
  switch (entry.kind) {
    case 'intervened': {
      const {kind, ...rest} = entry.intervention;
      return `> ${[kind, ...Object.values(rest)].join(' ')}`;
    }
    case 'process-started':
      return `${entry.process} started`;
    case 'process-ended':
      return `${entry.process} ${entry.why}${entry.reason === '' ? '' : `: ${entry.reason}`}`;
    case 'process-stopping':
    case 'process-paused':
    case 'process-resumed':
      return `${entry.process} ${entry.kind.slice('process-'.length)}`;
    case 'timer-ran':
      return `${entry.process} timer`;
    case 'fact': {
      const {kind, ...rest} = entry.fact;
      return `${entry.process} says ${[kind, ...Object.values(rest)].join(' ')}`;
    }
    case 'listening':
      return `${entry.process} listens on ${entry.port}`;
    case 'connecting':
      return `${entry.process} connects to ${entry.peer === '' ? entry.remoteAddress : entry.peer}`;
    case 'connected':
      return `${entry.process} connected with ${entry.peer}`;
    case 'connection-closed':
      return `${entry.process} closed: ${entry.why}`;
    case 'bytes-sent':
      return `${entry.process} sends ${text(entry.id)}, ${due(entry.arrivesUs)}`;
    case 'bytes-arrived':
      return `${entry.process} gets ${text(entry.sent)}`;
    case 'bytes-lost':
      return `${text(entry.sent)} lost: ${entry.why}`;
    case 'bytes-delayed':
      return `${text(entry.sent)} delayed: ${entry.why}, ${due(entry.arrivesUs)}`;
    case 'end-sent':
      return `${entry.process} sends its end`;
    case 'end-arrived':
      return `${entry.process} gets the end`;
    case 'link-cut':
    case 'link-healed':
      return `${entry.kind} ${entry.from} ${entry.direction === 'both' ? '<>' : '>'} ${entry.to}`;
    case 'disk-write':
      return `${entry.process} writes ${entry.path} ${entry.positionBytes}+${entry.lengthBytes}`;
    case 'disk-truncate':
      return `${entry.process} truncates ${entry.path} to ${entry.sizeBytes}`;
    case 'disk-rename':
      return `${entry.process} renames ${entry.path} to ${entry.to}`;
    case 'disk-remove':
      return `${entry.process} removes ${entry.path}`;
    case 'disk-sync':
      return `${entry.process} syncs ${entry.path}, ${entry.dirtyBytes} dirty`;
    case 'disk-synced':
      return `${entry.process} synced ${entry.path}${entry.failure === null ? '' : `: ${entry.failure}`}`;
    case 'clock-jumped':
      return `clock of ${entry.machine} jumps by ${entry.byMs} ms`;
    default:
      return 'machine' in entry ? `${entry.kind} ${entry.machine}` : entry.kind;
  }
}
