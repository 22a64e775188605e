import {entryInEnglish} from '../../lab/narration/entries-en.ts';
import {machineInterventionInEnglish} from '../../lab/narration/faults-en.ts';
import {oneLine} from '../../lab/narration/one-line.ts';
import {en} from './en.ts';
import {GroupSentences} from './group-sentences.ts';
import type {LanguagePack} from './language-pack.ts';

const groups = new GroupSentences(
  async () => (await import('../../lab/narration/dledger-en.ts')).dledgerInEnglish,
);

export const pack: LanguagePack = {
  catalogue: en,
  narrate: (entry, context) => oneLine(entryInEnglish(entry, context, groups.tell)),
  groups,
  intervention: machineInterventionInEnglish,
  reason: (reason) => reason,
};
