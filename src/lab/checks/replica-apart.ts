import {Readers} from '../readers.ts';
import type {CheckResult, Evidence} from './check.ts';
import type {CheckName} from './check-names.ts';
import {DLedgerTrack} from './dledger/dledger-track.ts';
import {Remedies} from './remedies.ts';

/**
 * Where disks and power have taken what was committed from a majority, as the configuration allows, a leader without it does not bring a
 * member that still has it to its own log while it has nothing to compare; and never one with `keep-committed`, which refuses to be cut
 * below what it knows to be committed and stays apart until somebody gives it an empty disk.
 */
export function excuseReplicaApart(result: CheckResult, name: CheckName, evidence: Evidence): CheckResult {
  if (result.verdict !== 'defect' || name !== 'replica-is-prefix') return result;
  const {scenario, store} = evidence;
  const track = new DLedgerTrack(Remedies.in(scenario, store).of);
  new Readers(track).takeAll(store);
  const refusing = new Set<string>();
  for (const {process, fact} of store.pick({facts: ['dledger-cut-refused', 'dledger-truncated']})) {
    if (fact.kind === 'dledger-cut-refused') refusing.add(process);
    else refusing.delete(process);
  }
  if (track.result('leader-complete').verdict !== 'lost-as-configured') return result;
  const [who] = refusing;
  const why = `a majority has lost what is committed, ${who === undefined ? 'and its leader has nothing to compare' : `and ${who} keeps it (keep-committed)`}`;
  return {...result, verdict: 'lost-as-configured', detail: `${result.detail}: ${why}`};
}
