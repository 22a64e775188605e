import {sayCount} from '../../lab/say-duration.ts';
import type {TraceIndex} from '../../lab/view/trace-index.ts';
import type {FrameSummary} from '../../lab/view/view-state.ts';
import type {TraceEntry} from '../../sim/trace.ts';
import type {Catalogue} from '../i18n/en.ts';
import type {LanguagePack} from '../i18n/language-pack.ts';

/** A sentence for any entry, also for those that the narration passes over. */
export function entryText(entry: TraceEntry, pack: LanguagePack, index: TraceIndex, t: Catalogue): string {
  const told = pack.narrate(entry, index);
  if (told !== null) return told;
  switch (entry.kind) {
    case 'bytes-arrived':
      return t.entryArrived(frameText(index.frame(entry.sent)), entry.peer, entry.process);
    case 'timer-ran':
      return t.entryTimer(entry.process);
    case 'disk-write':
      return t.entryDiskWrite(entry.process, sayCount(entry.lengthBytes), entry.path);
    case 'fact': {
      const {kind, line} = entry.fact as {readonly kind: string; readonly line?: string};
      return t.entryOther(`${entry.process}: ${kind === 'printed' ? line : kind}`);
    }
    default:
      return t.entryOther('process' in entry ? `${entry.process}: ${entry.kind}` : entry.kind);
  }
}

function frameText({name, detail}: FrameSummary): string {
  return detail === '' ? name : `${name} (${detail})`;
}
