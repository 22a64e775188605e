import type {Fact, FactOf} from '../../rocketmq/facts.ts';
import type {Draft, Writable} from './draft.ts';
import type {BrokerView, LogCellView, MemberView} from './view-state.ts';

/** Header and length in front of the record in an entry. */
const BODY_OFFSET = 48;

/** What facts of a DLedger group, and of the brokers on it, change in the picture of the broker that reported them. */
export function reduceDLedgerFact(
  draft: Draft,
  name: string,
  atUs: number,
  fact: Fact,
  tailCells: number,
): void {
  const broker = draft.broker(name);
  if (broker === null) return;
  switch (fact.kind) {
    case 'broker-role-changed':
      broker.brokerId = fact.brokerId;
      broker.role = fact.role;
      return;
    case 'dledger-recovered': {
      const member = memberOf(draft, broker, fact, atUs);
      member.term = fact.term;
      member.votedFor = fact.votedFor;
      member.beginIndex = fact.beginIndex;
      member.endIndex = fact.endIndex;
      member.endTerm = fact.endTerm;
      member.committedIndex = fact.committedIndex;
      return;
    }
    case 'dledger-term-changed': {
      const member = memberOf(draft, broker, fact, atUs);
      member.term = fact.term;
      member.votedFor = null;
      return;
    }
    case 'dledger-role-changed': {
      const member = memberOf(draft, broker, fact, atUs);
      if (member.role !== fact.role || member.leaderId !== fact.leaderId) member.roleSinceUs = atUs;
      // What it was answered belongs to one candidacy, and to the lead that came of it.
      if (fact.role === 'FOLLOWER' || (fact.role === 'CANDIDATE' && member.role !== 'CANDIDATE'))
        member.ballots = NO_BALLOTS;
      member.role = fact.role;
      member.term = fact.currTerm;
      member.leaderId = fact.leaderId;
      if (fact.role !== 'LEADER') member.peers = NO_PEERS;
      return;
    }
    case 'dledger-votes-requested': {
      const member = memberOf(draft, broker, fact, atUs);
      member.ballots = {term: fact.term, answers: NO_ANSWERS};
      return;
    }
    case 'dledger-vote-answered': {
      const member = memberOf(draft, broker, fact, atUs);
      if (fact.result === 'ACCEPT') member.votedFor = fact.candidate;
      takeBallot(draft, fact);
      return;
    }
    case 'dledger-vote-round-ended': {
      const member = memberOf(draft, broker, fact, atUs);
      member.lastRound = {
        atUs,
        term: fact.term,
        result: fact.result,
        members: fact.members,
        accepted: fact.accepted,
        nextAtUs: atUs + fact.nextInMs * 1000,
      };
      return;
    }
    case 'dledger-appended': {
      const member = memberOf(draft, broker, fact, atUs);
      if (member.beginIndex === -1) member.beginIndex = fact.index;
      member.endIndex = fact.index;
      member.endTerm = fact.term;
      // On a leader the record itself is told of next.
      if (fact.as === 'follower') addCell(draft, broker, fact.pos, fact.sizeBytes, fact.term, tailCells);
      return;
    }
    case 'dledger-truncated': {
      const member = memberOf(draft, broker, fact, atUs);
      // An empty log, or one whose entries are all older than the leader's first, begins with the entry of the cut.
      if (member.beginIndex === -1 || fact.endIndex < member.beginIndex) member.beginIndex = fact.endIndex;
      member.endIndex = fact.endIndex;
      member.endTerm = fact.entryTerm;
      cutLog(draft, broker, fact.wasThere ? fact.pos + fact.sizeBytes : fact.pos);
      if (!fact.wasThere) addCell(draft, broker, fact.pos, fact.sizeBytes, fact.entryTerm, tailCells);
      return;
    }
    case 'dledger-committed': {
      const member = memberOf(draft, broker, fact, atUs);
      member.committedIndex = fact.index;
      const log = draft.object(broker.log);
      log.replicated = fact.committedPos;
      broker.log = log;
      return;
    }
    case 'dledger-acknowledged':
    case 'dledger-push-state': {
      const member = memberOf(draft, broker, fact, atUs);
      const peers = draft.map(member.peers);
      const before = peers.get(fact.peer) ?? {state: 'COMPARE' as const, matchIndex: -1};
      if (fact.kind === 'dledger-push-state') peers.set(fact.peer, {...before, state: fact.state});
      else peers.set(fact.peer, {...before, matchIndex: fact.index});
      member.peers = peers;
      return;
    }
    default:
  }
}

