import type {Language} from '../../lab/language.ts';
import type {FrameFamily, ProcessStatus} from '../../lab/view/view-state.ts';
import type {ProcessKind} from '../../sim/trace.ts';

/** The stage's own words. What RocketMQ names (`SEND_OK`, `brokerId`, group, topic) stays as RocketMQ names it. */
export interface StageWords {
  readonly topology: string;
  readonly lanes: string;
  readonly legend: string;
  readonly kinds: Readonly<Record<ProcessKind, string>>;
  readonly statuses: Readonly<Record<ProcessStatus, string>>;
  readonly families: Readonly<Record<FrameFamily, string>>;
  readonly brokersKnown: (brokers: number, topics: number) => string;
  readonly sent: string;
  readonly acked: string;
  readonly waiting: string;
  readonly givenUp: string;
  readonly delivered: string;
  readonly received: string;
  readonly queues: string;
  readonly lag: string;
  readonly commitLog: string;
  readonly written: string;
  readonly flushed: string;
  readonly replicated: string;
  readonly dispatched: string;
  /** Of the four marks of a log. */
  readonly markInitials: Readonly<Record<'written' | 'flushed' | 'replicated' | 'dispatched', string>>;
  readonly earlier: (count: string) => string;
  readonly emptyLog: string;
  readonly noTopics: string;
  readonly moreTopics: (count: number) => string;
  readonly pollHeld: string;
  readonly lagOf: (count: number) => string;
  readonly polling: (count: number) => string;
  readonly waitingFor: (queue: string, attempt: number) => string;
  readonly ago: (duration: string) => string;
  readonly since: (duration: string) => string;
  readonly perSecond: (count: string) => string;
  readonly held: (count: number) => string;
  readonly lost: string;
  readonly cut: string;
  readonly noPower: string;
  readonly diskDestroyed: string;
  readonly diskReadOnly: string;
  readonly diskFaults: (kinds: string) => string;
  readonly takesWrites: string;
  readonly passes: (duration: string) => string;
  readonly inFlight: (spent: string, whole: string) => string;
  readonly zoomIn: string;
  readonly zoomOut: string;
  readonly follow: string;
  readonly lanesHelp: string;
  readonly showFamily: string;
}

const en: StageWords = {
  topology: 'Processes, and what travels between them',
  lanes: 'What happened when: one lane for each process, time to the right',
  legend: 'Signs',
  kinds: {
    namesrv: 'NameServer',
    broker: 'broker',
    producer: 'producer',
    consumer: 'consumer',
    console: 'console',
    other: 'process',
  },
  statuses: {
    'not-started': 'not started',
    running: 'running',
    stopping: 'stopping',
    paused: 'paused',
    stopped: 'stopped',
    killed: 'killed',
    exited: 'exited',
    crashed: 'crashed',
    'power-lost': 'lost power',
    disconnected: 'not connected',
  },
  families: {
    produce: 'produce',
    replicate: 'replicate',
    deliver: 'deliver',
    election: 'election',
    route: 'route, heartbeat',
  },
  brokersKnown: (brokers, topics) =>
    `${brokers} ${brokers === 1 ? 'broker' : 'brokers'} · ${topics} ${topics === 1 ? 'topic' : 'topics'}`,
  sent: 'sent',
  acked: 'acked',
  waiting: 'waiting',
  givenUp: 'given up',
  delivered: 'delivered',
  received: 'received',
  queues: 'queues',
  lag: 'lag',
  commitLog: 'commit log',
  written: 'written',
  flushed: 'flushed',
  replicated: 'replicated',
  dispatched: 'dispatched',
  markInitials: {written: 'W', flushed: 'F', replicated: 'R', dispatched: 'D'},
  earlier: (count) => `${count} earlier`,
  emptyLog: 'empty',
  noTopics: 'no topic of an application yet',
  moreTopics: (count) => `and ${count} more topics`,
  pollHeld: 'a pull waits here',
  lagOf: (count) => `lag ${count}`,
  polling: (count) => `long-polls ${count} ${count === 1 ? 'queue' : 'queues'}`,
  waitingFor: (queue, attempt) =>
    attempt < 2 ? `waits for ${queue}` : `waits for ${queue} · try ${attempt}`,
  ago: (duration) => `${duration} ago`,
  since: (duration) => `for ${duration}`,
  perSecond: (count) => `${count} frames/s`,
  held: (count) => `${count} held`,
  lost: 'lost',
  cut: 'cut',
  noPower: 'no power',
  diskDestroyed: 'disk destroyed',
  diskReadOnly: 'disk read-only',
  diskFaults: (kinds) => `disk: ${kinds}`,
  takesWrites: 'takes writes',
  passes: (duration) => `${duration} pass`,
  inFlight: (spent, whole) => `in flight ${spent} of ${whole}`,
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  follow: 'Back to the moment shown',
  lanesHelp: 'Drag to look around, wheel to zoom, double click to go there',
  showFamily: 'Frames shown',
};

