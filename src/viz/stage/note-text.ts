import type {Language} from '../../lab/language.ts';
import {reasonInChinese} from '../../lab/narration/reasons-zh.ts';
import type {TraceEntry} from '../../sim/trace.ts';
import type {MemberStage} from './draw-member.ts';
import {factOf, type LooseFact, numberField, textField} from './fact-of-entry.ts';

/**
 * The few words of a note at its card or mark; the whole sentence is the narration's business. Empty if it has none.
 * @param members tells what happens in DLedger groups, once it has been fetched
 */
export function noteText(entry: TraceEntry, language: Language, members: MemberStage | null): string {
  const fact = factOf(entry);
  return textOf(entry, language) || (fact === null ? '' : (members?.note(fact, language === 'zh-CN') ?? ''));
}

function textOf(entry: TraceEntry, language: Language): string {
  const zh = language === 'zh-CN';
  switch (entry.kind) {
    case 'process-started':
      return zh ? '启动' : 'starts';
    case 'peer-seen':
      return zh ? '已连接' : 'connects';
    case 'peer-gone':
      return zh ? '已断开' : 'is gone';
    case 'process-stopping':
      return zh ? '开始停止' : 'is stopping';
    case 'process-ended':
      return endText(entry.why, entry.reason, zh);
    case 'process-paused':
      return zh ? '暂停' : 'pauses';
    case 'process-resumed':
      return zh ? '恢复运行' : 'runs again';
    case 'config-set':
      return `${entry.key}=${entry.value}`;
    case 'connection-closed':
      if (entry.why === 'refused') return zh ? '连接被拒绝' : 'connection refused';
      // Of whom it never reached, a process does not know who it would have been.
      if (entry.peer === '') return zh ? reasonInChinese(entry.why) : entry.why;
      return zh ? `与 ${entry.peer} 断开：${reasonInChinese(entry.why)}` : `lost ${entry.peer}: ${entry.why}`;
    case 'fact':
      return factText(factOf(entry)!, zh);
    default:
      return '';
  }
}

function endText(why: string, reason: string, zh: boolean): string {
  const words: Record<string, [string, string]> = {
    stopped: ['stopped', '已停止'],
    killed: ['killed', '被杀掉'],
    exited: ['exited', '已退出'],
    crashed: ['crashed', '崩溃'],
    'power-lost': ['lost power', '断电'],
  };
  const word = words[why]?.[zh ? 1 : 0] ?? why;
  if (reason === '') return word;
  return zh ? `${word}：${reasonInChinese(reason)}` : `${word}: ${reason}`;
}

type Wording = (fact: LooseFact) => readonly [en: string, zh: string];

const queue = (fact: LooseFact) => `${textField(fact, 'topic')}#${numberField(fact, 'queueId')}`;
const at = (fact: LooseFact) => `@${numberField(fact, 'queueOffset')}`;

