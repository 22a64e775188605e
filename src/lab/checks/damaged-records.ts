import {storedCrc32} from '../../rocketmq/message/crc32.ts';
import {decodeRecord} from '../../rocketmq/message/record.ts';
import {hasZeroedProperties} from '../audit/zeroed-properties.ts';
import type {Holding, MessageFate} from '../ledger.ts';
import {sayMoment} from '../say-duration.ts';
import type {Scenario} from '../scenario/scenario.ts';
import type {TraceStore} from '../trace-store.ts';
import type {CheckResult, Evidence} from './check.ts';
import {isLostAt, lostPages} from './lost-pages.ts';
import {PromiseHistory} from './promises.ts';

/** The name of the flaw: what 4.9.1's recovery takes for a sound record may have lost the properties behind its body. */
export const CRC_OF_BODY_ONLY = 'crc-of-body-only';

/** A record that a power cut has left without its properties, or a part of them, and that recovery has taken nevertheless. */
export interface DamagedRecord {
  readonly fate: MessageFate;
  readonly holding: Holding;
  readonly brokerName: string;
  readonly powerLostId: number;
}

/**
 * Records of which it is proven: the power went before they were durable, the disk lost pages of that very file, and the bytes that
 * the broker served afterwards, or that lie on its disk at the end, are that record with zeros among its properties, while its body
 * still has the CRC. Source of the flaw: RocketMQ 4.9.1 `CommitLog#checkMessageAndReturnSize`, whose CRC is of the body.
 */
export function damagedRecords(evidence: Evidence): DamagedRecord[] {
  const {store, audit} = evidence;
  const suspects = suspectsOf(evidence);
  if (suspects.size === 0) return [];
  const found = new Set<DamagedRecord>();
  for (const {process, zeroedProperties} of audit?.brokers ?? []) {
    for (const offset of zeroedProperties) {
      const suspect = suspects.get(process)?.get(offset);
      if (suspect !== undefined) found.add(suspect);
    }
  }
  for (const entry of store.entries) {
    if (entry.kind !== 'bytes-sent') continue;
    const of = suspects.get(entry.process);
    if (of === undefined) continue;
    const bytes = store.bytes(entry.bytes);
    for (const start of recordStarts(bytes)) {
      const record = decodeRecord(bytes, start);
      const suspect = record === null ? undefined : of.get(record.commitLogOffset);
      if (record === null || suspect === undefined || entry.id < suspect.powerLostId) continue;
      const {sizeBytes, queueId, queueOffset} = suspect.holding;
      const isThatRecord =
        record.storeSize === sizeBytes && record.queueId === queueId && record.queueOffset === queueOffset;
      const isTaken = record.body.length > 0 && storedCrc32(record.body) === record.bodyCrc;
      if (isThatRecord && isTaken && hasZeroedProperties(bytes.subarray(start, start + sizeBytes)))
        found.add(suspect);
    }
  }
  return [...found];
}

/** That the check is broken by the flaw and by nothing else. */
export function brokenByDamage(
  name: string,
  looked: number,
  detail: string,
  {holding, powerLostId}: DamagedRecord,
  {scenario, store}: {readonly scenario: Scenario; readonly store: TraceStore},
  brokenAtEntry: number,
): CheckResult {
  const machine = scenario.brokers.find(({name: process}) => process === holding.process)?.machine;
  const moment = sayMoment(store.entries[powerLostId - 1]?.atUs ?? 0);
  const why = `the power cut of ${machine} at ${moment} took properties of the record at ${holding.physicalOffset} of ${holding.process}, and 4.9.1's recovery checks the CRC of the body only`;
  return {
    name,
    ok: false,
    looked,
    verdict: 'known-flaw',
    flaw: CRC_OF_BODY_ONLY,
    detail: `${detail}: ${why}`,
    brokenAtEntry,
  };
}

type Suspects = Map<string, Map<number, DamagedRecord>>;

/** Every copy that was not durable when its file lost pages, by broker and place. Ledgers keep a CRC of the whole record. */
function suspectsOf({scenario, store, ledger}: Evidence): Suspects {
  const suspects: Suspects = new Map();
  const lost = lostPages(store);
  if (lost.length === 0) return suspects;
  const promises = new PromiseHistory(scenario, store);
  for (const fate of ledger.messages.values()) {
    for (const holding of fate.holdings) {
      const {process, physicalOffset, entryId, durableEntryId} = holding;
      const of = promises.of(holding);
      if (of === undefined || of.majority !== null) continue;
      const at = lost.find(
        (pages) =>
          isLostAt(pages, of.machine, physicalOffset) &&
          entryId < pages.powerLostId &&
          (durableEntryId === 0 || pages.powerLostId < durableEntryId || promises.isFalselyFlushed(holding)),
      );
      if (at === undefined) continue;
      const records = suspects.get(process) ?? new Map<number, DamagedRecord>();
      suspects.set(process, records);
      const {powerLostId} = at;
      records.set(physicalOffset, {fate, holding, brokerName: of.brokerName, powerLostId});
    }
  }
  return suspects;
}

/** Where records may begin: the second integer of each is the same. */
function* recordStarts(bytes: Uint8Array): Generator<number> {
  for (let at = bytes.indexOf(0xda, 4); at !== -1; at = bytes.indexOf(0xda, at + 1)) {
    if (bytes[at + 1] === 0xa3 && bytes[at + 2] === 0x20 && bytes[at + 3] === 0xa7) yield at - 4;
  }
}
