import {describe, expect, test} from 'vitest';
import type {Host} from '../../../src/ports/host.ts';
import {Candidacy} from '../../../src/rocketmq/dledger/candidacy.ts';
import {DEFAULT_DLEDGER_CONFIG, type DLedgerConfig} from '../../../src/rocketmq/dledger/config.ts';
import type {MemberState} from '../../../src/rocketmq/dledger/member-state.ts';
import type {VoteOutcome} from '../../../src/rocketmq/dledger/vote-round.ts';

/** A candidate in term 3 that always draws the shortest wait: 300 ms. */
function candidate(config: Partial<DLedgerConfig> = {}, votedFor: string | null = null) {
  const clock = {now: 0, nowMs: () => clock.now};
  const member = {
    selfId: 'n0',
    currTerm: 3,
    currVoteFor: votedFor,
    termToTakeLeadership: -1,
    nextTerm: () => ++member.currTerm,
  };
  const host = {clock, random: {stream: () => ({below: () => 0})}} as unknown as Host;
  const candidacy = new Candidacy(
    host,
    {...DEFAULT_DLEDGER_CONFIG, ...config},
    member as unknown as MemberState,
  );
  const ended = (result: VoteOutcome['result'], next: VoteOutcome['next']) =>
    candidacy.roundEnded({result, next, maxTerm: member.currTerm});
  return {clock, candidacy, ended};
}

describe('a candidate asks', () => {
  test('at once, in its own term, and again in it if the round could not have been won', () => {
    const {clock, candidacy, ended} = candidate();
    expect(candidacy.turn()).toBe(3);
    expect(ended('WAIT_TO_REVOTE', 'soon')).toBe(300);
    clock.now = 299;
    expect(candidacy.turn()).toBeNull();
    clock.now = 300;
    expect(candidacy.turn()).toBe(3);
  });

  test('in the next term once a round could have been won and was not, but for a leader that it has followed meanwhile', () => {
    const {clock, candidacy, ended} = candidate();
    ended('WAIT_TO_VOTE_NEXT', 'soon');
    clock.now = 300;
    expect(candidacy.turn()).toBe(4);
    ended('WAIT_TO_VOTE_NEXT', 'soon');
    candidacy.followed();
    clock.now = 600;
    expect(candidacy.turn()).toBe(4);
  });

  test('nobody in the turn that raises its term for one that it has heard of', () => {
    const {clock, candidacy, ended} = candidate();
    ended('WAIT_TO_REVOTE', 'later');
    candidacy.raiseTermSoon();
    expect(candidacy.dueMs).toBe(0);
    expect(candidacy.turn()).toBeNull();
    expect(candidacy.dueMs).toBe(300);
    clock.now = 300;
    expect(candidacy.turn()).toBe(4);
  });

  test('later where somebody has a leader or more entries, at its next turn where all would have followed', () => {
    const {ended} = candidate();
    const waits = (['soon', 'after-heartbeat-leak', 'later', 'at-once'] as const).map((next) =>
      ended('WAIT_TO_REVOTE', next),
    );
    expect(waits).toEqual([300, 300 + 3 * 2000, 300 + 1000, 0]);
  });

  test('sooner where it is the preferred leader', () => {
    expect(candidate({preferredLeaderId: 'n0'}).ended('WAIT_TO_REVOTE', 'soon')).toBe(30);
  });

  test('after a restart, in the term that it led; new-term-after-restart: in the next', () => {
    expect(candidate({}, 'n0').candidacy.turn()).toBe(3);
    const fixes = new Set(['new-term-after-restart'] as const);
    expect(candidate({fixes}, 'n0').candidacy.turn()).toBe(4);
    expect(candidate({fixes}, 'n1').candidacy.turn()).toBe(3);
  });
});
