import type {Phrase} from './dledger/detail-zh.ts';

/** What checks say of records, queues, disks and replicas. */
export const DISK_PHRASES: readonly Phrase[] = [
  [
    "the power cut of {machine} at {moment} took properties of the record at {offset} of {who}, and 4.9.1's recovery checks the CRC of the body only",
    '{machine} 在 {moment} 断电，丢了 {who} 日志中 {offset} 处记录的属性，而 4.9.1 恢复时只校验消息体的 CRC',
  ],
  [
    '{who} had come back from a kill and taken what it found for flushed, so nobody synced what lay at {offset}; the power cut took that, and recovery ends there, or does not look there',
    '{who} 被杀掉后重启，把读到的内容当作已刷盘，因此没有人同步过 {offset} 处的数据；断电夺走了它，而恢复在那里停下，或根本不看那里',
  ],
  [
    'the power cut of {machine} at {moment} took a part of the record at {offset} of {who}, and a recovery of DLedger 0.2.2 looks at the heads of entries only',
    '{machine} 在 {moment} 断电，丢了 {who} 日志中 {offset} 处记录的一部分，而 DLedger 0.2.2 恢复时只看条目的头部',
  ],
  [
    'a bit of the record at {offset} of {who} reads the other way round since {moment}, and nobody has written there since',
    '{who} 日志中 {offset} 处的记录自 {moment} 起有一位读出来是反的，此后没有人重写过那里',
  ],
  [
    "the power cut of {machine} at {moment} left that entry half written, and 4.9.1's recovery looks at its place and size only",
    '{machine} 在 {moment} 断电，那个条目只写了一半，而 4.9.1 恢复时只看它的位置与大小',
  ],
  // Queues, disks, replicas.
  ['the disks were not read at the end of the run', '运行结束时没有读取磁盘'],
  ['no running broker has a record or an entry', '运行中的 Broker 都没有记录，也没有队列条目'],
  [
    '{n} entries point at their records, and none of {m} records is without one',
    '{n} 个队列条目都指向各自的记录，{m} 条记录也都有条目',
  ],
  [
    'offset {offset} of {topic} queue {queue} on {who} has no entry for the record at {at}',
    '{who} 上 {topic} 队列 {queue} 的位点 {offset} 没有指向 {at} 处记录的条目',
  ],
  [
    'offset {offset} of {topic} queue {queue} on {who} has an entry that differs from its record at {at}',
    '{who} 上 {topic} 队列 {queue} 位点 {offset} 的条目与 {at} 处的记录不一致',
  ],
  [
    'offset {offset} of {topic} queue {queue} on {who} has an entry that points at {at}, where its record is not',
    '{who} 上 {topic} 队列 {queue} 位点 {offset} 的条目指向 {at}，那里却没有它的记录',
  ],
  [
    'the log of {who} has no record at {at}, and nothing is known of what comes after',
    '{who} 的日志在 {at} 处没有记录，其后的内容不得而知',
  ],
  ['the logs of {slave} and {master} differ from {at} on', '{slave} 与 {master} 的日志自 {at} 起不同'],
  [
    'the log of {slave} ends at {end}, beyond that of its master {master}, which ends at {other}',
    '{slave} 的日志到 {end} 为止，超出了主节点 {master} 的 {other}',
  ],
  ['no slave that runs has anything of a master that runs', '没有运行中的从节点拥有运行中主节点的数据'],
  ['{n} bytes of a slave are the same on the master', '从节点的 {n} 字节与主节点相同'],
  ['{n} bytes of slaves are the same on the master', '各从节点的 {n} 字节与主节点相同'],
  [
    'its master {master} had come back without what lies from {from} to {to}, and 4.9.1 lets a slave go on from where it was',
    '它的主节点 {master} 回来时已没有 {from} 到 {to} 的数据，而 4.9.1 让从节点从原处继续',
  ],
  [
    'its master {master} had come back without what lies from {from} to {to}, and 4.9.1 lets a slave go on from where it was (lab.fix=slave-offset-checked refuses one that is ahead)',
    '它的主节点 {master} 回来时已没有 {from} 到 {to} 的数据，而 4.9.1 让从节点从原处继续（lab.fix=slave-offset-checked 会拒绝超前的从节点）',
  ],
  [
    'offset {offset} of {topic} queue {queue} was given to {a} and to {b}',
    '{topic} 队列 {queue} 的位点 {offset} 既给了 {a}，又给了 {b}',
  ],
  [
    '{id} got offset {offset} of {topic} queue {queue} though {who} had been told of offset {before} before sending it',
    '{id} 得到 {topic} 队列 {queue} 的位点 {offset}，而 {who} 在发送它之前已被告知位点 {before}',
  ],
  [
    'offset {offset} of {topic} queue {queue} is {id}, but {group} got {other} from there',
    '{topic} 队列 {queue} 的位点 {offset} 是 {id}，{group} 从那里得到的却是 {other}',
  ],
  [
    '{n} acknowledged messages lie in {q} queues in the order they were sent, and {m} deliveries agree with them',
    '{n} 条已确认的消息按发送顺序存于 {q} 个队列，{m} 次投递与之相符',
  ],
  ['no offset was committed at a master', '没有位点提交到主节点'],
  [
    '{n} commits lie within their queues and behind what their groups were handed',
    '{n} 次位点提交都在队列之内，也不超过消费组已拿到的消息',
  ],
  [
    '{group} committed offset {offset} of {topic} queue {queue} on {who}, which ends at {end}',
    '{group} 提交了 {who} 上 {topic} 队列 {queue} 的位点 {offset}，而该队列到 {end} 为止',
  ],
  [
    '{group} committed offset {offset} of {topic} queue {queue} on {who}, past {id} at {at}, which it had not been handed',
    '{group} 提交了 {who} 上 {topic} 队列 {queue} 的位点 {offset}，越过了它没有拿到的 {id}（位点 {at}）',
  ],
  ['a recovery has made the queue shorter than it was', '一次恢复使队列变短了'],
  [
    'a recovery had made the queue shorter, and it got offsets that the group had passed',
    '一次恢复使队列变短，新消息用了消费组已越过的位点',
  ],
  [
    '{who} took messages before it was made master, and gave offset {offset} of {topic} queue {queue} a second time',
    '{who} 在成为主节点之前就收了消息，把 {topic} 队列 {queue} 的位点 {offset} 又给了一次',
  ],
  [
    '{who} cut its log back to {at}, and not the queues that point beyond it (S6)',
    '{who} 把日志截断到 {at}，却没有截断指向其后的队列（S6）',
  ],
  [
    '{who} put entry {n} of {queue} at {m}, as those before it were deleted from its log before it had dispatched them, or never came to it',
    '{who} 把 {queue} 的条目 {n} 放到了 {m} 处，因为它之前的条目在分发之前就从日志中删除了，或者从未到达',
  ],
  [
    '{who} has taken a file for a part of its log that it had dropped, and that its disk had not let go',
    '{who} 把一个已丢弃、但磁盘当时不让删除的文件又当成了日志的一部分',
  ],
  [
    '{who} had given up an entry of its {of} that the disk refused, and 4.9.1 writes none from then on',
    '{who} 放弃了一个被磁盘拒绝的 {of} 条目，4.9.1 从此不再写入',
  ],
  [
    '{who} lost queues with its power, which 4.9.1 does not fill from a ledger (7355)',
    '{who} 断电丢了队列，而 4.9.1 不会由 DLedger 日志重建（7355）',
  ],
];
