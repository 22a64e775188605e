import type {Language} from '../language.ts';
import {sayCount, sayDuration, sayMoment} from '../say-duration.ts';
import type {Difference} from './first-difference.ts';
import type {OutcomeOf} from './outcomes.ts';

/**
 * A difference as one sentence.
 * @param names what the two runs are called
 */
export function sayDifference(
  difference: Difference,
  names: readonly [string, string],
  language: Language,
): string {
  const {how, a, b, atUs} = difference;
  const [nameA, nameB] = names;
  const one = (a ?? b)!;
  const chinese = language === 'zh-CN';
  const when = sayMoment(atUs);
  switch (how) {
    case 'only-in-a':
    case 'only-in-b': {
      const [here, there] = how === 'only-in-a' ? [nameA, nameB] : [nameB, nameA];
      return chinese
        ? `${when}：${whatChinese(one)}（${here}）；另一次运行（${there}）中没有发生。`
        : `At ${when} ${what(one)} (${here}); that never happens in the other run (${there}).`;
    }
    case 'otherwise':
      return chinese
        ? `${when}：${whatChinese(a!)}（${nameA}）；另一次运行中，${whatChinese(b!)}（${nameB}）。`
        : `At ${when} ${what(a!)} (${nameA}); in the other run, ${what(b!)} (${nameB}).`;
    case 'later-in-a':
    case 'later-in-b': {
      const [early, late] = how === 'later-in-a' ? [nameB, nameA] : [nameA, nameB];
      const by = sayDuration(Math.abs(a!.atUs - b!.atUs), language);
      return chinese
        ? `${when}：${whatChinese(one)}（${early}）；另一次运行（${late}）晚了 ${by}。`
        : `At ${when} ${what(one)} (${early}); in the other run, ${by} later (${late}).`;
    }
  }
}

function what(of: OutcomeOf): string {
  const message = `message ${sayCount(of.message)} of ${of.producer}`;
  switch (of.kind) {
    case 'answered':
      return of.value === 'given-up' ? `${message} is given up` : `${message} is answered ${of.value}`;
    case 'attempt-failed':
      return `attempt ${of.occurrence} to send ${message} fails`;
    case 'delivered':
      return `${message} reaches ${of.subject}${of.occurrence === 1 ? '' : ` (time ${of.occurrence})`}`;
    case 'lost':
      return `${message}, acknowledged, turns out to be lost`;
    case 'out-of-reach':
      return `${message}, acknowledged, is out of reach from then on`;
    case 'offset-moved':
      return `${of.subject} is sent to another offset of ${of.value}`;
    case 'broker-removed':
      return `${of.subject} leaves the routes`;
    case 'recovered':
      return `${of.subject} has recovered its store after ${of.value === 'clean' ? 'a clean' : 'an unclean'} end`;
    case 'ended':
      return `${of.subject} ends (${of.value})`;
  }
}

function whatChinese(of: OutcomeOf): string {
  const message = `${of.producer} 的第 ${sayCount(of.message)} 条消息`;
  switch (of.kind) {
    case 'answered':
      return of.value === 'given-up' ? `${message}被放弃` : `${message}得到应答 ${of.value}`;
    case 'attempt-failed':
      return `${message}的第 ${of.occurrence} 次发送失败`;
    case 'delivered':
      return `${message}${of.occurrence === 1 ? '' : `第 ${of.occurrence} 次`}到达 ${of.subject}`;
    case 'lost':
      return `${message}已被确认，却丢失了`;
    case 'out-of-reach':
      return `${message}已被确认，从此不可达`;
    case 'offset-moved':
      return `${of.subject} 在 ${of.value} 上被改到别的位点`;
    case 'broker-removed':
      return `${of.subject} 从路由中消失`;
    case 'recovered':
      return `${of.subject} 在${of.value === 'clean' ? '正常' : '异常'}退出之后完成了存储恢复`;
    case 'ended':
      return `${of.subject} 结束（${of.value}）`;
  }
}
