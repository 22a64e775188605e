import type {LedgerAccount, LedgerFileAccount, LedgerStart} from '../host/ledger-account.ts';
import {sayCount} from '../lab/say-duration.ts';
import {counted} from './counted.ts';
import type {Output} from './output.ts';

const ENDINGS: Readonly<Record<LedgerFileAccount['end'], string>> = {
  blank: ', then a blank to the end of the file',
  unused: ', then unused',
  full: ', to its last byte',
  spoilt: ', then something that is no next entry',
};

/** What a member's folder holds, and what a start would make of it. */
export function tellLedger(account: LedgerAccount, {out}: Output): void {
  const {selfId, folder, dataFiles, indexFiles, terms, term, checkpoint} = account;
  const entries = dataFiles.reduce((sum, file) => sum + file.entries, 0);
  out(
    `ledger of ${selfId} (${folder}): ${counted(dataFiles.length, 'file')} of ${sayCount(account.dataFileBytes)} bytes, ${counted(entries, 'entry', 'entries')}`,
  );
  for (const file of dataFiles) {
    const range = file.entries === 0 ? 'no entry' : `entries ${file.firstIndex} to ${file.lastIndex}`;
    out(`  ${file.name}  ${range}, to offset ${file.endOffset}${ENDINGS[file.end]}`);
  }
  out(`  index: ${counted(indexFiles, 'file')} of ${sayCount(account.indexFileBytes)} bytes`);
  for (const range of terms) out(`  term ${range.term}: entries ${range.firstIndex} to ${range.lastIndex}`);
  if (term === null) out('  currterm: none, which counts as term 0 without a vote');
  else
    out(
      `  currterm: term ${term.currTerm}, voted for ${term.voteLeader === '' ? 'nobody' : term.voteLeader}`,
    );
  if (checkpoint === null) out('  checkpoint: none');
  else
    out(
      `  checkpoint: committed up to ${checkpoint.committedIndex}, of entries up to ${checkpoint.endIndex}`,
    );
}

/** What the member would do first if it were started. */
export function tellLedgerStart(selfId: string, start: LedgerStart, {out}: Output): void {
  if (start.outcome === 'refused') {
    out(`${selfId} would refuse to start:`);
    for (const reason of start.reasons) out(`  ${reason}`);
    return;
  }
  const {term, votedFor, beginIndex, endIndex, endTerm, committedIndex, endOffset} = start;
  const vote = votedFor === null ? 'nobody has its vote' : `${votedFor} has its vote`;
  out(
    endIndex === -1
      ? `${selfId} would start with an empty log, in term ${term}; ${vote}`
      : `${selfId} would start with entries ${beginIndex} to ${endIndex}, the last of term ${endTerm}, in term ${term}; ${vote}`,
  );
  if (endIndex !== -1) {
    out(
      `  the data end at offset ${endOffset}; ${committedIndex === -1 ? 'nothing is known to be committed' : `entries up to ${committedIndex} are known to be committed`}`,
    );
  }
  if (start.cutEntries > 0) out(`  given up: ${counted(start.cutEntries, 'entry', 'entries')} behind it`);
  if (start.indexFrom !== -1) out(`  the index is written anew from entry ${start.indexFrom} on`);
  for (const path of start.removedFiles) out(`  removed: ${path}`);
}
