import {parseBrokerConf} from '../../rocketmq/broker/broker-conf.ts';
import {diskFaultName} from '../../sim/disk-fault.ts';
import {logFolderOf} from '../scenario/log-folder.ts';
import type {Scenario} from '../scenario/scenario.ts';
import type {TraceStore} from '../trace-store.ts';

/** A byte of a broker's log that reads as nobody wrote it. */
export interface RottenPlace {
  readonly process: string;
  readonly offset: number;
  /** The fault's. */
  readonly entryId: number;
}

/** Every byte of a log in which bit rot is on at the end of a trace: neither lifted nor written over. */
export function rottenPlaces(scenario: Scenario, store: TraceStore): RottenPlace[] {
  const places = new Map<string, RottenPlace>();
  for (const entry of store.pick({entries: ['disk-fault-struck', 'disk-fault-lifted']})) {
    if (entry.kind === 'disk-fault-lifted') places.delete(`${entry.machine} ${entry.name}`);
    if (entry.kind !== 'disk-fault-struck' || entry.fault.kind !== 'bit-rot') continue;
    const {path, positionBytes} = entry.fault;
    const at = path.lastIndexOf('/');
    const broker = scenario.brokers.find(
      ({machine, conf}) =>
        machine === entry.machine && logFolderOf(parseBrokerConf(conf).config) === path.slice(0, at),
    );
    if (broker === undefined || !/^\d{20}$/.test(path.slice(at + 1))) continue;
    const offset = Number(path.slice(at + 1)) + positionBytes;
    const key = `${entry.machine} ${diskFaultName(entry.fault)}`;
    places.set(key, {process: broker.name, offset, entryId: entry.id});
  }
  return [...places.values()];
}
