/** Reads a commit log as it lies on a disk, without a store around it. */
import {DiskError} from '../ports/disk.ts';
import type {Host} from '../ports/host.ts';
import type {MessageExt} from '../rocketmq/message/message.ts';
import {decodeRecord} from '../rocketmq/message/record.ts';
import {MessageSysFlag} from '../rocketmq/message/sys-flag.ts';
import {DelayLevels} from '../rocketmq/store/delay-levels.ts';
import {LogScanner} from '../rocketmq/store/log-scanner.ts';
import {MappedFile} from '../rocketmq/store/mapped-file.ts';
import {type DispatchRequest, RecordChecker} from '../rocketmq/store/record-check.ts';
import type {StoreConfig} from '../rocketmq/store/store-config.ts';
import {inflateZlib} from '../rocketmq/zlib/inflate.ts';

const SEGMENT_NAME = /^\d{20}$/;
/** Behind the last record nothing but zeros is expected; so far it is looked whether that is so. */
const WINDOW_BYTES = 65_536;
/** More than any body that 4.9.1's clients would send. */
const UNPACKED_BYTES_MAX = 1 << 28;

/** The files of one log: those that fit together, and why others do not. */
export interface Segments {
  readonly files: readonly MappedFile[];
  /** One line for each thing in the folder that is no file of this log. */
  readonly foreign: readonly string[];
}

/** The files of a folder that have the name and the length of a segment. */
export function segmentsIn(host: Host, folder: string, fileBytes: number): Segments {
  const {disk} = host;
  const files: MappedFile[] = [];
  const foreign: string[] = [];
  for (const name of disk.list(folder)) {
    const path = `${folder}/${name}`;
    if (disk.isFolder(path)) {
      foreign.push(`${path}: a folder, where only files of the log belong`);
      continue;
    }
    const file = disk.open(path, 'existing');
    const sizeBytes = file.sizeBytes();
    if (!SEGMENT_NAME.test(name)) foreign.push(`${path}: not a file of the log: its name is not 20 digits`);
    else if (sizeBytes !== fileBytes) {
      foreign.push(`${path}: has ${sizeBytes} bytes; a file of this log has ${fileBytes}`);
    } else {
      const segment = new MappedFile(file, Number(name), fileBytes, false);
      segment.settle(fileBytes);
      files.push(segment);
    }
  }
  return {files, foreign};
}

/** The length that most segments of a folder have, the greater of equals; null where it holds none. */
export function usualFileBytes(host: Host, folder: string): number | null {
  const counts = new Map<number, number>();
  for (const name of host.disk.list(folder)) {
    const path = `${folder}/${name}`;
    if (!SEGMENT_NAME.test(name) || host.disk.isFolder(path)) continue;
    const sizeBytes = host.disk.open(path, 'existing').sizeBytes();
    counts.set(sizeBytes, (counts.get(sizeBytes) ?? 0) + 1);
  }
  let usual: number | null = null;
  for (const [sizeBytes, count] of counts) {
    const best = usual === null ? 0 : counts.get(usual)!;
    if (count > best || (count === best && sizeBytes > usual!)) usual = sizeBytes;
  }
  return usual;
}

/** One thing found in a log, in the order in which it lies there. */
export type LogItem =
  | {
      readonly kind: 'record';
      readonly file: MappedFile;
      readonly request: DispatchRequest;
      readonly position: number;
    }
  /** A file is over: with a blank record, unused from here on, full to the last byte, or spoilt. */
  | {
      readonly kind: 'end';
      readonly file: MappedFile;
      readonly position: number;
      readonly how: 'blank' | 'unused' | 'full' | 'spoilt';
    };

/** Every good record of every file, also behind a place where recovery would stop. */
export function* logItems(files: readonly MappedFile[], config: StoreConfig): Generator<LogItem> {
  const levels = DelayLevels.parse(config.messageDelayLevel) ?? DelayLevels.parse('1s')!;
  const scanner = new LogScanner(new RecordChecker(levels), config.checkCRCOnRecover);
  for (const file of files) {
    scanner.begin(file);
    for (let position = 0; ; ) {
      const record = scanner.at(position);
      if (record.kind === 'message') {
        yield {kind: 'record', file, request: record, position};
        position += record.sizeBytes;
        continue;
      }
      let how: (LogItem & {kind: 'end'})['how'] = 'blank';
      if (position === file.sizeBytes) how = 'full';
      else if (record.kind === 'bad') how = isUnused(file, position) ? 'unused' : 'spoilt';
      yield {kind: 'end', file, position, how};
      break;
    }
  }
}

function isUnused(file: MappedFile, position: number): boolean {
  return file.read(position, WINDOW_BYTES).every((byte) => byte === 0);
}

/** A record as one line of JSON tells it; bodies unpacked, in base64, null where empty. */
export interface RecordRow {
  readonly topic: string;
  readonly queueId: number;
  readonly queueOffset: number;
  readonly commitLogOffset: number;
  readonly msgId: string;
  readonly uniqKey: string | null;
  readonly storeSize: number;
  readonly bodyCRC: number;
  readonly sysFlag: number;
  readonly flag: number;
  readonly bornTimestamp: number;
  readonly storeTimestamp: number;
  readonly bornHost: string;
  readonly storeHost: string;
  readonly reconsumeTimes: number;
  readonly preparedTransactionOffset: number;
  readonly properties: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** Reads the record that an item names; null where its body cannot be unpacked or its fields make no sense. */
export function rowOf(item: LogItem & {kind: 'record'}): RecordRow | null {
  const message = decodeRecord(item.file.read(item.position, item.request.sizeBytes));
  return message === null ? null : recordRow(message);
}

/** A message as a row; null where its body cannot be unpacked. */
export function recordRow(message: MessageExt): RecordRow | null {
  const isPacked = (message.sysFlag & MessageSysFlag.COMPRESSED) !== 0;
  const body = isPacked ? inflateZlib(message.body, UNPACKED_BYTES_MAX) : message.body;
  if (body === null) return null;
  return {
    topic: message.topic,
    queueId: message.queueId,
    queueOffset: message.queueOffset,
    commitLogOffset: message.commitLogOffset,
    msgId: message.msgId,
    uniqKey: message.properties.get('UNIQ_KEY') ?? null,
    storeSize: message.storeSize,
    bodyCRC: message.bodyCrc,
    sysFlag: message.sysFlag,
    flag: message.flag,
    bornTimestamp: message.bornTimestampMs,
    storeTimestamp: message.storeTimestampMs,
    bornHost: `/${message.bornHost}`,
    storeHost: `/${message.storeHost}`,
    reconsumeTimes: message.reconsumeTimes,
    preparedTransactionOffset: message.preparedTransactionOffset,
    properties: Object.fromEntries(message.properties),
    body: body.length === 0 ? null : Buffer.from(body).toString('base64'),
  };
}

/** What a disk refused, as one line. Anything else is a mistake of ours. */
export function refusalOf(error: unknown): string {
  if (error instanceof DiskError) return error.message;
  throw error;
}
