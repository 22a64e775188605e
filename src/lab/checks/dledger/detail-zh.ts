/** A sentence of a check in English and in Chinese, with the same holes in braces. */
export type Phrase = readonly [english: string, chinese: string];

/** What the checks of DLedger groups say, and those of pairs of masters and slaves that are judged entry by entry. */
export const GROUP_PHRASES: readonly Phrase[] = [
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
  ['{n} puts whose slave did not answer were told so in time', '从节点没有应答的 {n} 次写入都及时得到告知'],
  ['no put waited in vain for a slave', '没有写入白等从节点'],
  [
    'the put that ends at {end} on {who} waited {n} s for a slave',
    '{who} 上以 {end} 为末尾的写入等了从节点 {n} 秒',
  ],
  ['nothing was before it in the row', '它前面没有别的写入在等'],
  [
    'the patience of a put begins when those before it are answered',
    '一次写入的等待时限要到它前面的都得到应答才开始计',
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
    'a leader deleted data files with entries that no majority had, and whoever begins behind them counts for them',
    'Leader 删除了含有尚未获得多数派的条目的数据文件，而从其后开始的成员也被算作拥有它们',
  ],
  [
    'an entry that the disk refused halfway leaves its bytes behind, and no other fits any more',
    '磁盘只接受了一半的条目留下了它的字节，此后再没有条目对得上位置',
  ],
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
    'a cut leaves the flush position beyond the end of the log, and nothing is flushed until it has grown back',
    '截断把刷盘位置留在日志末尾之后，日志重新长到那里之前不再刷盘',
  ],
  ['a member with files of another size refuses what it has written', '文件大小不同的成员拒绝自己写过的内容'],
  ['{flaw} though {fix} is on: {words}', '已打开 {fix}，却仍有 {flaw}：{words}'],
];
