import {type LooseFact, numberField, textField} from './fact-of-entry.ts';

/** The few words of a fact of DLedger at its card or mark; empty if it has none. */
export function memberNote(fact: LooseFact, zh: boolean): string {
  const n = (name: string): number => numberField(fact, name);
  const text = (name: string): string => textField(fact, name);
  switch (fact.kind) {
    case 'dledger-role-changed':
      if (text('role') === 'LEADER')
        return zh ? `当选任期 ${n('currTerm')} 的 leader` : `leads term ${n('currTerm')}`;
      if (text('role') === 'FOLLOWER') return zh ? `跟随 ${text('leaderId')}` : `follows ${text('leaderId')}`;
      return zh ? '成为 candidate' : 'becomes candidate';
    case 'dledger-leader-lost':
      return zh ? `${text('leaderId')} 没有消息，放弃它` : `gives ${text('leaderId')} up`;
    case 'dledger-votes-requested':
      return zh ? `请求任期 ${n('term')} 的选票` : `asks for votes, term ${n('term')}`;
    case 'dledger-vote-answered': {
      const candidate = text('candidate');
      if (text('result') === 'ACCEPT') return zh ? `投票给 ${candidate}` : `votes for ${candidate}`;
      const why = text('result').replace('REJECT_', '');
      return zh ? `拒绝 ${candidate}：${why}` : `refuses ${candidate}: ${why}`;
    }
    case 'dledger-vote-round-ended':
      return `${n('accepted')}/${n('members')} ${text('result')}`;
    case 'dledger-term-changed':
      return zh ? `任期升到 ${n('term')}` : `raises its term to ${n('term')}`;
    case 'dledger-appended':
      return zh ? `追加 #${n('index')}` : `appends #${n('index')}`;
    case 'dledger-acknowledged':
      return zh ? `${text('peer')} 已有 #${n('index')}` : `${text('peer')} has #${n('index')}`;
    case 'dledger-committed':
      return zh ? `提交 #${n('index')}` : `commits #${n('index')}`;
    case 'dledger-recovered':
      return zh ? `打开日志，任期 ${n('term')}` : `opens its log, term ${n('term')}`;
    case 'dledger-heartbeat-missed':
      return zh ? `心跳：${n('followers')} 个跟随者` : `heartbeats: ${n('followers')} follow`;
    case 'dledger-push-state':
      return `${text('peer')}: ${text('state')}${n('index') < 0 ? '' : ` #${n('index')}`}`;
    case 'dledger-compared':
      if (fact['isSame'] === true) return zh ? `#${n('index')} 一致` : `#${n('index')} is the same`;
      return zh ? `#${n('index')} 不一致` : `#${n('index')} differs`;
    case 'dledger-truncated':
      return zh ? `日志截断到 #${n('endIndex')}` : `cuts its log to #${n('endIndex')}`;
    case 'dledger-append-refused':
      return zh ? `拒绝写入：${n('code')}` : `refuses: ${n('code')}`;
    case 'dledger-append-failed':
      return zh ? `#${n('index')} 未获多数：${n('code')}` : `#${n('index')} has no majority: ${n('code')}`;
    case 'dledger-transfer':
      return zh ? `移交给 ${text('transferee')}` : `hands over to ${text('transferee')}`;
    case 'dledger-cut-refused':
      return zh ? `不截断已提交的 #${n('committedIndex')}` : `keeps #${n('committedIndex')}, committed`;
    case 'dledger-trimmed':
      return zh ? `日志从 #${n('beginIndex')} 开始` : `begins at #${n('beginIndex')} now`;
    case 'dledger-thread-blocked':
      return zh
        ? `${n('blocked')}/${n('threads')} 个线程被占住`
        : `${n('blocked')} of ${n('threads')} threads stuck`;
    case 'broker-role-changed':
      return `brokerId ${n('brokerId')} · ${text('role')}`;
    case 'broker-mastership-waits':
      return zh ? '等待旧任期的日志提交' : 'waits for its log to commit';
    default:
      return '';
  }
}
