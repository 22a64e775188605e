import {storedCrc32} from '../../rocketmq/message/crc32.ts';
import {decodeRecord} from '../../rocketmq/message/record.ts';
import {hasZeroedProperties} from '../audit/zeroed-properties.ts';
import type {Holding, MessageFate} from '../ledger.ts';
import {sayMoment} from '../say-duration.ts';
import type {TraceStore} from '../trace-store.ts';
import {broken, type CheckResult, type Evidence} from './check.ts';
import {isLostAt, lostPages} from './lost-pages.ts';
import {PromiseHistory} from './promises.ts';
import {rottenPlaces} from './rotten-places.ts';

/** The name of the flaw: what 4.9.1's recovery takes for a sound record may have lost the properties behind its body. */
export const CRC_OF_BODY_ONLY = 'crc-of-body-only';

/** The name of the flaw: a recovery of a ledger looks at the heads of entries only, so any record may have lost anything. */
export const LEDGER_WITHOUT_CRC = 'ledger-without-crc';

/** Header and length in front of the record in an entry of a ledger. */
const ENTRY_HEADER_BYTES = 48;

/** What a broker warns of where it cannot hand a record on to its queues. */
const DISPATCH_FOUND = /^dispatch found .+ at (\d+) of the commit log$/;

/** A record of which a broker has other bytes than were written, and does not know. */
export interface DamagedRecord {
  readonly fate: MessageFate;
  readonly holding: Holding;
  readonly brokerName: string;
  readonly machine: string;
  readonly inLedger: boolean;
  /** A power cut has left a part of it, and recovery has taken that; or a bit of it reads the other way round. */
  readonly by: 'power-loss' | 'bit-rot';
  /** The entry of what did it. */
  readonly byEntryId: number;
  /** Members that have got it so from this one. */
  readonly passedTo: Set<string>;
}

/**
 * Records of which that is proven. Of a power cut: it came before they were durable, the disk lost pages of that very file, and the
 * bytes that the broker served afterwards, or that lie on its disk at the end, are that record with zeros among its properties, while
 * its body still has the CRC; in a ledger, where nothing looks at the CRC, also a record whose body has another one, or that its broker
 * could not read when it was to be handed on. Of bit rot: the bit is in the record, and nobody has written there since.
 * Source of the flaws: RocketMQ 4.9.1 `CommitLog#checkMessageAndReturnSize`, whose CRC is of the body; DLedger 0.2.2
 * `DLedgerMmapFileStore#recover`, which checks none.
 */
export function damagedRecords(evidence: Evidence): DamagedRecord[] {
  const {scenario, store, audit} = evidence;
  const promises = new PromiseHistory(scenario, store);
  const found = new Set<DamagedRecord>(rottenRecords(evidence, promises));
  const suspects = suspectsOf(evidence, promises);
  if (suspects.size === 0) return [...found];
  const prove = (suspect: DamagedRecord | undefined): void => {
    if (suspect !== undefined) found.add(suspect);
  };
  for (const {process, zeroedProperties, unreadableAt} of audit?.brokers ?? []) {
    const of = suspects.get(process);
    for (const offset of zeroedProperties) prove(of?.get(offset));
    const torn = of?.get(unreadableAt + ENTRY_HEADER_BYTES);
    if (unreadableAt !== -1 && torn?.inLedger) prove(torn);
  }
  for (const {differsAt, master, slave} of audit?.replicas ?? []) {
    if (differsAt === -1) continue;
    for (const process of [master, slave]) prove(tornAmid(suspects.get(process), differsAt, store));
  }
  for (const entry of store.pick({entries: ['bytes-sent'], facts: ['warned']})) {
    if (entry.kind === 'fact') {
      const at = DISPATCH_FOUND.exec(entry.fact.text)?.[1];
      const torn = suspects.get(entry.process)?.get(Number(at) + ENTRY_HEADER_BYTES);
      if (torn?.inLedger && torn.byEntryId < entry.id) prove(torn);
      continue;
    }
    const of = suspects.get(entry.process);
    if (of === undefined) continue;
    const bytes = store.bytes(entry.bytes);
    for (const start of recordStarts(bytes)) {
      const record = decodeRecord(bytes, start);
      const suspect = record === null ? undefined : of.get(record.commitLogOffset);
      if (record === null || suspect === undefined || entry.id < suspect.byEntryId) continue;
      const {sizeBytes, queueId, queueOffset} = suspect.holding;
      const isThatRecord =
        record.storeSize === sizeBytes && record.queueId === queueId && record.queueOffset === queueOffset;
      if (!isThatRecord) continue;
      const hasBody = record.body.length > 0 && storedCrc32(record.body) === record.bodyCrc;
      const hasZeros = hasZeroedProperties(bytes.subarray(start, start + sizeBytes));
      if (suspect.inLedger ? !hasBody || hasZeros : hasBody && hasZeros) prove(suspect);
    }
  }
  return [...found];
}

