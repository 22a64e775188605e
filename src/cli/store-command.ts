import {entryRow, ledgerItems} from '../host/ledger-log.ts';
import {
  accountOf,
  accountOfLedger,
  type LookedAtStore,
  lookAtStore,
  type StoreAccount,
} from '../host/store-account.ts';
import {logItems, refusalOf, rowOf} from '../host/store-log.ts';
import {sayCount} from '../lab/say-duration.ts';
import {counted} from './counted.ts';
import {EXIT} from './exit.ts';
import type {Output} from './output.ts';
import {tellLedger, tellLedgerStart} from './tell-ledger.ts';

export interface StoreOptions {
  /** One line for each record. */
  readonly json?: boolean;
  /** A broker.conf that tells the sizes of files. */
  readonly config?: string;
}

/**
 * Tells what a store folder holds, and changes nothing in it. 0: told, and what is torn or foreign with it; 2: it is no store.
 */
export function storeCommand(folder: string, options: StoreOptions, output: Output): number {
  let conf: string | null = null;
  try {
    if (options.config !== undefined) conf = output.readFile(options.config);
  } catch (error) {
    output.err(`${options.config}: ${(error as Error).message}`);
    return EXIT.badInput;
  }
  const store = lookAtStore(folder, conf);
  if ('problem' in store) {
    output.err(store.problem);
    return EXIT.badInput;
  }
  try {
    if (options.json) {
      if (!store.isLedgerOnly) tellRecords(store, output);
      tellEntries(store, output);
    } else if (store.isLedgerOnly) tellMember(store, output);
    else tellAccount(accountOf(store), output);
    return EXIT.ok;
  } catch (error) {
    output.err(refusalOf(error));
    return EXIT.failed;
  }
}

function tellRecords({log, config}: LookedAtStore, output: Output): void {
  for (const line of log.foreign) output.err(line);
  for (const item of logItems(log.files, config)) {
    const {path, fileFromOffset} = item.file;
    const offset = fileFromOffset + item.position;
    if (item.kind === 'record') {
      const row = rowOf(item);
      if (row === null)
        output.err(`${path}: the record at offset ${offset} cannot be read: its body does not unpack`);
      else output.out(JSON.stringify(row));
    } else if (item.how === 'spoilt') {
      output.err(`${path}: torn: what is at offset ${offset} is no good record`);
    }
  }
}

function tellEntries({ledgers}: LookedAtStore, output: Output): void {
  for (const {selfId, files} of ledgers) {
    for (const line of [...files.data.foreign, ...files.index.foreign]) output.err(line);
    for (const item of ledgerItems(files)) {
      if (item.kind === 'entry') {
        const row = entryRow(item);
        output.out(JSON.stringify(ledgers.length === 1 ? row : {member: selfId, ...row}));
      } else if (item.how === 'spoilt') {
        const offset = item.file.fileFromOffset + item.position;
        output.err(`${item.file.path}: torn or foreign: no entry follows at offset ${offset}: ${item.why}`);
      }
    }
  }
}

/** The folder of a member, without a broker's around it. */
function tellMember({host, ledgers}: LookedAtStore, output: Output): void {
  const account = accountOfLedger(host, ledgers[0]!);
  tellLedger(account, output);
  output.out('');
  tellLedgerStart(account.selfId, account.start, output);
  for (const line of account.problems) output.err(line);
}

