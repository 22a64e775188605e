import type {CheckResult} from './checks/check.ts';
import {sayCount} from './say-duration.ts';
import type {LedgerCounts} from './view/view-state.ts';

/** What became of messages, as lines of a report. */
export function messageLines(ledger: LedgerCounts): string[] {
  const line = (name: string, count: number): string => `  ${name.padEnd(13)}${sayCount(count).padStart(9)}`;
  return [
    'Messages',
    line('sent', ledger.sent),
    line('acknowledged', ledger.acked),
    ...(ledger.givenUp === 0 ? [] : [line('given up', ledger.givenUp)]),
    line('durable', ledger.durable),
    line('delivered', ledger.delivered),
    line('duplicated', ledger.duplicated),
    line('lost', ledger.lost),
    ...(ledger.outOfReach === 0 ? [] : [line('out of reach', ledger.outOfReach)]),
  ];
}

/** What checks say, as lines of a report; none where there are no checks. */
export function checkLines(checks: readonly CheckResult[]): string[] {
  if (checks.length === 0) return [];
  const width = Math.max(...checks.map(({name}) => name.length));
  return [
    'Checks',
    ...checks.map(
      (check) =>
        `  ${check.ok ? 'ok  ' : 'FAIL'}  ${check.name.padEnd(width)}  ${sayVerdict(check)}: ${check.detail}`,
    ),
  ];
}

/** A verdict, with the name of the flaw where it is one. */
export function sayVerdict({verdict, flaw}: Pick<CheckResult, 'verdict' | 'flaw'>): string {
  return flaw === undefined ? verdict : `${verdict} ${flaw}`;
}
