import {expect, test} from 'vitest';
import type {ReplicaAudit} from '../../src/lab/audit/audit.ts';
import {runChecks} from '../../src/lab/checks/checks.ts';
import {detailInChinese} from '../../src/lab/checks/detail-zh.ts';
import {ledgerOf} from '../../src/lab/ledger-of.ts';
import {parseScenario} from '../../src/lab/scenario/parse.ts';
import {GROUP, MEMBERS, Trio} from './hand-trio.ts';

/** `replica-is-prefix` of a group, where a power cut has torn what n2 holds: entries of 100 bytes, 0 to 3. */

const LAST = 3;

function tornAtStart(): Trio {
  const trio = new Trio();
  trio.leads('n0', 1);
  trio.replicate(LAST, ...MEMBERS);
  trio.restart('n2', true);
  const path = '/data/dledger-n2/data/00000000000000000000';
  const pages = {reached: 1, old: 1, torn: 0, sizeBytesBefore: 16_384, sizeBytes: 16_384};
  trio.add({kind: 'disk-pages-lost', machine: 'm-n2', path, ...pages} as never);
  trio.recovered('n2', LAST, 1);
  return trio;
}

function judge(trio: Trio, differsAt: number, fix = '', more: readonly Partial<ReplicaAudit>[] = []): string {
  const peers = MEMBERS.map((id, at) => `${id}-10.0.0.${at}:40911`).join(';');
  const conf = (id: string): string =>
    JSON.stringify(
      `brokerName=b\nenableDLegerCommitLog=true\ndLegerGroup=${GROUP}\ndLegerPeers=${peers}\ndLegerSelfId=${id}\nlab.fix=${fix}`,
    );
  const {scenario, problems} = parseScenario(
    `name: s\nduration: 60s\nmachines: {${MEMBERS.map((id, at) => `m-${id}: {address: 10.0.0.${at}}`).join(', ')}}\nnameservers: {n: {machine: m-n0}}\nbrokers:\n${MEMBERS.map((id) => `  ${id}: {machine: m-${id}, config: ${conf(id)}}\n`).join('')}checks: [replica-is-prefix]\n`,
    's.yaml',
  );
  if (scenario === null) throw new Error(JSON.stringify(problems));
  const store = trio.store();
  const ledger = ledgerOf(scenario, store);
  ledger.update();
  const ends = {master: 'n0', masterEnd: 400, slaveEnd: 400, comparedBytes: 400};
  const replicas = [{...ends, slave: 'n2', differsAt}, ...more.map((one) => ({...ends, ...one}))];
  const audit = {brokers: [], replicas} as never;
  const result = runChecks({scenario, store, ledger, interventions: [], audit})[0]!;
  if (result.flaw !== undefined) expect(detailInChinese(result.detail)).toMatch(/[一-鿿]/);
  return result.flaw === undefined ? result.verdict : `${result.verdict} ${result.flaw}`;
}

test('its last entry is torn, and its leader has had nothing to push: S13 (bursts, swarm, seed 15, no remedy)', () => {
  expect(judge(tornAtStart(), 350)).toBe('known-flaw S13');
});

test('with a remedy that has a leader look at it, the same is a defect', () => {
  expect(judge(tornAtStart(), 350, 'heed-commit-reply')).toBe('defect');
  expect(judge(tornAtStart(), 350, 'match-first')).toBe('defect');
});

test('what a leader has looked at since, or lies before the last entry, or was not taken by the power, is a defect', () => {
  const compared = tornAtStart();
  const same = {leaderId: 'n0', term: 1, index: LAST, isSame: true, endIndex: LAST} as const;
  compared.fact('n2', {kind: 'dledger-compared', group: GROUP, selfId: 'n2', ...same});
  expect(judge(compared, 350)).toBe('defect');
  const grown = tornAtStart();
  grown.append('n2', LAST + 1, 1);
  expect(judge(grown, 350)).toBe('defect');
  expect(judge(tornAtStart(), 250)).toBe('defect');
  const killed = new Trio();
  killed.leads('n0', 1);
  killed.replicate(LAST, ...MEMBERS);
  killed.restart('n2', false);
  killed.recovered('n2', LAST, 1);
  expect(judge(killed, 350)).toBe('defect');
});

test('another member that differs is not excused with it', () => {
  expect(judge(tornAtStart(), 350, '', [{slave: 'n1', differsAt: 50}])).toBe('defect');
});
