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
  | 'cutOneWay'
  | 'down'
  | 'paused'
  | 'fault'
  | 'crown'
  | 'log'
  | 'queue'
  | 'poll'
  | 'machine';

/** Signs of DLedger groups. */
export type GroupSignName =
  | 'term'
  | 'leader'
  | 'follower'
  | 'candidate'
  | 'patience'
  | 'ballots'
  | 'termFrame'
  | 'peerMark'
  | 'apart';

interface LegendWords {
  readonly signs: Readonly<Record<SignName, string>>;
  readonly groupTitle: string;
  readonly group: Readonly<Record<GroupSignName, string>>;
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
    cutOneWay: 'cut one way; the other is open',
    down: 'down',
    paused: 'paused',
    fault: 'fault',
    crown: 'takes writes',
    log: 'log; pale: not flushed. Its marks are written (W), flushed (F), replicated or committed (R), dispatched to the queues (D)',
    queue: 'queue, group offset, lag',
    poll: 'long poll held',
    machine: 'machine',
  },
  groupTitle: 'Members of a DLedger group',
  group: {
    term: 'terms, each in its colour with its number: on cards, lanes, entries and frames',
    leader: 'leads',
    follower: 'follows',
    candidate: 'candidate',
    patience:
      'patience: three heartbeats of two seconds, of a follower for its leader, of a leader for its majority; of a candidate until it asks again',
    ballots: 'a member has voted for it, refused it, must raise its term first',
    termFrame: 'between members: the edge is the family, the number the term',
    peerMark: 'up to where a peer has the log; ? is being compared, ✂ is being cut',
    apart: "entry that is not in its leader's log",
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
    cutOneWay: '单向切断；反方向畅通',
    down: '停机',
    paused: '暂停',
    fault: '故障',
    crown: '接受写入',
    log: '日志；浅色未刷盘。刻度：已写（写）、已刷盘（刷）、已复制或已提交（复）、已分发到队列（分）',
    queue: '队列、组位点、积压',
    poll: '长轮询等待中',
    machine: '机器',
  },
  groupTitle: 'DLedger 组的成员',
  group: {
    term: '任期，各有颜色并带编号：卡片、泳道、条目和帧都一样',
    leader: 'Leader',
    follower: 'Follower',
    candidate: 'Candidate',
    patience:
      '耐心：三次心跳，每次两秒；Follower 等 Leader，Leader 等多数应答；Candidate 则是距下次拉票的时间',
    ballots: '该成员投给它、拒绝它、要先提升任期',
    termFrame: '成员之间的帧：边框是类别，数字是任期',
    peerMark: '该成员的日志到了哪里；? 正在比对，✂ 正在截断',
    apart: 'Leader 的日志里没有的条目',
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
