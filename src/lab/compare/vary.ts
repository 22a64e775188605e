import {parseBrokerConf} from '../../rocketmq/broker/broker-conf.ts';
import {BROKER_KEYS} from '../../rocketmq/broker/broker-config.ts';
import {DISK_PRESETS, NETWORK_PRESETS} from '../../sim/presets.ts';
import {withConfKey} from '../scenario/conf-key.ts';
import {closest} from '../scenario/problem.ts';
import type {BrokerScenario, Scenario} from '../scenario/scenario.ts';

/** One thing that is otherwise in a variant: a key of broker.conf, `network` or `disk`, and its value. */
export interface Variation {
  readonly key: string;
  readonly value: string;
}

/** A key with all values that it shall take, as in `brokerRole=ASYNC_MASTER,SYNC_MASTER`. */
export interface VariedKey {
  readonly key: string;
  readonly values: readonly string[];
}

/** A scenario with some things otherwise. */
export interface Variant {
  /** `brokerRole=SYNC_MASTER, disk=hdd`. */
  readonly name: string;
  readonly variations: readonly Variation[];
  readonly scenario: Scenario;
}

export type Outcome<T> =
  | {readonly ok: true; readonly value: T}
  | {readonly ok: false; readonly problem: string};

const failed = (problem: string): Outcome<never> => ({ok: false, problem});

/** More runs than this side by side are nobody's comparison. */
const VARIANTS_MAX = 32;

/** Reads `key=value,value`. */
export function parseVary(text: string): Outcome<VariedKey> {
  const at = text.indexOf('=');
  const key = text.slice(0, Math.max(0, at)).trim();
  const values =
    at === -1
      ? []
      : text
          .slice(at + 1)
          .split(',')
          .map((value) => value.trim());
  if (key === '' || values.some((value) => value === '')) {
    return failed(
      `found ${quote(text)}, expected key=value,value such as brokerRole=ASYNC_MASTER,SYNC_MASTER`,
    );
  }
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  return twice === undefined
    ? {ok: true, value: {key, values}}
    : failed(`found ${quote(twice)} twice in ${quote(text)}, expected each value once`);
}

/** Every combination of the values, the last key changing fastest. */
export function variantsOf(scenario: Scenario, keys: readonly VariedKey[]): Outcome<readonly Variant[]> {
  const names = keys.map(({key}) => key);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return failed(`found ${twice} varied twice, expected one list of its values`);
  const count = keys.reduce((product, {values}) => product * values.length, 1);
  if (count < 2) return failed('found nothing to compare, expected a key with two values or more');
  if (VARIANTS_MAX < count) return failed(`found ${count} combinations, expected at most ${VARIANTS_MAX}`);
  let variants: Variant[] = [{name: '', variations: [], scenario}];
  for (const {key, values} of keys) {
    const next: Variant[] = [];
    for (const variant of variants) {
      for (const value of values) {
        const varied = vary(variant.scenario, key, value);
        if (!varied.ok) return varied;
        const variations = [...variant.variations, {key, value}];
        next.push({name: nameOf(variations), variations, scenario: varied.value});
      }
    }
    variants = next;
  }
  return {ok: true, value: variants};
}

function nameOf(variations: readonly Variation[]): string {
  return variations.map(({key, value}) => `${key}=${value}`).join(', ');
}

/**
 * The scenario with one thing otherwise. `network`: the links between machines are of that preset, but for exceptions that
 * the scenario names. `disk`: every machine has such a disk, as large as its own. `brokerRole`: of every master; slaves stay
 * what they are. `lab.fix`: of every broker, `none` for none. Any other key of broker.conf: of every broker. The problem is one line.
 */
export function vary(scenario: Scenario, key: string, value: string): Outcome<Scenario> {
  if (key === 'network') return varyNetwork(scenario, value);
  if (key === 'disk') return varyDisk(scenario, value);
  if (key === 'lab.fix') return varyBrokers(scenario, key, value === 'none' ? '' : value);
  return varyBrokers(scenario, key, value);
}

function varyNetwork(scenario: Scenario, value: string): Outcome<Scenario> {
  const presets: ReadonlyMap<string, Scenario['network']['between']> = new Map(
    Object.entries(NETWORK_PRESETS),
  );
  const between = presets.get(value);
  if (between === undefined) return failed(unknownWord('network', value, [...presets.keys()]));
  return {ok: true, value: {...scenario, network: {...scenario.network, between}}};
}

function varyDisk(scenario: Scenario, value: string): Outcome<Scenario> {
  const presets: ReadonlyMap<string, Scenario['machines'][number]['disk']> = new Map(
    Object.entries(DISK_PRESETS),
  );
  const preset = presets.get(value);
  if (preset === undefined) return failed(unknownWord('disk', value, [...presets.keys()]));
  const machines = scenario.machines.map((machine) => ({
    ...machine,
    disk: {...preset, capacityBytes: machine.disk.capacityBytes},
  }));
  return {ok: true, value: {...scenario, machines}};
}

function varyBrokers(scenario: Scenario, key: string, value: string): Outcome<Scenario> {
  if (key !== 'lab.fix' && !Object.hasOwn(BROKER_KEYS, key)) {
    return failed(
      unknownWord(
        'key',
        key,
        [...Object.keys(BROKER_KEYS), 'network', 'disk', 'lab.fix'],
        'network, disk, lab.fix, or a key of broker.conf',
      ),
    );
  }
  if (scenario.brokers.length === 0)
    return failed(`found no broker in ${scenario.name}, expected one to vary ${key} of`);
  if (key === 'brokerRole' && value === 'SLAVE') {
    return failed('found brokerRole=SLAVE, expected ASYNC_MASTER or SYNC_MASTER: only masters are varied');
  }
  const brokers: BrokerScenario[] = [];
  let changed = 0;
  for (const broker of scenario.brokers) {
    if (key === 'brokerRole' && parseBrokerConf(broker.conf).config.brokerRole === 'SLAVE') {
      brokers.push(broker);
      continue;
    }
    const conf = withConfKey(broker.conf, key, value);
    const {config, problems} = parseBrokerConf(conf);
    const wrong = problems.find((problem) => problem.severity === 'error');
    if (wrong !== undefined) return failed(`${broker.name}: ${wrong.message}`);
    const {listenPort: port, brokerName} = config;
    brokers.push({...broker, conf, port, brokerName: brokerName ?? broker.machine});
    changed += 1;
  }
  if (changed === 0) return failed(`found no master in ${scenario.name}, expected one to vary brokerRole of`);
  return {ok: true, value: {...scenario, brokers}};
}

function unknownWord(what: string, word: string, known: readonly string[], expected?: string): string {
  const meant = closest(word, known);
  const hint = meant === null ? '' : `; did you mean ${meant}?`;
  return `found ${what === 'key' ? 'unknown key ' : `${what}=`}${word}, expected ${expected ?? `one of ${known.join(', ')}`}${hint}`;
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}…` : text);
}
