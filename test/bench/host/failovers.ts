/**
 * `npm run bench:host -- --failovers N`: a group of three brokers of Apache's 4.9.1 and one of ours, both up at the same time, whose masters
 * are killed in turns. Prints how long each has no master, as its NameServer tells it; asserts nothing.
 */
import {setTimeout as sleep} from 'node:timers/promises';
import {nearestRank} from '../../../src/lab/nearest-rank.ts';
import {LedgerTrio, MEMBERS, type Member} from '../../interop/support/ledger-trio.ts';

/** How exactly a change in the NameServer's table is seen. */
const LOOK_MS = 20;
/** Leaders are killed at any point between two heartbeats. */
const HEARTBEAT_MS = 2000;

type Table = Awaited<ReturnType<LedgerTrio['table']>>;

const masterOf = (table: Table): Member | undefined => MEMBERS.find((member) => table[member] === 0);
const isWhole = (table: Table): boolean =>
  masterOf(table) !== undefined && MEMBERS.every((member) => table[member] !== undefined);

/** From the kill to the NameServer's naming another master, ms. */
async function failover(trio: LedgerTrio): Promise<number> {
  const master = masterOf(await trio.untilTable(isWhole, 'three members, one of them the master'))!;
  // A member that came back follows after a few heartbeats; then some part of the time between two of them.
  await sleep(3 * HEARTBEAT_MS + Math.random() * HEARTBEAT_MS);
  const killedMs = performance.now();
  await trio.kill(master);
  for (;;) {
    const now = masterOf(await trio.table());
    if (now !== undefined && now !== master) break;
    await sleep(LOOK_MS);
  }
  const tookMs = performance.now() - killedMs;
  await trio.start(master);
  return tookMs;
}

function tell(whose: string, timesMs: readonly number[]): void {
  const sorted = [...timesMs].sort((a, b) => a - b);
  const ranks = [sorted[0]!, nearestRank(sorted, 50), nearestRank(sorted, 90), sorted.at(-1)!];
  const cells = ranks.map((ms) => `${(ms / 1000).toFixed(2)} s`);
  console.log(`| ${whose} | ${sorted.length} | ${cells.join(' | ')} |`);
}

/** @param times how often each group's master is killed */
export async function benchFailovers(times: number): Promise<void> {
  const [apaches, ours] = await Promise.all([
    LedgerTrio.started({ours: [], preferredLeader: null}),
    LedgerTrio.started({ours: MEMBERS, preferredLeader: null}),
  ]);
  try {
    const series = async (trio: LedgerTrio): Promise<number[]> => {
      const results: number[] = [];
      for (let i = 0; i < times; i++) results.push(await failover(trio));
      return results;
    };
    const [theirs, own] = await Promise.all([series(apaches), series(ours)]);
    console.log('| without a master, its process killed | times | least | p50 | p90 | most |');
    console.log('| --- | ---: | ---: | ---: | ---: | ---: |');
    tell("Apache's 4.9.1", theirs);
    tell('ours, on the host', own);
  } finally {
    await Promise.all([apaches.end(), ours.end()]);
  }
}
