import {expect, test} from 'vitest';
import type {CheckResult} from '../../src/lab/checks/check.ts';
import {runChecks} from '../../src/lab/checks/checks.ts';
import {detailInChinese} from '../../src/lab/checks/detail-zh.ts';
import type {LedgerTrack} from '../../src/lab/ledger.ts';
import {ledgerOf} from '../../src/lab/ledger-of.ts';
import {parseScenario} from '../../src/lab/scenario/parse.ts';
import {GROUP, type Id, MEMBERS, Trio} from './hand-trio.ts';
import {acknowledged, appended, begun, recovered} from './synthetic.ts';

/** `durable-as-promised` of groups on DLedger: an acknowledgement says that a majority has told its leader that it has the entry. */

const INDEX = 3;
const POS = INDEX * 100;
const HEADER_BYTES = 48;

/** The message A, sent and in the log of n0, which leads. */
function sent(): Trio {
  const trio = new Trio();
  trio.add({kind: 'process-added', process: 'producer', machine: 'shop', processKind: 'producer'});
  trio.leads('n0', 1);
  trio.fact('producer', begun('A'));
  trio.append('n0', INDEX, 1, 7, 'leader');
  const record = {physicalOffset: POS + HEADER_BYTES, sizeBytes: 100 - HEADER_BYTES, queueOffset: 0};
  trio.fact('n0', {...appended('A', 0), ...record} as never);
  return trio;
}

function tells(trio: Trio, peer: Id, index = INDEX, term = 1): void {
  trio.fact('n0', {kind: 'dledger-acknowledged', group: GROUP, selfId: 'n0', peer, term, index});
}

function losesDisk(trio: Trio, id: Id): void {
  trio.add({kind: 'process-ended', process: id, why: 'killed', reason: ''});
  trio.add({kind: 'disk-destroyed', machine: `m-${id}`});
}

/** The cleaner of a full disk, or of old files, has deleted it there. */
function isCleaned(trio: Trio, id: Id): number {
  const trimmed = {fromBeginIndex: 0, beginIndex: INDEX + 1, minPhysicalOffset: POS + 100};
  return trio.fact(id, {
    kind: 'dledger-trimmed',
    group: GROUP,
    selfId: id,
    ...trimmed,
    committedIndex: INDEX + 1,
  });
}

/** Finds its log empty, and nothing that happened explains it. */
function findsNothing(trio: Trio, id: Id): number {
  return trio.fact(id, recovered(0));
}

function judge(trio: Trio): CheckResult {
  trio.fact('producer', acknowledged('A', 0));
  return look(trio).result;
}

function look(trio: Trio): {result: CheckResult; ledger: LedgerTrack} {
  const peers = MEMBERS.map((id, at) => `${id}-10.0.0.${at}:40911`).join(';');
  const conf = (id: Id): string =>
    JSON.stringify(
      `brokerName=b\nenableDLegerCommitLog=true\ndLegerGroup=${GROUP}\ndLegerPeers=${peers}\ndLegerSelfId=${id}`,
    );
  const {scenario, problems} = parseScenario(
    `name: s\nduration: 60s\nmachines: {shop: {address: 10.0.1.1}, ${MEMBERS.map((id, at) => `m-${id}: {address: 10.0.0.${at}}`).join(', ')}}\nnameservers: {n: {machine: shop}}\nbrokers:\n${MEMBERS.map((id) => `  ${id}: {machine: m-${id}, config: ${conf(id)}}\n`).join('')}checks: [durable-as-promised]\n`,
    's.yaml',
  );
  if (scenario === null) throw new Error(JSON.stringify(problems));
  const store = trio.store();
  const ledger = ledgerOf(scenario, store);
  ledger.update();
  return {result: runChecks({scenario, store, ledger, interventions: []})[0]!, ledger};
}

const BELOW = 'A was answered SEND_OK by n0 when 1 of its group had it, and 2 make a majority';

test('what a majority has is acknowledged rightly; what its leader alone has is a defect', () => {
  const held = sent();
  held.append('n1', INDEX, 1, 7);
  expect(judge(held).verdict).toBe('held');
  expect(judge(sent())).toMatchObject({verdict: 'defect', detail: BELOW});
});

