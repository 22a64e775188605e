import type {Language} from '../../lab/language.ts';
import {sayDuration} from '../../lab/say-duration.ts';
import type {MemberView, ProcessView, ViewState} from '../../lab/view/view-state.ts';
import type {LogStrip} from './log-strip.ts';
import {historyOf} from './member-history.ts';
import type {LifeSpan, StageIndex} from './stage-index.ts';

/** What a card says of a member of a DLedger group, before anything is drawn. */
export interface MemberModel {
  /** Null of a process that has ended. */
  readonly role: MemberView['role'] | null;
  readonly term: number;
  /** Role and term, in several lengths, the longest first. */
  readonly chip: readonly string[];
  /** Until it gives its leader, or its lead, up, or asks for votes again: how much has passed, from 0 to 1, and in how many parts. */
  readonly timer: {readonly part: number; readonly segments: number} | null;
  /** Who has its vote in this term; empty if nobody. */
  readonly votedFor: string;
  /** On a candidate: how each member has answered when it last asked. */
  readonly ballots: readonly Ballot[];
  /** How things stand, where nothing has just happened, in several lengths, the longest first. */
  readonly lines: readonly string[];
  readonly lineTone: 'muted' | 'bad';
  /** On a leader: up to where each peer has its log. */
  readonly peers: readonly PeerMark[];
  /** Columns of cells that are not in the leader's log. */
  readonly apart: readonly number[];
  readonly spoken: string;
}

export interface Ballot {
  readonly member: string;
  readonly answer: 'yes' | 'no' | 'later';
}

export interface PeerMark {
  readonly peer: string;
  readonly column: number;
  readonly state: 'COMPARE' | 'TRUNCATE' | 'APPEND';
}

/** A follower's patience: three heartbeats, one every two seconds. Source: DLedger 0.2.2 `DLedgerConfig`. */
export const HEARTBEAT_US = 2_000_000;
const HEARTBEATS_BORNE = 3;

export interface MemberMoment {
  readonly view: ViewState;
  readonly index: StageIndex;
  readonly timeUs: number;
  readonly language: Language;
}

/** Null for a broker that is in no group. */
export function memberModel(
  process: ProcessView,
  strip: LogStrip | null,
  moment: MemberMoment,
): MemberModel | null {
  const {broker} = process;
  const member = broker?.member;
  if (broker === undefined || member === undefined) return null;
  const zh = moment.language === 'zh-CN';
  const {role, term} = member;
  const follows = role === 'FOLLOWER' ? (member.leaderId ?? '') : '';
  const named = zh ? `任期 ${term}` : `term ${term}`;
  const isRunning = process.status === 'running' || process.status === 'paused';
  // What has ended has no role: its term stays on its disk.
  const chip = !isRunning
    ? [named, `T${term}`]
    : [
        ...(follows === '' ? [] : [`${role} ${zh ? '→' : 'of'} ${follows} · ${named}`]),
        `${role} · ${named}`,
        `${role} T${term}`,
        `${role.slice(0, 4)}. T${term}`,
        `${role[0]} T${term}`,
      ];
  const timer = isRunning ? timerOf(process.name, member, moment) : null;
  const {lines, lineTone} = lineOf(process, member, timer, zh, moment);
  return {
    role: isRunning ? role : null,
    term,
    chip,
    timer: timer === null ? null : {part: timer.part, segments: timer.segments},
    votedFor: isRunning ? (member.votedFor ?? '') : '',
    ballots: isRunning && role === 'CANDIDATE' ? ballotsOf(member) : [],
    lines,
    lineTone,
    peers: strip === null || !isRunning ? [] : peerMarks(member, strip),
    apart: strip === null ? [] : apartFrom(process, strip, moment.view),
    spoken: [chip[0]!, lines[0]!].filter((text) => text !== '').join(', '),
  };
}

interface Timer {
  readonly part: number;
  readonly segments: number;
  readonly sinceUs: number;
  readonly untilUs: number;
}

/** Three heartbeats without a word end a follower's patience, three without a majority a leader's. */
function timerOf(name: string, member: MemberView, {index, timeUs}: MemberMoment): Timer | null {
  const history = historyOf(index);
  const patience = (sinceUs: number): Timer => {
    const wholeUs = HEARTBEAT_US * HEARTBEATS_BORNE;
    return {
      part: clamp((timeUs - sinceUs) / wholeUs),
      segments: HEARTBEATS_BORNE,
      sinceUs,
      untilUs: sinceUs + wholeUs,
    };
  };
  if (member.role === 'FOLLOWER' && member.leaderId !== null) {
    return patience(Math.max(member.roleSinceUs, history.lastOf(history.heard, name, timeUs) ?? 0));
  }
  if (member.role === 'LEADER') {
    const sinceUs = history.lastOf(history.majorities, name, timeUs);
    return sinceUs === null || (index.lives.get(name) ?? []).some(endsBetween(sinceUs, timeUs))
      ? null
      : patience(sinceUs);
  }
  const {lastRound} = member;
  if (member.role !== 'CANDIDATE' || lastRound === null || lastRound.nextAtUs <= lastRound.atUs) return null;
  if (lastRound.nextAtUs < timeUs) return null;
  return {
    part: clamp((timeUs - lastRound.atUs) / (lastRound.nextAtUs - lastRound.atUs)),
    segments: 1,
    sinceUs: lastRound.atUs,
    untilUs: lastRound.nextAtUs,
  };
}

