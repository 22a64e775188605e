import {closestWord} from '../config/closest-word.ts';
import {type PropertyEntry, parseProperties} from '../config/java-properties.ts';
import {DLEDGER_FIXES, type DLedgerFix, isDLedgerFix} from '../dledger/fixes.ts';
import {isLabFix, LAB_FIXES, type LabFix} from '../store/lab-fixes.ts';
import {
  BROKER_KEYS,
  type BrokerConfig,
  defaultBrokerConfig,
  type KeySpec,
  parseConfigValue,
} from './broker-config.ts';
import {ledgerProblems} from './ledger-problems.ts';

export type {BrokerConfig} from './broker-config.ts';

/** Something in a broker.conf that a person should know. Lines and columns count from 1. */
export interface ConfProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** `error`: the text cannot mean what it says; nothing should run on it. `warning`: RocketMQ ignores it in silence. */
  readonly severity: 'error' | 'warning';
}

const KEYS: ReadonlyMap<string, KeySpec> = new Map(Object.entries(BROKER_KEYS));

/** The known key that a misspelt one most likely meant, or null. */
function closestKey(key: string): string | null {
  return closestWord(key, KEYS.keys(), Math.max(2, Math.floor(key.length / 4)));
}

const quote = (value: string): string => JSON.stringify(value);

/** Rules that join keys, or narrow a type. Each answers what it would rather have seen, or null. */
const NARROWER: Readonly<Record<string, (value: unknown) => string | null>> = {
  listenPort: (value) =>
    Number(value) >= 3 && Number(value) <= 65_534
      ? null
      : 'a port from 3 to 65534 (two below and one above are used too)',
  namesrvAddr: (value) =>
    String(value)
      .split(';')
      .every((part) => /^[^\s:;]+:\d{1,5}$/.test(part))
      ? null
      : 'addresses like "127.0.0.1:9876;192.168.0.1:9876"',
  messageDelayLevel: (value) =>
    String(value)
      .split(' ')
      .every((part) => /^\d+[smhd]$/.test(part))
      ? null
      : 'delays like "1s 5s 10m 2h", a blank between two',
  brokerIP1: (value) => (isIpv4(String(value)) ? null : 'an IPv4 address'),
  brokerIP2: (value) => (isIpv4(String(value)) ? null : 'an IPv4 address'),
};

/** Keys that are read and shown, but behind which this broker has nothing: told where they are set to anything but their default. */
const NOT_MODELLED: Readonly<Record<string, string>> = {
  aclEnable: 'nobody is asked for a signature',
  enablePropertyFilter: 'SQL92 expressions are refused',
  enableConsumeQueueExt: 'queues have no extension files',
  mappedFileSizeConsumeQueueExt: 'queues have no extension files',
  bitMapLengthConsumeQueueExt: 'queues have no extension files',
  enableCalcFilterBitMap: 'SQL92 expressions are refused',
  useReentrantLockWhenPutMessage: 'messages are appended one at a time without a lock',
  debugLockEnable: 'there is no lock whose holders could be listed',
  destroyMapedFileIntervalForcibly: 'no file is in use when it is to be deleted',
  redeleteHangedFileInterval: 'no file is in use when it is to be deleted',
  flushLeastPagesWhenWarmMapedFile: 'a new file is warmed up in one go',
  diskFallRecorded: 'it is only for a figure in a log file that is not written',
  enableScheduleMessageStats: 'deliveries of delayed messages are not counted',
  putMsgIndexHightWater: 'RocketMQ 4.9.1 does not use it either',
  duplicationEnable: 'everything in the log is dispatched',
  fetchNamesrvAddrByAddressServer: 'there is no address server',
};

/** Keys that count for nothing where the log is a ledger, and what is there instead. */
const WITHOUT_EFFECT_ON_A_LEDGER: Readonly<Record<string, string>> = {
  flushDiskType: 'a put waits for the page caches of a majority, and for no disk',
  transientStorePoolEnable: 'entries go straight into the page cache',
  haMasterAddress: 'the group replicates its log itself',
};

