import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {compareVariants} from '../../src/lab/compare/compare.ts';
import {variantsOf} from '../../src/lab/compare/vary.ts';
import {parseScenario} from '../../src/lab/scenario/parse.ts';

const SCENARIO = 'lessons/replication/scenario.yaml';
const SEEDS = Array.from({length: 20}, (_, index) => String(index + 1));

test('two copies: the same fault takes acknowledged messages from ASYNC_MASTER and none from SYNC_MASTER, for 20 seeds', () => {
  const {scenario, problems} = parseScenario(readFileSync(SCENARIO, 'utf8'), SCENARIO);
  expect(problems).toEqual([]);
  const variants = variantsOf(scenario!, [{key: 'brokerRole', values: ['ASYNC_MASTER', 'SYNC_MASTER']}]);
  if (!variants.ok) throw new Error(variants.problem);
  for (const seed of SEEDS) {
    const {columns, differences} = compareVariants(variants.value, {seed, interventions: []});
    const [left, right] = columns as [(typeof columns)[0], (typeof columns)[0]];
    expect([left.answers.map(({status}) => status), right.answers.map(({status}) => status)]).toEqual([
      ['SEND_OK'],
      ['SEND_OK'],
    ]);
    expect(left.ledger.lost, `seed ${seed}`).toBeGreaterThan(0);
    expect(left.ledger.lost).toBeLessThan(12);
    expect(right.ledger.lost, `seed ${seed}`).toBe(0);
    // Whoever reads afterwards gets what the slave has, and only that.
    expect(left.ledger.delivered).toBe(left.ledger.acked - left.ledger.lost);
    expect(right.ledger.delivered).toBeGreaterThanOrEqual(right.ledger.acked);
    expect(left.latencyUs!.p50).toBeLessThan(right.latencyUs!.p50);
    expect(differences[0]).toMatchObject({
      how: 'only-in-a',
      atUs: left.fault!.atUs,
      a: {kind: 'lost'},
    });
    const verdicts = (column: (typeof columns)[0]): unknown =>
      column.checks.find(({name}) => name === 'durable-as-promised')?.verdict;
    expect([verdicts(left), verdicts(right)]).toEqual(['lost-as-configured', 'held']);
  }
});
