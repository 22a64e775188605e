import {DISK_PHRASES} from './detail-zh-disks.ts';
import {GROUP_PHRASES, type Phrase} from './dledger/detail-zh.ts';

/**
 * What checks say, in Chinese. The checks themselves say it once, in English, for reports; a sentence is made of phrases with
 * holes, and so is its translation. What a hole holds is a phrase of its own, or a name or number that stays as it is.
 */
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
    'not all {n} acknowledged messages are where the configuration promised them to be{rest}',
    '{n} 条已确认的消息并非都在配置所承诺的地方{rest}',
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
    '{n} were confirmed by a slave that never got them, having begun behind them (4.9.1 believes a slave that is ahead, and an empty one that begins at the last file)',
    '其中 {n} 条由一个从未得到它们的从节点确认，它是从它们之后开始复制的（4.9.1 会相信超前的从节点，也会相信从最后一个文件开始的空从节点）',
  ],
  [
    '{n} were no longer with a majority when the producer heard of them: who had told the leader of them has lost them since, as the configuration allows',
    '有 {n} 条在生产者得知时已不在多数派手中：曾向 Leader 报告拥有它们的成员，其后又失去了它们，这是配置允许的',
  ],
  [
    'the power took a part of its last entry, and {flaw}: {words}',
    '断电夺走了它最后一个条目的一部分，而且 {flaw}：{words}',
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
  [
    '{id} was gone for a time though it was promised to stay: {story}',
    '{id} 本应一直保住，却一度丢失：{story}',
  ],
  ['{who} has it on disk', '{who} 的磁盘上有它'],
  ['{who} has it in memory', '{who} 的内存里有它'],
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
  ...DISK_PHRASES,
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
  ...GROUP_PHRASES,
  ['{a}, and {n} more or so', '{a}，类似的约还有 {n} 处'],
  ['{a}, and {n} more', '{a}，另有 {n} 处'],
];

/** What joins phrases; each may also stand within one. */
const JOINTS: readonly Phrase[] = [
  [', ', '，'],
  [': ', '：'],
  ['; ', '；'],
  [', and ', '，并且'],
  [' and ', '，'],
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
  return translated(detail, new Map());
}

/** @param known what has been tried before, so that a sentence of many clauses does not take for ever */
function translated(detail: string, known: Map<string, string | null>): string | null {
  const before = known.get(detail);
  if (before !== undefined) return before;
  const told = asPhrase(detail, known) ?? asJoined(detail, known);
  known.set(detail, told);
  return told;
}

function asPhrase(detail: string, known: Map<string, string | null>): string | null {
  for (const {pattern, names, chinese} of RULES) {
    const found = pattern.exec(detail);
    if (found === null) continue;
    const parts = found.slice(1).map((part) => translated(part, known) ?? (isName(part) ? part : null));
    if (parts.includes(null)) continue;
    return spaced(chinese.replaceAll(/\{(\w+)\}/g, (_, name: string) => parts[names.indexOf(name)] ?? ''));
  }
  return null;
}

/** Two phrases with a joint between them, wherever it is. */
function asJoined(detail: string, known: Map<string, string | null>): string | null {
  const part = (text: string): string | null => translated(text, known) ?? (isName(text) ? text : null);
  for (const [joint, chinese] of JOINTS) {
    for (let at = detail.indexOf(joint, 1); at !== -1; at = detail.indexOf(joint, at + 1)) {
      const rest = detail.slice(at + joint.length);
      if (rest === '') continue;
      const [a, b] = [part(detail.slice(0, at)), part(rest)];
      if (a !== null && b !== null) return spaced(`${a}${chinese}${b}`);
    }
  }
  return null;
}

function spaced(text: string): string {
  return text.replaceAll(/([\u4e00-\u9fff])(?=[A-Za-z0-9])/g, '$1 ');
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