const FACT_TEXTS: ReadonlyMap<string, Wording> = new Map<string, Wording>([
  [
    'namesrv-booted',
    (f) => [`ready on port ${numberField(f, 'port')}`, `端口 ${numberField(f, 'port')} 就绪`],
  ],
  [
    'broker-registered',
    (f) => [`${textField(f, 'brokerName')} registers`, `${textField(f, 'brokerName')} 注册`],
  ],
  [
    'broker-removed',
    (f) => [
      `${textField(f, 'brokerName')} removed: ${textField(f, 'why')}`,
      `移除 ${textField(f, 'brokerName')}：${reasonInChinese(textField(f, 'why'))}`,
    ],
  ],
  [
    'route-asked',
    (f) =>
      f['found'] === true
        ? [`route of ${textField(f, 'topic')}: told`, `告知 ${textField(f, 'topic')} 的路由`]
        : [`no route of ${textField(f, 'topic')}`, `没有 ${textField(f, 'topic')} 的路由`],
  ],
  [
    'write-permission-wiped',
    (f) => [`${textField(f, 'brokerName')} read-only`, `${textField(f, 'brokerName')} 只读`],
  ],
  ['broker-booted', (f) => [`ready: ${textField(f, 'role')}`, `就绪：${textField(f, 'role')}`]],
  [
    'registered-with-namesrv',
    (f) => [`not registered: ${textField(f, 'error')}`, `注册失败：${textField(f, 'error')}`],
  ],
  [
    'topic-configured',
    (f) => [
      `creates ${textField(f, 'topic')}, ${numberField(f, 'writeQueueNums')} queues`,
      `创建 ${textField(f, 'topic')}，${numberField(f, 'writeQueueNums')} 个队列`,
    ],
  ],
  ['topic-deleted', (f) => [`deletes ${textField(f, 'topic')}`, `删除 ${textField(f, 'topic')}`]],
  ['send-refused', (f) => [`refuses: ${textField(f, 'remark')}`, `拒绝：${textField(f, 'remark')}`]],
  [
    'client-joined',
    (f) => [
      `${textField(f, 'role')} joins`,
      textField(f, 'role') === 'producer' ? '生产者加入' : '消费者加入',
    ],
  ],
  [
    'client-left',
    (f) => [
      `${textField(f, 'role')} leaves`,
      textField(f, 'role') === 'producer' ? '生产者离开' : '消费者离开',
    ],
  ],
  ['group-notified', () => ['tells the group to rebalance', '通知组内重新分配']],
  [
    'pull-held',
    (f) => [`holds the pull of #${numberField(f, 'queueId')}`, `挂起 #${numberField(f, 'queueId')} 的拉取`],
  ],
  ['message-appended', (f) => [`stores ${queue(f)} ${at(f)}`, `存入 ${queue(f)} ${at(f)}`]],
  [
    'store-recovered',
    (f) =>
      f['cleanExit'] === true
        ? ['log recovered', '日志已恢复']
        : ['log recovered after a crash', '异常退出后恢复日志'],
  ],
  ['client-started', (f) => [`joins as ${textField(f, 'role')}`, '客户端启动']],
  ['client-stopped', () => ['shuts down', '关闭']],
  [
    'route-learnt',
    (f) => [`learns route of ${textField(f, 'topic')}`, `得到 ${textField(f, 'topic')} 的路由`],
  ],
  ['route-missing', (f) => [`no route of ${textField(f, 'topic')}`, `没有 ${textField(f, 'topic')} 的路由`]],
  ['heartbeat-answered', (f) => [`heartbeat: ${textField(f, 'error')}`, `心跳：${textField(f, 'error')}`]],
  ['send-begun', (f) => [`sends to ${textField(f, 'topic')}`, `发往 ${textField(f, 'topic')}`]],
  ['send-attempt-failed', (f) => [textField(f, 'error'), textField(f, 'error')]],
  [
    'send-acknowledged',
    (f) => [
      `${textField(f, 'status')} ${queue(f)} ${at(f)}`,
      `${textField(f, 'status')} ${queue(f)} ${at(f)}`,
    ],
  ],
  ['send-given-up', (f) => [`gives up: ${textField(f, 'error')}`, `放弃：${textField(f, 'error')}`]],
  [
    'rebalanced',
    (f) => {
      const count = Array.isArray(f['allocated']) ? f['allocated'].length : 0;
      return [`takes ${count} ${count === 1 ? 'queue' : 'queues'}`, `分得 ${count} 个队列`];
    },
  ],
  ['queue-dropped', (f) => [`drops ${queue(f)}`, `放弃 ${queue(f)}`]],
  ['pull-failed', (f) => [`pull failed: ${textField(f, 'error')}`, `拉取失败：${textField(f, 'error')}`]],
  ['pull-offset-moved', (f) => [`offset of ${queue(f)} moved`, `${queue(f)} 位点移动`]],
  [
    'flow-controlled',
    (f) => [`flow control: ${textField(f, 'why')}`, `流控：${reasonInChinese(textField(f, 'why'))}`],
  ],
  ['message-received', (f) => [`receives ${queue(f)} ${at(f)}`, `收到 ${queue(f)} ${at(f)}`]],
  ['message-delivered', (f) => [`receives ${queue(f)} ${at(f)}`, `收到 ${queue(f)} ${at(f)}`]],
  ['consumption-finished', (f) => [textField(f, 'status'), textField(f, 'status')]],
]);

function factText(fact: LooseFact, zh: boolean): string {
  return FACT_TEXTS.get(fact.kind)?.(fact)[zh ? 1 : 0] ?? '';
}
