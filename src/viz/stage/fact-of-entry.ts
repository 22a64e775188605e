import type {TraceEntry} from '../../sim/trace.ts';

/** A journal fact as plain fields. The page reads facts by name only, so it need not know RocketMQ's types. */
export interface LooseFact {
  readonly kind: string;
  readonly [field: string]: unknown;
}

export function factOf(entry: TraceEntry): LooseFact | null {
  return entry.kind === 'fact' ? (entry.fact as unknown as LooseFact) : null;
}

export function textField(fact: LooseFact, name: string): string {
  const value = fact[name];
  return typeof value === 'string' ? value : value === undefined || value === null ? '' : String(value);
}

export function numberField(fact: LooseFact, name: string): number {
  const value = fact[name];
  return typeof value === 'number' ? value : -1;
}
