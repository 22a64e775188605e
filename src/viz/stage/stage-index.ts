import {frameFamily} from '../../lab/frame.ts';
import {readFrameHead} from '../../lab/frame-head.ts';
import type {TraceIndex} from '../../lab/view/trace-index.ts';
import type {FrameFamily, FrameSummary} from '../../lab/view/view-state.ts';
import type {TraceEntry, TraceReader} from '../../sim/trace.ts';
import {factOf, numberField, textField} from './fact-of-entry.ts';
import {type NoteLevel, noteLevel} from './note-level.ts';
import {lowerBound, upperBound} from './ordered.ts';

/** One write on a connection, from leaving to its end. `endUs` is a forecast while it flies; -1 while a cut holds it. */
export interface StageFrame {
  readonly sent: number;
  readonly connection: number;
  readonly from: string;
  readonly to: string;
  readonly sentUs: number;
  endUs: number;
  end: 'flying' | 'arrived' | 'lost';
  /** When known to be late, and why. */
  delayed: '' | 'loss' | 'cut' | 'paused' | 'machine-gone';
  readonly family: FrameFamily;
  readonly form: FrameSummary['form'];
  /** Of the request that a response answers; -1 if unknown. */
  readonly requestCode: number;
  /** For a response; else -1. */
  readonly responseCode: number;
}

export type LifeStatus = 'running' | 'paused' | 'down';

/** A stretch of a process's life; `toUs` is null while it lasts. */
export interface LifeSpan {
  readonly status: LifeStatus;
  readonly fromUs: number;
  toUs: number | null;
  /** Entry that began it. */
  readonly entry: number;
  /** For `down`: killed, stopped, crashed, ... */
  readonly why: string;
}

/** A stretch in which a process waits for something: a send for its answer, a pull for a message. */
export interface WaitSpan {
  readonly kind: 'send' | 'long-poll';
  readonly process: string;
  readonly fromUs: number;
  toUs: number | null;
  readonly entry: number;
}

/** An entry worth a mark at its process. */
export interface StageNote {
  readonly entry: number;
  readonly atUs: number;
  readonly process: string;
  readonly level: NoteLevel;
}

export interface CutSpan {
  readonly from: string;
  readonly to: string;
  readonly direction: 'both' | 'one-way';
  readonly fromUs: number;
  toUs: number | null;
  readonly entry: number;
}

/** Times at which one process sent frames of one family to another, ascending. */
export interface PairTimes {
  readonly from: string;
  readonly to: string;
  readonly family: FrameFamily;
  readonly sentUs: number[];
}

const BLOCK = 256;

/** Everything the lanes, the story clock and the seek bar ask of a trace. Append-only; `extend` after entries have come. */
export class StageIndex {
  readonly trace: TraceReader;
  /** In order of sending. */
  readonly frames: StageFrame[] = [];
  readonly processes: string[] = [];
  readonly machineOf = new Map<string, string>();
  readonly kindOf = new Map<string, string>();
  readonly lives = new Map<string, LifeSpan[]>();
  readonly waits: WaitSpan[] = [];
  /** In order of time, all processes. */
  readonly notes: StageNote[] = [];
  readonly notesOf = new Map<string, StageNote[]>();
  readonly cuts: CutSpan[] = [];
  /** Frames that were lost, in the order of their loss. */
  readonly losses: StageFrame[] = [];
  readonly pairs = new Map<string, PairTimes>();
  readonly #source: TraceIndex;
  readonly #position = new Map<number, number>();
  /** Latest end among each run of 256 frames, so that a window finds long flights without scanning all. */
  readonly #blockEnd: number[] = [];
  readonly #waitBlockEnd: number[] = [];
  readonly #openWaits = new Map<string, number>();
  #read = 0;

  constructor(source: TraceIndex) {
    this.trace = source.store;
    this.#source = source;
  }

  /** Entries read so far. */
  get entryCount(): number {
    return this.#read;
  }

