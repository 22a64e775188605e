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

const known = new Map<Language, StageWords>([['en', en]]);

/** The words of a language other than English come with its pack. */
export function learnStageWords(language: Language, words: StageWords): void {
  known.set(language, words);
}

export function stageWords(language: Language): StageWords {
  return known.get(language) ?? en;
}
