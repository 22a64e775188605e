import type {NarrationContext} from '../../lab/narration/context.ts';
import type {Intervention} from '../../sim/intervention.ts';
import type {TraceEntry} from '../../sim/trace.ts';
import type {Catalogue} from './en.ts';
import type {GroupSentences} from './group-sentences.ts';

type MachineIntervention = Exclude<
  Intervention,
  {readonly process: string} | {readonly kind: 'cut' | 'heal' | 'jump-clock'}
>;

/** All that the page says in one language. A page fetches the pack of the language it is read in. */
export interface LanguagePack {
  readonly catalogue: Catalogue;
  /** The sentence for an entry; null where it is not worth telling. */
  readonly narrate: (entry: TraceEntry, context: NarrationContext) => string | null;
  /** What is said of DLedger groups comes later, if at all. */
  readonly groups: GroupSentences;
  /** What is done to a machine, its disk or a link, as a sentence. */
  readonly intervention: (did: MachineIntervention) => string;
  /** A process's or a connection's reason, as it stands in the trace. */
  readonly reason: (reason: string) => string;
}
