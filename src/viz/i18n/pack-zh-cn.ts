import {entryInChinese} from '../../lab/narration/entries-zh.ts';
import {machineInterventionInChinese} from '../../lab/narration/faults-zh.ts';
import {oneLine} from '../../lab/narration/one-line.ts';
import {reasonInChinese} from '../../lab/narration/reasons-zh.ts';
import type {LanguagePack} from './language-pack.ts';
import {zhCN} from './zh-cn.ts';

export const pack: LanguagePack = {
  catalogue: zhCN,
  narrate: (entry, context) => oneLine(entryInChinese(entry, context)),
  intervention: machineInterventionInChinese,
  reason: reasonInChinese,
};