/** Whether a process ends between two moments: what it knew before is gone. */
function endsBetween(fromUs: number, toUs: number): (span: LifeSpan) => boolean {
  return (span) => span.status === 'down' && fromUs <= span.fromUs && span.fromUs <= toUs;
}

function ballotsOf({ballots, term}: MemberView): Ballot[] {
  if (ballots.term !== term) return [];
  return [...ballots.answers]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([member, result]) => ({
      member,
      answer: result === 'ACCEPT' ? 'yes' : result === 'REJECT_TERM_NOT_READY' ? 'later' : 'no',
    }));
}

interface MemberLine {
  readonly lines: readonly string[];
  readonly lineTone: MemberModel['lineTone'];
}

function lineOf(
  process: ProcessView,
  member: MemberView,
  timer: Timer | null,
  zh: boolean,
  {timeUs, language}: MemberMoment,
): MemberLine {
  const {brokerId, role} = process.broker!;
  const said = (us: number): string => sayDuration(Math.max(0, Math.round(us)), language);
  if (member.role === 'CANDIDATE') return candidateLine(member, timer, zh, said, timeUs);
  const sinceUs = timer === null ? timeUs : timer.sinceUs;
  // A heartbeat comes a moment after its two seconds: only what is clearly late is missed.
  const missed = Math.floor((timeUs - sinceUs - 50_000) / HEARTBEAT_US);
  if (member.role === 'FOLLOWER' && 0 < missed) {
    const lines = zh
      ? [
          `${HEARTBEATS_BORNE} 次心跳已错过 ${missed} 次`,
          `心跳错过 ${missed}/${HEARTBEATS_BORNE}`,
          `错过 ${missed}`,
        ]
      : [
          `${missed} of ${HEARTBEATS_BORNE} heartbeats missed`,
          `${missed} of ${HEARTBEATS_BORNE} missed`,
          `${missed} missed`,
        ];
    return {lines, lineTone: 'bad'};
  }
  if (member.role === 'LEADER' && 0 < missed) {
    const silent = said(Math.floor((timeUs - sinceUs) / 100_000) * 100_000);
    const lines = zh
      ? [`${silent} 没有多数应答心跳`, `${silent} 无多数应答`, silent]
      : [`no majority for ${silent}`, `alone for ${silent}`, silent];
    return {lines, lineTone: 'bad'};
  }
  const id = `brokerId ${brokerId}`;
  return {lines: role === '' ? [''] : [`${id} · ${role}`, id, `id ${brokerId}`], lineTone: 'muted'};
}

function candidateLine(
  {lastRound, votedFor}: MemberView,
  timer: Timer | null,
  zh: boolean,
  said: (us: number) => string,
  timeUs: number,
): MemberLine {
  if (timer !== null && lastRound !== null) {
    const {accepted, members} = lastRound;
    const left = said(timer.untilUs - timeUs);
    const lines = zh
      ? [`${accepted}/${members} 票，${left} 后再问`, `${accepted}/${members} 票`]
      : [
          `${accepted} of ${members} votes, asks again in ${left}`,
          `${accepted} of ${members}, again in ${left}`,
          `${accepted} of ${members} votes`,
          `${accepted}/${members}`,
        ];
    return {lines, lineTone: 'muted'};
  }
  if (votedFor === null) return {lines: [zh ? '尚未投票' : 'vote is free'], lineTone: 'muted'};
  return {
    lines: zh ? [`投票给 ${votedFor}`] : [`voted for ${votedFor}`, `for ${votedFor}`],
    lineTone: 'muted',
  };
}

/** Every entry is one record, so so many entries behind the end is so many cells behind it. */
function peerMarks(member: MemberView, strip: LogStrip): PeerMark[] {
  const end = strip.marks.find(({name}) => name === 'written')?.column ?? 0;
  return [...member.peers].map(([peer, {state, matchIndex}]) => ({
    peer,
    state,
    column: Math.max(0, end - Math.max(0, member.endIndex - Math.max(-1, matchIndex))),
  }));
}

/** Cells of a member whose place holds something else, or nothing, in the log of its running leader. */
function apartFrom(process: ProcessView, strip: LogStrip, view: ViewState): number[] {
  const {member} = process.broker!;
  if (member === undefined || member.role === 'LEADER') return [];
  // A returning member knows no leader yet: the one with the highest term is who will tell it.
  const leader = [...view.processes.values()]
    .filter(({broker, status}) => status === 'running' && broker?.member?.role === 'LEADER')
    .filter(({broker}) => broker!.member!.group === member.group && member.term <= broker!.member!.term)
    .sort((a, b) => b.broker!.member!.term - a.broker!.member!.term)[0]?.broker;
  if (leader === undefined || leader.log.tail.length === 0) return [];
  const byOffset = new Map(leader.log.tail.map((cell) => [cell.physicalOffset, cell.msgId]));
  const from = leader.log.tail[0]!.physicalOffset;
  return strip.cells
    .filter(({offset, msgId}) => from <= offset && byOffset.get(offset) !== msgId)
    .map(({column}) => column);
}

function clamp(part: number): number {
  return Math.max(0, Math.min(1, part));
}
