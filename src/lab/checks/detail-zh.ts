/**
 * What checks say, in Chinese. The checks themselves say it once, in English, for reports; a sentence is made of phrases with
 * holes, and so is its translation. What a hole holds is a phrase of its own, or a name or number that stays as it is.
 */
type Phrase = readonly [english: string, chinese: string];

const PHRASES: readonly Phrase[] = [
  // Messages.
  ['no message was acknowledged', '没有消息得到确认'],
  ['no message was acknowledged that a group wants', '没有哪个消费组想要的消息得到确认'],
  ['no message was acknowledged or delivered', '没有消息得到确认或投递'],
  [
    '{n} acknowledged messages are all held by a broker, {m} of them durably',
    '{n} 条已确认的消息都有 Broker 保存，其中 {m} 条已落盘',
  ],
  [
    '{n} of {all} acknowledged messages are gone, {m} of them though they were on the disk',
    '{all} 条已确认的消息中有 {n} 条丢失，其中 {m} 条本已落盘',
  ],
  [
    '{n} of {all} acknowledged messages are gone, {m} of them though they were on the disk: {why}',
    '{all} 条已确认的消息中有 {n} 条丢失，其中 {m} 条本已落盘：{why}',
  ],
  [
    '{n} of {all} acknowledged messages are gone, {m} of them though the configuration promises to keep them; the first is {id}',
    '{all} 条已确认的消息中有 {n} 条丢失，其中 {m} 条按配置本应保住；第一条是 {id}',
  ],
  [
    '{n} of {all} acknowledged messages are gone, which the configuration allows; the first is {id}',
    '{all} 条已确认的消息中有 {n} 条丢失，这是配置允许的；第一条是 {id}',
  ],
  ['{n} of {all} acknowledged messages are gone, {why}', '{all} 条已确认的消息中有 {n} 条丢失：{why}'],
  [
    '{n} of {all} acknowledged messages are only where nobody can be asked for them{rest}',
    '{all} 条已确认的消息中有 {n} 条只存在于此刻问不到的地方{rest}',
  ],
  [
    '{n} of {all} acknowledged messages are only where nobody can be asked for them',
    '{all} 条已确认的消息中有 {n} 条只存在于此刻问不到的地方',
  ],
  [
    'all {n} acknowledged messages are where the configuration promised them to be{rest}',
    '{n} 条已确认的消息都在配置所承诺的地方{rest}',
  ],
  [
    'all {n} acknowledged messages are where the configuration promised them to be',
    '{n} 条已确认的消息都在配置所承诺的地方',
  ],
  [
    '; {n} were confirmed by a slave that never got them, having begun behind them (4.9.1 believes a slave that is ahead, and an empty one that begins at the last file)',
    '；其中 {n} 条由一个从未得到它们的从节点确认，它是从它们之后开始复制的（4.9.1 会相信超前的从节点，也会相信从最后一个文件开始的空从节点）',
  ],
  [
    '; {n} were no longer with a majority when the producer heard of them: who had told the leader of them has lost them since, as the configuration allows',
    '；有 {n} 条在生产者得知时已不在多数派手中：曾向 Leader 报告拥有它们的成员，其后又失去了它们，这是配置允许的',
  ],
  ['all {n} acknowledged messages were handed to a listener', '{n} 条已确认的消息都已交给监听器'],
  [
    '{n} of {all} acknowledged messages have not reached every group',
    '{all} 条已确认的消息中有 {n} 条没有到达每个消费组',
  ],
  [
    '{n} of {all} acknowledged messages have not reached every group while {faults}',
    '{all} 条已确认的消息中有 {n} 条没有到达每个消费组，因为{faults}',
  ],
  ['{n} were lost', '{n} 条已丢失'],
  ['{n} were lost, which the configuration allows', '{n} 条已丢失，这是配置允许的'],
  [
    '{n} are only where nobody is asked for them: who acknowledged them has come back without them',
    '{n} 条只存在于没有人去问的地方：确认它们的 Broker 回来时已经没有它们',
  ],
  [
    '{n} took the places of messages that were read before they were lost',
    '{n} 条占用了另一些消息的位点，那些消息在丢失之前已被读过',
  ],
  [
    '{n} lie in a hole of the log, or came in one batch with what does',
    '{n} 条落在日志的空洞里，或与空洞里的消息同属一批',
  ],
  ['{n} are no longer known by their ids', '{n} 条已无法按其 ID 认出'],
  ['{n} are of a topic that their broker has forgotten', '{n} 条所属的 Topic 已被其 Broker 忘记'],
  [
    '{who} has never synced its topics.json, and the power took it',
    '{who} 从未同步过 topics.json，断电把它夺走了',
  ],
  ['the first is {id}', '第一条是 {id}'],
  ['{id} was acknowledged though no broker had stored it', '{id} 得到了确认，却没有 Broker 保存过它'],
  [
    '{id} was answered SEND_OK by {who} with SYNC_FLUSH before its disk had it',
    '{who} 配置了 SYNC_FLUSH，却在磁盘拿到 {id} 之前就应答了 SEND_OK',
  ],
  [
    '{id} was answered SEND_OK by {who} when {n} of its group had it, and {m} make a majority',
    '{who} 对 {id} 应答 SEND_OK 时，组内只有 {n} 个成员有它，而多数派需要 {m} 个',
  ],
  [
    '{id} was answered SEND_OK by {who}, a SYNC_MASTER, before a slave had it',
    '{who} 是 SYNC_MASTER，却在从节点拿到 {id} 之前就应答了 SEND_OK',
  ],
  [
    '{id} is out of reach, and who should have it has lost it though it was promised to stay: {story}',
    '{id} 暂不可达，而本应保住它的 Broker 已把它丢失：{story}',
  ],
  ['{id} is gone though it was promised to stay: {story}', '{id} 本应保住，却已丢失：{story}'],
  ['{who} had it on disk, taken by {taker}', '{who} 的磁盘上有过它，因{taker}而失去'],
  ['{who} had it in memory, taken by {taker}', '{who} 的内存里有过它，因{taker}而失去'],
  ['disk-destroyed', '磁盘损毁'],
  ['power-loss', '断电'],
  ['disk-fault', '磁盘故障'],
  ['process-end', '进程结束'],
  ['cleaning', '清理旧文件'],
  ['ledger-cut', '日志被截断'],
  ['nothing', '不明原因'],
  ['{n} because {why}', '{n} 条是因为{why}'],
  ['on {who} {why} at {moment}', '{moment} 时在 {who} 上，{why}'],
  [
    'no slave had it yet, for which ASYNC_MASTER does not wait',
    '还没有从节点拿到它，而 ASYNC_MASTER 并不等待',
  ],
  ['no slave had it, as {status} had told', '没有从节点拿到它，{status} 已经说明了这一点'],
  ['the disk was destroyed', '磁盘被损毁'],
  [
    'ASYNC_FLUSH acknowledges before the disk has it, and the power went',
    'ASYNC_FLUSH 在落盘之前就确认，而后断了电',
  ],
  [
    'transientStorePoolEnable acknowledges what is in a buffer of the process, and the power went',
    'transientStorePoolEnable 确认时数据只在进程的缓冲区里，而后断了电',
  ],
  [
    'transientStorePoolEnable acknowledges what is in a buffer of the process, and the process ended',
    'transientStorePoolEnable 确认时数据只在进程的缓冲区里，而后进程结束',
  ],
  [
    'a slave confirms what is in its page cache, and the power went',
    '从节点确认时数据只在它的页缓存里，而后断了电',
  ],
  [
    'the power went, and the producer had been told that it was not safe',
    '断了电，而此前已告知生产者它并不安全',
  ],
  [
    'the disk had a fault, and 4.9.1 swallows what a failed sync says',
    '磁盘有故障，而 4.9.1 忽略了同步失败的结果',
  ],
  [
    'its file was deleted, as fileReservedTime and the disk ratios say',
    '它所在的文件按 fileReservedTime 与磁盘占用比例的规定被删除',
  ],
  [
    'a majority acknowledges what is in its page caches, and the power went',
    '多数派确认时数据只在页缓存里，而后断了电',
  ],
  [
    'fewer than a majority still had it, and a leader without it made them drop it',
    '还有它的成员不足多数派，没有它的 Leader 使它们丢弃了它',
  ],
  ['this copy was of an attempt that was never acknowledged', '这份副本属于一次从未得到确认的发送'],
  [
    "the power cut of {machine} at {moment} took properties of the record at {offset} of {who}, and 4.9.1's recovery checks the CRC of the body only",
    '{machine} 在 {moment} 断电，丢了 {who} 日志中 {offset} 处记录的属性，而 4.9.1 恢复时只校验消息体的 CRC',
  ],
  [
    '{who} had come back from a kill and taken what it found for flushed, so nobody synced what lay at {offset}; the power cut took that, and recovery ends there, or does not look there',
    '{who} 被杀掉后重启，把读到的内容当作已刷盘，因此没有人同步过 {offset} 处的数据；断电夺走了它，而恢复在那里停下，或根本不看那里',
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
    '{who} had given up an entry of its {of} that the disk refused, and 4.9.1 writes none from then on',
    '{who} 放弃了一个被磁盘拒绝的 {of} 条目，4.9.1 从此不再写入',
  ],
  [
    '{who} lost queues with its power, which 4.9.1 does not fill from a ledger (7355)',
    '{who} 断电丢了队列，而 4.9.1 不会由 DLedger 日志重建（7355）',
  ],
  // Faults.
  ['all {n} struck', '全部 {n} 个都已生效'],
  ['{what} changed nothing', '{what} 没有改变任何东西'],
  ['{n} found nobody to strike, or came after the end of the run', '{n} 个没有找到对象，或晚于运行结束'],
  ['{n} waited in vain, or came after the end of the run', '{n} 个白等一场，或晚于运行结束'],
  [
    '{n} found nobody to strike, or waited in vain, or came after the end of the run',
    '{n} 个没有找到对象，或白等一场，或晚于运行结束',
  ],
  ['{n} came after the end of the run', '{n} 个晚于运行结束'],
  ['{a} is cut off from {b}', '{a} 与 {b} 之间被切断'],
  ['{who} has no power', '{who} 没有电'],
  ['the disk of {who} has a fault: {name}', '{who} 的磁盘有故障（{name}）'],
  ['the disk of {who} is gone', '{who} 的磁盘已损毁'],
  ['{who} is down', '{who} 停机'],
  ['{who} is frozen', '{who} 被冻结'],
  ['nothing was ever broken', '没有发生过故障'],
  ['not claimed while {faults}', '此时不作断言：{faults}'],
  ['{group} has no leader', '{group} 没有 Leader'],
  ['{group} commits nothing', '{group} 没有提交任何条目'],
  ['{group} took longer', '{group} 用时更长'],
  ['{who} follows nobody', '{who} 没有跟随任何成员'],
  ['no send is acknowledged', '没有发送得到确认'],
  ['a send was acknowledged later', '发送的确认来得更晚'],
  ['there is no group, and nobody sent anything after the faults', '没有 DLedger 组，故障之后也没有人发送'],
  [
    'a leader and progress {time} after the last fault was lifted',
    '最后一个故障解除后 {time} 就有了 Leader 并继续推进',
  ],
  [
    '{what} {time} after the last fault was lifted, and the run ends before the {limit} are over',
    '最后一个故障解除后已过 {time}：{what}；{limit} 还没到，运行就结束了',
  ],
  ['{what} within {limit} of the last fault: {why}', '最后一个故障之后 {limit} 内{what}：{why}'],
  ['nothing is known that keeps it from that', '不知道有什么妨碍它'],
  [
    '{who} had given up an entry that its disk refused, and takes nothing until it is restarted',
    '{who} 放弃了一个被磁盘拒绝的条目，在重启之前不再接收',
  ],
  [
    'a majority has lost what is committed, and its leader has nothing to compare',
    '多数派丢了已提交的条目，而 Leader 没有可比较的内容',
  ],
  [
    'a majority has lost what is committed, and {who} keeps it (keep-committed)',
    '多数派丢了已提交的条目，而 {who} 把它留住（keep-committed）',
  ],
  // DLedger groups.
  ['there is no DLedger group', '没有 DLedger 组'],
  ['{n} times somebody began to lead, never two in one term', '共有 {n} 次成为 Leader，同一任期从未有两个'],
  ['nobody ever led', '从未有过 Leader'],
  [
    '{n} entries were compared with those of other members of one index and term, and with the ones before',
    '将 {n} 个条目与其他成员同下标、同任期的条目及其之前的条目作了比较',
  ],
  ['no two members had an entry of one index and term', '没有两个成员拥有同下标、同任期的条目'],
  [
    "{n} times a leader began with all that was committed; not promised where power cuts or lost disks took it from a majority's page caches",
    'Leader 上任时拥有全部已提交条目，共 {n} 次；断电或丢盘从多数派的页缓存夺走的不在承诺之内',
  ],
  ['nobody began to lead after something was committed', '有条目提交之后，没有新的 Leader 上任'],
  [
    '{n} commits and acknowledgements stand, and no member cut off what was committed',
    '{n} 次提交与确认都成立，没有成员截掉已提交的条目',
  ],
  [
    '{leader} made {who} cut off {entries} of {group}, which was committed',
    '{leader} 让 {who} 截掉了 {group} 已提交的{entries}',
  ],
  [
    '{leader} made {who} cut off {entries} of {group}, which were committed',
    '{leader} 让 {who} 截掉了 {group} 已提交的{entries}',
  ],
  [
    '{who} leads {group} without entry {i}, which was committed',
    '{who} 成为 {group} 的 Leader，却没有已提交的条目 {i}',
  ],
  [
    '{who} leads {group} without {n} entries from {i} on, which were committed',
    '{who} 成为 {group} 的 Leader，却没有从条目 {i} 起已提交的 {n} 个条目',
  ],
  ['nothing was committed', '没有提交任何条目'],
  [
    '{n} restarts of members whose logs had been cut, and nothing came back',
    '日志被截断过的成员重启 {n} 次，没有条目复活',
  ],
  ['no member whose log had been cut was restarted', '没有日志被截断过的成员重启'],
  [
    '{n} entries were handed on, at each index the same on every member',
    '{n} 个条目被应用，各成员在每个下标上都相同',
  ],
  ['nothing was handed on', '没有应用任何条目'],
  ['{n} sends that a leader took into its log were answered', 'Leader 收进日志的 {n} 次发送都有了回音'],
  ['no leader took a message into its log', '没有 Leader 把消息收进日志'],
  [
    '{id} lay in the log of {who} for {n} s, and its producer heard nothing',
    '{id} 在 {who} 的日志里躺了 {n} 秒，它的生产者没有收到回音',
  ],
  ['it is not committed, and has not been given up either', '它没有提交，也没有被放弃'],
  [
    'the run ends before {limit} are over since the last fault was lifted',
    '最后一个故障解除后不到 {limit}，运行就结束了',
  ],
  [
    'each member has what its leader had committed {limit} before the end',
    '每个成员都有 Leader 在结束前 {limit} 已提交的条目',
  ],
  [
    'nothing was committed {limit} before the end by a leader that leads still',
    '仍在任的 Leader 在结束前 {limit} 没有提交过条目',
  ],
  [
    '{who} of {group} ends at entry {n}, and entry {m} was committed a minute ago',
    '{group} 的 {who} 到条目 {n} 为止，而条目 {m} 一分钟前就已提交',
  ],
  [
    'a majority has lost what is committed there, and keep-committed keeps it',
    '多数派丢了那里已提交的条目，而 keep-committed 把它留住',
  ],
  ['nothing is known that keeps it behind', '不知道是什么使它落后'],
  ['{n} hand-overs, and never {row} in a row that came to nothing', '{n} 次移交，从未连续 {row} 次落空'],
  ['nobody was asked to take over', '没有成员被要求接任'],
  [
    '{who} asks {other} again and again to take over, each time in vain, the last time with code {code}',
    '{who} 一再要求 {other} 接任，每次都落空，最后一次的返回码是 {code}',
  ],
  [
    '{n} times a leader gave up, each after three heartbeats without a majority',
    'Leader 主动放弃共 {n} 次，每次都已连续三个心跳没有多数派',
  ],
  ['no leader gave up for want of a majority', '没有 Leader 因失去多数派而放弃'],
  [
    '{who} gave up leading {group} in term {term} after {n} s',
    '{who} 在任期 {term} 领导 {group} 仅 {n} 秒就放弃了',
  ],
  [
    '{n} times a member had something to flush, and always flushed it within {limit}',
    '成员有内容待刷盘共 {n} 次，每次都在 {limit} 内刷了盘',
  ],
  ['no member had anything to flush', '没有成员有内容待刷盘'],
  [
    '{who} of {group} has {n} bytes from {pos} on that it does not flush',
    '{group} 的 {who} 自位置 {pos} 起有 {n} 字节一直不刷盘',
  ],
  [
    '{n} times a majority without a leader had one within {limit}',
    '没有 Leader 的多数派在 {limit} 内选出 Leader，共 {n} 次',
  ],
  ['no majority was ever without a leader', '多数派从未没有 Leader'],
  [
    '{names} of {group} have no leader though they are a majority',
    '{group} 的 {names} 是多数派，却没有 Leader',
  ],
  ['nothing is known that keeps them', '不知道有什么妨碍它们'],
  ['{a} and {b} both lead term {term} of {group}', '{a} 与 {b} 同为 {group} 任期 {term} 的 Leader'],
  ['nobody is known to have voted twice', '没有发现谁投了两次票'],
  [
    '{who} voted twice, as its disk with its vote was replaced',
    '{who} 投了两次票，因为记着它选票的磁盘被更换',
  ],
  [
    'entry {n} of {group}, committed in term {a}, is another one since term {b}',
    '{group} 的条目 {n} 在任期 {a} 提交，自任期 {b} 起成了另一个条目',
  ],
  [
    'entry {n} of {group} is called committed, and only {who} has it',
    '{group} 的条目 {n} 被称作已提交，却只有 {who} 有它',
  ],
  [
    '{who} hands on another entry {n} of {group} (term {a}) than was handed on before (term {b})',
    '{who} 应用的 {group} 条目 {n}（任期 {a}）与先前应用的（任期 {b}）不同',
  ],
  [
    'entry {n} of term {term} is one thing on {a} and another on {b}, in {group}',
    '{group} 中任期 {term} 的条目 {n} 在 {a} 与 {b} 上内容不同',
  ],
  [
    '{a} and {b} of {group} have the same entry {n} and different ones before it',
    '{group} 的 {a} 与 {b} 条目 {n} 相同，之前的却不同',
  ],
  ['one leader wrote both', '两者由同一个 Leader 写入'],
  ['entry {n} of {group}, which was committed, is gone', '{group} 的条目 {n} 已提交，却消失了'],
  [
    '{taker} took it from {who}, and a majority acknowledges from page caches',
    '{taker}从 {who} 夺走了它，而多数派凭页缓存就确认',
  ],
  ['{taker} took it from {who}', '{taker}从 {who} 夺走了它'],
  ['{who} had it, and nothing is known that took it', '{who} 有过它，不知道是什么夺走了它'],
  [
    '{who} came back without it though its machine kept its power',
    '{who} 回来时没有它，而它的机器没有断过电',
  ],
  ['{taker} took from {who} what says that they were cut off', '{taker}从 {who} 夺走了它们已被截掉的记录'],
  [
    'the power went on {who}, and 0.2.2 believes what the disk had of pages that were not flushed',
    '{who} 断了电，而 0.2.2 相信磁盘上未刷盘页面的内容',
  ],
  ['{id} was answered {status}', '{id} 得到的应答是 {status}'],
  ['no leader has committed it', '没有 Leader 提交过它'],
  [
    '{entries} of {group}, which {who} had cut off, is in its log again',
    '{group} 的{entries}被 {who} 截掉后又回到了它的日志',
  ],
  [
    '{entries} of {group}, which {who} had cut off, are in its log again',
    '{group} 的{entries}被 {who} 截掉后又回到了它的日志',
  ],
  ['{what}, and a majority acknowledges from page caches', '{what}，而多数派凭页缓存就确认'],
  ['entry {n}', '条目 {n}'],
  ['entries {a} to {b}', '条目 {a} 至 {b}'],
  ['a power cut', '断电'],
  ['the loss of a disk', '丢失磁盘'],
  ['a disk fault', '磁盘故障'],
  ['a cut of the log', '截断日志'],
  // Known flaws of DLedger 0.2.2.
  ['a leader compares where an earlier leadership left off', 'Leader 从上一次任期停下的地方开始比较'],
  ['a candidate of a higher term is one for ever', '任期更高的 Candidate 永远是 Candidate'],
  ['entries that were cut off rise again with a restart', '被截掉的条目随重启复活'],
  [
    'a follower commits what it has not compared with its leader',
    'Follower 提交了没有与 Leader 比较过的条目',
  ],
  [
    'a follower appends behind entries that it has not compared with its leader',
    'Follower 在没有与 Leader 比较过的条目之后追加',
  ],
  ['an entry of an old term is committed by counting', '旧任期的条目靠计数被提交'],
  ['the commit index stays above the end of a log that was cut', '日志被截断后，提交下标仍在日志末尾之上'],
  [
    'a leader that forgot its last entries leads the same term again',
    '忘了最后几个条目的 Leader 又在同一任期上任',
  ],
  ['a vote is forgotten and given again', '选票被遗忘后又投了一次'],
  ['who waits when a leadership ends hears nothing', '任期结束时还在等待的请求得不到回音'],
  [
    'whose entry was committed before it was noted that somebody waits hears with the next entry',
    '条目在登记等待者之前就已提交的，要到下一个条目才得到回音',
  ],
  ['commit indexes that nobody takes in fill the network threads', '没有人接收的提交下标占满了网络线程'],
  [
    'a gap is told once, and the push that showed it is refused as a repeated one for ever',
    '缺口只报告一次，暴露它的推送此后一直被当作重复而拒绝',
  ],
  [
    'a leader with nothing to push does not look at a follower that was wiped',
    '没有东西可推送的 Leader 不会理会被清空的 Follower',
  ],
  ['a leader hands over to a member that its pushes do not reach', 'Leader 把任期移交给收不到它推送的成员'],
  [
    'a leadership is judged by the heartbeats of an earlier one, and the first by none',
    '一次任期按上一次任期的心跳来判断，第一次则没有心跳可依',
  ],
  [
    'a cut leaves the flush position behind the end of the log, and nothing is flushed until it has grown back',
    '截断把刷盘位置留在日志末尾之后，日志重新长到那里之前不再刷盘',
  ],
  ['a member with files of another size refuses what it has written', '文件大小不同的成员拒绝自己写过的内容'],
  ['{flaw} though {fix} is on: {words}', '已打开 {fix}，却仍有 {flaw}：{words}'],
  // What joins them.
  ['{a}, and {n} more or so', '{a}，类似的约还有 {n} 处'],
  ['{a}, and {n} more', '{a}，另有 {n} 处'],
  ['{a}, {b}', '{a}，{b}'],
  ['{a}: {b}', '{a}：{b}'],
  ['{a}; {b}', '{a}；{b}'],
  ['{a}, and {b}', '{a}，并且{b}'],
  ['{a} and {b}', '{a}，{b}'],
];

