import {DLedgerCommitLog} from '../store/dledger/dledger-commit-log.ts';
import type {DLedgerPart} from './dledger-port.ts';
import {DLedgerRoleChangeHandler} from './dledger-role-change-handler.ts';

/** What `brokerProgram` has to be given for brokers whose commit log lies in a ledger. */
export const DLEDGER: DLedgerPart = {
  open(handler) {
    let log: DLedgerCommitLog | null = null;
    return {
      openLedger: (host, config, queues, onReadable) => {
        log = new DLedgerCommitLog(host, config, queues, onReadable);
        return log;
      },
      attach: (host, store) => {
        if (log === null) throw new Error('roles change in a ledger that is open');
        return new DLedgerRoleChangeHandler({host, log, store, ...handler});
      },
    };
  },
};
