import type {Problem, ProblemWords} from './problem.ts';

type Saying = readonly [RegExp, string | ((...parts: string[]) => string)];

/** The fixed sentences in which the scenario's parser says what it found and what it expected, part by part. */
const PARTS: readonly Saying[] = [
  [/^unknown key (.+)$/, '未知的键 $1'],
  [/^unknown (process|machine|broker|dLegerGroup|topic|check|program|preset) (.+)$/, '未知的名称 $2'],
  [/^no action$/, '没有任何动作'],
  [/^leads and follows at once$/, '同时出现 leads 和 follows'],
  [/^after without when$/, '有 after 而没有 when'],
  [/^neither at nor when$/, '既没有 at 也没有 when'],
  [/^nothing to wait for$/, '没有说要等什么'],
  [/^(.+) at once$/, '同时出现 $1'],
  [/^nobody$/, '没有说是谁'],
  [/^(.+), which a process or a machine has$/, '$1，而它已是某个进程或机器的名字'],
  [/^a second master of (.+), which (.+) is already$/, '$1 的第二个主节点，而 $2 已经是了'],
  [/^a slave of (.+), which has no master$/, '$1 的 Slave，而它没有主节点'],
  [/^brokerId (\d+), which (.+) has too$/, 'brokerId $1，而 $2 也是'],
  [/^(\S+) as dLegerSelfId, which (.+) has too$/, 'dLegerSelfId $1，而 $2 也是'],
  [/^(.+), which (.+) has too$/, '$1，而 $2 也是'],
  [/^(".*") for (\S+)$/, '$2 的地址是 $1'],
  [/^(.+), which cannot be read$/, '$1，无法读取'],
  [/^no link, or more than one$/, '没有链路，或不止一条'],
  [/^nothing to (?:set|change)$/, '没有要改的'],
  [/^config and configFile$/, '同时有 config 和 configFile'],
  [/^(.+) twice$/, '$1 出现了两次'],
  [/^no machine$/, '没有机器'],
  [/^nothing$/, '什么都没有'],
  [/^a list$/, '列表'],
  [/^(.+), which is the address of (.+)$/, '$1，而它已是 $2 的地址'],
  [
    /^port (\d+) \((.+) of (.+)\), which (.+) uses on (.+) too \((.+)\)$/,
    '端口 $1（$3 的 $2），而 $5 上的 $4 也用它（$6）',
  ],
  [/^store folder (.+), which (.+) uses on (.+) too$/, '存储目录 $1，而 $3 上的 $2 也用它'],
  [/^(.+), which is also in (.+)$/, '$1，而 $2 里也有同名的'],
  [/^no NameServer in the scenario$/, '场景里没有 NameServer'],
  [/^address (.+), which no machine has$/, '地址 $1，没有机器使用它'],
  [/^(.+), where no NameServer listens$/, '$1，那里没有 NameServer 在监听'],
  [/^exactly one of (.+)$/, '恰好一个：$1'],
  [/^one of (.+)$/, '其中之一：$1'],
  [
    /^a time within the duration of the scenario, or it never strikes$/,
    '场景时长之内的时刻，否则它永远不会发生',
  ],
  [/^two different machines$/, '两台不同的机器'],
  [/^at least one machine$/, '至少一台机器'],
  [/^an IPv4 address such as (.+)$/, 'IPv4 地址，例如 $1'],
  [/^a duration such as (.+?) or ([^,]+), or never$/, '时长（例如 $1、$2），或者 never'],
  [
    /^a duration such as (.+?) or ([^,]+), with - before it for a clock that is behind$/,
    '时长（例如 $1、$2），慢的时钟前面加 -',
  ],
  [
    /^a duration such as (.+?) or (.+) in whole milliseconds, with - before it to go back$/,
    '整毫秒的时长（例如 $1、$2），往回拨则前面加 -',
  ],
  [/^a (?:duration) such as (.+) or (.+)$/, '时长，例如 $1、$2'],
  [/^a size such as (.+) or (.+)$/, '大小，例如 $1、$2'],
  [/^a rate such as (.+) or (.+)$/, '速率，例如 $1、$2'],
  [/^a percentage from 0% to 100%, such as (.+)$/, '0% 到 100% 的百分比，例如 $1'],
  [/^a port from 1 to 65535$/, '1 到 65535 的端口'],
  [/^a UTC time such as (.+)$/, 'UTC 时间，例如 $1'],
  [/^text in broker\.conf syntax \(key=value lines\)$/, 'broker.conf 格式的文本（一行一个 key=value）'],
  [/^a key=value line of broker\.conf$/, 'broker.conf 的一行 key=value'],
  [/^an address of its own$/, '不与别人相同的地址'],
  [/^ports of its own on one machine$/, '同一台机器上不重复的端口'],
  [/^storePathRootDir of its own on one machine$/, '同一台机器上不重复的 storePathRootDir'],
  [
    /^(.+), as (.+) of the same group has it: (.+)$/,
    (_, told, model, why) => `与同组的 ${model} 一致的 ${told}：${WHY_ALIKE.get(why!) ?? why}`,
  ],
  [
    /^(.+), as (.+) has it: NameServers tell each other nothing, and who asks one of the others does not find it$/,
    '与 $2 一致的 $1：NameServer 之间互不通讯，向其他 NameServer 查询的客户端找不到它',
  ],
  [
    /^(.+), the address of (.+): members that go by this list do not find it elsewhere$/,
    '$1，即 $2 的地址：按这份列表去找的成员，在别处找不到它',
  ],
  [
    /^(.+), the address of (.+): nobody finds the broker elsewhere$/,
    '$1，即 $2 的地址：在别处谁也找不到这个 Broker',
  ],
  [/^(.+), the cluster of its master (.+)$/, '$1，即它的主节点 $2 所在的集群'],
  [
    /^(.+), as its master (.+) has it: files are copied as they are$/,
    '与主节点 $2 一致的 $1：文件是原样复制的',
  ],
  [/^(.+), where its master (.+) listens for slaves$/, '$1，即主节点 $2 等待 Slave 的地方'],
  [/^the brokerName of a master, but there is none$/, '某个主节点的 brokerName，而这里没有主节点'],
  [/^the brokerName of a master: (.+)$/, '某个主节点的 brokerName：$1'],
  [
    /^one master of a name: the NameServer knows the one that registered last$/,
    '一个名字只有一个主节点：NameServer 只认得最后注册的那个',
  ],
  [/^an id of its own$/, '不与别人相同的编号'],
  [/^a name of its own$/, '不与别人相同的名字'],
  [/^a time at or after that at which (.+) is chosen$/, '选定 $1 之时或之后的时刻'],
  [/^a time within the duration of the scenario$/, '场景时长之内的时刻'],
  [/^no nth with leads: one leads$/, 'leads 不带 nth：领导者只有一个'],
  [/^a time, or a moment to wait for$/, '一个时刻，或要等待的事情'],
  [/^a moment to come after$/, '在它之后要等待的事情'],
  [/^a (dLegerGroup|process|machine|broker): (.+)$/, '$1 之一：$2'],
  [/^a (dLegerGroup|process|machine|broker), but there is none$/, '某个 $1，而这里一个也没有'],
  [/^a broker: nothing else has a broker\.conf$/, '一个 Broker：别的进程没有 broker.conf'],
  [/^keys of broker\.conf beside process$/, 'process 之外的 broker.conf 的键'],
  [/^a key=value of broker\.conf$/, 'broker.conf 的 key=value'],
  [/^some bandwidth; a link without is a cut$/, '大于 0 的带宽；没有带宽就是断开'],
  [/^at least (.+)$/, '至少 $1'],
  [/^more than 0 for mode (.+), which does not wait for answers$/, '大于 0：$1 方式不等应答'],
  [/^between: two machines, or from: one and to: another$/, 'between：两台机器；或 from 一台、to 另一台'],
  [
    /^a file in broker\.conf syntax, by its path from the folder of the scenario$/,
    'broker.conf 格式的文件，路径从场景所在的目录算起',
  ],
  [/^one of them$/, '其中一个'],
  [/^an IPv4 address$/, 'IPv4 地址'],
  [/^a whole number of (\d+) bits$/, '$1 位整数'],
  [/^(.+) without blanks after it$/, (_, value) => `${problemPartInChinese(value!)}，后面不带空格`],
  [/^milliseconds from (\d+) to (\d+)$/, '$1 到 $2 的毫秒数'],
  [/^true or false$/, 'true 或 false'],
  [/^([A-Z_]+(?: or [A-Z_]+)+)$/, (told) => told.replaceAll(' or ', ' 或 ')],
  [
    /^a port from 3 to 65534 \(two below and one above are used too\)$/,
    '3 到 65534 的端口（前面第二个和后面一个也要用）',
  ],
  [/^delays like (.+), a blank between two$/, '延迟，例如 $1，之间空一格'],
  [/^addresses like (.+)$/, '地址，例如 $1'],
  [
    /^one character and a whole number, like n0: the brokerId of a follower is made of it$/,
    '一个字符加一个整数，例如 n0：跟随者的 brokerId 由它算出',
  ],
  [/^a name of its own for each process$/, '每个进程各自的名字'],
  [/^one under nameservers, or a namesrvAddr$/, 'nameservers 里至少一个，或者给出 namesrvAddr'],
  [/^an address of a machine: (.+)$/, '某台机器的地址：$1'],
  [/^a mapping \(key: value\)$/, '映射（key: value）'],
  [/^a text$/, '文本'],
  [/^a number$/, '数字'],
  [/^valid YAML \((.+)\)$/, '合法的 YAML（$1）'],
  [/^one tag, as the quickstart program sends$/, '一个标签，quickstart 程序只发一个'],
];