/** Whether a place in a log is in it, on its broker or on one that got it from there, or in the head of its entry. */
export function isDamagedAt(
  {holding, inLedger, passedTo}: DamagedRecord,
  process: string,
  offset: number,
): boolean {
  const {physicalOffset, sizeBytes} = holding;
  const from = inLedger ? physicalOffset - ENTRY_HEADER_BYTES : physicalOffset;
  const isThere = holding.process === process || passedTo.has(process);
  return isThere && from <= offset && offset < physicalOffset + sizeBytes;
}

/** That the check is broken by the damage and by nothing else. */
export function brokenByDamage(
  name: string,
  looked: number,
  detail: string,
  {holding, machine, inLedger, by, byEntryId}: DamagedRecord,
  {store}: {readonly store: TraceStore},
  brokenAtEntry: number,
): CheckResult {
  const moment = sayMoment(store.entries[byEntryId - 1]?.atUs ?? 0);
  const what = `the record at ${holding.physicalOffset} of ${holding.process}`;
  if (by === 'bit-rot') {
    // No configuration has 4.9.1 look at what it reads and hands out.
    const why = `a bit of ${what} reads the other way round since ${moment}, and nobody has written there since`;
    return broken(name, looked, 'lost-as-configured', `${detail}: ${why}`, brokenAtEntry);
  }
  const why = inLedger
    ? `the power cut of ${machine} at ${moment} took a part of ${what}, and a recovery of DLedger 0.2.2 looks at the heads of entries only`
    : `the power cut of ${machine} at ${moment} took properties of ${what}, and 4.9.1's recovery checks the CRC of the body only`;
  const flaw = inLedger ? LEDGER_WITHOUT_CRC : CRC_OF_BODY_ONLY;
  return {...broken(name, looked, 'known-flaw', `${detail}: ${why}`, brokenAtEntry), flaw};
}

/** By place in the log. */
type Suspects = ReadonlyMap<number, DamagedRecord>;

/** Every copy that was not durable when its file lost pages, by broker. */
function suspectsOf(evidence: Evidence, promises: PromiseHistory): ReadonlyMap<string, Suspects> {
  const {store, ledger} = evidence;
  const suspects = new Map<string, Map<number, DamagedRecord>>();
  const lost = lostPages(store);
  if (lost.length === 0) return suspects;
  const lying = lyingSyncs(store);
  for (const fate of ledger.messages.values()) {
    for (const holding of fate.holdings) {
      const {process, physicalOffset, entryId, durableEntryId} = holding;
      const of = promises.of(holding);
      if (of === undefined) continue;
      const {brokerName, machine} = of;
      const inLedger = of.majority !== null;
      const isTrusted = durableEntryId < (lying.get(machine) ?? Number.POSITIVE_INFINITY) || !inLedger;
      const at = lost.find(
        (pages) =>
          isLostAt(pages, machine, physicalOffset) &&
          entryId < pages.powerLostId &&
          (durableEntryId === 0 ||
            pages.powerLostId < durableEntryId ||
            !isTrusted ||
            promises.isFalselyFlushed(holding)),
      );
      if (at === undefined) continue;
      const records = suspects.get(process) ?? new Map<number, DamagedRecord>();
      suspects.set(process, records);
      records.set(physicalOffset, {
        fate,
        holding,
        brokerName,
        machine,
        inLedger,
        by: 'power-loss',
        byEntryId: at.powerLostId,
        passedTo: new Set(),
      });
    }
  }
  notePassedOn(suspects, evidence);
  return suspects;
}

