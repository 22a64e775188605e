import {expect, test} from 'vitest';
import {LedgerTrack} from '../../src/lab/ledger.ts';
import {acknowledged, appended, begun, type HandTrace, recovered, smallCluster} from './synthetic.ts';

/** Messages whose records lie where a power cut has left a hole, and the log goes on behind it. */

const PAGE = 4096;
const RECORD = 100;
const PER_PAGE = Math.ceil(PAGE / RECORD);

/** Three pages of records, acknowledged; then the power goes, and the disk has those pages. */
function cutAfter(pages: readonly number[], path = '/root/store/commitlog/00000000000000000000'): HandTrace {
  const trace = smallCluster();
  for (let i = 0; i < 3 * PER_PAGE; i += 1) {
    trace.fact('producer', begun(`M${i}`));
    trace.fact('broker', appended(`M${i}`, i));
    trace.fact('producer', acknowledged(`M${i}`, i));
  }
  trace.add({kind: 'machine-power-lost', machine: 'm'});
  const sizes = {sizeBytes: 16_384, sizeBytesBefore: 16_384};
  trace.add({kind: 'disk-pages-lost', machine: 'm', path, ...sizes, old: 1, new: 2, torn: 0, pages});
  return trace;
}

function ledgerOf(trace: HandTrace): LedgerTrack {
  const ledger = new LedgerTrack(trace.store());
  ledger.update();
  return ledger;
}

test('what lies in the hole is lost once its broker is back and has not looked there; its neighbours are not', () => {
  const trace = cutAfter([0, 1, 2, 1]);
  expect(ledgerOf(trace).counts.lost).toBe(0);
  const backId = trace.fact('broker', recovered(3 * PER_PAGE * RECORD));
  const ledger = ledgerOf(trace);
  const lost = [...ledger.messages.values()].filter(({lostId}) => lostId !== 0);
  expect(lost.map(({msgId}) => msgId)).toEqual(Array.from({length: 41}, (_, i) => `M${i + 41}`));
  expect(lost[0]).toMatchObject({lostId: backId, holdings: [{taken: {by: 'power-loss', isAmid: true}}]});
  expect(ledger.counts).toMatchObject({lost: 41, outOfReach: 0});
});

test('pages that the platter has are no hole, nor are those of a queue or an index; and what is written there later is there', () => {
  const whole = cutAfter([0, 4]);
  whole.fact('broker', recovered(3 * PER_PAGE * RECORD));
  expect(ledgerOf(whole).counts.lost).toBe(0);
  for (const path of [
    '/root/store/consumequeue/T/0/00000000000000000000',
    '/d/dledger-n0/index/00000000000000000000',
  ]) {
    const other = cutAfter([0, 1], path);
    other.fact('broker', recovered(3 * PER_PAGE * RECORD));
    expect(ledgerOf(other).counts.lost, path).toBe(0);
  }
  const again = cutAfter([0, 1]);
  again.fact('broker', recovered(41 * RECORD));
  again.fact('producer', begun('N'));
  again.fact('broker', appended('N', 41));
  again.fact('producer', acknowledged('N', 41));
  again.add({kind: 'process-ended', process: 'broker', why: 'killed', error: null} as never);
  again.fact('broker', recovered(42 * RECORD));
  expect(ledgerOf(again).messages.get('N')!.lostId).toBe(0);
});

test('a message with another copy is not lost, and has one copy less', () => {
  const trace = cutAfter([0, 1, 2, 1]);
  trace.fact('broker', appended('M41', 3 * PER_PAGE));
  trace.fact('broker', recovered((3 * PER_PAGE + 1) * RECORD));
  const {messages} = ledgerOf(trace);
  expect(messages.get('M41')!.lostId).toBe(0);
  expect(messages.get('M42')!.lostId).not.toBe(0);
});
