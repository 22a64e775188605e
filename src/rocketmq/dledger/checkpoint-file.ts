import {DiskError} from '../../ports/disk.ts';
import type {Host} from '../../ports/host.ts';
import {report} from '../facts.ts';
import {type DLedgerConfig, dledgerPath} from './config.ts';
import {javaLong, readPropertiesFile, replaceTextFile} from './text-file.ts';

/**
 * Where the log ended and what was committed, as of some seconds ago. Only the commit index is used again.
 * Source: DLedger 0.2.2 `DLedgerMmapFileStore#persistCheckPoint`, `#loadCheckPoint`.
 */
export class CheckpointFile {
  private readonly host: Host;
  private readonly path: string;
  private readonly ledger: {readonly ledgerEndIndex: number; readonly committedIndex: number};

  constructor(
    host: Host,
    config: DLedgerConfig,
    ledger: {readonly ledgerEndIndex: number; readonly committedIndex: number},
  ) {
    this.host = host;
    this.path = `${dledgerPath(config)}/checkpoint`;
    this.ledger = ledger;
  }

  persist(): void {
    const {committedIndex, ledgerEndIndex} = this.ledger;
    const text = `committedIndex=${committedIndex}\nendIndex=${ledgerEndIndex}\n`;
    try {
      replaceTextFile(this.host.disk, this.path, text);
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      report(this.host.journal, {kind: 'warned', text: `Persist checkpoint failed: ${error.message}`});
    }
  }

  /** Null where nothing is written down; at something that is no number the real one fails to start. */
  readCommittedIndex(): number | 'malformed' | null {
    const text = readPropertiesFile(this.host.disk, this.path)?.get('committedIndex')?.trim();
    return text === undefined || text === '' ? null : (javaLong(text) ?? 'malformed');
  }
}
