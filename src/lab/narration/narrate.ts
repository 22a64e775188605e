import type {TraceEntry} from '../../sim/trace.ts';
import type {Language} from '../language.ts';
import type {NarrationContext} from './context.ts';
import {dledgerInEnglish} from './dledger-en.ts';
import {dledgerInChinese} from './dledger-zh.ts';
import {entryInEnglish} from './entries-en.ts';
import {entryInChinese} from './entries-zh.ts';
import {oneLine} from './one-line.ts';

/** The sentence for an entry; null where it is not worth telling. `TraceIndex` serves as the context. */
export function narrate(entry: TraceEntry, language: Language, context: NarrationContext): string | null {
  return oneLine(
    language === 'en'
      ? entryInEnglish(entry, context, dledgerInEnglish)
      : entryInChinese(entry, context, dledgerInChinese),
  );
}
