import {auditFor} from '../audit/audit.ts';
import {runChecks} from '../checks/checks.ts';
import {ledgerOf} from '../ledger-of.ts';
import {runToEnd} from '../run.ts';
import type {Timeline} from '../timeline.ts';
import {storeOf} from '../trace-store.ts';
import {type ComparisonColumn, columnOf} from './column.ts';
import {type Difference, firstDifferenceOf} from './first-difference.ts';
import {type Outcomes, outcomesOf} from './outcomes.ts';
import type {Variant} from './vary.ts';

export interface Comparison {
  readonly columns: readonly ComparisonColumn[];
  /** Where each run but the first parts from the first; null where nobody would see it. */
  readonly differences: readonly (Difference | null)[];
}

/** Runs every variant of a timeline to its end, one after another; only what can be told of a run is kept of it. */
export function compareVariants(variants: readonly Variant[], base: Omit<Timeline, 'scenario'>): Comparison {
  const columns: ComparisonColumn[] = [];
  const outcomes: Outcomes[] = [];
  for (const {name, variations, scenario} of variants) {
    const run = runToEnd({...base, scenario});
    const store = storeOf(run.world.trace);
    const ledger = ledgerOf(scenario, store);
    ledger.update();
    const checks = runChecks({
      scenario,
      store,
      ledger,
      interventions: base.interventions,
      ...auditFor(run.world, scenario, store),
    });
    columns.push(
      columnOf({name, variations, traceHash: run.world.traceHash(), trace: store, ledger, checks}),
    );
    outcomes.push(outcomesOf(store));
  }
  const [first, ...others] = outcomes;
  const differences = first === undefined ? [] : others.map((other) => firstDifferenceOf(first, other));
  return {columns, differences};
}
