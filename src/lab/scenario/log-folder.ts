import type {BrokerConfig} from '../../rocketmq/broker/broker-conf.ts';

/** Where a broker keeps the files of its log: of its commit log, or of its ledger. */
export function logFolderOf(config: BrokerConfig): string {
  return config.enableDLegerCommitLog
    ? `${config.storePathRootDir ?? '/root/store'}/dledger-${config.dLegerSelfId}/data`
    : (config.storePathCommitLog ?? '/root/store/commitlog');
}

/** Files that are named like those of a log: of queues, and of the index of a ledger. */
const IS_NO_LOG = /\/consumequeue\/|\/index\/\d{20}$/;

/** Where a file begins in the log that it is a part of; null for any other file. */
export function logFileStart(path: string): number | null {
  const name = IS_NO_LOG.test(path) ? undefined : /\/(\d{20})$/.exec(path)?.[1];
  return name === undefined ? null : Number(name);
}
