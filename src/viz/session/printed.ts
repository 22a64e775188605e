import {oneLine} from '../../lab/narration/one-line.ts';
import type {TraceStore} from '../../lab/trace-store.ts';
import type {TraceIndex} from '../../lab/view/trace-index.ts';

export interface PrintedLine {
  readonly entryId: number;
  readonly atUs: number;
  readonly process: string;
  readonly text: string;
  /** What the real process would write to its log file only. */
  readonly isWarning: boolean;
}

/** What the processes of a run print, all and by process; grows with the trace. */
export class Printed {
  readonly all: number[] = [];
  readonly byProcess = new Map<string, number[]>();
  readonly #index: TraceIndex;
  #lines = 0;
  #warnings = 0;

  constructor(index: TraceIndex) {
    this.#index = index;
  }

  extend(): void {
    const lines = this.#index.factEntries('printed');
    const warnings = this.#index.factEntries('warned');
    while (this.#lines < lines.length || this.#warnings < warnings.length) {
      const line = lines[this.#lines] ?? Number.POSITIVE_INFINITY;
      const warning = warnings[this.#warnings] ?? Number.POSITIVE_INFINITY;
      if (line < warning) this.#lines += 1;
      else this.#warnings += 1;
      this.#add(Math.min(line, warning));
    }
  }

  #add(id: number): void {
    const entry = this.#index.store.entry(id);
    if (entry?.kind !== 'fact') return;
    this.all.push(id);
    const own = this.byProcess.get(entry.process);
    if (own === undefined) this.byProcess.set(entry.process, [id]);
    else own.push(id);
  }
}

/** The line of a `printed` or `warned` fact. */
export function printedLine(store: TraceStore, entryId: number): PrintedLine | null {
  const entry = store.entry(entryId);
  if (entry?.kind !== 'fact') return null;
  const fact = entry.fact as {readonly kind: string; readonly line?: string; readonly text?: string};
  return {
    entryId,
    atUs: entry.atUs,
    process: entry.process,
    // A row has the height of one line, also for an exception with its advice.
    text: oneLine(fact.line ?? fact.text ?? '') ?? '',
    isWarning: fact.kind === 'warned',
  };
}
