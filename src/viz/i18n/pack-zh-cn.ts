import {entryInChinese} from '../../lab/narration/entries-zh.ts';
import {machineInterventionInChinese} from '../../lab/narration/faults-zh.ts';
import {oneLine} from '../../lab/narration/one-line.ts';
import {reasonInChinese} from '../../lab/narration/reasons-zh.ts';
import {learnStageWords} from '../stage/texts.ts';
import {stageWordsZh} from '../stage/texts-zh.ts';
import {GroupSentences} from './group-sentences.ts';
import type {LanguagePack} from './language-pack.ts';
import {zhCN} from './zh-cn.ts';

learnStageWords('zh-CN', stageWordsZh);

const groups = new GroupSentences(
  async () => (await import('../../lab/narration/dledger-zh.ts')).dledgerInChinese,
);

export const pack: LanguagePack = {
  catalogue: zhCN,
  narrate: (entry, context) => oneLine(entryInChinese(entry, context, groups.tell)),
  groups,
  intervention: machineInterventionInChinese,
  reason: reasonInChinese,
};
