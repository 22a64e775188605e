import type {Language} from '../language.ts';
import {sayVerdict} from '../report-lines.ts';
import {sayCount, sayDuration} from '../say-duration.ts';
import type {ComparisonColumn} from './column.ts';

/** One line of a comparison: what is compared, and how it stands in each run. */
export interface ComparisonRow {
  readonly key: string;
  readonly label: string;
  readonly cells: readonly string[];
  /** Not all cells say the same. */
  readonly differs: boolean;
}

/** How checks and what they find are called; by their own names where nobody says otherwise. */
export interface CheckWords {
  name(check: string): string;
  verdict(check: ComparisonColumn['checks'][number]): string;
}

const OWN_NAMES: CheckWords = {
  name: (check) => check,
  verdict: sayVerdict,
};

/** The runs as a table, a row per figure: for the command line and the page. Rows about nothing are left out. */
export function comparisonRows(
  columns: readonly ComparisonColumn[],
  language: Language,
  words: CheckWords = OWN_NAMES,
): ComparisonRow[] {
  const chinese = language === 'zh-CN';
  const rows: ComparisonRow[] = [];
  const add = (
    key: string,
    english: string,
    other: string,
    cell: (column: ComparisonColumn) => string,
  ): void => {
    const cells = columns.map(cell);
    const label = chinese ? other : english;
    rows.push({key, label, cells, differs: cells.some((text) => text !== cells[0])});
  };
  const count = (
    key: string,
    english: string,
    other: string,
    of: (column: ComparisonColumn) => number,
  ): void => add(key, english, other, (column) => sayCount(of(column)));
  const duration = (us: number | null): string => (us === null ? '–' : sayDuration(us, language));
  count('sent', 'sent', '已发送', ({ledger}) => ledger.sent);
  count('acked', 'acknowledged', '已确认', ({ledger}) => ledger.acked);
  const statuses = new Set(columns.flatMap(({answers}) => answers.map(({status}) => status)));
  for (const status of statuses) {
    count(`acked-${status}`, `  ${status}`, `  ${status}`, ({answers}) => {
      return answers.find((answer) => answer.status === status)?.count ?? 0;
    });
  }
  if (columns.some(({ledger}) => ledger.givenUp > 0)) {
    count('given-up', 'given up', '放弃', ({ledger}) => ledger.givenUp);
  }
  count('durable', 'durable', '已落盘', ({ledger}) => ledger.durable);
  count('lost', 'lost for good', '永久丢失', ({ledger}) => ledger.lost);
  count('out-of-reach', 'out of reach', '暂不可达', ({ledger}) => ledger.outOfReach);
  count('delivered', 'delivered', '已投递', ({ledger}) => ledger.delivered);
  count('duplicated', 'delivered twice', '重复投递', ({ledger}) => ledger.duplicated);
  add('latency-p50', 'send latency p50', '发送延迟 p50', ({latencyUs}) => duration(latencyUs?.p50 ?? null));
  add('latency-p99', 'send latency p99', '发送延迟 p99', ({latencyUs}) => duration(latencyUs?.p99 ?? null));
  add('throughput', 'acknowledged per second', '每秒确认数', ({acknowledgedPerSecond: rate}) =>
    rate === null ? '–' : rate < 100 ? String(rate) : sayCount(Math.round(rate)),
  );
  if (columns.some(({fault}) => fault !== null)) {
    add('ack-after-fault', 'first acknowledged after the fault', '故障后首次确认', (column) =>
      duration(column.firstAcknowledgedAfterFaultUs),
    );
    add('delivery-after-fault', 'first delivered after the fault', '故障后首次投递', (column) =>
      duration(column.firstDeliveredAfterFaultUs),
    );
  }
  const checks = new Set(columns.flatMap((column) => column.checks.map(({name}) => name)));
  for (const name of checks) {
    const label = words.name(name);
    add(`check-${name}`, label, label, (column) => {
      const check = column.checks.find((one) => one.name === name);
      return check === undefined ? '–' : words.verdict(check);
    });
  }
  return rows;
}