/** Not a key of RocketMQ's: which defects of 4.9.1 and of its DLedger are put right. */
const LAB_FIX_KEY = 'lab.fix';

/** Not a key of RocketMQ's either: an appending thread loses its processor for so long where that loses a reply (S10). */
const LAB_PREEMPTION_KEY = 'lab.appendPreemptionMs';
const PREEMPTION_MS_MAX = 60_000;

function preemptionProblem(value: string): string | null {
  if (/^\d{1,5}$/.test(value) && Number(value) <= PREEMPTION_MS_MAX) return null;
  return `${LAB_PREEMPTION_KEY}: found ${quote(value)}, expected milliseconds from 0 to ${PREEMPTION_MS_MAX}`;
}

function fixesNamed(value: string): string[] {
  return value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function isFix(name: string): name is LabFix | DLedgerFix {
  return isLabFix(name) || isDLedgerFix(name);
}

function unknownFix(name: string): string {
  const known = [...Object.keys(LAB_FIXES), ...Object.keys(DLEDGER_FIXES)].join(', ');
  return `${LAB_FIX_KEY}: found ${quote(name)}, expected one of ${known}`;
}

/**
 * What is wrong with one key and its value by themselves, whatever else is in the file; null if nothing. A key that RocketMQ
 * would ignore is wrong here.
 */
export function settingProblem(key: string, value: string): string | null {
  if (key === LAB_FIX_KEY) {
    const unknown = fixesNamed(value).find((name) => !isFix(name));
    return unknown === undefined ? null : unknownFix(unknown);
  }
  if (key === LAB_PREEMPTION_KEY) return preemptionProblem(value);
  const spec = KEYS.get(key);
  return spec === undefined ? unknownKey(key) : valueProblem(key, spec, value);
}

function unknownKey(key: string): string {
  const meant = closestKey(key);
  return `unknown key ${quote(key)}, which RocketMQ ignores${meant === null ? '' : `; did you mean ${meant}?`}`;
}

function valueProblem(key: string, spec: KeySpec, value: string): string | null {
  const parsed = parseConfigValue(spec, value);
  const expected = parsed.ok ? (NARROWER[key]?.(parsed.value) ?? null) : parsed.expected;
  if (expected === null) return null;
  const trimmed = value !== value.trim() && parseConfigValue(spec, value.trim()).ok;
  return `${key}: found ${quote(value)}, expected ${expected}${trimmed ? ' without blanks after it' : ''}`;
}

function isIpv4(address: string): boolean {
  const parts = address.split('.');
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}

/**
 * Reads a broker.conf. What RocketMQ would silently ignore is told: an unknown key as a warning with the key that was
 * probably meant, a value of the wrong type as an error.
 * Source: RocketMQ 4.9.1 `BrokerStartup#createBrokerController`, `MixAll#properties2Object`.
 */
export function parseBrokerConf(text: string): {config: BrokerConfig; problems: ConfProblem[]} {
  const config = defaultBrokerConfig();
  const values = config as unknown as Record<string, unknown>;
  const problems: ConfProblem[] = [];
  const {entries, malformed} = parseProperties(text);
  for (const {line, column, found} of malformed) {
    problems.push({
      line,
      column,
      severity: 'error',
      message: `found ${quote(found)}, expected \\u and four hexadecimal digits`,
    });
  }
  const lines = new Map<string, number>();
  for (const entry of entries) {
    const {key, value, line, column} = entry;
    const warn = (message: string): void => void problems.push({line, column, message, severity: 'warning'});
    const earlier = lines.get(key);
    if (earlier !== undefined) warn(`${key} was set on line ${earlier} already; this line counts`);
    lines.set(key, line);
    config.properties.set(key, value);
    if (key === LAB_FIX_KEY) {
      config.labFixes = new Set(fixesNamed(value).filter(isFix));
      for (const name of fixesNamed(value)) {
        if (isFix(name)) continue;
        problems.push({
          line: entry.valueLine,
          column: entry.valueColumn,
          severity: 'error',
          message: unknownFix(name),
        });
      }
      continue;
    }
    if (key === LAB_PREEMPTION_KEY) {
      const message = preemptionProblem(value);
      if (message === null) config.labAppendPreemptionMs = Number(value);
      else problems.push({line: entry.valueLine, column: entry.valueColumn, severity: 'error', message});
      continue;
    }
    const spec = KEYS.get(key);
    if (spec === undefined) {
      warn(unknownKey(key));
      continue;
    }
    const parsed = parseConfigValue(spec, value);
    const message = valueProblem(key, spec, value);
    if (message !== null) {
      problems.push({line: entry.valueLine, column: entry.valueColumn, severity: 'error', message});
      continue;
    }
    if (!parsed.ok) continue;
    values[key] = parsed.value;
    if (parsed.value !== spec.initial && Object.hasOwn(NOT_MODELLED, key)) {
      warn(`${key} has no effect here: ${NOT_MODELLED[key]}`);
    }
    if (key === 'haListenPort') warn('haListenPort is always listenPort + 1, whatever is written here');
  }
  const rootLine = lines.get('storePathRootDir');
  if (rootLine !== undefined && !lines.has('storePathCommitLog') && !config.enableDLegerCommitLog) {
    problems.push({
      line: rootLine,
      column: 1,
      severity: 'warning',
      message:
        'the commit log does not follow storePathRootDir: without storePathCommitLog it stays in $HOME/store/commitlog',
    });
  }
  if (config.enableDLegerCommitLog) problems.push(...ledgerConfProblems(config, entries, lines));
  const roleLine = lines.get('brokerRole') ?? 1;
  if (config.brokerRole === 'SLAVE' && config.brokerId <= 0) {
    problems.push({
      line: lines.get('brokerId') ?? roleLine,
      column: 1,
      severity: 'error',
      message: "Slave's brokerId must be > 0",
    });
  } else if (config.enableDLegerCommitLog) {
    if (lines.has('brokerId')) {
      problems.push({
        line: lines.get('brokerId') as number,
        column: 1,
        severity: 'warning',
        message:
          'brokerId is 0 while this broker leads its group and follows from dLegerSelfId while it does not, whatever is written here',
      });
    }
  } else if (config.brokerRole !== 'SLAVE' && config.brokerId !== 0) {
    problems.push({
      line: lines.get('brokerId') ?? 1,
      column: 1,
      severity: 'warning',
      message: `brokerId of a ${config.brokerRole} is always 0, whatever is written here`,
    });
  }
  return {config, problems};
}

/** What concerns a ledger, told at the place in the value where it stands. */
function ledgerConfProblems(
  config: BrokerConfig,
  entries: readonly PropertyEntry[],
  lines: ReadonlyMap<string, number>,
): ConfProblem[] {
  const problems: ConfProblem[] = [];
  for (const {key, severity, reason, at} of ledgerProblems(config)) {
    // Of a key that is given twice the last one counts.
    const entry = entries.findLast((one) => one.key === key);
    const line = entry?.valueLine ?? lines.get('enableDLegerCommitLog') ?? 1;
    const column = entry === undefined ? 1 : entry.valueColumn + at;
    problems.push({line, column, severity, message: `${key}: ${reason}`});
  }
  for (const [key, instead] of Object.entries(WITHOUT_EFFECT_ON_A_LEDGER)) {
    const line = lines.get(key);
    if (line === undefined) continue;
    const message = `${key} has no effect with enableDLegerCommitLog: ${instead}`;
    problems.push({line, column: 1, severity: 'warning', message});
  }
  return problems;
}
