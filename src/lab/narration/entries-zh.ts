import type {CloseReason} from '../../ports/network.ts';
import type {Fact} from '../../rocketmq/facts.ts';
import type {Intervention} from '../../sim/intervention.ts';
import type {EntryOf, TraceEntry} from '../../sim/trace.ts';
import type {HaFrame} from '../ha-frame.ts';
import {sayCount} from '../say-duration.ts';
import type {FrameSummary} from '../view/view-state.ts';
import type {GroupTeller, NarrationContext} from './context.ts';
import {factInChinese} from './facts-zh.ts';
import {faultEntryInChinese, machineInterventionInChinese} from './faults-zh.ts';
import {reasonInChinese} from './reasons-zh.ts';

/** What an entry means, in Simplified Chinese; null: not worth telling. */
export function entryInChinese(
  entry: TraceEntry,
  context: NarrationContext,
  tellGroup: GroupTeller,
): string | null {
  switch (entry.kind) {
    case 'fact':
      return factInChinese(entry.process, entry.fact as Fact, context.deliveryOrdinal(entry.id), (fact) =>
        tellGroup(entry.process, fact, () => context.ledgerRoleOf(entry.process, entry.id)),
      );
    case 'world-began':
      return entry.seed === '' ? '录制开始。' : `实验开始，随机种子为 ${entry.seed}。`;
    case 'machine-added':
      return `机器 ${entry.machine} 的地址是 ${entry.address}。`;
    case 'process-added':
      return entry.foreign
        ? `${entry.process} 位于 ${entry.machine}，其内部未被录制。`
        : `${entry.process} 部署在 ${entry.machine} 上。`;
    case 'intervened':
      return interventionInChinese(entry.intervention);
    case 'process-started':
      return `${entry.process} 启动，进程号 ${entry.pid}。`;
    case 'process-stopping':
      return `${entry.process} 收到停止信号，开始收尾。`;
    case 'peer-seen':
      return `${entry.process} 出现${entry.pid === 0 ? '' : `（进程号 ${entry.pid}）`}：建立了第一条连接。`;
    case 'peer-gone':
      return `${entry.process} 已没有任何连接。`;
    case 'process-ended':
      return endInChinese(entry.process, entry.why, entry.reason);
    case 'process-paused':
      return `${entry.process} 停顿：连接都还在，但没有人应答。`;
    case 'process-resumed':
      return `${entry.process} 从停顿处继续运行。`;
    case 'config-set':
      return `${entry.process} 的配置现在写着 ${entry.key}=${entry.value}，到下次启动时才会读取。`;
    case 'timer-ran':
      return null;
    case 'listening':
      return `${entry.process} 开始监听端口 ${entry.port}。`;
    case 'connecting':
      return entry.peer === ''
        ? `${entry.process} 连接 ${entry.remoteAddress}，但那里没有进程在监听。`
        : `${entry.process} 连接 ${entry.peer}（${entry.remoteAddress}）。`;
    case 'connected':
      return `${entry.process} 与 ${entry.peer} 建立了连接。`;
    case 'connection-closed':
      return closeInChinese(entry.process, entry.peer, entry.why);
    case 'bytes-sent':
      return frameInChinese(entry.process, entry.peer, context.frame(entry.id));
    case 'bytes-arrived':
      return null;
    case 'bytes-lost':
      return `${entry.process} 发给 ${entry.peer} 的数据丢失：${
        {
          cut: '链路已切断',
          reset: '连接已被重置',
          'process-gone': `${entry.peer} 已不在运行`,
          'machine-gone': '对方机器已宕机',
        }[entry.why]
      }。`;
    case 'bytes-delayed':
      return `一段数据被延迟：${
        {
          loss: '报文丢失，等待重传',
          cut: '链路已切断',
          paused: '接收方处于停顿状态',
          'machine-gone': '对方机器没有供电',
        }[entry.why]
      }。`;
    case 'end-sent':
      return `${entry.process} 不再向 ${entry.peer} 发送数据（FIN）。`;
    case 'end-arrived':
      return null;
    case 'link-cut':
      return entry.direction === 'both'
        ? `${entry.from} 与 ${entry.to} 之间的链路被切断。`
        : `${entry.from} 到 ${entry.to} 的单向链路被切断，反方向仍然畅通。`;
    case 'link-healed':
      return `${entry.from} 与 ${entry.to} 之间的链路恢复。`;
    case 'disk-write':
    case 'disk-truncate':
    case 'disk-rename':
    case 'disk-remove':
    case 'disk-sync':
      return null;
    case 'disk-synced':
      return entry.failure === null ? null : `${entry.process} 对 ${entry.path} 刷盘失败：${entry.failure}`;
    case 'clock-jumped':
      return `${entry.machine} 的时钟跳变 ${entry.byMs} 毫秒。`;
    case 'link-changed':
    case 'machine-power-lost':
    case 'machine-power-restored':
    case 'disk-write-back':
    case 'disk-written-back':
    case 'disk-fault-struck':
    case 'disk-fault-lifted':
    case 'disk-read-only':
    case 'disk-destroyed':
    case 'disk-replaced':
    case 'disk-undone':
    case 'disk-pages-lost':
      return faultEntryInChinese(entry);
    default:
      return unreachable(entry);
  }
}