const WHY_ALIKE: ReadonlyMap<string, string> = new Map([
  [
    'each member counts votes and looks for the others by its own list',
    '每个成员都按自己的列表数票、找其他成员',
  ],
  ['clients take them for different brokers', '客户端会把它们当成不同的 Broker'],
  ['entries must lie at the same place in every log', '同一条目在每份日志里必须位置相同'],
  ['members that push differently do not understand each other', '推送方式不同的成员互相不懂'],
]);

const WHY_NOTHING: ReadonlyMap<string, string> = new Map([
  ['a put waits for the page caches of a majority, and for no disk', '写入等的是多数成员的页缓存，不等磁盘'],
  ['entries go straight into the page cache', '条目直接进入页缓存'],
  ['the group replicates its log itself', '这个组自己复制日志'],
  ['nobody is asked for a signature', '不要求任何人签名'],
  ['SQL92 expressions are refused', '拒绝 SQL92 表达式'],
  ['queues have no extension files', '队列没有扩展文件'],
  ['messages are appended one at a time without a lock', '消息逐条追加，不用锁'],
  ['there is no lock whose holders could be listed', '没有可以列出持有者的锁'],
  ['no file is in use when it is to be deleted', '要删除的文件都不在使用中'],
  ['a new file is warmed up in one go', '新文件一次预热完'],
  ['it is only for a figure in a log file that is not written', '它只影响一份不写的日志文件里的数字'],
  ['deliveries of delayed messages are not counted', '不统计延迟消息的投递'],
  ['RocketMQ 4.9.1 does not use it either', 'RocketMQ 4.9.1 也不用它'],
  ['everything in the log is dispatched', '日志里的一切都会分发'],
  ['there is no address server', '没有地址服务器'],
]);