test('who has told the leader that it has it may lose its disk before the producer hears of it (bursts, swarm, seeds 80 and 83)', () => {
  const trio = sent();
  trio.append('n1', INDEX, 1, 7);
  tells(trio, 'n1');
  losesDisk(trio, 'n1');
  const result = judge(trio);
  expect(result).toMatchObject({
    verdict: 'held',
    detail: expect.stringContaining('1 were no longer with a majority when the producer heard of them'),
  });
  expect(detailInChinese(result.detail)).toMatch(/[一-鿿]/);
});

test('what a member lost before it had told the leader of it does not count', () => {
  const silent = sent();
  silent.append('n1', INDEX, 1, 7);
  losesDisk(silent, 'n1');
  expect(judge(silent)).toMatchObject({verdict: 'defect', detail: BELOW});
  const toldOfLess = sent();
  toldOfLess.append('n1', INDEX, 1, 7);
  tells(toldOfLess, 'n1', INDEX - 1);
  losesDisk(toldOfLess, 'n1');
  expect(judge(toldOfLess)).toMatchObject({verdict: 'defect', detail: BELOW});
});

test('an index that a leader keeps of a member from before it had the entry does not count', () => {
  const trio = sent();
  tells(trio, 'n1', INDEX + 10);
  trio.append('n1', INDEX, 1, 7);
  losesDisk(trio, 'n1');
  expect(judge(trio)).toMatchObject({verdict: 'defect', detail: BELOW});
});

test('what a member was made to cut off does not count, though it had told of it', () => {
  const trio = sent();
  trio.append('n1', INDEX, 1, 7);
  tells(trio, 'n1');
  trio.cut('n1', 'n2', INDEX, INDEX - 1, 2);
  expect(judge(trio)).toMatchObject({verdict: 'defect', detail: BELOW});
});

/** Acknowledged by n0 and n1, while n2 is frozen, with the leader's push in the buffers of its socket. */
function acknowledgedWhileFrozen(): Trio {
  const trio = sent();
  trio.add({kind: 'process-paused', process: 'n2'});
  trio.append('n1', INDEX, 1, 7);
  tells(trio, 'n1');
  trio.fact('producer', acknowledged('A', 0));
  return trio;
}

/** It reads what had come, and appends it: for it the old term goes on. */
function thaws(trio: Trio): number {
  const id = trio.add({kind: 'process-resumed', process: 'n2'});
  trio.append('n2', INDEX, 1, 7);
  return id;
}

test('what is in no log any more, and then in that of a member that had been frozen with it in its socket, is not gone (bursts, heavy, seed 178)', () => {
  const trio = acknowledgedWhileFrozen();
  losesDisk(trio, 'n0');
  const lostAt = isCleaned(trio, 'n1');
  const thawedAt = thaws(trio);
  const {result, ledger} = look(trio);
  expect(result.verdict).toBe('held');
  expect(ledger.countsAt(lostAt).lost).toBe(1);
  expect(ledger.countsAt(thawedAt).lost).toBe(1);
  expect(ledger.counts).toMatchObject({acked: 1, lost: 0});
  expect(ledger.messages.get('A')).toMatchObject({lostId: 0, lostTurns: [lostAt, thawedAt + 1]});
});

test('what came back that way and is cut off there is gone by that, a majority having lost it before', () => {
  const trio = acknowledgedWhileFrozen();
  losesDisk(trio, 'n0');
  isCleaned(trio, 'n1');
  thaws(trio);
  trio.cut('n2', 'n1', INDEX, INDEX - 1, 2);
  const {result, ledger} = look(trio);
  expect(result).toMatchObject({
    verdict: 'lost-as-configured',
    detail: expect.stringContaining('on n2 fewer than a majority still had it'),
  });
  expect(ledger.counts.lost).toBe(1);
});

test('what nothing had taken is called gone, whether it comes back or not', () => {
  const trio = acknowledgedWhileFrozen();
  losesDisk(trio, 'n0');
  const lostAt = findsNothing(trio, 'n1');
  expect(look(trio).result).toMatchObject({verdict: 'defect', brokenAtEntry: lostAt});
  thaws(trio);
  const {result} = look(trio);
  expect(result).toMatchObject({
    verdict: 'defect',
    brokenAtEntry: lostAt,
    detail:
      'A was gone for a time though it was promised to stay: n0 had it in memory, taken by disk-destroyed; n1 had it in memory, taken by nothing; n2 has it in memory',
  });
  expect(detailInChinese(result.detail)).toMatch(/[一-鿿]/);
});
