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
  'lost-as-configured': '✗',
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

export function stateName(state: CheckState, t: Catalogue): string {
  return state === 'open' ? t.checkOpen : state === 'nothing-yet' ? t.checkNothingYet : t.verdictName(state);
}
