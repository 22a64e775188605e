/** The fixed words in which entries and facts give reasons. What real programs print as an error stays as they print it. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['everything is sent', '消息已全部发完'],
  ['refused', '连接被拒绝'],
  ['connect-timeout', '连接超时'],
  ['ended', '正常关闭'],
  ['reset', '被重置'],
  ['timeout', '长时间未确认'],
  ['destroyed', '主动断开'],
  ['unregistered', '主动注销'],
  ['connection-closed', '连接断开'],
  ['connection-idle', '连接空闲过久'],
  ['expired', '过期'],
  ['count', '条数'],
  ['size', '大小'],
  ['span', '位点跨度'],
]);

/** A reason in Chinese, where it is one of the fixed ones; as it is otherwise. */
export function reasonInChinese(reason: string): string {
  return REASONS.get(reason) ?? reason;
}