function endInChinese(who: string, why: EntryOf<'process-ended'>['why'], reason: string): string {
  switch (why) {
    case 'stopped':
      return `${who} 已正常停止。`;
    case 'killed':
      return `${who} 被强制杀死：它的连接全部断开，已写入的数据仍留在所在机器的页缓存里。`;
    case 'exited':
      return `${who} 自行退出：${reasonInChinese(reason)}。`;
    case 'crashed':
      return `${who} 崩溃：${reason}`;
    case 'power-lost':
      return `${who} 所在的机器断电，进程消失。`;
    default:
      return unreachable(why);
  }
}

function interventionInChinese(did: Intervention): string {
  switch (did.kind) {
    case 'start':
      return `启动 ${did.process}。`;
    case 'stop':
      return `停止 ${did.process}（SIGTERM）。`;
    case 'kill':
      return `杀死 ${did.process}（SIGKILL）。`;
    case 'pause':
      return `让 ${did.process} 停顿（SIGSTOP）。`;
    case 'resume':
      return `让 ${did.process} 继续运行（SIGCONT）。`;
    case 'restart':
      return `停止 ${did.process}（SIGTERM）并重新启动。`;
    case 'set-config':
      return `在 ${did.process} 的配置中设置 ${did.key}=${did.value}。`;
    case 'cut':
      return did.direction === 'both'
        ? `切断 ${did.from} 与 ${did.to} 之间的链路。`
        : `切断 ${did.from} 到 ${did.to} 方向的链路。`;
    case 'heal':
      return `恢复 ${did.from} 与 ${did.to} 之间的链路。`;
    case 'jump-clock':
      return `将 ${did.machine} 的时钟${did.byMs < 0 ? '回拨' : '拨快'} ${Math.abs(did.byMs)} 毫秒。`;
    case 'lose-power':
    case 'restore-power':
    case 'disk-fault':
    case 'heal-disk':
    case 'destroy-disk':
    case 'replace-disk':
    case 'set-link':
      return machineInterventionInChinese(did);
    default:
      return unreachable(did);
  }
}

function closeInChinese(who: string, peer: string, why: CloseReason): string {
  const other = peer || '对端';
  switch (why) {
    case 'refused':
      return `${who} 连接被拒绝：对方端口没有进程监听。`;
    case 'connect-timeout':
      return `${who} 连接 ${other} 超时。`;
    case 'ended':
      return `${who} 与 ${other} 的连接正常关闭。`;
    case 'reset':
      return `${who} 与 ${other} 的连接被重置。`;
    case 'timeout':
      return `${who} 与 ${other} 的连接长时间没有确认，判定为中断。`;
    case 'destroyed':
      return `${who} 主动断开与 ${other} 的连接。`;
    default:
      return unreachable(why);
  }
}

function frameInChinese(from: string, to: string, frame: FrameSummary): string {
  const detail = frame.detail === '' ? '' : `（${frame.detail}）`;
  switch (frame.form) {
    case 'request':
      return `${from} 向 ${to} 发出请求 ${frame.name}${detail}。`;
    case 'oneway':
      return `${from} 向 ${to} 发出单向请求 ${frame.name}${detail}。`;
    case 'response':
      return `${from} 应答 ${to}：${frame.name}${detail}。`;
    case 'raw':
      return frame.ha === undefined
        ? `${from} 向 ${to} 发送 ${frame.name.replace(' bytes', ' 字节')}。`
        : haInChinese(from, to, frame.ha);
    default:
      return unreachable(frame.form);
  }
}

function haInChinese(from: string, to: string, ha: HaFrame): string {
  const offset = sayCount(ha.offset);
  switch (ha.kind) {
    case 'transfer':
      return `${from} 将自己的 CommitLog 自 ${offset} 起的 ${sayCount(ha.sizeBytes)} 字节传给 ${to}。`;
    case 'heartbeat':
      return `${from} 通过复制链路向 ${to} 发送心跳，位置 ${offset}。`;
    case 'report':
      return `${from} 向 ${to} 上报自己的日志已到 ${offset}。`;
    default:
      return unreachable(ha);
  }
}

function unreachable(value: never): never {
  throw new Error(`no sentence for ${JSON.stringify(value)}`);
}
