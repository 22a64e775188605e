import {expect, test} from 'vitest';
import type {CheckName} from '../../src/lab/checks/check-names.ts';
import {runChecks} from '../../src/lab/checks/checks.ts';
import {ledgerOf} from '../../src/lab/ledger-of.ts';
import {parseScenario} from '../../src/lab/scenario/parse.ts';
import {
  acknowledged,
  appended,
  begun,
  delivered,
  flushed,
  type HandTrace,
  recovered,
  smallCluster,
} from './synthetic.ts';

/** Verdicts of one check over a trace written by hand. */
function verdictOf(
  trace: HandTrace,
  check: CheckName,
  conf = '',
): {verdict: string; ok: boolean; looked: number} {
  const {scenario} = parseScenario(
    `name: s\nduration: 60s\nmachines: {m: {address: 10.0.0.1}}\nnameservers: {n: {machine: m}}\nbrokers: {broker: {machine: m, config: "${conf}"}}\nproducers: {producer: {machine: m, topic: T}}\nconsumers: {consumer: {machine: m, topic: T, group: cg}}\nchecks: [${check}]\n`,
    's.yaml',
  );
  const store = trace.store();
  const ledger = ledgerOf(scenario!, store);
  ledger.update();
  const [result] = runChecks({scenario: scenario!, store, ledger, interventions: []});
  return {verdict: result!.verdict, ok: result!.ok, looked: result!.looked};
}

function oneMessage(id = 'A', number = 0, trace = smallCluster()): HandTrace {
  trace.fact('producer', begun(id));
  trace.fact('broker', appended(id, number));
  trace.fact('producer', acknowledged(id, number));
  return trace;
}

test('nothing acknowledged: the check says nothing, which is no pass', () => {
  for (const check of ['acked-messages-survive', 'delivered-at-least-once', 'queue-order-kept'] as const) {
    expect(verdictOf(smallCluster(), check)).toEqual({verdict: 'looked-at-nothing', ok: false, looked: 0});
  }
});

test('what was acknowledged and not flushed may be lost with ASYNC_FLUSH, never with SYNC_FLUSH', () => {
  const trace = oneMessage();
  trace.add({kind: 'machine-power-lost', machine: 'm'});
  trace.add({kind: 'process-ended', process: 'broker', why: 'power-lost', reason: ''});
  trace.fact('broker', recovered(0));
  expect(verdictOf(trace, 'acked-messages-survive').verdict).toBe('lost-as-configured');
  expect(verdictOf(trace, 'acked-messages-survive', 'flushDiskType=SYNC_FLUSH').verdict).toBe('defect');
});

test('what nothing has taken may not be gone, flushed or not', () => {
  const trace = oneMessage();
  trace.fact('broker', recovered(0));
  expect(verdictOf(trace, 'acked-messages-survive').verdict).toBe('defect');
});

test('what was flushed may never be lost', () => {
  const trace = oneMessage();
  trace.fact('broker', flushed(100));
  trace.fact('broker', recovered(0));
  expect(verdictOf(trace, 'acked-messages-survive').verdict).toBe('defect');
});

test('an acknowledgement for something that no broker holds is a defect', () => {
  const trace = smallCluster();
  trace.fact('producer', begun('A'));
  trace.fact('producer', acknowledged('A', 0));
  expect(verdictOf(trace, 'acked-messages-survive').verdict).toBe('defect');
});

test('undelivered is a defect, unless a fault still lasts', () => {
  expect(verdictOf(oneMessage(), 'delivered-at-least-once').verdict).toBe('defect');
  const down = oneMessage();
  down.add({kind: 'process-ended', process: 'broker', why: 'killed', reason: ''});
  expect(verdictOf(down, 'delivered-at-least-once').verdict).toBe('unavailable-as-designed');
  down.add({kind: 'process-started', process: 'broker', pid: 2});
  expect(verdictOf(down, 'delivered-at-least-once').verdict).toBe('defect');
  down.fact('consumer', delivered('A', 0));
  expect(verdictOf(down, 'delivered-at-least-once')).toEqual({verdict: 'held', ok: true, looked: 1});
});

test('a later send may not get a smaller offset, and an offset is one message', () => {
  const inOrder = oneMessage('B', 1, oneMessage('A', 0));
  expect(verdictOf(inOrder, 'queue-order-kept')).toEqual({verdict: 'held', ok: true, looked: 2});
  expect(verdictOf(oneMessage('B', 0, oneMessage('A', 1)), 'queue-order-kept').verdict).toBe('defect');
  expect(verdictOf(oneMessage('B', 0, oneMessage('A', 0)), 'queue-order-kept').verdict).toBe('defect');
  inOrder.fact('consumer', delivered('A', 1));
  expect(verdictOf(inOrder, 'queue-order-kept').verdict).toBe('defect');
});
