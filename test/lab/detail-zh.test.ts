import {readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {runChecks} from '../../src/lab/checks/checks.ts';
import {detailInChinese} from '../../src/lab/checks/detail-zh.ts';
import {ledgerOf} from '../../src/lab/ledger-of.ts';
import {runToEnd} from '../../src/lab/run.ts';
import {parseScenario} from '../../src/lab/scenario/parse.ts';
import {fork, timelineOf} from '../../src/lab/timeline.ts';
import {storeOf} from '../../src/lab/trace-store.ts';

/** Three English words in a row: something was left untranslated. */
const ENGLISH = /[a-z]{2,} [a-z]{2,} [a-z]{2,}/;

describe('what a check says, it says in Chinese too', () => {
  test('whatever it has found in runs with losses, messages out of reach, elections and faults of disks', () => {
    for (const [name, fork1] of [
      ['power-cut', null],
      ['replication', null],
      ['failover', null],
      ['sixty-messages', null],
      ['quickstart', {atUs: 3_200_000, did: {kind: 'kill', process: 'broker'}}],
    ] as const) {
      const file = `lessons/${name}/scenario.yaml`;
      const {scenario} = parseScenario(readFileSync(file, 'utf8'), file);
      let timeline = timelineOf(scenario!);
      if (fork1 !== null) timeline = fork(timeline, fork1.atUs, fork1.did);
      const run = runToEnd(timeline);
      const store = storeOf(run.world.trace);
      const ledger = ledgerOf(scenario!, store);
      ledger.update();
      const {interventions} = timeline;
      for (const {detail} of runChecks({scenario: scenario!, store, ledger, interventions})) {
        const told = detailInChinese(detail);
        expect(told, detail).not.toBeNull();
        expect(told, detail).not.toMatch(ENGLISH);
      }
    }
  });

  test('sentences within sentences are told too, and names and numbers stay', () => {
    expect(
      detailInChinese(
        '6 of 372 acknowledged messages are gone, 6 because on broker-a the disk was destroyed at 18.765 000 s, and no slave had it yet, for which ASYNC_MASTER does not wait',
      ),
    ).toBe(
      '372 条已确认的消息中有 6 条丢失：6 条是因为 18.765 000 s 时在 broker-a 上，磁盘被损毁，并且还没有从节点拿到它，而 ASYNC_MASTER 并不等待',
    );
    expect(
      detailInChinese(
        'n0 and n1 both lead term 2 of RaftNode00: S8: a vote is forgotten and given again, and 3 more',
      ),
    ).toBe('n0 与 n1 同为 RaftNode00 任期 2 的 Leader：S8：选票被遗忘后又投了一次，另有 3 处');
  });

  test('a joint within a phrase is not taken for one between phrases', () => {
    const told = detailInChinese(
      '1 of 400 acknowledged messages are gone, 1 because on n0 a majority acknowledges what is in its page caches, and the power went at 14.000 000 s, and on n2 fewer than a majority still had it, and a leader without it made them drop it at 20.553 629 s',
    );
    expect(told).toBe(
      '400 条已确认的消息中有 1 条丢失：1 条是因为 14.000 000 s 时在 n0 上，多数派确认时数据只在页缓存里，而后断了电，并且 20.553 629 s 时在 n2 上，还有它的成员不足多数派，没有它的 Leader 使它们丢弃了它',
    );
    expect(
      detailInChinese(
        '5 of 801 acknowledged messages are gone, 5 because on twin-b the disk was destroyed at 129.622 831 s; 3 were confirmed by a slave that never got them, having begun behind them (4.9.1 believes a slave that is ahead, and an empty one that begins at the last file)',
      ),
    ).toMatch(/丢失.*磁盘被损毁；其中 3 条/);
  });

  test('what is not known is left to the reader in English', () => {
    expect(detailInChinese('nobody has ever said this before')).toBeNull();
  });
});
