import type {Language} from '../../lab/language.ts';
import type {MomentSign} from '../../lab/view/moments.ts';

export type SignName =
  | 'request'
  | 'response'
  | 'oneway'
  | 'flow'
  | 'lost'
  | 'held'
  | 'cut'
  | 'down'
  | 'paused'
  | 'fault'
  | 'crown'
  | 'log'
  | 'queue'
  | 'poll'
  | 'machine';

interface LegendWords {
  readonly signs: Readonly<Record<SignName, string>>;
  readonly seekTitle: string;
  readonly seek: Readonly<Record<MomentSign, string>>;
  readonly seekHint: string;
}

const en: LegendWords = {
  signs: {
    request: 'request',
    response: 'response',
    oneway: 'one-way',
    flow: 'many: width is the rate',
    lost: 'lost',
    held: 'held, delayed',
    cut: 'link cut',
    down: 'down',
    paused: 'paused',
    fault: 'fault',
    crown: 'takes writes',
    log: 'log; pale: not flushed. Its marks are written (W), flushed (F), replicated or committed (R), dispatched to the queues (D)',
    queue: 'queue, group offset, lag',
    poll: 'long poll held',
    machine: 'machine',
  },
  seekTitle: 'Marks on the seek bar',
  seek: {
    process: 'a process ends; ▷ starts',
    freeze: 'is paused',
    cut: 'a link is cut',
    link: 'a link is slow or lossy',
    power: 'a machine loses power',
    disk: 'a disk fails or is destroyed',
    clock: 'a clock jumps',
    config: 'a setting is changed',
    leader: 'a group has a leader, or has lost it',
    peer: 'a foreign process comes or goes',
  },
  seekHint: 'Filled: it strikes. In outline: it is lifted. Below, how long it lasts.',
};

const zhCN: LegendWords = {
  signs: {
    request: '请求',
    response: '响应',
    oneway: '单向',
    flow: '很多帧：宽度是速率',
    lost: '丢失',
    held: '滞留、延迟',
    cut: '链路切断',
    down: '停机',
    paused: '暂停',
    fault: '故障',
    crown: '接受写入',
    log: '日志；浅色未刷盘。刻度：已写（写）、已刷盘（刷）、已复制或已提交（复）、已分发到队列（分）',
    queue: '队列、组位点、积压',
    poll: '长轮询等待中',
    machine: '机器',
  },
  seekTitle: '进度条上的标记',
  seek: {
    process: '进程结束；▷ 启动',
    freeze: '暂停',
    cut: '链路切断',
    link: '链路变慢或丢包',
    power: '机器断电',
    disk: '磁盘故障或损毁',
    clock: '时钟跳变',
    config: '修改配置',
    leader: '组选出或失去 Leader',
    peer: '外部进程出现或离开',
  },
  seekHint: '实心：发生；空心：解除。下方横条表示持续多久。',
};

export function legendWords(language: Language): LegendWords {
  return language === 'en' ? en : zhCN;
}
