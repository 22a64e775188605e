import type {CheckResult} from '../../lab/checks/check.ts';
import type {LedgerCounts} from '../../lab/view/view-state.ts';
import type {Catalogue} from '../i18n/en.ts';

/** How a check stands at a moment: only what has happened by then counts against it or for it. */
export type CheckState = CheckResult['verdict'] | 'open' | 'nothing-yet';

/** The sign that stands beside a check's name. */
export const STATE_SIGNS: Readonly<Record<CheckState, string>> = {
  'nothing-yet': '○',
  open: '◐',
  held: '✓',
  defect: '✗',
  'lost-as-configured': '△',
  'known-flaw': '✗',
  'unavailable-as-designed': '–',
  'looked-at-nothing': '○',
};

/**
 * A check is decided where it is broken, or when all has happened; until then it is open, and while no message has been
 * acknowledged or delivered there is nothing yet that it could have looked at.
 */
export function checkState(
  check: CheckResult,
  entryId: number,
  ended: boolean,
  counts: LedgerCounts | null,
): CheckState {
  if (ended) return check.verdict;
  const isPromiseBroken =
    check.verdict === 'defect' || check.verdict === 'lost-as-configured' || check.verdict === 'known-flaw';
  if (isPromiseBroken && check.brokenAtEntry > 0 && check.brokenAtEntry <= entryId) return check.verdict;
  return (counts?.acked ?? 0) + (counts?.delivered ?? 0) === 0 ? 'nothing-yet' : 'open';
}

/** Only a defect of ours is red; what somebody has lost all the same stands out too. */
export function stateTone(state: CheckState): 'good' | 'bad' | 'raised' | 'muted' {
  if (state === 'held') return 'good';
  if (state === 'defect') return 'bad';
  return state === 'lost-as-configured' || state === 'known-flaw' ? 'raised' : 'muted';
}

/** A verdict in the few words for which a bar or a table has room. */
export function verdictShort({verdict, flaw}: Pick<CheckResult, 'verdict' | 'flaw'>, t: Catalogue): string {
  if (verdict === 'known-flaw') return t.knownFlaw(flaw ?? '');
  return verdict === 'lost-as-configured' ? t.lostAsConfigured : t.verdictName(verdict);
}

export function stateName(state: CheckState, t: Catalogue): string {
  return state === 'open' ? t.checkOpen : state === 'nothing-yet' ? t.checkNothingYet : t.verdictName(state);
}
