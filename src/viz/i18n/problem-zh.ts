/** The fixed sentences in which the scenario's parser says what it found and what it expected, part by part. */
const PARTS: readonly (readonly [RegExp, string])[] = [
  [/^unknown key (.+)$/, '未知的键 $1'],
  [/^unknown (process|machine|topic|check|program|preset) (.+)$/, '未知的名称 $2'],
  [/^no action$/, '没有任何动作'],
  [/^(.+) at once$/, '同时出现 $1'],
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
  [/^a name of its own for each process$/, '每个进程各自的名字'],
  [/^one under nameservers, or a namesrvAddr$/, 'nameservers 里至少一个，或者给出 namesrvAddr'],
  [/^an address of a machine: (.+)$/, '某台机器的地址：$1'],
  [/^a mapping \(key: value\)$/, '映射（key: value）'],
  [/^a text$/, '文本'],
  [/^a number$/, '数字'],
  [/^valid YAML \((.+)\)$/, '合法的 YAML（$1）'],
  [/^one tag, as the quickstart program sends$/, '一个标签，quickstart 程序只发一个'],
];

/** One side of a problem in Chinese where it is one of the fixed ones, as it is otherwise. */
export function problemPartInChinese(part: string): string {
  for (const [pattern, chinese] of PARTS) if (pattern.test(part)) return part.replace(pattern, chinese);
  return part;
}
