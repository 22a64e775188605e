import {expect, test} from 'vitest';
import {sayCount, sayDuration} from '../../src/lab/say-duration.ts';
import {type Cost, replicationCost, type Setting} from './replication-cost.ts';

const THREADS = [1, 8, 64] as const;
/** One way, µs, and what such a distance is. */
const WIRES = [
  [15, 'one machine'],
  [125, 'same rack'],
  [250, 'same zone'],
  [700, 'zones'],
  [15_000, 'regions'],
] as const;

const share = ({asyncPerSecond, syncPerSecond}: Cost): number => syncPerSecond / asyncPerSecond;
const rate = (perSecond: number): string =>
  perSecond < 100 ? String(perSecond) : sayCount(Math.round(perSecond));
const two = (value: number): string => value.toFixed(2);
const setting = (threads: number, clientWireUs: number, slaveWireUs: number): Setting => {
  return {threads, clientWireUs, slaveWireUs};
};

function nearTable(): {readonly lines: string[]; readonly shares: Map<string, number>} {
  const lines: string[] = [];
  const shares = new Map<string, number>();
  for (const [wireUs, what] of WIRES) {
    for (const threads of THREADS) {
      const own = replicationCost(setting(threads, wireUs, wireUs));
      const shared = own.syncSharedPerSecond / own.asyncPerSecond;
      shares.set(`${what} ${threads}`, share(own));
      shares.set(`${what} ${threads} shared`, shared);
      lines.push(
        `| ${what} | ${sayDuration(wireUs, 'en')} | ${threads} | ${rate(own.asyncPerSecond)} | ${rate(own.syncPerSecond)} | ${sayDuration(own.asyncP50Us, 'en')} | ${sayDuration(own.syncP50Us, 'en')} | ${two(share(own))} | ${two(shared)} |`,
      );
    }
  }
  return {lines, shares};
}

function farTable(): {readonly lines: string[]; readonly shares: Map<string, number>} {
  const lines: string[] = [];
  const shares = new Map<string, number>();
  for (const [clientUs, client] of WIRES.slice(1)) {
    for (const [slaveUs, slave] of WIRES.slice(1)) {
      const cost = replicationCost(setting(1, clientUs, slaveUs));
      shares.set(`${client} ${slave}`, share(cost));
      lines.push(
        `| ${client} | ${slave} | ${sayDuration(cost.asyncP50Us, 'en')} | ${sayDuration(cost.syncP50Us, 'en')} | ${two(share(cost))} | ${share(cost) >= 0.9 ? 'yes' : 'no'} |`,
      );
    }
  }
  return {lines, shares};
}

test('what synchronous double write costs, beside what was measured, and where "about 10 %" is true', async () => {
  const near = nearTable();
  const far = farTable();
  // The real 4.9.1 on the measured machine: 0.47 to 0.49 from one thread, 0.65 to 0.74 from eight.
  expect(near.shares.get('one machine 1')).toBeGreaterThan(0.47);
  expect(near.shares.get('one machine 1')).toBeLessThan(0.49);
  expect(near.shares.get('one machine 8 shared')).toBeGreaterThan(0.65);
  expect(near.shares.get('one machine 8 shared')).toBeLessThan(0.74);
  // One thread pays a second round trip as long as the first, however long they are.
  for (const [, what] of WIRES) expect(near.shares.get(`${what} 1`)).toBeLessThan(0.51);
  // Threads enough to keep the master busy meanwhile pay little, where it has processors of its own.
  for (const what of ['same rack', 'same zone', 'zones']) {
    expect(near.shares.get(`${what} 64`)).toBeGreaterThan(0.9);
    expect(near.shares.get(`${what} 64 shared`)).toBeLessThan(0.8);
  }
  expect(far.shares.get('regions zones')).toBeGreaterThan(0.9);
  expect(far.shares.get('zones same rack')).toBeLessThan(0.9);
  const document = `# What synchronous double write costs

Written by \`test/stories/replication-cost.test.ts\`; after a change, \`npx vitest run test/stories/replication-cost -u\`. Every line is a comparison of
\`brokerRole=ASYNC_MASTER\` and \`brokerRole=SYNC_MASTER\`, one master with one slave, ASYNC_FLUSH, bodies of 128 bytes, each thread sending the next message
when it has the answer to the last.

It is often said that SYNC_MASTER costs "about 10 %" of ASYNC_MASTER's throughput. **That holds where the round trip to the slave is at most a tenth of what a
send takes anyway, or where so many threads send that the master is busy all the time and has processors to spare. It does not hold for one thread whose
client is as near to the master as the slave is: there it costs half, at every distance.**

## The machine it is set by

Apache's 4.9.1 was timed on one virtual machine with two cores that client, master, slave and NameServer share, over loopback (two runs):

| threads | ASYNC_MASTER with a slave | SYNC_MASTER | share | ours, each on processors of its own | ours, on shared ones |
| --- | --- | --- | --- | --- | --- |
| 1 | 4,465 and 4,586 a second | 2,208 and 2,169 | 0.49 and 0.47 | ${two(near.shares.get('one machine 1')!)} | ${two(near.shares.get('one machine 1 shared')!)} |
| 8 | 17,490 and 15,049 | 11,378 and 11,101 | 0.65 and 0.74 | ${two(near.shares.get('one machine 8')!)} | ${two(near.shares.get('one machine 8 shared')!)} |

Three figures are fitted to it: a hop between client and master (79 µs, the wire and the threads that wake up at its end), one between master and slave (117 µs: there
are more of them), and what a send keeps the master's send thread busy for (61 µs). The simulator gives every process processors of its own, and so
does not foresee what eight threads cost on two cores that are full already; "shared" is a fourth fitted figure, a send through SYNC_MASTER that takes 89 µs for the work
of replication on the same cores. The truth of a real deployment lies between the two columns, nearer to the left the less the master's processors have to do.

## Client and slave equally far

Latencies are one way. "share" is SYNC_MASTER's throughput as a part of ASYNC_MASTER's.

| distance | latency | threads | ASYNC a second | SYNC a second | p50 ASYNC | p50 SYNC | share | share, shared processors |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
${near.lines.join('\n')}

## One thread, client and slave at different distances

| client | slave | p50 ASYNC | p50 SYNC | share | within 10 % |
| --- | --- | --- | --- | --- | --- |
${far.lines.join('\n')}
`;
  await expect(document).toMatchFileSnapshot('../../docs/replication-cost.md');
});
