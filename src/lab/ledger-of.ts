import {LedgerTrack, type SubscriptionExpectation} from './ledger.ts';
import type {Scenario} from './scenario/scenario.ts';
import type {TraceStore} from './trace-store.ts';

/** Which groups should see which messages, from the scenario. */
function expectationsOf(scenario: Scenario): SubscriptionExpectation[] {
  return scenario.consumers.map(({group, topic, expression}) => ({
    group,
    topic,
    tags: expression.trim() === '*' ? null : expression.split('||').map((tag) => tag.trim()),
  }));
}

/** A ledger over a trace that knows what the scenario's consumers should see. */
export function ledgerOf(scenario: Scenario, store: TraceStore): LedgerTrack {
  return new LedgerTrack(store, expectationsOf(scenario));
}
