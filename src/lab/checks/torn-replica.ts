import {parseBrokerConf} from '../../rocketmq/broker/broker-conf.ts';
import type {FactOf} from '../../rocketmq/facts.ts';
import type {ReplicaAudit} from '../audit/audit.ts';
import type {CheckResult, Evidence} from './check.ts';
import type {CheckName} from './check-names.ts';
import {KNOWN_FLAWS} from './dledger/findings.ts';
import {isLostAt, lostPages} from './lost-pages.ts';

const FLAW = 'S13';

/** What a member has told of its log: its last entry as it was written, and the start at which it was read again. */
interface Member {
  readonly written: Map<number, {readonly pos: number; readonly end: number}>;
  recovered: {readonly entryId: number; readonly endIndex: number} | null;
  /** Since then somebody has matched it, cut it or given it more. */
  isLookedAt: boolean;
}

/**
 * A recovery of DLedger 0.2.2 takes the last entry for sound whatever a power cut has left of its body: it looks at headers only. The
 * first comparison finds that; a leader with nothing to push makes none (S13). Told only where the trace proves it: the logs differ in the last entry
 * that the member found at its start, the power took pages of that file, and nobody has looked at the member since.
 */
export function excuseTornReplica(result: CheckResult, name: CheckName, evidence: Evidence): CheckResult {
  if (result.verdict !== 'defect' || name !== 'replica-is-prefix') return result;
  const {scenario, store, audit} = evidence;
  const apart = (audit?.replicas ?? []).filter(
    ({differsAt, masterEnd, slaveEnd}) => differsAt !== -1 || masterEnd < slaveEnd,
  );
  const members = membersOf(store);
  const lost = lostPages(store);
  const isTorn = ({slave, differsAt}: ReplicaAudit): boolean => {
    const broker = scenario.brokers.find((each) => each.name === slave);
    const member = members.get(slave);
    if (broker === undefined || member === undefined || member.recovered === null || member.isLookedAt)
      return false;
    const {labFixes} = parseBrokerConf(broker.conf).config;
    if (labFixes.has('heed-commit-reply') || labFixes.has('match-first')) return false;
    const {entryId, endIndex} = member.recovered;
    const last = member.written.get(endIndex);
    if (last === undefined || differsAt < last.pos || last.end <= differsAt) return false;
    return lost.some((pages) => isLostAt(pages, broker.machine, differsAt) && pages.powerLostId < entryId);
  };
  if (apart.length === 0 || !apart.every(isTorn)) return result;
  const why = `the power took a part of its last entry, and ${FLAW}: ${KNOWN_FLAWS[FLAW].words}`;
  return {...result, verdict: 'known-flaw', flaw: FLAW, detail: `${result.detail}: ${why}`};
}

function membersOf(store: Evidence['store']): Map<string, Member> {
  const members = new Map<string, Member>();
  for (const {id, process, fact} of store.pick({facts: TOLD})) {
    let member = members.get(process);
    if (member === undefined) {
      member = {written: new Map(), recovered: null, isLookedAt: false};
      members.set(process, member);
    }
    note(member, fact, id);
  }
  return members;
}

const TOLD = ['dledger-recovered', 'dledger-appended', 'dledger-truncated', 'dledger-compared'] as const;

function note(member: Member, fact: FactOf<(typeof TOLD)[number]>, entryId: number): void {
  switch (fact.kind) {
    case 'dledger-recovered':
      member.recovered = {entryId, endIndex: fact.endIndex};
      member.isLookedAt = false;
      return;
    case 'dledger-appended':
      write(member, fact.index, fact);
      return;
    case 'dledger-truncated':
      write(member, fact.endIndex, fact);
      return;
    case 'dledger-compared':
      if (fact.isSame) member.isLookedAt = true;
      return;
    default:
  }
}

function write(
  member: Member,
  index: number,
  {pos, sizeBytes}: FactOf<'dledger-appended' | 'dledger-truncated'>,
): void {
  member.written.set(index, {pos, end: pos + sizeBytes});
  member.isLookedAt = true;
}
