import {HandTrace} from './synthetic.ts';

export const GROUP = 'g';
export const MEMBERS = ['n0', 'n1', 'n2'] as const;
export type Id = (typeof MEMBERS)[number];

/** Three members, running, with empty logs. */
export class Trio extends HandTrace {
  constructor() {
    super();
    this.add({kind: 'world-began', seed: '1', epochMs: 0});
    for (const process of MEMBERS) {
      this.add({kind: 'process-added', process, machine: `m-${process}`, processKind: 'broker'});
      this.add({kind: 'process-started', process, pid: 1});
      this.recovered(process, -1, 0);
    }
  }

  recovered(
    id: Id,
    endIndex: number,
    term: number,
    votedFor: string | null = null,
    committedIndex = -1,
  ): void {
    const ends = {beginIndex: endIndex < 0 ? -1 : 0, endIndex, endTerm: term, committedIndex};
    this.fact(id, {kind: 'dledger-recovered', group: GROUP, selfId: id, term, votedFor, ...ends});
  }

  leads(id: Id, term: number): void {
    const now = {role: 'LEADER', term, currTerm: term, leaderId: id} as const;
    this.fact(id, {kind: 'dledger-role-changed', group: GROUP, selfId: id, from: 'CANDIDATE', ...now});
  }

  follows(id: Id, leaderId: Id, term: number): void {
    const now = {role: 'FOLLOWER', term, currTerm: term, leaderId} as const;
    this.fact(id, {kind: 'dledger-role-changed', group: GROUP, selfId: id, from: 'CANDIDATE', ...now});
  }

  votes(voter: Id, candidate: Id, term: number): void {
    const answer = {candidate, term, result: 'ACCEPT', answeredTerm: term} as const;
    this.fact(voter, {kind: 'dledger-vote-answered', group: GROUP, selfId: voter, ...answer});
  }

  append(
    id: Id,
    index: number,
    term: number,
    bodyCrc = term * 1000 + index,
    as: 'leader' | 'follower' = 'follower',
  ): void {
    const entry = {as, index, term, pos: index * 100, sizeBytes: 100, bodyCrc};
    this.fact(id, {kind: 'dledger-appended', group: GROUP, selfId: id, ...entry});
  }

  commit(id: Id, index: number, term: number): void {
    const committed = {index, term, committedPos: index * 100 + 100};
    this.fact(id, {kind: 'dledger-committed', group: GROUP, selfId: id, ...committed});
  }

  /** Entries 0 to `last`, led by n0 in term 1, on those members, and committed. */
  replicate(last: number, ...ids: Id[]): void {
    for (let index = 0; index <= last; index += 1) {
      for (const id of ids) this.append(id, index, 1);
      this.commit('n0', index, 1);
    }
  }

  cut(id: Id, leaderId: Id, fromEndIndex: number, endIndex: number, term: number): void {
    this.fact(id, {
      kind: 'dledger-truncated',
      group: GROUP,
      selfId: id,
      leaderId,
      term,
      fromEndIndex,
      endIndex,
      entryTerm: 1,
      pos: endIndex * 100,
      sizeBytes: 100,
      bodyCrc: 1000 + endIndex,
      wasThere: true,
      committedIndex: fromEndIndex,
    });
  }

  restart(id: Id, losesPower: boolean): void {
    if (losesPower) this.add({kind: 'machine-power-lost', machine: `m-${id}`});
    this.add({kind: 'process-ended', process: id, why: losesPower ? 'power-lost' : 'killed', reason: ''});
    this.add({kind: 'process-started', process: id, pid: 2});
  }
}
