/** How long a group of three is without a leader, over a thousand seeds: the table of docs/dledger-vs-raft.md. */
import {nearestRank} from '../../src/lab/nearest-rank.ts';
import {loseLeader} from '../rocketmq/dledger/leaderless.ts';

const SEEDS = 1000;
const WAYS = [
  ['killed', 'is killed: connections are refused'],
  ['silent', 'falls silent'],
] as const;

/** Prints a line for each way in which a leader goes. The time is virtual: every machine prints the same. */
export function tellLeaderless(): void {
  console.log('| the leader | seeds | least | p50 | p90 | p99 | most | noticed, p50 | rounds of votes |');
  console.log('| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
  for (const [loss, title] of WAYS) {
    const runs = Array.from({length: SEEDS}, (_, i) => loseLeader(i + 1, loss));
    const times = runs.map(({ms}) => ms).sort((a, b) => a - b);
    const noticed = runs.map(({untilNoticedMs}) => untilNoticedMs).sort((a, b) => a - b);
    const ranks = [1, 50, 90, 99, 100].map((percent) => nearestRank(times, percent));
    ranks[0] = times[0]!;
    const cells = [...ranks, nearestRank(noticed, 50)].map((ms) => `${(ms / 1000).toFixed(2)} s`);
    const rounds = runs.map((run) => run.rounds);
    console.log(
      `| ${title} | 1 to ${SEEDS} | ${cells.join(' | ')} | ${Math.min(...rounds)} to ${Math.max(...rounds)} |`,
    );
  }
}
