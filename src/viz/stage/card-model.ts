import type {Language} from '../../lab/language.ts';
import {reasonInChinese} from '../../lab/narration/reasons-zh.ts';
import {sayCount, sayDuration} from '../../lab/say-duration.ts';
import type {ProcessStatus, ProcessView, ViewState} from '../../lab/view/view-state.ts';
import type {ProcessKind} from '../../sim/trace.ts';
import type {Detail} from './box.ts';
import type {MemberStage} from './draw-member.ts';
import {type LogStrip, logStrip} from './log-strip.ts';
import type {MemberModel} from './member-model.ts';
import {isBadNews} from './note-level.ts';
import {noteText} from './note-text.ts';
import {type QueueStrips, queueStrips, readOffsets} from './queue-strips.ts';
import type {StageIndex} from './stage-index.ts';
import {stageWords} from './texts.ts';
import type {TimeMap} from './time-map.ts';

/** Screen seconds for which a card tells what just happened to it. */
const FRESH_SECONDS = 1.5;

export interface CardFigure {
  readonly value: string;
  readonly label: string;
  readonly tone: 'plain' | 'produce' | 'deliver' | 'good' | 'bad';
}

/** Everything that a card says, before anything is drawn. */
export interface CardModel {
  readonly name: string;
  readonly kind: ProcessKind;
  readonly status: ProcessStatus;
  readonly look: 'running' | 'off' | 'down' | 'ended' | 'paused';
  /** A lightning mark: something was done to it. */
  readonly isVictim: boolean;
  readonly takesWrites: boolean;
  readonly address: string;
  /** Group, or role and flush. */
  readonly about: string;
  readonly figures: readonly CardFigure[];
  /** Sends that wait for their answer, for a producer. */
  readonly waiting: number;
  readonly log: LogStrip | null;
  readonly logBytes: string;
  readonly queues: QueueStrips | null;
  /** What it is in its DLedger group. */
  readonly member: MemberModel | null;
  /** The last line: what just happened, or how things stand. */
  readonly line: string;
  /** The same in fewer words, the longest first, for where it does not fit. */
  readonly shortLines: readonly string[];
  readonly lineTone: 'muted' | 'fresh' | 'bad';
  /** For screen readers. */
  readonly spoken: string;
}

export interface Moment {
  readonly view: ViewState;
  readonly index: StageIndex;
  readonly timeUs: number;
  readonly timeMap: TimeMap;
  readonly language: Language;
  /** What is known of DLedger groups, once it has been fetched. */
  readonly members?: MemberStage | null;
}

const LOG_COLUMNS: Readonly<Record<Detail, number>> = {
  large: 26,
  medium: 24,
  low: 24,
  small: 18,
  mini: 16,
};
const QUEUE_ROWS: Readonly<Record<Detail, number>> = {large: 4, medium: 4, low: 4, small: 1, mini: 1};

export function cardModel(process: ProcessView, detail: Detail, moment: Moment): CardModel {
  const {view, language} = moment;
  const words = stageWords(language);
  const look = lookOf(process.status);
  const {broker} = process;
  const log = broker === undefined ? null : logStrip(broker.log, LOG_COLUMNS[detail]);
  const member = moment.members?.model(process, log, moment) ?? null;
  const line = lineOf(process, member, moment);
  const figures = figuresOf(process, view, language);
  const about = aboutOf(process);
  const spokenFigures = figures.map(({value, label}) => `${value} ${label}`).join(', ');
  return {
    name: process.name,
    kind: process.kind,
    status: process.status,
    look,
    isVictim: look === 'paused' || ['killed', 'crashed', 'power-lost'].includes(process.status),
    takesWrites:
      broker !== undefined &&
      process.status === 'running' &&
      broker.brokerId === 0 &&
      broker.role !== '' &&
      broker.role !== 'SLAVE',
    address: process.address,
    about,
    figures,
    waiting: process.producer?.waitingCount ?? 0,
    log,
    member,
    logBytes: broker === undefined ? '' : sayBytes(broker.log.written),
    queues:
      broker === undefined
        ? null
        : queueStrips(broker, QUEUE_ROWS[detail], readOffsets(view, broker.brokerName || process.name)),
    line: line.text,
    shortLines: line.shorter ?? [],
    lineTone: line.tone,
    spoken: [
      `${words.kinds[process.kind]} ${process.name}`,
      process.address,
      words.statuses[process.status],
      member?.spoken ?? '',
      spokenFigures,
      line.text,
    ]
      .filter((part) => part !== '')
      .join(', '),
  };
}

function lookOf(status: ProcessStatus): CardModel['look'] {
  switch (status) {
    case 'not-started':
    case 'disconnected':
      return 'off';
    case 'running':
    case 'stopping':
      return 'running';
    case 'paused':
      return 'paused';
    case 'stopped':
    case 'exited':
      return 'ended';
    default:
      return 'down';
  }
}