/** What is in memory only is gone with the process: who leads, and how far others are. Term and vote are on disk. */
export function memberEnded(member: MemberView): MemberView {
  return {
    ...member,
    role: 'CANDIDATE',
    leaderId: null,
    peers: NO_PEERS,
    ballots: NO_BALLOTS,
    lastRound: null,
  };
}

const NO_PEERS: MemberView['peers'] = new Map();
const NO_ANSWERS: MemberView['ballots']['answers'] = new Map();
const NO_BALLOTS: MemberView['ballots'] = {term: -1, answers: NO_ANSWERS};

/** Puts a voter's answer down at the candidate who asked for it, unless that one asks for another term by now. */
function takeBallot(draft: Draft, {group, selfId, candidate, term, result}: FactOf<'dledger-vote-answered'>) {
  for (const process of draft.state.processes.values()) {
    const known = process.broker?.member;
    if (known?.group !== group || known.selfId !== candidate || known.ballots.term !== term) continue;
    const broker = draft.broker(process.name)!;
    const member = draft.object(broker.member!);
    member.ballots = {term, answers: new Map(member.ballots.answers).set(selfId, result)};
    broker.member = member;
    return;
  }
}

function memberOf(
  draft: Draft,
  broker: Writable<BrokerView>,
  {group, selfId}: {readonly group: string; readonly selfId: string},
  atUs: number,
): Writable<MemberView> {
  const member = draft.object(
    broker.member ?? {
      group,
      selfId,
      role: 'CANDIDATE' as const,
      roleSinceUs: atUs,
      term: 0,
      votedFor: null,
      leaderId: null,
      beginIndex: -1,
      endIndex: -1,
      endTerm: -1,
      committedIndex: -1,
      peers: NO_PEERS,
      ballots: NO_BALLOTS,
      lastRound: null,
    },
  );
  broker.member = member;
  return member;
}

/** An entry that came from the leader: which message it holds, the leader's log says, as far as that is still drawn. */
function addCell(
  draft: Draft,
  broker: Writable<BrokerView>,
  pos: number,
  sizeBytes: number,
  term: number,
  tailCells: number,
): void {
  const log = draft.object(broker.log);
  log.written = pos + sizeBytes;
  const known = cellOfLeader(draft, broker, pos + BODY_OFFSET);
  if (known !== null) {
    const cell = {...known, term};
    log.tail = [...log.tail, cell].slice(-tailCells);
    log.undispatched = [...log.undispatched, cell];
    log.messages += 1;
  }
  broker.log = log;
}

function cutLog(draft: Draft, broker: Writable<BrokerView>, end: number): void {
  const log = draft.object(broker.log);
  const isKept = (cell: LogCellView): boolean => cell.physicalOffset + cell.sizeBytes <= end;
  const tail = log.tail.filter(isKept);
  log.messages -= log.tail.length - tail.length;
  log.tail = tail;
  log.undispatched = log.undispatched.filter(isKept);
  log.written = end;
  log.flushed = Math.min(log.flushed, end);
  broker.log = log;
}

function cellOfLeader(draft: Draft, of: BrokerView, physicalOffset: number): LogCellView | null {
  for (const {broker} of draft.state.processes.values()) {
    if (broker?.member === undefined || broker.member.group !== of.member?.group) continue;
    if (broker.member.selfId !== of.member.leaderId) continue;
    return broker.log.tail.find((cell) => cell.physicalOffset === physicalOffset) ?? null;
  }
  return null;
}
