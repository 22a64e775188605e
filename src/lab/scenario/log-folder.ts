import type {BrokerConfig} from '../../rocketmq/broker/broker-conf.ts';

/** Where a broker keeps the files of its log: of its commit log, or of its ledger. */
export function logFolderOf(config: BrokerConfig): string {
  return config.enableDLegerCommitLog
    ? `${config.storePathRootDir ?? '/root/store'}/dledger-${config.dLegerSelfId}/data`
    : (config.storePathCommitLog ?? '/root/store/commitlog');
}
