import type {DLedgerFact, DLedgerRoleName, DLedgerVoteResultName} from '../../rocketmq/facts/dledger.ts';
import {sayDuration} from '../say-duration.ts';

const REFUSALS: Readonly<Record<DLedgerVoteResultName, string>> = {
  UNKNOWN: 'it cannot say',
  ACCEPT: '',
  REJECT_UNKNOWN_LEADER: 'it knows no such member',
  REJECT_UNEXPECTED_LEADER: 'that is its own id',
  REJECT_EXPIRED_VOTE_TERM: 'its own term is higher',
  REJECT_ALREADY_VOTED: 'its vote in this term is given to another',
  REJECT_ALREADY_HAS_LEADER: 'it voted for another, and has a leader',
  REJECT_TERM_NOT_READY:
    'its own term is older; it becomes a candidate, raises it at its next turn, and is to be asked again',
  REJECT_TERM_SMALL_THAN_LEDGER: 'its log is of a later term',
  REJECT_EXPIRED_LEDGER_TERM: 'its own log ends in a later term',
  REJECT_SMALL_LEDGER_END_INDEX: 'its own log is longer',
  REJECT_TAKING_LEADERSHIP: 'it is taking the lead itself',
};

const WHY_COMMITTED: Readonly<Record<DLedgerRoleName | 'NONE', string>> = {
  LEADER: 'a majority has it',
  FOLLOWER: 'its leader says so',
  CANDIDATE: 'its leader said so',
  NONE: 'so its checkpoint says',
};

