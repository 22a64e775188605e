import {entryInEnglish} from '../../lab/narration/entries-en.ts';
import {machineInterventionInEnglish} from '../../lab/narration/faults-en.ts';
import {oneLine} from '../../lab/narration/one-line.ts';
import {en} from './en.ts';
import type {LanguagePack} from './language-pack.ts';

export const pack: LanguagePack = {
  catalogue: en,
  narrate: (entry, context) => oneLine(entryInEnglish(entry, context)),
  intervention: machineInterventionInEnglish,
  reason: (reason) => reason,
};
