import {sayCount} from '../say-duration.ts';
import type {TraceStore} from '../trace-store.ts';
import {broken, type CheckResult, type Evidence, held, nothing} from './check.ts';

const NOT_READ = 'the disks were not read at the end of the run';

/** Every entry of every consume queue points at its record, and none is missing: on each broker that runs at the end. */
export function queuesMatchLog({audit, store}: Evidence): CheckResult {
  const name = 'queues-match-log';
  if (audit === undefined) return nothing(name, NOT_READ);
  let records = 0;
  let entries = 0;
  for (const broker of audit.brokers) {
    records += broker.records;
    entries += broker.entries;
    const [mistake] = broker.mistakes;
    if (mistake !== undefined) {
      const {topic, queueId, queueOffset, physicalOffset, what} = mistake;
      const words = {
        missing: `has no entry for the record at ${physicalOffset}`,
        differs: `has an entry that differs from its record at ${physicalOffset}`,
        dangling: `has an entry that points at ${physicalOffset}, where its record is not`,
      }[what];
      const more = broker.mistakes.length === 1 ? '' : `, and ${broker.mistakes.length - 1} more or so`;
      const detail = `offset ${queueOffset} of ${topic} queue ${queueId} on ${broker.process} ${words}${more}`;
      return broken(name, records + entries, 'defect', detail, store.lastId);
    }
    if (broker.unreadableAt !== -1) {
      const detail = `the log of ${broker.process} has no record at ${broker.unreadableAt}, and nothing is known of what comes after`;
      const verdict = hadDiskFault(store) ? 'lost-as-configured' : 'defect';
      return broken(name, records + entries, verdict, detail, store.lastId);
    }
  }
  if (records + entries === 0) return nothing(name, 'no running broker has a record or an entry');
  const detail = `${sayCount(entries)} entries point at their records, and none of ${sayCount(records)} records is without one`;
  return held(name, records + entries, detail);
}

/** A slave's log is a part of its master's, byte for byte, and no longer. */
export function replicaIsPrefix({audit, store}: Evidence): CheckResult {
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
    if (detail !== null) return broken(name, compared, 'defect', detail, store.lastId);
  }
  if (compared === 0) return nothing(name, 'no slave that runs has anything of a master that runs');
  return held(
    name,
    compared,
    `${sayCount(compared)} bytes of ${audit.replicas.length === 1 ? 'a slave are' : 'slaves are'} the same on the master`,
  );
}

function hadDiskFault(store: TraceStore): boolean {
  return store.entries.some((entry) => entry.kind === 'disk-fault-struck');
}
