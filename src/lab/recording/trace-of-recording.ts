import type {RecordedEvent, Side} from '../../recording/format.ts';
import {RecordingReader} from '../../recording/reader.ts';
import type {Fact} from '../../rocketmq/facts.ts';
import type {TraceChunk} from '../trace-store.ts';
import {answeredBy, type Ends, newEnds, noteAsked} from './connection-ends.ts';
import type {FarProcess} from './far-processes.ts';
import {FrameGatherer} from './frame-gatherer.ts';
import {arrivesAt, type Draft, type EntryBody} from './reordering.ts';
import {SettledEntries} from './settled-entries.ts';
import {other, type Survey} from './survey.ts';
import {WireFacts} from './wire-facts.ts';

/**
 * How long bytes are shown to travel to or from a side that was not recorded, where nothing tells better: about what a local network takes.
 * Between a write of ours and what comes back, never more than half.
 */
export const FAR_TRAVEL_US = 100;

/**
 * Reads a recording a second time and makes the history of it that a simulated run would have: whole frames from process to process, facts,
 * disk, causes. What happened at a far side is told as far as its bytes tell it, and when it happened there is an estimate.
 */
export class RecordingTrace {
  readonly #survey: Survey;
  readonly #reader = new RecordingReader((event) => this.#event(event));
  readonly #settled = new SettledEntries();
  readonly #drafts = this.#settled.drafts;
  readonly #gatherer = new FrameGatherer();
  readonly #ends = new Map<number, Ends>();
  /** Open connections of each far process. */
  readonly #openOf = new Map<FarProcess, number>();
  readonly #brokerNames = new Map<string, string>();
  readonly #wire = new WireFacts((process) => this.#brokerNames.get(process) ?? process);

  constructor(survey: Survey) {
    this.#survey = survey;
    this.#addEverybody();
  }

  /** Nothing before this moment is still to come. */
  get horizonUs(): number {
    return this.#settled.horizonUs;
  }

  get entryCount(): number {
    return this.#settled.count;
  }

  /** Takes the next slice of the file, whose bytes must not change any more. */
  take(slice: Uint8Array): void {
    this.#reader.take(slice);
    // Nothing that is still to be read can put anything before this.
    this.#settled.settle(this.#reader.lastUs - 2 * FAR_TRAVEL_US);
  }

  /** The file is at its end: all that is left has its place. */
  finish(): void {
    this.#settled.finish(this.#survey.durationUs);
  }

  /** What has come since the last cut. */
  cut(): TraceChunk {
    return this.#settled.cut();
  }

