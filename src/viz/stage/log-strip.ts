import type {LogView} from '../../lab/view/view-state.ts';

export interface LogCell {
  /** The record's place in the log: an overwritten record is another cell. */
  readonly key: string;
  readonly column: number;
  /** Where it begins in the log, in bytes. */
  readonly offset: number;
  readonly entryId: number;
  readonly msgId: string;
  /** Of the leader that wrote it; -1 where there are none. */
  readonly term: number;
  /** Survives a power cut. */
  readonly isFlushed: boolean;
  readonly isDispatched: boolean;
}

export interface LogMark {
  readonly name: 'written' | 'flushed' | 'replicated' | 'dispatched';
  /** Border between cells, counted in cells from the strip's left. */
  readonly column: number;
}

export interface LogStrip {
  readonly columns: number;
  readonly cells: readonly LogCell[];
  /** Always in this order; replicated only where something replicates. */
  readonly marks: readonly LogMark[];
  /** Records before the first cell. */
  readonly earlier: number;
}

/**
 * The newest records of a commit log as cells. A cell keeps its place while the strip fills to the right; when it is full
 * the strip moves left by half, so the eye follows single records rather than a ribbon that never rests.
 */
export function logStrip(log: LogView, columns: number): LogStrip {
  const half = Math.floor(columns / 2);
  const pages = Math.max(0, Math.ceil((log.messages - columns) / half));
  const wantedFirst = pages * half;
  const oldestKept = log.messages - log.tail.length;
  const first = Math.max(wantedFirst, oldestKept);
  const shown = log.tail.slice(first - oldestKept);
  const cells = shown.map((cell, i) => ({
    key: `${cell.physicalOffset} ${cell.entryId}`,
    column: first - wantedFirst + i,
    offset: cell.physicalOffset,
    entryId: cell.entryId,
    msgId: cell.msgId,
    term: cell.term ?? -1,
    isFlushed: cell.physicalOffset + cell.sizeBytes <= log.flushed,
    isDispatched: cell.physicalOffset + cell.sizeBytes <= log.dispatched,
  }));
  const columnOf = (offset: number) => {
    const after = shown.findIndex((cell) => offset < cell.physicalOffset + cell.sizeBytes);
    const count = after === -1 ? shown.length : after;
    return first - wantedFirst + count;
  };
  const marks: LogMark[] = [
    {name: 'written', column: columnOf(log.written)},
    {name: 'flushed', column: columnOf(log.flushed)},
  ];
  if (0 <= log.replicated) marks.push({name: 'replicated', column: columnOf(log.replicated)});
  marks.push({name: 'dispatched', column: columnOf(log.dispatched)});
  return {columns, cells, marks, earlier: first};
}