/** What broker.conf's parser says in one sentence, after the key. */
const SENTENCES: readonly Saying[] = [
  [
    /^unknown key (.+), which RocketMQ ignores(?:; did you mean (.+)\?)?$/,
    (_, key, meant) =>
      `未知的键 ${key}，RocketMQ 会忽略它${meant === undefined ? '' : `；是不是想写 ${meant}？`}`,
  ],
  [/^(.+) was set on line (\d+) already; this line counts$/, '$1 在第 $2 行已经设过；以这一行为准'],
  [
    /^(.+) has no effect with enableDLegerCommitLog: (.+)$/,
    (_, key, why) => `${key} 在 enableDLegerCommitLog 下不起作用：${WHY_NOTHING.get(why!) ?? why}`,
  ],
  [
    /^(.+) has no effect here: (.+)$/,
    (_, key, why) => `${key} 在这里不起作用：${WHY_NOTHING.get(why!) ?? why}`,
  ],
  [
    /^haListenPort is always listenPort \+ 1, whatever is written here$/,
    'haListenPort 总是 listenPort + 1，不管这里写什么',
  ],
  [/^brokerId of a (.+) is always 0, whatever is written here$/, '$1 的 brokerId 总是 0，不管这里写什么'],
  [/^Slave's brokerId must be > 0$/, 'Slave 的 brokerId 必须大于 0'],
  [
    /^brokerId is 0 while this broker leads its group and follows from dLegerSelfId while it does not, whatever is written here$/,
    '领导本组时 brokerId 是 0，否则由 dLegerSelfId 算出，不管这里写什么',
  ],
  [/^is needed with enableDLegerCommitLog=true$/, 'enableDLegerCommitLog=true 时必须给出'],
  [/^(".*") has no dash between id and address$/, '$1 的编号和地址之间没有短横线'],
  [/^(".*") has no id before the dash$/, '$1 的短横线之前没有编号'],
  [/^(".*") names no port$/, '$1 没有端口'],
  [/^(".*") has a port that is none: (.+)$/, '$1 的端口 $2 不是端口'],
  [/^(".*") and (".*") have one id, (.+)$/, '$1 和 $2 的编号相同，都是 $3'],
  [/^(\S+) and (\S+) have one address, (.+)$/, '$1 和 $2 的地址相同，都是 $3'],
  [/^this member's own id, (.+), is not among the peers \((.*)\)$/, '自己的编号 $1 不在成员之列（$2）'],
  [
    /^a group of (\d+) survives no more failures than one of (\d+)$/,
    '$1 个成员的组能承受的故障，并不比 $2 个成员的多',
  ],
  [/^(\S+) is not among the peers, and nobody is preferred$/, '$1 不在成员之列，所以没有优先者'],
  [
    /^(".*") is not the brokerName (".*"), as it is by convention$/,
    '$1 与 brokerName $2 不同，而习惯上两者相同',
  ],
  [/^found (.+), expected (.+)$/, (_, found, expected) => foundExpected(found!, expected!)],
];

function sayIn(sayings: readonly Saying[], text: string): string | null {
  for (const [pattern, chinese] of sayings) {
    if (!pattern.test(text)) continue;
    return typeof chinese === 'string' ? text.replace(pattern, chinese) : text.replace(pattern, chinese);
  }
  return null;
}

function foundExpected(found: string, expected: string): string {
  return `看到 ${problemPartInChinese(found)}，应为 ${problemPartInChinese(expected)}`;
}

/** One side of a problem in Chinese where it is one of the fixed ones, as it is otherwise. */
function problemPartInChinese(part: string): string {
  return sayIn(PARTS, part) ?? part;
}

/** A sentence of broker.conf's parser in Chinese; names and values as they stand in the file. */
export function confProblemInChinese(text: string): string {
  const whole = sayIn(SENTENCES, text);
  if (whole !== null) return whole;
  const [, key, rest] = /^([\w.]+): (.+)$/.exec(text) ?? [];
  const said = rest === undefined ? null : sayIn(SENTENCES, rest);
  return said === null ? text : `${key}：${said}`;
}

/** What is wrong, in Chinese; names and values as they stand in the file. */
export function problemInChinese({text, found, expected, didYouMean}: ProblemWords): string {
  if (text !== undefined) return confProblemInChinese(text);
  return `${foundExpected(found, expected)}${didYouMean ? `；是不是想写 ${didYouMean}？` : ''}`;
}

/** One line, as compilers print it: `file:3:5: 错误：path：看到 "x"，应为 y；是不是想写 z？` */
export function problemLineInChinese(problem: Problem): string {
  const {file, line, column, severity, path} = problem;
  const where = path === '' ? '' : `${path}：`;
  return `${file}:${line}:${column}: ${severity === 'error' ? '错误' : '警告'}：${where}${problemInChinese(problem)}`;
}
