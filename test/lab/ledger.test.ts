import {expect, test} from 'vitest';
import {LedgerTrack} from '../../src/lab/ledger.ts';
import {acknowledged, appended, begun, delivered, flushed, recovered, smallCluster} from './synthetic.ts';

const EXPECTED = [{group: 'cg', topic: 'T', tags: null}];

test('each count is about messages, not events, and is known for every moment', () => {
  const trace = smallCluster();
  trace.fact('producer', begun('A'));
  const afterBegin = trace.entries.length;
  trace.fact('broker', appended('A', 0));
  trace.fact('producer', acknowledged('A', 0));
  trace.fact('broker', flushed(100));
  trace.fact('consumer', delivered('A', 0));
  trace.fact('consumer', delivered('A', 0));
  trace.fact('consumer', delivered('A', 0));
  const ledger = new LedgerTrack(trace.store(), EXPECTED);
  ledger.update();
  expect(ledger.countsAt(afterBegin)).toEqual({
    sent: 1,
    acked: 0,
    givenUp: 0,
    durable: 0,
    delivered: 0,
    duplicated: 0,
    lost: 0,
    outOfReach: 0,
  });
  expect(ledger.counts).toEqual({
    sent: 1,
    acked: 1,
    givenUp: 0,
    durable: 1,
    delivered: 1,
    duplicated: 1,
    lost: 0,
    outOfReach: 0,
  });
});

test('a recovery that finds less than was acknowledged is a loss, told at that entry', () => {
  const trace = smallCluster();
  for (const [number, id] of ['A', 'B'].entries()) {
    trace.fact('producer', begun(id));
    trace.fact('broker', appended(id, number));
    trace.fact('producer', acknowledged(id, number));
  }
  trace.fact('broker', flushed(100));
  const lostAt = trace.fact('broker', recovered(100));
  const ledger = new LedgerTrack(trace.store(), EXPECTED);
  ledger.update();
  expect(ledger.counts).toMatchObject({sent: 2, acked: 2, durable: 1, lost: 1});
  expect(ledger.messages.get('B')!.lostId).toBe(lostAt);
});

test('a message stored twice by a retry is lost only when both records are gone', () => {
  const trace = smallCluster();
  trace.fact('producer', begun('A'));
  trace.fact('broker', appended('A', 0));
  trace.fact('broker', appended('A', 1));
  trace.fact('producer', acknowledged('A', 1));
  trace.fact('broker', recovered(100));
  const ledger = new LedgerTrack(trace.store(), EXPECTED);
  ledger.update();
  expect(ledger.counts.lost).toBe(0);
});

test('delivered means to every group that wants its tag', () => {
  const trace = smallCluster();
  trace.fact('producer', begun('A'));
  trace.fact('consumer', delivered('A', 0, 'cg'));
  const ledger = new LedgerTrack(trace.store(), [
    {group: 'cg', topic: 'T', tags: null},
    {group: 'cg2', topic: 'T', tags: ['TagA']},
    {group: 'cg3', topic: 'T', tags: ['TagB']},
  ]);
  ledger.update();
  expect(ledger.counts.delivered).toBe(0);
  expect(ledger.wantedBy(ledger.messages.get('A')!)).toEqual(['cg', 'cg2']);
});