function tellAccount(account: StoreAccount, output: Output): void {
  const {logFiles, queues, index, checkpoint, configFiles, offsets, delayOffsets, problems, ledgers} =
    account;
  const {out} = output;
  out(
    `${account.folder}: ${account.wasStopped ? 'stopped in order' : 'not stopped in order (abort is there)'}`,
  );
  out('');
  for (const ledger of ledgers) tellLedger(ledger, output);
  if (ledgers.length === 0 || logFiles.length > 0) tellLog(account, output);
  const messages = queues.reduce((sum, queue) => sum + queue.maxOffset - queue.minOffset, 0);
  out(`consume queues: ${sayCount(queues.length)}, ${counted(messages, 'entry', 'entries')}`);
  for (const {topic, queueId, minOffset, maxOffset, fileCount} of queues) {
    out(`  ${topic} ${queueId}  offsets ${minOffset} to ${maxOffset}, ${counted(fileCount, 'file')}`);
  }
  out(`consumer offsets: ${offsets.size === 0 ? 'none' : ''}`.trimEnd());
  for (const [topicAtGroup, byQueue] of offsets) {
    out(`  ${topicAtGroup}  ${[...byQueue].map(([queueId, offset]) => `${queueId}: ${offset}`).join(', ')}`);
  }
  if (delayOffsets.size > 0) {
    out(`delay levels: ${[...delayOffsets].map(([level, offset]) => `${level}: ${offset}`).join(', ')}`);
  }
  out(`index: ${counted(index.length, 'file')}`);
  for (const {name, keys, beginMs, endMs} of index) {
    out(`  ${name}  ${counted(keys, 'key')}, of messages stored ${moment(beginMs)} to ${moment(endMs)}`);
  }
  if (checkpoint === null) out('checkpoint: none');
  else {
    const {physicMs, logicsMs, indexMs} = checkpoint;
    out(`checkpoint: log ${moment(physicMs)}, queues ${moment(logicsMs)}, index ${moment(indexMs)}`);
  }
  out(`config: ${counted(configFiles.length, 'file')}`);
  for (const {name, says} of configFiles) out(`  ${name}  ${says}`);
  out('');
  for (const {selfId, start} of ledgers) tellLedgerStart(selfId, start, output);
  tellStart(account, output);
  for (const line of [...problems, ...ledgers.flatMap((ledger) => ledger.problems)]) output.err(line);
}

/** Where there is a ledger: what was there before it. */
function tellLog({logFiles, logFileBytes}: StoreAccount, {out}: Output): void {
  const records = logFiles.reduce((sum, file) => sum + file.records, 0);
  out(
    `commit log: ${counted(logFiles.length, 'file')} of ${sayCount(logFileBytes)} bytes, ` +
      `${counted(records, 'record')}`,
  );
  for (const file of logFiles) {
    out(
      `  ${file.name}  ${counted(file.records, 'record')}, to offset ${file.endOffset}${ENDINGS[file.end]}`,
    );
  }
}

const ENDINGS: Readonly<Record<StoreAccount['logFiles'][number]['end'], string>> = {
  blank: ', then a blank to the end of the file',
  unused: ', then unused',
  full: ', to its last byte',
  spoilt: ', then something that is no good record',
};

function tellStart({start}: StoreAccount, {out}: Output): void {
  if (start.outcome === 'refused') {
    out('a start would be refused:');
    for (const reason of start.reasons) out(`  ${reason}`);
    return;
  }
  const {maxOffset, dispatchedRecords, dispatchedBytes, removedFiles} = start;
  if (start.outcome === 'recovers-on-ledger') {
    out(`the broker around ${start.selfId} would read its log up to offset ${maxOffset}`);
    out(`  dispatched again: ${counted(dispatchedRecords, 'record')}, ${counted(dispatchedBytes, 'byte')}`);
    for (const path of removedFiles) out(`  removed: ${path}`);
    return;
  }
  const {how, fromFile, cutBytes} = start;
  const reading = fromFile === null ? 'there is no log to read' : `reads the log from ${fromFile} on`;
  out(
    `a start would recover it as after ${how === 'normal' ? 'a stop in order' : 'a crash'} (${how}): it ${reading}`,
  );
  out(
    `  the log ends at offset ${maxOffset}; ${cutBytes === 0 ? 'nothing is cut off' : `${counted(cutBytes, 'byte')} behind it are cut off`}`,
  );
  out(`  dispatched again: ${counted(dispatchedRecords, 'record')}, ${counted(dispatchedBytes, 'byte')}`);
  for (const path of removedFiles) out(`  removed: ${path}`);
  for (const path of start.expiredFiles) {
    out(`  old enough to be deleted at hour ${start.deleteWhen}, or when the disk fills up: ${path}`);
  }
}

function moment(ms: number): string {
  return ms > 0 && ms < 8.64e15 ? new Date(ms).toISOString() : '-';
}
