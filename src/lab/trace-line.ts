import type {Fact} from '../rocketmq/facts.ts';
import type {TraceEntry} from '../sim/trace.ts';
import type {Language} from './language.ts';
import {narrate} from './narration/narrate.ts';
import {sayMoment} from './say-duration.ts';
import type {TraceIndex} from './view/trace-index.ts';

/** The kind of an entry; of a fact, the fact's own. */
export function entryKind(entry: TraceEntry): string {
  return entry.kind === 'fact' ? entry.fact.kind : entry.kind;
}

/** Whom an entry is about: a process, a machine, or nobody. */
function entrySubject(entry: TraceEntry): string {
  if ('process' in entry) return entry.process;
  if ('machine' in entry) return entry.machine;
  return 'from' in entry ? entry.from : '';
}

/**
 * One line of history: time, number, the number of its cause, whom it is about, its kind, and what it means. What has no
 * sentence shows its fields.
 */
export function traceLine(entry: TraceEntry, index: TraceIndex, language: Language): string {
  const cause = entry.cause === 0 ? '' : `←${entry.cause}`;
  const head = [
    sayMoment(entry.atUs).padStart(16),
    String(entry.id).padStart(7),
    cause.padEnd(8),
    entrySubject(entry).padEnd(12),
    entryKind(entry).padEnd(22),
  ].join(' ');
  return `${head} ${narrate(entry, language, index) ?? plainWords(entry)}`.trimEnd();
}

function plainWords(entry: TraceEntry): string {
  if (entry.kind === 'fact') {
    const fact = entry.fact as Fact;
    if (fact.kind === 'printed') return `│ ${fact.line}`;
  }
  const fields: string[] = [];
  const data = (entry.kind === 'fact' ? entry.fact : entry) as unknown as Record<string, unknown>;
  for (const [name, value] of Object.entries(data)) {
    if (SHOWN.has(name)) continue;
    fields.push(`${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`);
  }
  return fields.join(' ');
}

/** Fields that the head of the line has already. */
const SHOWN: ReadonlySet<string> = new Set(['id', 'atUs', 'cause', 'kind', 'process', 'machine', 'fact']);
