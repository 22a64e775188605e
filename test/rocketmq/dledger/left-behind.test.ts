import {describe, expect, test} from 'vitest';
import {LedgerFileList} from '../../../src/rocketmq/dledger/ledger-file-list.ts';
import {type TestHost, testHost} from '../store/store-host.ts';

const FOLDER = '/store/dledger-n0/data';
const FILE_BYTES = 1024;

/** A log of three files is dropped while the disk lets none of them go, and begun anew behind them. */
function dropped(removesLeftBehind: boolean): TestHost {
  const machine = testHost();
  const list = new LedgerFileList(machine.host, FOLDER, FILE_BYTES);
  list.removesLeftBehind = removesLeftBehind;
  for (let i = 0; i < 3; i++) list.append(new Uint8Array(1000).fill(1));
  machine.disk.unremovable = FOLDER;
  list.truncateOffset(-1);
  expect(list.files).toEqual([]);
  machine.disk.unremovable = null;
  expect(list.rebuildAt(3 * FILE_BYTES)).toBe(true);
  return machine;
}

function afterRestart({host}: TestHost): number[] {
  const list = new LedgerFileList(host, FOLDER, FILE_BYTES);
  expect(list.load()).toBeNull();
  return list.files.map(({fromOffset}) => fromOffset);
}

describe('files that the disk does not let go', () => {
  test('are a part of the log again after a restart (bursts, heavy, seed 22)', () => {
    expect(afterRestart(dropped(false))).toEqual([0, 1024, 2048, 3072]);
  });

  test('remove-left-behind: they go before the next file is made', () => {
    expect(afterRestart(dropped(true))).toEqual([3072]);
  });
});