  /** Takes what the trace index has taken in since. */
  extend(): void {
    const {entries} = this.trace;
    const stop = this.#source.lastId;
    while (this.#read < stop) this.#take(entries[this.#read++]!);
  }

  /** The frame in words. Decodes it, so ask for what is shown only. */
  summaryOf(sent: number): FrameSummary {
    return this.#source.frame(sent);
  }

  /** The request that a response answers, or the response to a request; 0 if there is none yet. */
  partnerOf(sent: number): number {
    return this.#source.partnerOf(sent);
  }

  frameBySent(sent: number): StageFrame | null {
    const at = this.#position.get(sent);
    return at === undefined ? null : this.frames[at]!;
  }

  /** Frames under way at some moment of the window, in order of sending. */
  framesWithin(fromUs: number, toUs: number): StageFrame[] {
    return within(this.frames, this.#blockEnd, fromUs, toUs, (f) => f.sentUs, frameEnd);
  }

  waitsWithin(fromUs: number, toUs: number): WaitSpan[] {
    return within(
      this.waits,
      this.#waitBlockEnd,
      fromUs,
      toUs,
      (w) => w.fromUs,
      (w) => w.toUs ?? Infinity,
    );
  }

  lossesWithin(fromUs: number, toUs: number): readonly StageFrame[] {
    return this.losses.slice(
      lowerBound(this.losses, fromUs, (f) => f.endUs),
      upperBound(this.losses, toUs, (f) => f.endUs),
    );
  }

  notesWithin(fromUs: number, toUs: number): readonly StageNote[] {
    return this.notes.slice(
      lowerBound(this.notes, fromUs, (n) => n.atUs),
      upperBound(this.notes, toUs, (n) => n.atUs),
    );
  }

  /** The last note of a process at or before a moment. */
  lastNote(process: string, timeUs: number, level: NoteLevel): StageNote | null {
    const notes = this.notesOf.get(process);
    if (notes === undefined) return null;
    for (let i = upperBound(notes, timeUs, (n) => n.atUs) - 1; i >= 0; i--) {
      if (notes[i]!.level >= level) return notes[i]!;
    }
    return null;
  }

  /** How many frames of a family left `from` for `to` in a window. */
  countBetween(from: string, to: string, family: FrameFamily, fromUs: number, toUs: number): number {
    const times = this.pairs.get(pairKey(from, to, family))?.sentUs;
    if (times === undefined) return 0;
    return upperBound(times, toUs, identity) - lowerBound(times, fromUs, identity);
  }

  #take(entry: TraceEntry): void {
    const level = noteLevel(entry);
    if (level > 0 && 'process' in entry) {
      const note: StageNote = {entry: entry.id, atUs: entry.atUs, process: entry.process, level};
      this.notes.push(note);
      pushTo(this.notesOf, entry.process, note);
    }
    switch (entry.kind) {
      case 'process-added':
        this.processes.push(entry.process);
        this.machineOf.set(entry.process, entry.machine);
        this.kindOf.set(entry.process, entry.processKind);
        break;
      case 'process-started':
      case 'process-resumed':
        this.#live(entry.process, 'running', entry, '');
        break;
      case 'peer-seen':
        this.#live(entry.process, 'running', entry, '');
        break;
      case 'peer-gone':
        this.#unseen(entry.process, entry.atUs);
        this.#endWaits(entry.process, entry.atUs);
        break;
      case 'process-paused':
        this.#live(entry.process, 'paused', entry, 'paused');
        break;
      case 'process-ended':
        this.#live(entry.process, 'down', entry, entry.why);
        this.#endWaits(entry.process, entry.atUs);
        break;
      case 'bytes-sent':
        this.#send(entry);
        break;
      case 'bytes-arrived':
        this.#end(entry.sent, entry.atUs, 'arrived');
        break;
      case 'bytes-lost':
        this.#end(entry.sent, entry.atUs, 'lost');
        break;
      case 'bytes-delayed': {
        const frame = this.frameBySent(entry.sent);
        if (frame !== null) {
          frame.delayed = entry.why;
          this.#setEnd(entry.sent, frame, entry.arrivesUs);
        }
        break;
      }
      case 'link-cut':
        this.cuts.push({
          from: entry.from,
          to: entry.to,
          direction: entry.direction,
          fromUs: entry.atUs,
          toUs: null,
          entry: entry.id,
        });
        break;
      case 'link-healed':
        this.#heal(entry.from, entry.to, entry.direction, entry.atUs);
        break;
      case 'fact':
        this.#fact(entry);
        break;
      default:
    }
  }

  #live(process: string, status: LifeStatus, entry: TraceEntry, why: string): void {
    const spans = this.lives.get(process);
    const last = spans?.[spans.length - 1];
    if (last !== undefined) last.toUs = entry.atUs;
    pushTo(this.lives, process, {status, fromUs: entry.atUs, toUs: null, entry: entry.id, why});
  }

