import {printError} from '../client/errors.ts';
import type {ClusterInfo} from '../remoting/bodies/cluster-info.ts';
import type {KVTable} from '../remoting/bodies/kv-table.ts';
import {fixed, left, orNull, right} from './java-format.ts';
import {byCodeUnits} from './order.ts';
import type {AdminCommand, AdminTools} from './tools.ts';

interface Member {
  readonly cluster: string;
  readonly brokerName: string;
  readonly brokerId: number;
  readonly address: string;
}

/** Every broker of every cluster. Source: RocketMQ 4.9.1 `tools.command.cluster.ClusterListSubCommand`. */
export const clusterList: AdminCommand = {
  name: 'clusterList',
  options: [{letter: 'm', word: 'moreStats', takesValue: false, required: false}],
  run(tools, options, done) {
    tools.api.clusterInfo((answer) => {
      if (!answer.ok) return done(printError(answer.error));
      const row = options.has('m') ? moreRow : baseRow;
      tools.print(options.has('m') ? MORE_HEADER : BASE_HEADER);
      printEach(tools, membersOf(answer.value), row, done);
    });
  },
};

/** Clusters as the NameServer lists them, brokers by name, members by id. */
function membersOf(info: ClusterInfo): Member[] {
  const members: Member[] = [];
  for (const [cluster, names] of info.clusterAddrTable) {
    for (const brokerName of [...names].sort(byCodeUnits)) {
      const addresses = info.brokerAddrTable.get(brokerName)?.brokerAddrs ?? new Map<number, string>();
      for (const brokerId of [...addresses.keys()].sort((a, b) => a - b)) {
        members.push({cluster, brokerName, brokerId, address: addresses.get(brokerId)!});
      }
    }
  }
  return members;
}

type Row = (member: Member, table: KVTable | null, nowMs: number) => string;

/** One after another, as the tool asks them. One that does not answer has an empty row, after its exception. */
function printEach(
  tools: AdminTools,
  members: readonly Member[],
  row: Row,
  done: (failure: string | null) => void,
): void {
  const [member, ...rest] = members;
  if (member === undefined) {
    done(null);
    return;
  }
  tools.api.runtimeInfo(member.address, (answer) => {
    if (!answer.ok && row === baseRow) tools.printError(printError(answer.error));
    tools.print(row(member, answer.ok ? answer.value : null, tools.nowMs()));
    printEach(tools, rest, row, done);
  });
}

const BASE_HEADER = baseLine([
  '#Cluster Name',
  '#Broker Name',
  '#BID',
  '#Addr',
  '#Version',
  '#InTPS(LOAD)',
  '#OutTPS(LOAD)',
  '#PCWait(ms)',
  '#Hour',
  '#SPACE',
]);

type BaseCells = readonly [string, string, string, string, string, string, string, string, string, string];

function baseLine([
  cluster,
  name,
  id,
  address,
  version,
  input,
  output,
  wait,
  hour,
  space,
]: BaseCells): string {
  return (
    `${left(cluster, 16)}  ${left(name, 22)}  ${left(id, 4)}  ${left(address, 22)} ${left(version, 16)} ` +
    `${right(input, 19)} ${right(output, 19)} ${right(wait, 10)} ${right(hour, 5)} ${right(space, 6)}`
  );
}

function baseRow(member: Member, table: KVTable | null, nowMs: number): string {
  // What was never asked for is empty; what the answer does not have is null.
  const of = (key: string): string => (table === null ? '' : orNull(table.get(key)));
  const load = (tpsKey: string, pool: string): string => {
    const tps = table === null ? 0 : Number.parseFloat(of(tpsKey).split(' ')[0] ?? '');
    const size = of(`${pool}ThreadPoolQueueSize`);
    const wait = of(`${pool}ThreadPoolQueueHeadWaitTimeMills`);
    return `${fixed(Number.isNaN(tps) ? 0 : tps, 2, 9)}(${size},${wait}ms)`;
  };
  const earliest = table?.get('earliestMessageTimeStamp') ?? '';
  const hours = earliest === '' ? 0 : (nowMs - Number(earliest)) / 3_600_000;
  const ratio = table?.get('commitLogDiskRatio') ?? '';
  return baseLine([
    member.cluster,
    member.brokerName,
    String(member.brokerId),
    member.address,
    of('brokerVersionDesc'),
    load('putTps', 'send'),
    load('getTransferedTps', 'pull'),
    of('pageCacheLockTimeMills'),
    fixed(hours, 2),
    fixed(ratio === '' ? 0 : Number(ratio), 4),
  ]);
}

type MoreCells = readonly [
  string,
  string,
  string | number,
  string | number,
  string | number,
  string | number,
];

function moreLine([cluster, name, ...totals]: MoreCells): string {
  return `${left(cluster, 16)}  ${left(name, 32)} ${totals.map((total) => right(total, 14)).join(' ')}`;
}

const MORE_HEADER = moreLine([
  '#Cluster Name',
  '#Broker Name',
  '#InTotalYest',
  '#OutTotalYest',
  '#InTotalToday',
  '#OutTotalToday',
]);

function moreRow({cluster, brokerName}: Member, table: KVTable | null): string {
  const of = (key: string): number => Number(table?.get(key) ?? 0);
  return moreLine([
    cluster,
    brokerName,
    of('msgPutTotalTodayMorning') - of('msgPutTotalYesterdayMorning'),
    of('msgGetTotalTodayMorning') - of('msgGetTotalYesterdayMorning'),
    of('msgPutTotalTodayNow') - of('msgPutTotalTodayMorning'),
    of('msgGetTotalTodayNow') - of('msgGetTotalTodayMorning'),
  ]);
}
