import {parseBrokerConf} from '../../rocketmq/broker/broker-conf.ts';
import {reportUnknown} from './references.ts';
import type {BrokerScenario, ChosenScenario} from './scenario.ts';
import type {ChosenFile} from './schema.ts';
import {readDuration} from './units.ts';
import {quote, type YamlSource} from './yaml-source.ts';

interface ChosenSurroundings {
  readonly brokers: readonly BrokerScenario[];
  /** Names that processes and machines have. */
  readonly taken: readonly string[];
  readonly durationUs: number;
}

/** The names that a scenario has for whoever leads or follows at a time, in the order of the file. */
export function settleChosen(
  file: Readonly<Record<string, ChosenFile>> | undefined,
  {brokers, taken, durationUs}: ChosenSurroundings,
  source: YamlSource,
): ChosenScenario[] {
  const groups = new Set<string>();
  for (const {conf} of brokers) {
    const {enableDLegerCommitLog, dLegerGroup} = parseBrokerConf(conf).config;
    if (enableDLegerCommitLog && dLegerGroup !== null) groups.add(dLegerGroup);
  }
  return Object.entries(file ?? {}).map(([name, {at, leads, follows, nth}]) => {
    const path = ['chosen', name];
    const note = (found: string, expected: string, on = path): void => source.report(on, {found, expected});
    if (taken.includes(name)) note(`${quote(name)}, which a process or a machine has`, 'a name of its own');
    if ((leads === undefined) === (follows === undefined)) {
      note(leads === undefined ? 'nobody' : 'leads and follows at once', 'exactly one of leads, follows');
    }
    if (leads !== undefined && nth !== undefined)
      note('nth', 'no nth with leads: one leads', [...path, 'nth']);
    const atUs = readDuration(at) ?? 0;
    if (durationUs < atUs) note(quote(at), 'a time within the duration of the scenario', [...path, 'at']);
    const group = leads ?? follows ?? '';
    const key = leads === undefined ? 'follows' : 'leads';
    if (group !== '') reportUnknown(group, [...groups], 'dLegerGroup', [...path, key], source);
    return {name, atUs, group, as: leads === undefined ? 'follower' : 'leader', nth: nth ?? 1};
  });
}