  #add(event: RecordedEvent, body: EntryBody, bytes: Uint8Array | null = null): Draft {
    return this.#drafts.add(event.atUs, event.number, event.cause === 0 ? null : event.cause, body, bytes);
  }

  // Who there is.

  #addEverybody(): void {
    const {epochMs, machines, own, far} = this.#survey;
    const add = (body: EntryBody): Draft => this.#drafts.add(0, 0, null, body);
    add({kind: 'world-began', seed: '', epochMs});
    for (const {name, address} of machines) add({kind: 'machine-added', machine: name, address});
    for (const {name, kind, machine} of own) {
      add({kind: 'process-added', process: name, machine, processKind: kind});
    }
    for (const {name, kind, machine} of far) {
      add({kind: 'process-added', process: name, machine, processKind: kind, foreign: true});
    }
  }

  // Records become entries.

  #event(event: RecordedEvent): void {
    this.#settled.recordRead();
    switch (event.kind) {
      case 'began':
      case 'machine':
      case 'process':
      case 'far-process':
      case 'over':
        return;
      case 'started':
        this.#add(event, {kind: 'process-started', process: event.process, pid: event.pid});
        return;
      case 'stopping':
        this.#add(event, {kind: 'process-stopping', process: event.process});
        return;
      case 'ended': {
        const {process, why, reason} = event;
        this.#add(event, {kind: 'process-ended', process, why, reason});
        this.#endConnectionsOf(event);
        return;
      }
      case 'timer':
        this.#add(event, {kind: 'timer-ran', process: event.process});
        return;
      case 'fact': {
        const fact = event.fact as Fact;
        if (fact.kind === 'broker-booted') this.#brokerNames.set(event.process, fact.brokerName);
        this.#add(event, {kind: 'fact', process: event.process, fact});
        return;
      }
      case 'listening':
        this.#add(event, {kind: 'listening', process: event.process, port: event.port});
        return;
      case 'connecting':
        this.#connecting(event);
        return;
      case 'connected':
        this.#connected(event);
        return;
      case 'closed':
        this.#closed(event);
        return;
      case 'sent':
        this.#sent(event);
        return;
      case 'arrived':
        this.#arrived(event);
        return;
      case 'took':
        this.#took(event);
        return;
      case 'end-sent':
      case 'end-arrived': {
        const ends = this.#ends.get(event.connection);
        if (ends === undefined) return;
        const {connection, kind, side} = event;
        if (kind === 'end-sent') ends.hasEnded = true;
        this.#add(event, {kind, connection, process: ends[side], peer: ends[other(side)]});
        return;
      }
      case 'disk-write': {
        const {kind, process, path, positionBytes, lengthBytes} = event;
        this.#add(event, {kind, process, path, positionBytes, lengthBytes});
        return;
      }
      case 'disk-truncate':
        this.#add(event, {
          kind: event.kind,
          process: event.process,
          path: event.path,
          sizeBytes: event.sizeBytes,
        });
        return;
      case 'disk-rename':
        this.#add(event, {kind: event.kind, process: event.process, path: event.path, to: event.to});
        return;
      case 'disk-remove':
        this.#add(event, {kind: event.kind, process: event.process, path: event.path});
        return;
      case 'disk-sync':
        this.#add(event, {
          kind: event.kind,
          process: event.process,
          path: event.path,
          dirtyBytes: event.dirtyBytes,
        });
        return;
      case 'disk-synced':
        this.#add(event, {
          kind: event.kind,
          process: event.process,
          path: event.path,
          failure: event.failure,
        });
        return;
    }
  }

  // Connections.

  #farOf(connection: number): FarProcess | null {
    const place = this.#survey.farOf.get(connection);
    return place === undefined ? null : (this.#survey.far[place] ?? null);
  }

  #connecting(event: RecordedEvent & {kind: 'connecting'}): void {
    const {connection, process, localAddress, remoteAddress} = event;
    const far = this.#farOf(connection);
    const taking = far?.name ?? this.#survey.takerOf.get(connection) ?? '';
    const ends = newEnds(process, taking, far, 'taking');
    this.#ends.set(connection, ends);
    this.#add(event, {kind: 'connecting', connection, process, localAddress, remoteAddress, peer: taking});
  }

  #connected(event: RecordedEvent & {kind: 'connected'}): void {
    const {connection, side, process, localAddress, remoteAddress} = event;
    const far = this.#farOf(connection);
    let ends = this.#ends.get(connection);
    if (ends === undefined) {
      ends = newEnds(far?.name ?? '', process, far, 'asking');
      this.#ends.set(connection, ends);
    }
    const peer = ends[other(side)];
    if (far === null) {
      this.#add(event, {kind: 'connected', connection, process, peer, localAddress, remoteAddress});
      return;
    }
    ends.isOpen = true;
    ends.openedUs = event.atUs;
    this.#seen(far, event.atUs);
    if (side === 'taking') {
      // That it asked is certain; when, is not.
      this.#drafts.add(event.atUs, 0, null, {
        kind: 'connecting',
        connection,
        process: peer,
        localAddress: remoteAddress,
        remoteAddress: localAddress,
        peer: process,
      });
    }
    this.#add(event, {kind: 'connected', connection, process, peer, localAddress, remoteAddress});
  }

  #seen(far: FarProcess, atUs: number): void {
    const open = this.#openOf.get(far) ?? 0;
    this.#openOf.set(far, open + 1);
    if (open > 0) return;
    const {name, pid, group, clientId} = far;
    this.#drafts.add(atUs, 0, null, {kind: 'peer-seen', process: name, pid, group, clientId});
  }

  #closed(event: RecordedEvent & {kind: 'closed'}): void {
    const {connection, side, why} = event;
    const ends = this.#ends.get(connection);
    if (ends === undefined) return;
    for (const sender of [side, other(side)]) {
      const rest = this.#gatherer.giveUp(connection, sender);
      if (rest === null) continue;
      if (sender === side) this.#sentWhole(event, ends, side, rest);
      else this.#arrivedWhole(event, ends, side, rest, true);
    }
    const closed = this.#add(event, {
      kind: 'connection-closed',
      connection,
      process: ends[side],
      peer: ends[other(side)],
      why,
    });
    this.#over(connection, ends, event.atUs, closed);
    if (ends.far !== null) this.#ends.delete(connection);
  }

  /** What was under way between two recorded sides comes no more; a far process may have lost its last connection. */
  #over(connection: number, ends: Ends, atUs: number, cause: Draft): void {
    for (const sender of ['asking', 'taking'] as const) {
      for (const {draft} of ends.waiting[sender].splice(0)) {
        draft.awaitsArrival = false;
        arrivesAt(draft, atUs);
        const names = {connection, process: ends[other(sender)], peer: ends[sender]};
        this.#drafts.add(atUs, 0, cause, {kind: 'bytes-lost', ...names, sent: 0, why: 'reset'}, null, draft);
      }
    }
    const {far} = ends;
    if (far === null || !ends.isOpen) return;
    ends.isOpen = false;
    const open = (this.#openOf.get(far) ?? 1) - 1;
    this.#openOf.set(far, open);
    if (open === 0) this.#drafts.add(atUs, 0, cause, {kind: 'peer-gone', process: far.name});
  }

  /** The far sides of an ended process learn of it; that they do is certain, when is not. */
  #endConnectionsOf(event: RecordedEvent & {kind: 'ended'}): void {
    for (const [connection, ends] of this.#ends) {
      if (!ends.isOpen || ends.farSide === null || ends[other(ends.farSide)] !== event.process) continue;
      const closed = this.#drafts.add(event.atUs, 0, event.number, {
        kind: 'connection-closed',
        connection,
        process: ends[ends.farSide],
        peer: event.process,
        why: ends.hasEnded ? 'ended' : 'reset',
      });
      this.#over(connection, ends, event.atUs, closed);
    }
  }

  // Bytes.

  #sent(event: RecordedEvent & {kind: 'sent'}): void {
    const ends = this.#ends.get(event.connection);
    if (ends === undefined) return;
    const bytes = this.#gatherer.take(event.connection, event.side, event.bytes, event.isWhole);
    if (bytes !== null) this.#sentWhole(event, ends, event.side, bytes);
  }

  #sentWhole(event: RecordedEvent & {connection: number}, ends: Ends, side: Side, bytes: Uint8Array): void {
    const {connection, atUs} = event;
    const {far} = ends;
    const arrivesUs = atUs + FAR_TRAVEL_US;
    const names = {connection, process: ends[side], peer: ends[other(side)]};
    const sent = this.#add(event, {kind: 'bytes-sent', ...names, bytes: NO_REF, arrivesUs}, bytes);
    if (far === null) {
      ends.sentBytes[side] += bytes.length;
      sent.awaitsArrival = true;
      ends.waiting[side].push({draft: sent, end: ends.sentBytes[side]});
      return;
    }
    ends.wroteUs = atUs;
    const backwards = {connection, process: names.peer, peer: names.process};
    const arrival: EntryBody = {kind: 'bytes-arrived', ...backwards, sent: 0};
    const arrived = this.#drafts.add(arrivesUs, 0, sent, arrival, null, sent);
    ends.travelling.push(arrived);
    noteAsked(ends, bytes, arrived);
    while (ends.travelling[0]!.atUs < atUs) ends.travelling.shift();
    for (const fact of this.#wire.response(far, names.process, connection, arrivesUs, bytes)) {
      const told = this.#drafts.add(arrivesUs, 0, arrived, {kind: 'fact', process: far.name, fact});
      ends.travelling.push(told);
    }
  }

  #arrived(event: RecordedEvent & {kind: 'arrived'}): void {
    const ends = this.#ends.get(event.connection);
    if (ends === undefined) return;
    const sender = other(event.side);
    const bytes = this.#gatherer.take(event.connection, sender, event.bytes, event.isWhole);
    if (bytes !== null) this.#arrivedWhole(event, ends, event.side, bytes, false);
  }

  /** When the far side has sent it lies between our last write and its arrival. */
  #arrivedWhole(
    event: RecordedEvent & {connection: number},
    ends: Ends,
    side: Side,
    bytes: Uint8Array,
    isRest: boolean,
  ): void {
    const {connection, atUs} = event;
    const {far} = ends;
    if (far === null) return;
    const halfway = ends.wroteUs < 0 ? 0 : Math.ceil((ends.wroteUs + atUs) / 2);
    const sentUs = Math.min(atUs, Math.max(atUs - FAR_TRAVEL_US, halfway, ends.openedUs));
    for (const draft of ends.travelling) {
      if (draft.atUs <= sentUs) continue;
      this.#moveArrival(draft, sentUs);
    }
    ends.travelling.length = 0;
    let cause = answeredBy(ends, bytes);
    for (const fact of this.#wire.request(far, connection, sentUs, bytes)) {
      cause = this.#drafts.add(sentUs, 0, cause, {kind: 'fact', process: far.name, fact});
    }
    const names = {connection, process: ends[other(side)], peer: ends[side]};
    const sent = this.#drafts.add(
      sentUs,
      0,
      cause,
      {kind: 'bytes-sent', ...names, bytes: NO_REF, arrivesUs: atUs},
      bytes,
    );
    const backwards = {connection, process: names.peer, peer: names.process};
    const arrival: EntryBody = {kind: 'bytes-arrived', ...backwards, sent: 0};
    this.#drafts.add(atUs, isRest ? 0 : event.number, sent, arrival, null, sent);
  }

  #moveArrival(draft: Draft, atUs: number): void {
    this.#drafts.move(draft, atUs);
    if (draft.of !== null) arrivesAt(draft.of, atUs);
  }

  /** A recorded side has taken in what the other recorded side has told of. */
  #took(event: RecordedEvent & {kind: 'took'}): void {
    const {connection, side, length, atUs} = event;
    const ends = this.#ends.get(connection);
    if (ends === undefined) return;
    const sender = other(side);
    ends.tookBytes[sender] += length;
    const waiting = ends.waiting[sender];
    while (waiting.length > 0 && waiting[0]!.end <= ends.tookBytes[sender]) {
      const {draft: sent} = waiting.shift()!;
      sent.awaitsArrival = false;
      arrivesAt(sent, atUs);
      const names = {connection, process: ends[side], peer: ends[sender]};
      this.#drafts.add(atUs, event.number, sent, {kind: 'bytes-arrived', ...names, sent: 0}, null, sent);
    }
  }
}

/** Where the bytes will lie is known when their entry has its place. */
const NO_REF = {offset: 0, length: 0};
