import type {Fact} from '../../rocketmq/facts.ts';
import type {CheckResult, Evidence} from './check.ts';
import type {CheckName} from './check-names.ts';

/**
 * With `keep-committed` a member refuses to be cut below what it knows to be committed. Where disks and power have taken that from a
 * majority, a leader without it cannot bring that member to its own log: it stays apart, with what is left of those messages, until
 * somebody gives it an empty disk. That the leader may be without it is for `leader-complete` to judge.
 */
export function excuseKeptCommitted(result: CheckResult, name: CheckName, {store}: Evidence): CheckResult {
  if (result.verdict !== 'defect' || name !== 'replica-is-prefix') return result;
  const refusing = new Set<string>();
  for (const entry of store.entries) {
    if (entry.kind !== 'fact') continue;
    const {kind} = entry.fact as Fact;
    if (kind === 'dledger-cut-refused') refusing.add(entry.process);
    else if (kind === 'dledger-truncated') refusing.delete(entry.process);
  }
  const [who] = refusing;
  if (who === undefined) return result;
  const why = `a majority has lost what is committed on ${who}, and keep-committed keeps it`;
  return {...result, verdict: 'lost-as-configured', detail: `${result.detail}: ${why}`};
}
