import type {Scenario} from '../scenario/scenario.ts';

/** Whether a check of the scenario looks at the disks: reading them takes its time. */
export function wantsAudit(scenario: Scenario): boolean {
  return scenario.checks.some((name) => name === 'queues-match-log' || name === 'replica-is-prefix');
}
