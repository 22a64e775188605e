import {parseBrokerConf} from '../../rocketmq/broker/broker-conf.ts';
import {DISK_PRESETS, NETWORK_PRESETS} from '../../sim/presets.ts';
import type {Scenario} from '../scenario/scenario.ts';

/**
 * What a scenario has where a variation would have something else: what its brokers (for `brokerRole`, its masters) agree on, or
 * the name of the preset that its network or disks are of; null where they differ among themselves or are of no preset.
 */
export function presentValue(scenario: Scenario, key: string): string | null {
  if (key === 'network') return presetOf(NETWORK_PRESETS, scenario.network.between);
  if (key === 'disk') {
    return agreed(scenario.machines.map(({disk}) => presetOf(DISK_PRESETS, disk, 'capacityBytes')));
  }
  const configs = scenario.brokers
    .map(({conf}) => parseBrokerConf(conf).config)
    .filter(({brokerRole}) => key !== 'brokerRole' || brokerRole !== 'SLAVE');
  return agreed(configs.map((config) => said((config as unknown as Record<string, unknown>)[key])));
}

function said(value: unknown): string | null {
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : null;
}

function agreed(values: readonly (string | null)[]): string | null {
  const [first = null] = values;
  return values.every((value) => value === first) ? first : null;
}

function presetOf<T extends object>(
  presets: Readonly<Record<string, T>>,
  found: T,
  besides = '' as keyof T,
): string | null {
  for (const [name, preset] of Object.entries(presets)) {
    const keys = Object.keys(preset) as (keyof T)[];
    if (keys.every((key) => key === besides || preset[key] === found[key])) return name;
  }
  return null;
}