function statusTextOf(process: ProcessView, timeUs: number, language: Language): string {
  const words = stageWords(language);
  const word = words.statuses[process.status];
  if (process.status === 'running') return '';
  if (['not-started', 'disconnected', 'stopping'].includes(process.status)) return word;
  if (process.reason !== '') {
    return language === 'en' ? `${word}: ${process.reason}` : `${word}：${reasonInChinese(process.reason)}`;
  }
  const duration = sayDuration(Math.max(0, Math.round(timeUs - process.statusSinceUs)), language);
  if (process.status === 'paused') return `${word} ${words.since(duration)}`;
  return language === 'en' ? `${word} ${words.ago(duration)}` : `${words.ago(duration)}${word}`;
}

function aboutOf(process: ProcessView): string {
  const {broker, producer, consumer} = process;
  if (broker !== undefined) return broker.role === '' ? '' : `${broker.role} · ${broker.flush}`;
  return producer?.group ?? consumer?.group ?? '';
}

function figuresOf(process: ProcessView, view: ViewState, language: Language): CardFigure[] {
  const words = stageWords(language);
  const {producer, consumer} = process;
  if (producer !== undefined) {
    const figures: CardFigure[] = [
      {value: sayCount(producer.begun), label: words.sent, tone: 'plain'},
      {value: sayCount(producer.acknowledged), label: words.acked, tone: 'plain'},
    ];
    if (0 < producer.givenUp) {
      figures.push({value: sayCount(producer.givenUp), label: words.givenUp, tone: 'bad'});
    }
    return figures;
  }
  if (consumer !== undefined) {
    // Which queues a foreign consumer holds, and what it has done with its messages, nobody knows.
    if (process.foreign) {
      return [{value: sayCount(consumer.delivered), label: words.received, tone: 'plain'}];
    }
    return [
      {value: sayCount(consumer.delivered), label: words.delivered, tone: 'plain'},
      {value: sayCount(consumer.queues.size), label: words.queues, tone: 'plain'},
      {value: sayCount(lagOf(process, view)), label: words.lag, tone: 'plain'},
    ];
  }
  return [];
}

/** Messages in the queues that this consumer holds and has not been handed. */
function lagOf(process: ProcessView, view: ViewState): number {
  let lag = 0;
  for (const {broker} of view.processes.values()) {
    if (broker === undefined) continue;
    for (const held of process.consumer!.queues.values()) {
      if (held.brokerName !== broker.brokerName) continue;
      const end = broker.queues.get(`${held.topic} ${held.queueId}`)?.maxOffset ?? 0;
      lag += Math.max(0, end - held.nextOffset);
    }
  }
  return lag;
}

function lineOf(
  process: ProcessView,
  member: MemberModel | null,
  moment: Moment,
): {text: string; shorter?: readonly string[]; tone: CardModel['lineTone']} {
  const {index, timeUs, timeMap, language} = moment;
  const status = statusTextOf(process, timeUs, language);
  if (status !== '') return {text: status, tone: lookOf(process.status) === 'down' ? 'bad' : 'muted'};
  const note = index.lastNote(process.name, timeUs, 1);
  if (note !== null && timeMap.toScreen(timeUs) - timeMap.toScreen(note.atUs) <= FRESH_SECONDS) {
    const entry = index.trace.entries[note.entry - 1]!;
    const text = noteText(entry, language, moment.members ?? null);
    if (text !== '') return {text, tone: isBadNews(entry) ? 'bad' : 'fresh'};
  }
  if (member !== null && lookOf(process.status) === 'running') {
    const [text, ...shorter] = member.lines;
    return {text: text!, shorter, tone: member.lineTone};
  }
  return standing(process, moment);
}

/** How things stand when nothing has just happened. */
function standing(
  process: ProcessView,
  {view, language}: Moment,
): {text: string; shorter?: readonly string[]; tone: CardModel['lineTone']} {
  const words = stageWords(language);
  const {namesrv, producer, consumer} = process;
  if (lookOf(process.status) !== 'running') return {text: '', tone: 'muted'};
  if (namesrv !== undefined) {
    const text = words.brokersKnown(namesrv.brokers.size, namesrv.topics.size);
    return {text, shorter: [text.split(' · ')[0]!], tone: 'muted'};
  }
  if (producer !== undefined) {
    const waiting = producer.waiting[producer.waiting.length - 1];
    if (waiting !== undefined) {
      const place = waiting.brokerName === '' ? '…' : `${waiting.brokerName} #${waiting.queueId}`;
      const failed = producer.lastError !== null && waiting.sinceUs <= producer.lastError.atUs;
      return failed
        ? {text: producer.lastError!.text, tone: 'bad'}
        : {text: words.waitingFor(place, waiting.attempt), tone: 'muted'};
    }
    return {text: '', tone: 'muted'};
  }
  if (consumer !== undefined) {
    let polls = 0;
    for (const {broker} of view.processes.values()) {
      if (broker === undefined) continue;
      for (const poll of broker.heldPulls.values()) if (poll.group === consumer.group) polls++;
    }
    return {text: polls === 0 ? '' : words.polling(polls), tone: 'muted'};
  }
  // The role alone, where there is no room for how it flushes.
  const about = aboutOf(process);
  return {text: about, shorter: [about.split(' · ')[0]!], tone: 'muted'};
}

/** Bytes as people tell them. */
function sayBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  if (bytes < 1e9) return `${(bytes / 1e6).toFixed(1)} MB`;
  return `${(bytes / 1e9).toFixed(2)} GB`;
}