/** What a fact of DLedger means, as an English sentence with the process `who` as its subject. */
export function dledgerInEnglish(
  who: string,
  fact: DLedgerFact,
  ledgerRole: () => DLedgerRoleName | null,
): string {
  switch (fact.kind) {
    case 'dledger-recovered':
      return fact.endIndex === -1
        ? `${who} opens an empty log as ${fact.selfId}, in term ${fact.term}.`
        : `${who} opens its log as ${fact.selfId}, in term ${fact.term}: entries ${fact.beginIndex} to ${fact.endIndex}, of which it knows ${
            fact.committedIndex === -1 ? 'none' : `those up to ${fact.committedIndex}`
          } to be committed.`;
    case 'dledger-role-changed':
      if (fact.role === 'LEADER') return `${who} is elected: ${fact.selfId} leads term ${fact.term}.`;
      if (fact.role === 'FOLLOWER')
        return `${who} has a heartbeat of ${fact.leaderId} and follows it in term ${fact.term}.`;
      return fact.term > fact.currTerm
        ? `${who} hears of term ${fact.term} and becomes a candidate; its own term, ${fact.currTerm}, rises at its next turn.`
        : `${who} becomes a candidate in term ${fact.term}.`;
    case 'dledger-term-changed':
      return `${who} raises its term from ${fact.from} to ${fact.term}. Its vote in it is free.`;
    case 'dledger-votes-requested':
      return `${who} asks all members for their votes in term ${fact.term}; its log ends with ${
        fact.ledgerEndIndex === -1 ? 'nothing' : `entry ${fact.ledgerEndIndex} of term ${fact.ledgerEndTerm}`
      }.`;
    case 'dledger-vote-answered':
      return fact.result === 'ACCEPT'
        ? `${who} votes for ${fact.candidate} in term ${fact.term}.`
        : `${who} refuses ${fact.candidate} its vote in term ${fact.term} (${fact.result}): ${REFUSALS[fact.result]}.`;
    case 'dledger-vote-round-ended': {
      const count = `${who} counts ${fact.accepted} of ${fact.members} votes in term ${fact.term}`;
      const again = `asks again in ${sayDuration(fact.nextInMs * 1000, 'en')}`;
      switch (fact.result) {
        case 'PASSED':
          return `${count}: a majority.`;
        case 'REVOTE_IMMEDIATELY':
          return `${count}; with ${fact.notReady} that had to raise their term first it would be a majority, so it asks again at once.`;
        case 'WAIT_TO_VOTE_NEXT':
          return `${count}: too few. It ${again}, in a higher term.`;
        default:
          return fact.alreadyHasLeader
            ? `${count}; somebody has a leader. It ${again}, in the same term.`
            : fact.biggerLedger > 0
              ? `${count}; ${fact.biggerLedger} have more in their logs. It ${again}, in the same term.`
              : `${count}, and only ${fact.valid} answered. It ${again}, in the same term.`;
      }
    }
    case 'dledger-heartbeat-missed':
      return {
        quorum: `${who} has its majority of heartbeats in term ${fact.term}.`,
        'ask-again': `Followers of ${who} have still to raise their term to ${fact.term}: it sends heartbeats again at once.`,
        'higher-term': `${who} hears from its heartbeats of a term above ${fact.term}.`,
        'inconsistent-leader': `${who} hears from its heartbeats of another leader of term ${fact.term}.`,
        missed: `${who} gets no majority for its heartbeats in term ${fact.term}: ${fact.followers} follow.`,
      }[fact.verdict];
    case 'dledger-leader-lost':
      return `${who} has heard nothing from leader ${fact.leaderId} for ${sayDuration(fact.silentMs * 1000, 'en')} and gives it up.`;
    case 'dledger-appended':
      return fact.as === 'leader'
        ? `${who} appends entry ${fact.index} in term ${fact.term} to its log, at ${fact.pos}.`
        : `${who} appends entry ${fact.index} of term ${fact.term}, as its leader has it.`;
    case 'dledger-acknowledged':
      return `${who} hears that ${fact.peer} has the log up to entry ${fact.index}.`;
    case 'dledger-committed':
      return fact.index === -1
        ? `${who} takes nothing of its log for committed any more.`
        : `${who} takes the log up to entry ${fact.index} for committed: ${WHY_COMMITTED[ledgerRole() ?? 'NONE']}.`;
    case 'dledger-push-state':
      return {
        COMPARE: `${who} compares logs with ${fact.peer}${fact.index === -1 ? '' : `, going on at entry ${fact.index}`}.`,
        TRUNCATE: `${who} will have ${fact.peer} cut its log behind entry ${fact.index}.`,
        APPEND: `${who} and ${fact.peer} agree on entry ${fact.index}; what comes behind it is pushed.`,
      }[fact.state];
    case 'dledger-compared':
      return fact.isSame
        ? `${who} has the same entry ${fact.index} as ${fact.leaderId}.`
        : `${who} has not the entry ${fact.index} that ${fact.leaderId} has; its log ends at ${fact.endIndex}.`;
    case 'dledger-truncated':
      if (fact.fromEndIndex === -1)
        return `${who}, whose log is empty, begins it with entry ${fact.endIndex} of ${fact.leaderId}.`;
      return `${who} cuts its log at the word of ${fact.leaderId}: it ended at entry ${fact.fromEndIndex} and ends at ${fact.endIndex} now${
        fact.committedIndex > fact.endIndex
          ? `, though it took entries up to ${fact.committedIndex} for committed`
          : ''
      }.`;
    case 'dledger-append-refused':
      return `${who} refuses to append, with code ${fact.code}${fact.leaderId === null ? '' : `; it knows ${fact.leaderId} as leader`}.`;
    case 'dledger-append-failed':
      return `${who} answers ${fact.code} for entry ${fact.index} of term ${fact.term}, which stays in its log and may yet be committed.`;
    case 'dledger-transfer':
      return fact.what === 'begun'
        ? `${who} asks ${fact.transferee} to take over from it and refuses appends meanwhile.`
        : `${who} hears how its hand-over to ${fact.transferee} ended: code ${fact.code}.`;
    case 'dledger-cut-refused':
      return `${who} refuses to cut its log behind entry ${fact.index} at the word of ${fact.leaderId}: it knows entries up to ${fact.committedIndex} to be committed.`;
    case 'dledger-trimmed':
      return `${who} has deleted its oldest data files: its log began at entry ${fact.fromBeginIndex} and begins at ${fact.beginIndex} now${
        fact.committedIndex < fact.beginIndex - 1
          ? `, though it knew nothing behind entry ${fact.committedIndex} to be committed`
          : ''
      }.`;
    case 'dledger-thread-blocked':
      return `${who} has no room for another push: ${fact.blocked} of the ${fact.threads} threads that serve its peers wait for it${
        fact.blocked >= fact.threads ? ', and no vote or heartbeat is answered any more' : ''
      }.`;
  }
}