const zhCN: StageWords = {
  topology: '各个进程，以及它们之间往来的消息',
  lanes: '何时发生了什么：每个进程一条泳道，时间向右',
  legend: '图例',
  kinds: {
    namesrv: 'NameServer',
    broker: 'Broker',
    producer: '生产者',
    consumer: '消费者',
    console: '控制台',
    other: '进程',
  },
  statuses: {
    'not-started': '未启动',
    running: '运行中',
    stopping: '正在停止',
    paused: '暂停',
    stopped: '已停止',
    killed: '被杀掉',
    exited: '已退出',
    crashed: '崩溃',
    'power-lost': '断电',
    disconnected: '未连接',
  },
  families: {
    produce: '生产',
    replicate: '复制',
    deliver: '投递',
    election: '选举',
    route: '路由、心跳',
  },
  brokersKnown: (brokers, topics) => `${brokers} 个 Broker · ${topics} 个主题`,
  sent: '已发送',
  acked: '已确认',
  waiting: '等待中',
  givenUp: '已放弃',
  delivered: '已消费',
  received: '已收到',
  queues: '队列',
  lag: '积压',
  commitLog: 'CommitLog',
  written: '已写',
  flushed: '已刷盘',
  replicated: '已复制',
  dispatched: '已分发',
  markInitials: {written: '写', flushed: '刷', replicated: '复', dispatched: '分'},
  earlier: (count) => `前面还有 ${count} 条`,
  emptyLog: '空',
  noTopics: '还没有应用的主题',
  moreTopics: (count) => `还有 ${count} 个主题`,
  pollHeld: '一个拉取请求在此等待',
  lagOf: (count) => `积压 ${count}`,
  polling: (count) => `长轮询 ${count} 个队列`,
  waitingFor: (queue, attempt) => (attempt < 2 ? `等待 ${queue}` : `等待 ${queue} · 第 ${attempt} 次`),
  ago: (duration) => `${duration}前`,
  since: (duration) => `已 ${duration}`,
  perSecond: (count) => `每秒 ${count} 帧`,
  held: (count) => `滞留 ${count} 帧`,
  lost: '丢失',
  cut: '切断',
  noPower: '已断电',
  diskDestroyed: '磁盘已损毁',
  diskReadOnly: '磁盘只读',
  diskFaults: (kinds) => `磁盘：${kinds}`,
  takesWrites: '接受写入',
  passes: (duration) => `经过 ${duration}`,
  inFlight: (spent, whole) => `在途 ${spent} / ${whole}`,
  zoomIn: '放大',
  zoomOut: '缩小',
  follow: '回到当前时刻',
  lanesHelp: '拖动查看，滚轮缩放，双击跳到该时刻',
  showFamily: '显示的帧',
};

const WORDS: Readonly<Record<Language, StageWords>> = {en, 'zh-CN': zhCN};

export function stageWords(language: Language): StageWords {
  return WORDS[language];
}
