import {expect, test} from 'vitest';
import {slavesAhead} from '../../src/lab/checks/slaves-ahead.ts';
import type {TraceStore} from '../../src/lab/trace-store.ts';
import type {Fact} from '../../src/rocketmq/facts.ts';
import {HandTrace} from './synthetic.ts';

function storeOf(...facts: readonly Fact[]): TraceStore {
  const trace = new HandTrace();
  for (const fact of facts) trace.fact('m', fact);
  return trace.store();
}

const recovered = (maxPhysicalOffset: number): Fact =>
  ({
    kind: 'store-recovered',
    maxPhysicalOffset,
    minPhysicalOffset: 0,
    cleanExit: false,
    truncatedBytes: 0,
    queues: [],
  }) as Fact;

let port = 40_000;
const begun = (requestedOffset: number, maxOffset: number): Fact => {
  port += 1;
  return {
    kind: 'replication-begun',
    slave: `10.0.0.2:${port}`,
    requestedOffset,
    fromOffset: requestedOffset,
    maxOffset,
  } as Fact;
};

test('a slave is ahead if it has more than its master recovered, though the master has written past it meanwhile', () => {
  expect(slavesAhead(storeOf(recovered(100), begun(160, 130)))).toMatchObject([
    {from: 100, to: 160, isTold: true},
  ]);
  expect(slavesAhead(storeOf(recovered(100), begun(160, 400)))).toMatchObject([
    {from: 100, to: 160, isTold: false},
  ]);
});

test('a slave that is behind, or that comes back for what this life of the master wrote, is not', () => {
  expect(slavesAhead(storeOf(recovered(100), begun(100, 130)))).toEqual([]);
  expect(slavesAhead(storeOf(recovered(100), begun(80, 130), begun(160, 400)))).toEqual([]);
  expect(slavesAhead(storeOf(recovered(100), begun(80, 130), recovered(120), begun(160, 400)))).toMatchObject(
    [{entryId: 4, from: 120, to: 160}],
  );
});
