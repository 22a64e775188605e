import type {Language} from '../../lab/language.ts';
import {sayDuration} from '../../lab/say-duration.ts';
import type {MemberView, ProcessView, ViewState} from '../../lab/view/view-state.ts';
import type {LogStrip} from './log-strip.ts';
import {type StageIndex, upperBound} from './stage-index.ts';

/** What a card says of a member of a DLedger group, before anything is drawn. */
export interface MemberModel {
  /** Null of a process that has ended. */
  readonly role: MemberView['role'] | null;
  readonly term: number;
  /** Whom it follows; empty if nobody. */
  readonly follows: string;
  /** Role and term, in several lengths, the longest first. */
  readonly chip: readonly string[];
  /** Until it gives its leader up, or asks for votes again: how much has passed, from 0 to 1, and in how many parts. */
  readonly timer: {readonly part: number; readonly segments: number} | null;
  /** How things stand, where nothing has just happened. */
  readonly line: string;
  readonly lineTone: 'muted' | 'bad';
  /** On a leader: up to where each peer has its log. */
  readonly peers: readonly PeerMark[];
  /** Columns of cells that are not in the leader's log. */
  readonly apart: readonly number[];
  readonly spoken: string;
}

export interface PeerMark {
  readonly peer: string;
  readonly column: number;
  readonly state: 'COMPARE' | 'TRUNCATE' | 'APPEND';
}

/** A follower's patience: three heartbeats, one every two seconds. Source: DLedger 0.2.2 `DLedgerConfig`. */
export const HEARTBEAT_US = 2_000_000;
export const HEARTBEATS_BORNE = 3;

/** Colours of terms: the hue wheel in an order in which neighbours differ for colour-blind eyes too. The number always stands by. */
const TERM_COLOURS: readonly string[] = [
  'light-dark(#0f62b4, #79b4f5)',
  'light-dark(#a85a00, #f2b35c)',
  'light-dark(#7b3fa6, #cda2f2)',
  'light-dark(#00796b, #54d0bd)',
  'light-dark(#a63a6b, #f29bc1)',
  'light-dark(#6b6a00, #d3d05a)',
];

/** A term has the same colour wherever it is shown. */
export function termColour(term: number): string {
  return TERM_COLOURS[Math.max(0, term) % TERM_COLOURS.length]!;
}

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
      ];
  const timer = isRunning ? timerOf(process.name, member, moment) : null;
  const {line, lineTone} = lineOf(process, member, timer, zh, moment);
  return {
    role: isRunning ? role : null,
    term,
    follows,
    chip,
    timer: timer === null ? null : {part: timer.part, segments: timer.segments},
    line,
    lineTone,
    peers: strip === null || !isRunning ? [] : peerMarks(member, strip),
    apart: strip === null ? [] : apartFrom(process, strip, moment.view),
    spoken: [chip[0]!, line].filter((text) => text !== '').join(', '),
  };
}

interface Timer {
  readonly part: number;
  readonly segments: number;
  readonly untilUs: number;
}

function timerOf(name: string, member: MemberView, {index, timeUs}: MemberMoment): Timer | null {
  if (member.role === 'FOLLOWER' && member.leaderId !== null) {
    const heard = index.heartbeatsOf.get(name) ?? [];
    const last = heard[upperBound(heard, timeUs, (us) => us) - 1] ?? 0;
    const sinceUs = Math.max(member.roleSinceUs, last);
    const wholeUs = HEARTBEAT_US * HEARTBEATS_BORNE;
    return {
      part: clamp((timeUs - sinceUs) / wholeUs),
      segments: HEARTBEATS_BORNE,
      untilUs: sinceUs + wholeUs,
    };
  }
  const {lastRound} = member;
  if (member.role !== 'CANDIDATE' || lastRound === null || lastRound.nextAtUs <= lastRound.atUs) return null;
  if (lastRound.nextAtUs < timeUs) return null;
  return {
    part: clamp((timeUs - lastRound.atUs) / (lastRound.nextAtUs - lastRound.atUs)),
    segments: 1,
    untilUs: lastRound.nextAtUs,
  };
}

function lineOf(
  process: ProcessView,
  member: MemberView,
  timer: Timer | null,
  zh: boolean,
  {timeUs, language}: MemberMoment,
): {line: string; lineTone: MemberModel['lineTone']} {
  const {brokerId, role} = process.broker!;
  if (member.role === 'CANDIDATE') {
    const round = member.lastRound;
    if (timer !== null && round !== null) {
      const votes = zh
        ? `${round.accepted}/${round.members} 票`
        : `${round.accepted} of ${round.members} votes`;
      const left = sayDuration(Math.max(0, Math.round(timer.untilUs - timeUs)), language);
      return {line: zh ? `${votes}，${left} 后再问` : `${votes}, asks again in ${left}`, lineTone: 'muted'};
    }
    const {votedFor} = member;
    if (votedFor === null) return {line: zh ? '尚未投票' : 'vote is free', lineTone: 'muted'};
    return {line: zh ? `投票给 ${votedFor}` : `voted for ${votedFor}`, lineTone: 'muted'};
  }
  // A heartbeat comes a moment after its two seconds: only what is clearly late is missed.
  const missed =
    timer === null ? 0 : Math.floor((timer.part * HEARTBEATS_BORNE * HEARTBEAT_US - 50_000) / HEARTBEAT_US);
  if (member.role === 'FOLLOWER' && 0 < missed) {
    const text = zh
      ? `${HEARTBEATS_BORNE} 次心跳已错过 ${missed} 次`
      : `${missed} of ${HEARTBEATS_BORNE} heartbeats missed`;
    return {line: text, lineTone: 'bad'};
  }
  return {line: role === '' ? '' : `brokerId ${brokerId} · ${role}`, lineTone: 'muted'};
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
