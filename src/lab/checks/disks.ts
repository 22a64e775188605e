import type {QueueMistake} from '../audit/audit.ts';
import type {Holding} from '../ledger.ts';
import {sayCount} from '../say-duration.ts';
import type {Scenario} from '../scenario/scenario.ts';
import type {TraceStore} from '../trace-store.ts';
import {broken, type CheckResult, type Evidence, held, nothing} from './check.ts';
import {brokenByDamage, type DamagedRecord, damagedRecords, isDamagedAt} from './damaged-records.ts';
import {brokenByHole, Holes, sayHole} from './holes.ts';
import {PromiseHistory} from './promises.ts';
import {type SlaveAhead, slavesAhead} from './slaves-ahead.ts';
import {sayTornEntry, TORN_QUEUE_ENTRY} from './torn-queue-entry.ts';

const NOT_READ = 'the disks were not read at the end of the run';

/** Every entry of every consume queue points at its record, and none is missing: on each broker that runs at the end. */
export function queuesMatchLog(evidence: Evidence): CheckResult {
  const {audit, store, scenario} = evidence;
  const name = 'queues-match-log';
  if (audit === undefined) return nothing(name, NOT_READ);
  let records = 0;
  let entries = 0;
  const isWrong = audit.brokers.some(
    ({mistakes, unreadableAt}) => mistakes.length > 0 || unreadableAt !== -1,
  );
  const damaged = isWrong ? damagedRecords(evidence) : [];
  let damage: {readonly record: DamagedRecord; readonly detail: string} | null = null;
  let tornEntry: string | null = null;
  for (const broker of audit.brokers) {
    records += broker.records;
    entries += broker.entries;
    // An entry of before the damage knows tags, or a place in a queue, that its record has lost.
    const damageOf = ({what, physicalOffset: at}: QueueMistake): DamagedRecord | undefined =>
      damaged.find(
        ({by, inLedger, holding: {process, physicalOffset}}) =>
          process === broker.process &&
          physicalOffset === at &&
          (what === 'differs' || by === 'bit-rot' || inLedger),
      );
    const why = new Map(broker.mistakes.map((each) => [each, sayTornEntry(each, broker.process, evidence)]));
    const mistake =
      broker.mistakes.find((each) => damageOf(each) === undefined && why.get(each) === null) ??
      broker.mistakes.find((each) => damageOf(each) === undefined) ??
      broker.mistakes[0];
    if (mistake !== undefined) {
      const {topic, queueId, queueOffset, physicalOffset, what} = mistake;
      const words = {
        missing: `has no entry for the record at ${physicalOffset}`,
        differs: `has an entry that differs from its record at ${physicalOffset}`,
        dangling: `has an entry that points at ${physicalOffset}, where its record is not`,
      }[what];
      const more = broker.mistakes.length === 1 ? '' : `, and ${broker.mistakes.length - 1} more or so`;
      const detail = `offset ${queueOffset} of ${topic} queue ${queueId} on ${broker.process} ${words}${more}`;
      const record = damageOf(mistake);
      if (record !== undefined) {
        damage ??= {record, detail};
        continue;
      }
      const torn = why.get(mistake);
      if (torn != null) {
        tornEntry ??= `${detail}: ${torn}`;
        continue;
      }
      return wrong(name, records + entries, detail, store, wasAhead(broker.process, scenario, store));
    }
    if (broker.unreadableAt !== -1) {
      const detail = `the log of ${broker.process} has no record at ${broker.unreadableAt}, and nothing is known of what comes after`;
      const record = damaged.find((one) => isDamagedAt(one, broker.process, broker.unreadableAt));
      if (record !== undefined) {
        damage ??= {record, detail};
        continue;
      }
      const hole = holeAt(evidence, broker.process, broker.unreadableAt);
      if (hole !== null) {
        return brokenByHole(name, records + entries, `${detail}: ${sayHole(hole)}`, store.lastId);
      }
      const verdict = hadDiskFault(store) ? 'lost-as-configured' : 'defect';
      return broken(name, records + entries, verdict, detail, store.lastId);
    }
  }
  if (tornEntry !== null) {
    return {
      ...broken(name, records + entries, 'known-flaw', tornEntry, store.lastId),
      flaw: TORN_QUEUE_ENTRY,
    };
  }
  if (damage !== null) {
    return brokenByDamage(name, records + entries, damage.detail, damage.record, evidence, store.lastId);
  }
  if (records + entries === 0) return nothing(name, 'no running broker has a record or an entry');
  const detail = `${sayCount(entries)} entries point at their records, and none of ${sayCount(records)} records is without one`;
  return held(name, records + entries, detail);
}

