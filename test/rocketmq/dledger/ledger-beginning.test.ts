import {describe, expect, test} from 'vitest';
import {EntryEncoder, newEntry} from '../../../src/rocketmq/dledger/entry.ts';
import {LedgerBeginning} from '../../../src/rocketmq/dledger/ledger-beginning.ts';
import {LedgerFileList} from '../../../src/rocketmq/dledger/ledger-file-list.ts';
import {testHost} from '../store/store-host.ts';

const UNIT = new Uint8Array(32);

/** A log of ten entries, three to a file of data and four to one of index. */
function tenEntries() {
  const {host, disk, factsOf} = testHost();
  const data = new LedgerFileList(host, '/data', 256);
  const index = new LedgerFileList(host, '/index', 128);
  const beginning = new LedgerBeginning(host.journal, {group: 'g', selfId: 'n0'}, data, index);
  const encoder = new EntryEncoder();
  for (let i = 0; i < 10; i++) {
    const bytes = encoder.entry({...newEntry(new Uint8Array(20)), index: i});
    encoder.setPos(data.preAppend(bytes.length));
    data.append(bytes);
    index.append(UNIT, false);
    beginning.appended(i);
  }
  return {disk, factsOf, data, index, beginning};
}

describe('where a log begins', () => {
  test('with what was appended to it first, until its oldest file goes: then with what the next one begins with, index and all', () => {
    const {data, index, beginning, factsOf} = tenEntries();
    expect(beginning.index).toBe(0);
    data.removeFile(data.first!);
    data.removeFile(data.first!);
    expect(beginning.trimmed(4)).toBe(true);
    expect(beginning.index).toBe(6);
    expect([index.first!.fromOffset, index.minOffset]).toEqual([128, 6 * 32]);
    expect(factsOf('dledger-trimmed')).toEqual([
      {
        kind: 'dledger-trimmed',
        group: 'g',
        selfId: 'n0',
        fromBeginIndex: 0,
        beginIndex: 6,
        minPhysicalOffset: 512,
        committedIndex: 4,
      },
    ]);
  });

  test('where it was, if the disk cannot say what is first now', () => {
    const {data, beginning, disk, factsOf} = tenEntries();
    data.removeFile(data.first!);
    disk.unreadable = '/data';
    expect(beginning.trimmed(4)).toBe(false);
    expect(beginning.index).toBe(0);
    expect(factsOf('dledger-trimmed')).toEqual([]);
    expect(factsOf('warned').map(({text}) => text)).toEqual([
      expect.stringMatching(/^Error in CleanSpaceService .*\/data\/0*256/),
    ]);
  });

  test('without a file, where it was', () => {
    const {data, beginning} = tenEntries();
    while (data.first !== undefined) data.removeFile(data.first);
    beginning.revise();
    expect(beginning.index).toBe(0);
  });
});