  /** A foreign process that has no connection is neither up nor down: nobody knows. */
  #unseen(process: string, atUs: number): void {
    const spans = this.lives.get(process);
    const last = spans?.[spans.length - 1];
    if (last !== undefined) last.toUs = atUs;
  }

  #send(entry: Extract<TraceEntry, {kind: 'bytes-sent'}>): void {
    const requestCode = this.#source.requestCodeOf(entry.id);
    const head = readFrameHead(this.trace.bytes(entry.bytes));
    const isResponse = head !== null && (head.flag & 1) !== 0;
    const frame: StageFrame = {
      sent: entry.id,
      connection: entry.connection,
      from: entry.process,
      to: entry.peer,
      sentUs: entry.atUs,
      endUs: entry.arrivesUs,
      end: 'flying',
      delayed: '',
      family: head === null ? 'replicate' : frameFamily(requestCode),
      form: head === null ? 'raw' : isResponse ? 'response' : (head.flag & 2) !== 0 ? 'oneway' : 'request',
      requestCode,
      responseCode: isResponse ? head.code : -1,
    };
    this.#position.set(entry.id, this.frames.length);
    const block = Math.floor(this.frames.length / BLOCK);
    this.frames.push(frame);
    this.#blockEnd[block] = Math.max(this.#blockEnd[block] ?? 0, frameEnd(frame));
    const key = pairKey(frame.from, frame.to, frame.family);
    let pair = this.pairs.get(key);
    if (pair === undefined) {
      pair = {from: frame.from, to: frame.to, family: frame.family, sentUs: []};
      this.pairs.set(key, pair);
    }
    pair.sentUs.push(frame.sentUs);
  }

  #end(sent: number, atUs: number, end: 'arrived' | 'lost'): void {
    const frame = this.frameBySent(sent);
    if (frame === null) return;
    frame.end = end;
    if (end === 'lost') this.losses.push(frame);
    this.#setEnd(sent, frame, atUs);
  }

  #setEnd(sent: number, frame: StageFrame, endUs: number): void {
    frame.endUs = endUs;
    const block = Math.floor(this.#position.get(sent)! / BLOCK);
    this.#blockEnd[block] = Math.max(this.#blockEnd[block] ?? 0, frameEnd(frame));
  }

  #heal(from: string, to: string, direction: 'both' | 'one-way', atUs: number): void {
    for (const cut of this.cuts) {
      if (cut.toUs !== null) continue;
      const same = cut.from === from && cut.to === to;
      const turned = cut.from === to && cut.to === from;
      if (same || (turned && (direction === 'both' || cut.direction === 'both'))) cut.toUs = atUs;
    }
  }

  #fact(entry: Extract<TraceEntry, {kind: 'fact'}>): void {
    const fact = factOf(entry)!;
    switch (fact.kind) {
      case 'send-begun':
        this.#beginWait('send', entry.process, `send ${textField(fact, 'msgId')}`, entry);
        break;
      case 'send-acknowledged':
      case 'send-given-up':
      case 'send-handed-over':
        this.#endWait(entry.process, `send ${textField(fact, 'msgId')}`, entry.atUs);
        break;
      case 'pull-held':
        this.#beginWait('long-poll', entry.process, pollKey(fact), entry);
        break;
      case 'pull-released':
        this.#endWait(entry.process, pollKey(fact), entry.atUs);
        break;
      default:
    }
  }

  #beginWait(kind: WaitSpan['kind'], process: string, key: string, entry: TraceEntry): void {
    const at = this.waits.length;
    this.waits.push({kind, process, fromUs: entry.atUs, toUs: null, entry: entry.id});
    this.#waitBlockEnd[Math.floor(at / BLOCK)] = Infinity;
    this.#openWaits.set(`${process} ${key}`, at);
  }

  #endWait(process: string, key: string, atUs: number): void {
    const at = this.#openWaits.get(`${process} ${key}`);
    if (at === undefined) return;
    this.#openWaits.delete(`${process} ${key}`);
    this.waits[at]!.toUs = atUs;
  }

  #endWaits(process: string, atUs: number): void {
    for (const [key, at] of [...this.#openWaits]) {
      if (this.waits[at]!.process !== process) continue;
      this.#openWaits.delete(key);
      this.waits[at]!.toUs = atUs;
    }
  }
}

function pollKey(fact: NonNullable<ReturnType<typeof factOf>>): string {
  return `poll ${textField(fact, 'group')} ${textField(fact, 'topic')} ${numberField(fact, 'queueId')}`;
}

function pairKey(from: string, to: string, family: FrameFamily): string {
  return `${from}\u0000${to}\u0000${family}`;
}

/** A held frame never ends until it is said to. */
function frameEnd(frame: StageFrame): number {
  return frame.endUs < 0 ? Infinity : frame.endUs;
}

function identity(value: number): number {
  return value;
}

function pushTo<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function within<T>(
  list: readonly T[],
  blockEnd: readonly number[],
  fromUs: number,
  toUs: number,
  begin: (item: T) => number,
  end: (item: T) => number,
): T[] {
  const stop = upperBound(list, toUs, begin);
  const found: T[] = [];
  for (let block = 0; block * BLOCK < stop; block++) {
    if (blockEnd[block]! < fromUs) continue;
    const blockStop = Math.min(stop, (block + 1) * BLOCK);
    for (let i = block * BLOCK; i < blockStop; i++) {
      if (end(list[i]!) >= fromUs) found.push(list[i]!);
    }
  }
  return found;
}
