import {type MqadminOrder, mqadminProgram} from '../rocketmq/admin/mqadmin.ts';
import type {DLedgerPart} from '../rocketmq/broker/dledger-port.ts';
import type {Fact} from '../rocketmq/facts.ts';
import {openRunWith} from './open-run.ts';
import type {Timeline} from './timeline.ts';

export {type MqadminOrder, parseMqadmin} from '../rocketmq/admin/mqadmin.ts';

/** An answer is waited for so long: a broker that is silent costs the tool 5 s each. */
const PATIENCE_US = 60_000_000;
/** What has happened before the question is not looked at, and is let go every so many events. */
const SLICE_EVENTS = 100_000;

export interface MqadminAnswer {
  /** Lines of standard output. */
  readonly printed: readonly string[];
  /** Lines of standard error. */
  readonly errors: readonly string[];
  /** From its start to its end; null: it had not ended after a minute. */
  readonly tookUs: number | null;
}

/**
 * What RocketMQ's console tool would print at a moment of a timeline: the world is run there once more, with an operator on the
 * machine of the first NameServer who types the command. The timeline itself is not touched, so asking changes nothing.
 */
export function askCluster(
  timeline: Timeline,
  atUs: number,
  order: MqadminOrder,
  dledger: DLedgerPart | null,
): MqadminAnswer {
  const {scenario} = timeline;
  const [first] = scenario.namesrvs;
  const machine = first?.machine ?? scenario.machines[0]!.name;
  const addressOf = (name: string): string =>
    scenario.machines.find((each) => each.name === name)?.address ?? '';
  const namesrvAddr = scenario.namesrvs.map((each) => `${addressOf(each.machine)}:${each.port}`).join(';');
  const run = openRunWith(timeline, dledger, [
    {name: 'mqadmin', kind: 'console', machine, program: () => mqadminProgram(order, namesrvAddr)},
  ]);
  const {world} = run;
  while (!run.advance(atUs, SLICE_EVENTS)) world.forgetTrace(world.trace.entries.length);
  const from = world.trace.entries.length;
  world.intervene({kind: 'start', process: 'mqadmin'});
  const startUs = world.nowUs;
  while (world.isRunning('mqadmin')) {
    const nextUs = world.nextEventUs();
    if (nextUs < 0 || startUs + PATIENCE_US < nextUs) break;
    world.step();
  }
  const printed: string[] = [];
  const errors: string[] = [];
  for (const entry of world.trace.entries.slice(from)) {
    if (entry.kind !== 'fact' || entry.process !== 'mqadmin') continue;
    const fact = entry.fact as Fact;
    if (fact.kind === 'printed') printed.push(fact.line);
    else if (fact.kind === 'warned') errors.push(fact.text);
  }
  return {printed, errors, tookUs: world.isRunning('mqadmin') ? null : world.nowUs - startUs};
}
