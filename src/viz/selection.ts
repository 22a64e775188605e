import type {TraceEntry} from '../sim/trace.ts';

/** What a person has pointed at. One thing at a time; null is nothing. Plain data, so it fits in a link. */
export type Selection =
  | {readonly kind: 'process'; readonly name: string}
  /** What one write on a connection carries; `sent` is the id of its `bytes-sent` entry. */
  | {readonly kind: 'frame'; readonly sent: number}
  | {readonly kind: 'machine'; readonly name: string}
  /** The path between two machines, by machine name. */
  | {readonly kind: 'link'; readonly from: string; readonly to: string}
  /** One queue of a topic at a broker; `broker` is the process name. */
  | {readonly kind: 'queue'; readonly broker: string; readonly topic: string; readonly queueId: number}
  /** Any other entry of the trace. */
  | {readonly kind: 'entry'; readonly id: number}
  | null;

/** How an entry is pointed at: what is sent is a frame. */
export function selectionOf({id, kind}: Pick<TraceEntry, 'id' | 'kind'>): Selection {
  return kind === 'bytes-sent' ? {kind: 'frame', sent: id} : {kind: 'entry', id};
}

/** Which of two runs, where two stand side by side. */
export type Side = 'left' | 'right';

/** Emitted by everything that can be pointed at. Crosses shadow roots. */
export class SelectEvent extends CustomEvent<Selection> {
  constructor(selection: Selection) {
    super('select', {detail: selection, bubbles: true, composed: true});
  }
}

export function sameSelection(a: Selection, b: Selection): boolean {
  if (a === null || b === null) return a === b;
  switch (a.kind) {
    case 'process':
    case 'machine':
      return b.kind === a.kind && a.name === b.name;
    case 'frame':
      return b.kind === 'frame' && a.sent === b.sent;
    case 'link':
      return (
        b.kind === 'link' && ((a.from === b.from && a.to === b.to) || (a.from === b.to && a.to === b.from))
      );
    case 'queue':
      return b.kind === 'queue' && a.broker === b.broker && a.topic === b.topic && a.queueId === b.queueId;
    case 'entry':
      return b.kind === 'entry' && a.id === b.id;
  }
}
