import type {DiskFault} from '../../sim/disk-fault.ts';
import type {Intervention, LinkChange} from '../../sim/intervention.ts';
import type {DiskFaultEnd} from '../../sim/trace.ts';
import {sayDuration} from '../say-duration.ts';
import type {FaultEntry, MachineIntervention} from './fault-entry.ts';
import {rateText, sharePercent} from './figures.ts';

export function machineInterventionInChinese(did: MachineIntervention): string {
  switch (did.kind) {
    case 'lose-power':
      return `切断 ${did.machine} 的电源。`;
    case 'restore-power':
      return `恢复 ${did.machine} 的供电。`;
    case 'disk-fault':
      return `给 ${did.machine} 的磁盘制造故障：${faultInChinese(did.fault)}。`;
    case 'heal-disk':
      return did.fault === 'all'
        ? `排除 ${did.machine} 磁盘的全部故障。`
        : `排除 ${did.machine} 磁盘的故障：${did.fault}。`;
    case 'destroy-disk':
      return did.replace ? `毁掉 ${did.machine} 的磁盘，并换上一块空盘。` : `毁掉 ${did.machine} 的磁盘。`;
    case 'replace-disk':
      return `给 ${did.machine} 换上一块空盘。`;
    case 'set-link':
      return linkInChinese(did);
  }
}

export function faultEntryInChinese(entry: FaultEntry): string | null {
  switch (entry.kind) {
    case 'link-changed':
      return linkInChinese(entry);
    case 'machine-power-lost':
      return `${entry.machine} 断电：页缓存全部丢失，也不会通知任何一方，与它通信的进程只能等待。`;
    case 'machine-power-restored':
      return `${entry.machine} 恢复供电，其上的进程需要重新启动。`;
    case 'disk-write-back':
    case 'disk-written-back':
      return entry.kind === 'disk-written-back' && entry.failure !== null
        ? `${entry.machine} 回写 ${entry.path} 失败（${entry.failure}），Linux 仍把这些页当作干净页，要等该文件下一次刷盘才会报告。`
        : null;
    case 'disk-fault-struck':
      return `${entry.machine} 的磁盘出现故障：${faultInChinese(entry.fault)}。`;
    case 'disk-fault-lifted':
      return `${entry.machine} 磁盘的一项故障结束（${entry.name}）：${ENDS[entry.why]}。`;
    case 'disk-read-only':
      return `${entry.machine} 的文件系统日志写入失败，已转为只读，所有写入都会被拒绝（EROFS）。`;
    case 'disk-destroyed':
      return `${entry.machine} 的磁盘损毁，数据全部丢失，任何访问都会失败（EIO）。`;
    case 'disk-replaced':
      return `${entry.machine} 换上了一块空盘；仍打开着的文件属于旧盘，访问会失败（EIO）。`;
    case 'disk-undone':
      return undoneInChinese(entry);
    case 'disk-pages-lost': {
      const {path, machine, old, torn, sizeBytes, sizeBytesBefore} = entry;
      const size =
        sizeBytes === sizeBytesBefore ? '' : `文件长度由 ${sizeBytesBefore} 字节变为 ${sizeBytes} 字节。`;
      return `${machine} 上的 ${path} 有 ${entry.new + old + torn} 页尚未落盘：${entry.new} 页恰好写入，${old} 页仍是旧内容，${torn} 页只写了一部分。${size}`;
    }
  }
}

function undoneInChinese({operation, path, to, machine}: Extract<FaultEntry, {kind: 'disk-undone'}>): string {
  switch (operation) {
    case 'create':
      return `${machine} 的磁盘上没有留下 ${path} 的创建记录，文件不存在。`;
    case 'make-folder':
      return `${machine} 的磁盘上没有留下目录 ${path} 的创建记录，目录不存在。`;
    case 'rename':
      return `${path} 改名为 ${to} 的操作尚未写入 ${machine} 的磁盘，文件名恢复原状。`;
    case 'remove':
      return `删除 ${path} 的操作尚未写入 ${machine} 的磁盘，文件仍在。`;
    case 'grow':
      return `${path} 的扩展尚未写入 ${machine} 的磁盘。`;
  }
}

function faultInChinese(fault: DiskFault): string {
  switch (fault.kind) {
    case 'full':
      return '空间已满';
    case 'slow':
      return `速度只有原来的 1/${fault.factor}`;
    case 'stalled':
      return '不再响应任何请求';
    case 'write-errors':
      return '拒绝所有写入';
    case 'sync-errors':
      return '每次刷盘都失败';
    case 'bad-sector':
      return `${fault.path} 第 ${fault.positionBytes} 字节所在的扇区无法读取`;
    case 'bit-rot':
      return `${fault.path} 第 ${fault.positionBytes} 字节的第 ${fault.bit} 位发生翻转`;
  }
}

const ENDS: Readonly<Record<DiskFaultEnd, string>> = {
  healed: '已排除',
  rewritten: '该处已被重新写入',
  freed: '文件已不包含该处',
  'disk-replaced': '磁盘已更换',
};

function linkInChinese(
  change: Pick<Extract<Intervention, {kind: 'set-link'}>, 'from' | 'to' | 'direction' | 'link'>,
): string {
  const {from, to, direction, link} = change;
  const where = direction === 'both' ? `${from} 与 ${to} 之间的链路` : `${from} 到 ${to} 方向的链路`;
  return link === null ? `${where}恢复原来的质量。` : `${where}质量改变：${linkTextInChinese(link)}。`;
}

function linkTextInChinese(link: LinkChange): string {
  const parts: string[] = [];
  if (link.latencyUs !== undefined) parts.push(`延迟 ${sayDuration(link.latencyUs, 'zh-CN')}`);
  if (link.jitterUs !== undefined) parts.push(`抖动 ${sayDuration(link.jitterUs, 'zh-CN')}`);
  if (link.bandwidthBytesPerSecond !== undefined)
    parts.push(`带宽 ${rateText(link.bandwidthBytesPerSecond)}`);
  if (link.lossPerMillion !== undefined) parts.push(`丢包率 ${sharePercent(link.lossPerMillion)}`);
  return parts.length === 0 ? '无变化' : parts.join('，');
}