/** A slave's log is a part of its master's, byte for byte, and no longer. */
export function replicaIsPrefix(evidence: Evidence): CheckResult {
  const {audit, store, scenario} = evidence;
  const name = 'replica-is-prefix';
  if (audit === undefined) return nothing(name, NOT_READ);
  const compared = audit.replicas.reduce((sum, {comparedBytes}) => sum + comparedBytes, 0);
  for (const {master, slave, differsAt, masterEnd, slaveEnd} of audit.replicas) {
    const detail =
      differsAt !== -1
        ? `the logs of ${slave} and ${master} differ from ${differsAt} on`
        : masterEnd < slaveEnd
          ? `the log of ${slave} ends at ${slaveEnd}, beyond that of its master ${master}, which ends at ${masterEnd}`
          : null;
    if (detail === null) continue;
    const record =
      differsAt === -1
        ? undefined
        : damagedRecords(evidence).find((one) =>
            [master, slave].some((process) => isDamagedAt(one, process, differsAt)),
          );
    if (record !== undefined) return brokenByDamage(name, compared, detail, record, evidence, store.lastId);
    return wrong(name, compared, detail, store, wasAhead(slave, scenario, store));
  }
  if (compared === 0) return nothing(name, 'no slave that runs has anything of a master that runs');
  return held(
    name,
    compared,
    `${sayCount(compared)} bytes of ${audit.replicas.length === 1 ? 'a slave are' : 'slaves are'} the same on the master`,
  );
}

/** The copy that lay where a log is not readable any more, if it lies in a hole. */
function holeAt({ledger, scenario, store}: Evidence, process: string, offset: number): Holding | null {
  const holes = new Holes(ledger, new PromiseHistory(scenario, store), store);
  for (const fate of ledger.messages.values()) {
    const hole = holes.holeOf(fate);
    if (hole?.process === process && hole.physicalOffset === offset) return hole;
  }
  return null;
}

/** What is wrong on a disk: a defect, unless it is what 4.9.1 does to a slave that has what its master lost. */
function wrong(
  name: string,
  looked: number,
  detail: string,
  store: TraceStore,
  ahead: SlaveAhead | undefined,
): CheckResult {
  if (ahead === undefined) return broken(name, looked, 'defect', detail, store.lastId);
  const why = `its master ${ahead.master} had come back without what lies from ${ahead.from} to ${ahead.to}, and 4.9.1 lets a slave go on from where it was${ahead.isTold ? ' (lab.fix=slave-offset-checked refuses one that is ahead)' : ''}`;
  return broken(name, looked, 'lost-as-configured', `${detail}: ${why}`, ahead.entryId);
}

function wasAhead(process: string, scenario: Scenario, store: TraceStore): SlaveAhead | undefined {
  const machine = scenario.brokers.find(({name}) => name === process)?.machine;
  const address = scenario.machines.find(({name}) => name === machine)?.address;
  return slavesAhead(store).find(({slaveAddress}) => slaveAddress === address);
}

function hadDiskFault(store: TraceStore): boolean {
  return store.pick({entries: ['disk-fault-struck']}).length > 0;
}
