import type {TraceIndex} from '../../lab/view/trace-index.ts';
import type {TraceEntry} from '../../sim/trace.ts';
import type {StageIndex} from './stage-index.ts';

/** A stretch for the seek bar; `toUs` is null while it lasts. */
export interface FaultMark {
  readonly kind: 'down' | 'paused' | 'cut' | 'link' | 'power' | 'disk';
  readonly fromUs: number;
  readonly toUs: number | null;
  /** The process, the machine, or the two machines. */
  readonly who: string;
  readonly entry: number;
}

const OF_MACHINES = [
  'link-changed',
  'machine-power-lost',
  'machine-power-restored',
  'disk-fault-struck',
  'disk-fault-lifted',
  'disk-read-only',
  'disk-destroyed',
  'disk-replaced',
] as const;

/**
 * Times during which something was down, frozen, cut off, without power or otherwise than it should be, in order of begin. A
 * process not yet started is not down.
 */
export function faultMarksOf(stage: StageIndex, index: TraceIndex): FaultMark[] {
  const marks: FaultMark[] = [];
  for (const [process, spans] of stage.lives) {
    for (const span of spans) {
      if (span.status === 'running') continue;
      marks.push({kind: span.status, fromUs: span.fromUs, toUs: span.toUs, who: process, entry: span.entry});
    }
  }
  for (const {from, to, fromUs, toUs, entry} of stage.cuts) {
    marks.push({kind: 'cut', fromUs, toUs, who: `${from} ⇹ ${to}`, entry});
  }
  const spans = new Spans();
  const ids = OF_MACHINES.flatMap((kind) => index.kindEntries(kind)).sort((a, b) => a - b);
  for (const id of ids) spans.take(index.store.entry(id)!);
  return [...marks, ...spans.marks].sort((a, b) => a.fromUs - b.fromUs || a.entry - b.entry);
}

/** Pairs what strikes machines and links with what lifts it. */
class Spans {
  readonly marks: Writable<FaultMark>[] = [];
  readonly #open = new Map<string, Writable<FaultMark>>();

  take(entry: TraceEntry): void {
    switch (entry.kind) {
      case 'machine-power-lost':
        this.#begin('power', entry.machine, 'power', entry);
        return;
      case 'machine-power-restored':
        this.#end(`${entry.machine} power`, entry.atUs);
        return;
      case 'disk-fault-struck':
        this.#begin('disk', entry.machine, entry.name, entry);
        return;
      case 'disk-fault-lifted':
        this.#end(`${entry.machine} ${entry.name}`, entry.atUs);
        // Whoever lifts the fault that made the file system read-only has mounted it anew.
        if (entry.name === 'write-errors') this.#end(`${entry.machine} read-only`, entry.atUs);
        return;
      case 'disk-read-only':
        this.#begin('disk', entry.machine, 'read-only', entry);
        return;
      case 'disk-destroyed':
        this.#begin('disk', entry.machine, 'destroyed', entry);
        return;
      case 'disk-replaced':
        this.#end(`${entry.machine} read-only`, entry.atUs);
        this.#end(`${entry.machine} destroyed`, entry.atUs);
        return;
      case 'link-changed': {
        const ways = [[entry.from, entry.to]];
        if (entry.direction === 'both') ways.push([entry.to, entry.from]);
        for (const [from, to] of ways) {
          const who = `${from} → ${to}`;
          if (entry.link === null) this.#end(`${who} link`, entry.atUs);
          else this.#begin('link', who, 'link', entry);
        }
        return;
      }
      default:
    }
  }

  /** A second fault of a name takes the place of the first. */
  #begin(kind: FaultMark['kind'], who: string, name: string, {atUs, id}: TraceEntry): void {
    this.#end(`${who} ${name}`, atUs);
    const mark = {kind, fromUs: atUs, toUs: null, who, entry: id};
    this.#open.set(`${who} ${name}`, mark);
    this.marks.push(mark);
  }

  #end(key: string, atUs: number): void {
    const open = this.#open.get(key);
    if (open === undefined) return;
    open.toUs = atUs;
    this.#open.delete(key);
  }
}

type Writable<T> = {-readonly [K in keyof T]: T[K]};
