import type {TraceReader} from '../../sim/trace.ts';
import {factOf, textField} from './fact-of-entry.ts';

/** What brokers call themselves and their cluster, known from their first start on for every moment of the run: nothing moves when they start. */
export class BrokerNames {
  readonly #trace: TraceReader;
  readonly #known = new Map<string, {readonly cluster: string; readonly brokerName: string}>();
  #read = 0;

  constructor(trace: TraceReader) {
    this.#trace = trace;
  }

  isOf(trace: TraceReader): boolean {
    return trace === this.#trace;
  }

  /** Reads the entries up to the `count`th. */
  readTo(count: number): void {
    const {entries} = this.#trace;
    for (; this.#read < count; this.#read++) {
      const entry = entries[this.#read]!;
      if (entry.kind !== 'fact' || this.#known.has(entry.process)) continue;
      const fact = factOf(entry)!;
      if (fact.kind !== 'broker-booted') continue;
      const names = {cluster: textField(fact, 'cluster'), brokerName: textField(fact, 'brokerName')};
      this.#known.set(entry.process, names);
    }
  }

  of(process: string): {readonly cluster: string; readonly brokerName: string} {
    return this.#known.get(process) ?? {cluster: '', brokerName: process};
  }
}