/** A leader brings its members what it reads. Where that is not the entry as it was written, what they have is no copy of it. */
function notePassedOn(suspects: Map<string, Map<number, DamagedRecord>>, {scenario, store}: Evidence): void {
  const groupOf = new Map(scenario.brokers.map(({name, brokerName}) => [name, brokerName]));
  for (const {id, process, fact} of store.pick({facts: ['dledger-appended', 'dledger-truncated']})) {
    const isBrought = fact.kind === 'dledger-appended' ? fact.as === 'follower' : !fact.wasThere;
    if (!isBrought) continue;
    const at = fact.pos + ENTRY_HEADER_BYTES;
    for (const [holder, records] of [...suspects]) {
      const suspect = records.get(at);
      if (suspect === undefined || holder === process || groupOf.get(process) !== groupOf.get(holder))
        continue;
      if (!suspect.inLedger || suspect.holding.process !== holder || id < suspect.byEntryId) continue;
      if (suspect.fate.holdings.some((copy) => copy.process === process && copy.entryId === id)) continue;
      suspect.passedTo.add(process);
      const own = suspects.get(process) ?? new Map<number, DamagedRecord>();
      suspects.set(process, own);
      own.set(at, suspect);
    }
  }
}

/** The first fault of each machine's disk by which syncs fail: their pages count as clean, and are not on it. */
function lyingSyncs(store: TraceStore): Map<string, number> {
  const first = new Map<string, number>();
  for (const {id, machine, fault} of store.pick({entries: ['disk-fault-struck']})) {
    if (first.has(machine)) continue;
    if (fault.kind === 'sync-errors' || fault.kind === 'write-errors') first.set(machine, id);
  }
  return first;
}

/**
 * The record of a ledger in which two members differ, where nobody looks: before the last entry that a recovery has found. That one a
 * leader compares, so it is another matter (S13).
 */
function tornAmid(
  suspects: Suspects | undefined,
  offset: number,
  store: TraceStore,
): DamagedRecord | undefined {
  for (const suspect of suspects?.values() ?? []) {
    const {process, physicalOffset, sizeBytes, taken} = suspect.holding;
    if (!suspect.inLedger || !isDamagedAt(suspect, process, offset)) continue;
    if (taken !== null && !taken.isAmid) continue;
    const recovery = store
      .pick({facts: ['store-recovered']})
      .find((entry) => entry.process === process && suspect.byEntryId < entry.id);
    if (recovery === undefined) continue;
    if (physicalOffset + sizeBytes < recovery.fact.maxPhysicalOffset) return suspect;
  }
  return undefined;
}

/** Records in which a bit reads the other way round at the end, and that were written before it did. */
function rottenRecords({scenario, store, ledger}: Evidence, promises: PromiseHistory): DamagedRecord[] {
  const rotten: DamagedRecord[] = [];
  for (const {process, offset, entryId: byEntryId} of rottenPlaces(scenario, store)) {
    for (const fate of ledger.messages.values()) {
      for (const holding of fate.holdings) {
        const of = promises.of(holding);
        if (of === undefined || byEntryId < holding.entryId) continue;
        const {brokerName, machine} = of;
        const inLedger = of.majority !== null;
        const by = 'bit-rot' as const;
        const passedTo = new Set<string>();
        const record = {fate, holding, brokerName, machine, inLedger, by, byEntryId, passedTo};
        if (isDamagedAt(record, process, offset)) rotten.push(record);
      }
    }
  }
  return rotten;
}

/** Where records may begin: the second integer of each is the same. */
function* recordStarts(bytes: Uint8Array): Generator<number> {
  for (let at = bytes.indexOf(0xda, 4); at !== -1; at = bytes.indexOf(0xda, at + 1)) {
    if (bytes[at + 1] === 0xa3 && bytes[at + 2] === 0x20 && bytes[at + 3] === 0xa7) yield at - 4;
  }
}
