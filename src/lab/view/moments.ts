import type {Fact} from '../../rocketmq/facts.ts';
import type {Intervention} from '../../sim/intervention.ts';
import type {TraceEntry} from '../../sim/trace.ts';
import type {PlainKind} from '../by-kind.ts';
import type {TraceIndex} from './trace-index.ts';

/** What a moment is about: each has a shape of its own on the seek bar. */
export type MomentSign =
  | 'process'
  | 'freeze'
  | 'cut'
  | 'link'
  | 'power'
  | 'disk'
  | 'clock'
  | 'config'
  | 'leader'
  | 'peer';

/** Something worth a mark on the seek bar. */
export interface Moment {
  readonly entryId: number;
  readonly atUs: number;
  /** Of the entry; a fact is a change of roles. */
  readonly kind: TraceEntry['kind'];
  /** The process or machine it happened to. */
  readonly subject: string;
  readonly sign: MomentSign;
  /** Whether it takes something away, gives something back, or neither. */
  readonly tone: 'struck' | 'mended' | 'neutral';
}

const KINDS: readonly PlainKind[] = [
  'intervened',
  'process-started',
  'process-ended',
  'peer-seen',
  'peer-gone',
  'process-paused',
  'process-resumed',
  'config-set',
  'link-cut',
  'link-healed',
  'link-changed',
  'machine-power-lost',
  'machine-power-restored',
  'disk-fault-struck',
  'disk-fault-lifted',
  'disk-read-only',
  'disk-destroyed',
  'disk-replaced',
  'clock-jumped',
];

/** The moments of a trace as far as it is taken in, in order. */
export function momentsOf(index: TraceIndex): Moment[] {
  const turns = (['dledger-role-changed', 'dledger-leader-lost'] as const).flatMap((kind) =>
    index.factEntries(kind),
  );
  return [...KINDS.flatMap((kind) => index.kindEntries(kind)), ...turns]
    .sort((a, b) => a - b)
    .flatMap((id) => momentOf(index.store.entry(id)!) ?? []);
}

type Told = Pick<Moment, 'subject' | 'sign' | 'tone'>;

/** What an entry is on the seek bar; null for what is no mark. */
function momentOf(entry: TraceEntry): Moment | null {
  const told = toldOf(entry);
  return told === null ? null : {entryId: entry.id, atUs: entry.atUs, kind: entry.kind, ...told};
}

function toldOf(entry: TraceEntry): Told | null {
  switch (entry.kind) {
    case 'intervened':
      return deedOf(entry.intervention);
    case 'process-started':
      return {sign: 'process', tone: 'mended', subject: entry.process};
    case 'process-ended':
      return {sign: 'process', tone: 'struck', subject: entry.process};
    case 'peer-seen':
    case 'peer-gone':
      return {sign: 'peer', tone: entry.kind === 'peer-seen' ? 'mended' : 'neutral', subject: entry.process};
    case 'process-paused':
    case 'process-resumed':
      return {
        sign: 'freeze',
        tone: entry.kind === 'process-paused' ? 'struck' : 'mended',
        subject: entry.process,
      };
    case 'config-set':
      return {sign: 'config', tone: 'neutral', subject: entry.process};
    case 'link-cut':
    case 'link-healed':
      return {sign: 'cut', tone: entry.kind === 'link-cut' ? 'struck' : 'mended', subject: entry.from};
    case 'link-changed':
      return {sign: 'link', tone: entry.link === null ? 'mended' : 'struck', subject: entry.from};
    case 'machine-power-lost':
    case 'machine-power-restored':
      return {
        sign: 'power',
        tone: entry.kind === 'machine-power-lost' ? 'struck' : 'mended',
        subject: entry.machine,
      };
    case 'disk-fault-struck':
    case 'disk-read-only':
    case 'disk-destroyed':
      return {sign: 'disk', tone: 'struck', subject: entry.machine};
    case 'disk-fault-lifted':
    case 'disk-replaced':
      return {sign: 'disk', tone: 'mended', subject: entry.machine};
    case 'clock-jumped':
      return {sign: 'clock', tone: 'struck', subject: entry.machine};
    case 'fact':
      return turnOf(entry.process, entry.fact as Fact);
    default:
      return null;
  }
}

/** A group has a leader, or has lost it. */
function turnOf(process: string, fact: Fact): Told | null {
  if (fact.kind === 'dledger-leader-lost') return {sign: 'leader', tone: 'struck', subject: process};
  if (fact.kind !== 'dledger-role-changed') return null;
  return fact.role === 'LEADER' && fact.from !== 'LEADER'
    ? {sign: 'leader', tone: 'mended', subject: process}
    : null;
}

/** What somebody did, whether or not anything came of it. */
function deedOf(did: Intervention): Told {
  switch (did.kind) {
    case 'start':
    case 'restart':
      return {sign: 'process', tone: 'mended', subject: did.process};
    case 'kill':
    case 'stop':
      return {sign: 'process', tone: 'struck', subject: did.process};
    case 'pause':
    case 'resume':
      return {sign: 'freeze', tone: did.kind === 'pause' ? 'struck' : 'mended', subject: did.process};
    case 'set-config':
      return {sign: 'config', tone: 'neutral', subject: did.process};
    case 'cut':
    case 'heal':
      return {sign: 'cut', tone: did.kind === 'cut' ? 'struck' : 'mended', subject: did.from};
    case 'set-link':
      return {sign: 'link', tone: did.link === null ? 'mended' : 'struck', subject: did.from};
    case 'jump-clock':
      return {sign: 'clock', tone: 'struck', subject: did.machine};
    case 'lose-power':
    case 'restore-power':
      return {sign: 'power', tone: did.kind === 'lose-power' ? 'struck' : 'mended', subject: did.machine};
    case 'disk-fault':
    case 'destroy-disk':
      return {sign: 'disk', tone: 'struck', subject: did.machine};
    case 'heal-disk':
    case 'replace-disk':
      return {sign: 'disk', tone: 'mended', subject: did.machine};
  }
}
