import type {FactShape, Journal} from '../ports/journal.ts';
import type {Fact} from '../rocketmq/facts.ts';
import type {Life} from './life.ts';

/** Where facts go. */
export interface JournalSinks {
  /** A line that the program printed. */
  readonly print?: (line: string) => void;
  /** A line that the real one only logs. */
  readonly warn?: (line: string) => void;
  /** Every fact, those two kinds as well. The object must not be changed. */
  readonly record?: (fact: FactShape) => void;
}

export class NodeJournal implements Journal {
  readonly #life: Life;
  readonly #sinks: JournalSinks;

  constructor(life: Life, sinks: JournalSinks) {
    this.#life = life;
    this.#sinks = sinks;
  }

  record(fact: FactShape): void {
    if (!this.#life.alive) return;
    const {print, warn, record} = this.#sinks;
    record?.(fact);
    this.#life.recorder?.fact(fact);
    if (fact.kind === 'printed') print?.((fact as Fact & {kind: 'printed'}).line);
    else if (fact.kind === 'warned') warn?.((fact as Fact & {kind: 'warned'}).text);
  }
}
