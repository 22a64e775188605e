import type {DLedgerFact} from '../../rocketmq/facts/dledger.ts';
import type {Fact} from '../../rocketmq/facts.ts';
import {sayCount, sayDuration} from '../say-duration.ts';

const at = (topic: string, brokerName: string, queueId: number): string =>
  `${brokerName} 上 ${topic} 的队列 ${queueId}`;
const roleName = {producer: '生产者', consumer: '消费者'} as const;
const permText = (perm: number): string =>
  (perm & 6) === 6 ? '可读可写' : (perm & 4) !== 0 ? '只读' : (perm & 2) !== 0 ? '只写' : '不可读写';
const queues = (list: readonly {readonly brokerName: string; readonly queueId: number}[]): string =>
  list.map(({brokerName, queueId}) => `${brokerName}:${queueId}`).join('、');

const tableInChinese = {
  topics: '主题配置',
  'consumer-offsets': '消费进度',
  'delay-offsets': '延迟消息的投递进度',
  'subscription-groups': '消费组配置',
} as const;

/** The same as `factInEnglish`, in Simplified Chinese. */
export function factInChinese(
  who: string,
  fact: Fact,
  ordinal: number,
  tellGroup: (fact: DLedgerFact) => string | null,
): string | null {
  switch (fact.kind) {
    case 'printed':
      return null;
    case 'warned':
      return `${who} 告警：${fact.text}`;
    case 'namesrv-booted':
      return `NameServer ${who} 启动完成，监听端口 ${fact.port}，此时还没有任何 Broker 和主题的信息。`;
    case 'broker-registered':
      return fact.isNew
        ? `${who} 收到 ${fact.brokerName}（brokerId ${fact.brokerId}，${fact.address}）的首次注册，将其加入集群 ${fact.cluster}。`
        : `${who} 再次收到 ${fact.brokerName}（brokerId ${fact.brokerId}）的注册，刷新了它的存活时间。`;
    case 'broker-removed':
      return `${who} 摘除 ${fact.brokerName}（brokerId ${fact.brokerId}，${fact.address}）：${
        {
          unregistered: 'Broker 主动注销',
          'connection-closed': '连接已断开',
          'connection-idle': '连接长时间无数据',
          expired: '已有 120 秒没有收到注册',
        }[fact.why]
      }。`;
    case 'route-changed':
      return fact.brokers.length === 0
        ? `${who} 上已没有 ${fact.topic} 的路由。`
        : `${who} 更新了 ${fact.topic} 的路由：${fact.brokers
            .map(
              (broker) =>
                `${broker.brokerName}，写队列 ${broker.writeQueueNums} 个、读队列 ${broker.readQueueNums} 个`,
            )
            .join('；')}。`;
    case 'route-asked':
      return fact.found
        ? `有客户端向 ${who} 查询 ${fact.topic} 的路由，查到了。`
        : `有客户端向 ${who} 查询 ${fact.topic} 的路由，但没有任何 Broker 注册过这个主题。`;
    case 'write-permission-wiped':
      return `${who} 撤销了 ${fact.brokerName} 的写权限，涉及 ${fact.topicCount} 个主题。`;
    case 'kv-changed':
      return fact.value === null
        ? `${who} 删除了命名空间 ${fact.namespace} 下的配置项 ${fact.key}。`
        : `${who} 将命名空间 ${fact.namespace} 下的配置项 ${fact.key} 设为“${fact.value}”。`;
    case 'broker-booted':
      return `Broker ${fact.brokerName}（brokerId ${fact.brokerId}）启动完成，地址 ${fact.address}，角色 ${fact.role}，刷盘方式 ${fact.flush}。`;
    case 'registered-with-namesrv':
      return fact.error === null
        ? `${who} 在 NameServer ${fact.namesrv} 上注册成功。`
        : `${who} 向 NameServer ${fact.namesrv} 注册失败：${fact.error}`;
    case 'topic-configured':
      switch (fact.why) {
        case 'built-in':
          return `${who} 内置主题 ${fact.topic}（${fact.writeQueueNums} 个队列）。`;
        case 'loaded':
          return `${who} 从 topics.json 加载了主题 ${fact.topic}（${fact.writeQueueNums} 个队列）。`;
        case 'synchronised':
          return `${who} 从主节点同步了主题 ${fact.topic}（${fact.writeQueueNums} 个队列）。`;
        default:
          return `${who} ${
            {
              'auto-created': '收到了发往未知主题的消息，且 autoCreateTopicEnable 为 true，于是自动创建',
              retry: '为存放消费失败的消息创建重试',
              admin: '按管理命令创建',
            }[fact.why]
          }主题 ${fact.topic}：写队列 ${fact.writeQueueNums} 个，读队列 ${fact.readQueueNums} 个，${permText(fact.perm)}。`;
      }
    case 'topic-deleted':
      return `${who} 删除了主题 ${fact.topic}。`;
    case 'send-refused':
      return `${who} 拒绝了一条发往 ${fact.topic} 的消息，响应码 ${fact.code}：${fact.remark}`;
    case 'client-joined':
      return `${who} 将 ${fact.clientId}（${fact.address}）登记为 ${fact.group} 组的${roleName[fact.role]}。`;
    case 'client-left':
      return `${who} 将 ${fact.clientId} 从 ${fact.group} 组的${roleName[fact.role]}中移除：${
        {
          heartbeat: '它的心跳中已不再包含该组',
          unregistered: '客户端主动注销',
          'connection-closed': '连接已断开',
          expired: '已有 120 秒没有收到心跳',
        }[fact.why]
      }。`;
    case 'group-notified':
      return `${who} 通知 ${fact.group} 组的 ${fact.clientIds.length} 个消费者：组内成员有变化，请立即重平衡。`;
    case 'pull-held':
      return `${fact.topic} 队列 ${fact.queueId} 的位点 ${fact.queueOffset} 处还没有消息，${who} 将 ${fact.group} 的拉取请求挂起（长轮询）。`;
    case 'pull-released':
      return `${who} 唤醒 ${fact.group} 挂起在 ${fact.topic} 队列 ${fact.queueId} 上的拉取请求：${
        {
          'nothing-new': '仍然没有新消息',
          'message-arrived': '有新消息到达',
          'timed-out': '挂起超时',
          'connection-closed': '消费者连接已断开',
        }[fact.why]
      }。`;
    case 'offset-committed':
      return `${who} 记录 ${fact.group} 在 ${fact.topic} 队列 ${fact.queueId} 上的消费位点：${fact.queueOffset}。`;
    case 'message-appended':
      return `${who} 将一条消息追加到 CommitLog 的 ${sayCount(fact.physicalOffset)} 处（${sayCount(fact.sizeBytes)} 字节），它是 ${fact.topic} 队列 ${fact.queueId} 的第 ${fact.queueOffset} 号位点。`;
    case 'log-flushed':
      return `${who} 的 CommitLog 在 ${sayCount(fact.physicalOffset)} 之前的内容已全部刷盘。`;
    case 'store-marked-broken':
      return `磁盘一直拒绝写入，${who} 放弃了 ${sayCount(fact.physicalOffset)} 处消息的${fact.of === 'queue' ? '消费队列' : '索引'}条目；重启之前不再接收任何消息。`;
    case 'log-dispatched':
      return `${who} 的 CommitLog 在 ${sayCount(fact.physicalOffset)} 之前的消息已全部分发到消费队列。`;
    case 'log-committed':
      return `${who} 将堆外缓冲池中 ${sayCount(fact.physicalOffset)} 之前的内容写入 PageCache：从此可读，进程被杀也不再丢失。`;
    case 'log-cleaned':
      return `${who} ${
        {
          expired: '删除了过期文件',
          'disk-filling': '因磁盘将满删除了旧文件',
        }[fact.why]
      }，CommitLog 现在从 ${sayCount(fact.minPhysicalOffset)} 开始${
        fact.queues.length === 0 ? '' : `，${fact.queues.length} 个消费队列的起点随之后移`
      }。`;
    case 'slave-connected':
      return `有从节点自 ${fact.slave} 连上 ${who}，此刻起就算在内；在它上报自己的 CommitLog 位置之前，不会给它发送任何数据。`;
    case 'replication-begun':
      return fact.requestedOffset === 0 && fact.fromOffset > 0
        ? `${fact.slave} 的从节点还没有 CommitLog，${who} 只从最后一个文件的起点 ${sayCount(fact.fromOffset)} 开始发送，更早的消息不会再复制。`
        : fact.requestedOffset > fact.maxOffset
          ? `${fact.slave} 的从节点自称 CommitLog 已到 ${sayCount(fact.requestedOffset)}，超过了 ${who} 自己的 ${sayCount(fact.maxOffset)}。${who} 信以为真，等自己的 CommitLog 写到那里才继续。`
          : `${fact.slave} 的从节点上报 CommitLog 已到 ${sayCount(fact.requestedOffset)}，${who} 从那里接着发送。`;
    case 'replicated-to':
      return `${fact.slave} 的从节点向 ${who} 确认：${sayCount(fact.physicalOffset)} 之前的内容都已收到。`;
    case 'slave-disconnected':
      return `${who} 失去了 ${fact.slave} 的从节点：${
        {
          ended: '对方关闭了连接',
          reset: '连接中断',
          expired: '对方太久没有消息',
          refused: '对方自称的数据比主节点还多',
          stopped: `${who} 正在停止`,
        }[fact.why]
      }。`;
    case 'replica-missed':
      return fact.outcome === 'SLAVE_NOT_AVAILABLE'
        ? `${who} 已将消息存到 ${sayCount(fact.endOffset)}，但没有可用的从节点，或从节点落后太多：SLAVE_NOT_AVAILABLE。`
        : `${who} 等待从节点同步到 ${sayCount(fact.endOffset)}，等了 ${sayDuration(fact.waitedMs * 1000, 'zh-CN')} 仍未等到：FLUSH_SLAVE_TIMEOUT。`;
    case 'master-connected':
      return `${who} 连上了主节点 ${fact.master}，自己的 CommitLog 到 ${sayCount(fact.maxOffset)} 为止。`;
    case 'master-disconnected':
      return `${who} 与主节点 ${fact.master} 断开：${
        {
          refused: '那里没有进程在监听',
          'connect-timeout': '连接超时',
          ended: '主节点关闭了连接',
          reset: '连接被重置',
          timeout: '长时间未确认',
          destroyed: '自己放弃了连接',
          'offset-mismatch': '收到的数据与自己 CommitLog 的末尾接不上',
          malformed: '收到的不是合法的传输数据',
          expired: '自己太久没有发送任何数据',
          stopped: '自己正在停止',
        }[fact.why]
      }。`;
    case 'slave-appended':
      return `主节点 CommitLog 中 ${sayCount(fact.physicalOffset)} 之前的内容已写入 ${who} 的 PageCache。`;
    case 'slave-synchronised':
      return `${who} 从主节点 ${fact.master} 同步了${tableInChinese[fact.what]}。`;
    case 'slave-sync-failed':
      return `${who} 向主节点 ${fact.master} 同步${tableInChinese[fact.what]}失败：${fact.error}`;
    case 'file-created':
      return `${who} 创建文件 ${fact.path}（${sayCount(fact.sizeBytes)} 字节）。`;
    case 'file-deleted':
      return `${who} 删除文件 ${fact.path}（${sayCount(fact.sizeBytes)} 字节）。`;
    case 'store-recovered':
      return fact.maxPhysicalOffset === 0 && fact.truncatedBytes === 0
        ? `${who} 打开了一个空的存储目录。`
        : `${who} ${fact.cleanExit ? '上次是正常退出，存储完好' : '发现 abort 文件，上次是异常退出，已恢复存储'}：CommitLog 范围 ${sayCount(fact.minPhysicalOffset)} 至 ${sayCount(fact.maxPhysicalOffset)}，共 ${fact.queues.length} 个消费队列${
            fact.truncatedBytes === 0 ? '' : `，尾部截去 ${sayCount(fact.truncatedBytes)} 字节`
          }。`;
    case 'config-persisted':
      return `${who} 写入 ${fact.path}。`;
    case 'client-started':
      return `${who} 以 ${fact.group} 组${roleName[fact.role]}的身份启动，clientId 为 ${fact.clientId}。`;
    case 'client-stopped':
      return `${who} 关闭了 ${fact.group} 组的${roleName[fact.role]}。`;
    case 'route-learnt':
      return fact.brokers.length === 0
        ? `${who} 得知 ${fact.topic} 没有可用的 Broker。`
        : `${who} 获得了 ${fact.topic} 的路由：${fact.brokers
            .map((broker) => `${broker.brokerName}，${broker.writeQueueNums} 个队列`)
            .join('；')}。`;
    case 'route-missing':
      return `${who} 没有拿到 ${fact.topic} 的路由：${fact.error}`;
    case 'heartbeat-answered':
      return fact.error === null
        ? `Broker ${fact.address} 应答了 ${who} 的心跳。`
        : `${who} 向 ${fact.address} 发送心跳失败：${fact.error}`;
    case 'send-begun':
      return `${who} 开始${{sync: '同步', async: '异步', oneway: '单向'}[fact.mode]}发送一条消息到 ${fact.topic}，消息体 ${sayCount(fact.bodyBytes)} 字节${fact.tags === null ? '' : `，标签 ${fact.tags}`}。`;
    case 'send-attempted':
      return `${who} ${fact.attempt <= 1 ? '' : `第 ${fact.attempt} 次尝试，`}选中 ${fact.brokerName} 的队列 ${fact.queueId}。`;
    case 'send-attempt-failed':
      return `${who} 第 ${fact.attempt} 次发送失败${fact.willRetry ? '，将会重试' : ''}：${fact.error}`;
    case 'send-acknowledged':
      return `${who} 用时 ${sayDuration(Math.round(fact.tookMs * 1000), 'zh-CN')}收到 ${fact.status}：消息位于 ${at(fact.topic, fact.brokerName, fact.queueId)}，位点 ${fact.queueOffset}。`;
    case 'send-handed-over':
      return `${who} 已将一条单向消息写入套接字，之后不再过问。`;
    case 'send-given-up':
      return `${who} 在 ${sayDuration(Math.round(fact.tookMs * 1000), 'zh-CN')}后放弃了一条消息：${fact.error}`;
    case 'rebalanced':
      return fact.allocated.length === 0
        ? `${who} 对 ${fact.topic} 重平衡：${fact.group} 组共 ${fact.clientIds.length} 个消费者，没有队列分给它。`
        : `${who} 对 ${fact.topic} 重平衡：${fact.group} 组共 ${fact.clientIds.length} 个消费者，它分到 ${fact.allocated.length} 个队列（${queues(fact.allocated)}）。`;
    case 'queue-taken':
      return `${who} 接管 ${at(fact.topic, fact.brokerName, fact.queueId)}，从位点 ${fact.queueOffset} 开始消费。`;
    case 'queue-dropped':
      return `${who} 放弃 ${at(fact.topic, fact.brokerName, fact.queueId)}：${
        {
          rebalanced: '重平衡后它归别的消费者',
          expired: '已有 120 秒没有拉取过',
          stopped: '消费者正在关闭',
          'offset-illegal': '请求的位点在 Broker 上不存在',
        }[fact.why]
      }。`;
    case 'pull-failed':
      return `${who} 从 ${at(fact.topic, fact.brokerName, fact.queueId)} 拉取失败：${fact.error}`;
    case 'pull-offset-moved':
      return `${who} 在 ${at(fact.topic, fact.brokerName, fact.queueId)} 上的拉取位点被从 ${fact.fromOffset} 修正为 ${fact.toOffset}。`;
    case 'flow-controlled':
      return `${who} 触发流控，暂缓拉取 ${at(fact.topic, fact.brokerName, fact.queueId)}：${
        {
          count: '本地积压的消息条数过多',
          size: '本地积压的消息总量过大',
          span: '本地缓存的消息位点跨度过大',
        }[fact.why]
      }。`;
    case 'message-delivered':
      return `${who} 将 ${at(fact.topic, fact.brokerName, fact.queueId)} 中位点 ${fact.queueOffset} 的消息交给监听器${
        fact.reconsumeTimes === 0 ? '' : `，这是第 ${fact.reconsumeTimes} 次重试`
      }${ordinal > 1 ? `；${fact.group} 组已是第 ${ordinal} 次收到这条消息` : ''}。`;
    case 'message-received':
      return `${who} 拉到 ${at(fact.topic, fact.brokerName, fact.queueId)} 中位点 ${fact.queueOffset} 的消息${
        fact.reconsumeTimes === 0 ? '' : `，这是第 ${fact.reconsumeTimes} 次重试`
      }${ordinal > 1 ? `；${fact.group} 组已是第 ${ordinal} 次收到这条消息` : ''}。`;
    case 'consumption-finished':
      return fact.status === 'CONSUME_SUCCESS'
        ? `${who} 的监听器成功消费了 ${at(fact.topic, fact.brokerName, fact.queueId)} 中的 ${fact.msgIds.length} 条消息。`
        : `${who} 的监听器对 ${at(fact.topic, fact.brokerName, fact.queueId)} 中的 ${fact.msgIds.length} 条消息返回 RECONSUME_LATER，稍后重试。`;
    case 'offset-reported':
      return `${who} 向 Broker 上报 ${at(fact.topic, fact.brokerName, fact.queueId)} 的消费位点 ${fact.queueOffset}。`;
    case 'broker-role-changed':
      return `${who} 上的 Broker ${fact.brokerName} 从现在起是 ${fact.role}，brokerId 为 ${fact.brokerId}，并告知各 NameServer。`;
    case 'broker-mastership-waits':
      return `${who} 是 ${fact.group} 在任期 ${fact.term} 的 leader，但还不接收消息：日志的最后一条是 ${fact.ledgerEndIndex}，已提交到 ${fact.committedIndex}，还有 ${sayCount(fact.dispatchBehindBytes)} 字节未分发。`;
    case 'broker-mastership-missed':
      return `轮到 ${who} 的 Broker 处理任期 ${fact.term} 的当选时，它已不是 ${fact.group} 的 leader，因此没有成为主节点。`;
    case 'dledger-recovered':
    case 'dledger-role-changed':
    case 'dledger-term-changed':
    case 'dledger-votes-requested':
    case 'dledger-vote-answered':
    case 'dledger-vote-round-ended':
    case 'dledger-heartbeat-missed':
    case 'dledger-leader-lost':
    case 'dledger-appended':
    case 'dledger-acknowledged':
    case 'dledger-committed':
    case 'dledger-push-state':
    case 'dledger-compared':
    case 'dledger-truncated':
    case 'dledger-append-refused':
    case 'dledger-append-failed':
    case 'dledger-transfer':
    case 'dledger-cut-refused':
    case 'dledger-trimmed':
    case 'dledger-thread-blocked':
      return tellGroup(fact);
    default:
      return unreachable(fact);
  }
}

function unreachable(fact: never): never {
  throw new Error(`no sentence for ${JSON.stringify(fact)}`);
}