interface Rule {
  readonly pattern: RegExp;
  readonly names: readonly string[];
  readonly chinese: string;
}

/** Holes for sentences of their own; any other holds a name, a number or a time, and ends where a clause does. */
const CLAUSES: ReadonlySet<string> = new Set([
  'a',
  'b',
  'what',
  'why',
  'rest',
  'story',
  'faults',
  'words',
  'names',
]);
const NAME = '((?:[^,;:]|[,;:](?! ))+?)';

const RULES: readonly Rule[] = PHRASES.map(ruleOf);

/** A check's sentence in Chinese; null where it is made of words that are not known here. */
export function detailInChinese(detail: string): string | null {
  for (const {pattern, names, chinese} of RULES) {
    const found = pattern.exec(detail);
    if (found === null) continue;
    const parts = found.slice(1).map((part) => detailInChinese(part) ?? (isName(part) ? part : null));
    if (parts.includes(null)) continue;
    const told = chinese.replaceAll(/\{(\w+)\}/g, (_, name: string) => parts[names.indexOf(name)] ?? '');
    return told.replaceAll(/([\u4e00-\u9fff])(?=[A-Za-z0-9])/g, '$1 ');
  }
  return null;
}

function ruleOf([english, chinese]: Phrase): Rule {
  const names = [...english.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
  const literal = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const pattern = english
    .split(/\{(\w+)\}/)
    .map((part, i) => (i % 2 === 0 ? literal(part) : CLAUSES.has(part) ? '(.+?)' : NAME))
    .join('');
  return {pattern: new RegExp(`^${pattern}$`), names, chinese};
}

/** A name, a number, a time, a few names with commas between them: nothing to translate. */
function isName(part: string): boolean {
  return (
    !/[a-z]{2,} [a-z]{2,} [a-z]/.test(part) && !/^(no|all|a|the|it|on|its) /.test(part) && !/: /.test(part)
  );
}
