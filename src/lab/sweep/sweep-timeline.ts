import {parseBrokerConf} from '../../rocketmq/broker/broker-conf.ts';
import {DLEDGER_FIXES, isDLedgerFix} from '../../rocketmq/dledger/fixes.ts';
import {isLabFix, LAB_FIXES} from '../../rocketmq/store/lab-fixes.ts';
import {type CheckName, DLEDGER_CHECK_NAMES, DLEDGER_LIVENESS_NAMES} from '../checks/check-names.ts';
import {withConfKey} from '../scenario/conf-key.ts';
import type {Scenario} from '../scenario/scenario.ts';
import {needsDLedger} from '../scenario/to-world.ts';
import type {Timeline} from '../timeline.ts';
import {drawFaults, sweepTimes} from './draw-faults.ts';
import type {SweepLevel} from './level.ts';

/** What a sweep does to a scenario, but for the seed. Plain data: it crosses threads. */
export interface SweepPlan {
  readonly level: SweepLevel;
  /** Remedies that are on in every broker instead of those of its configuration; null: as it is. */
  readonly fixes: readonly string[] | null;
}

/**
 * The timeline of one seed of a sweep. Unless nothing is drawn, the faults that are drawn take the place of the scenario's own.
 * The checks are those of the scenario and, besides, all that a sweep demands.
 */
export function sweepTimeline(scenario: Scenario, seed: string, {level, fixes}: SweepPlan): Timeline {
  const fixed = fixes === null ? scenario : withFixes(scenario, fixes);
  const checked = {...fixed, checks: sweepChecks(fixed)};
  if (level === 'none') return {scenario: checked, seed, interventions: []};
  const {endUs} = sweepTimes(scenario);
  return {
    scenario: {...checked, chosen: [], faults: [], durationUs: endUs},
    seed,
    interventions: drawFaults(scenario, seed, level),
  };
}

function sweepChecks(scenario: Scenario): CheckName[] {
  const more: CheckName[] = needsDLedger(scenario)
    ? [...DLEDGER_CHECK_NAMES, ...DLEDGER_LIVENESS_NAMES, 'majority-leads', 'recovers-after-heal']
    : ['recovers-after-heal'];
  return [...new Set([...scenario.checks, ...more])];
}

/** Before names that are all but on. */
const ALL_BUT = 'all-but:';

/** The names of all remedies. */
export const ALL_FIXES: readonly string[] = [...Object.keys(DLEDGER_FIXES), ...Object.keys(LAB_FIXES)];

/** All but these. */
export function fixesBut(names: readonly string[]): readonly string[] {
  return ALL_FIXES.filter((name) => !names.includes(name));
}

/** The names of `all`, `none`, a list with commas, or all but those of a list; a problem as one line. */
export function parseFixes(text: string): readonly string[] | {readonly problem: string} {
  if (text === 'all') return ALL_FIXES;
  if (text === 'none') return [];
  const isAllBut = text.startsWith(ALL_BUT);
  const names = (isAllBut ? text.slice(ALL_BUT.length) : text).split(',').map((name) => name.trim());
  const wrong = names.find((name) => !isDLedgerFix(name) && !isLabFix(name));
  if (wrong !== undefined)
    return {
      problem: `found "${wrong}", expected all, none, ${ALL_BUT} with some, or some of ${ALL_FIXES.join(', ')}`,
    };
  return isAllBut ? fixesBut(names) : names;
}

function withFixes(scenario: Scenario, fixes: readonly string[]): Scenario {
  const brokers = scenario.brokers.map((broker) => {
    const has = parseBrokerConf(broker.conf).config.labFixes.size > 0;
    if (fixes.length === 0 && !has) return broker;
    return {...broker, conf: withConfKey(broker.conf, 'lab.fix', fixes.join(','))};
  });
  return {...scenario, brokers};
}
