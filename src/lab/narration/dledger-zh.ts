import type {DLedgerFact, DLedgerRoleName, DLedgerVoteResultName} from '../../rocketmq/facts/dledger.ts';
import {sayDuration} from '../say-duration.ts';

const REFUSALS: Readonly<Record<DLedgerVoteResultName, string>> = {
  UNKNOWN: '无法作答',
  ACCEPT: '',
  REJECT_UNKNOWN_LEADER: '不认识这个成员',
  REJECT_UNEXPECTED_LEADER: '对方用的是自己的 id',
  REJECT_EXPIRED_VOTE_TERM: '自己的任期更高',
  REJECT_ALREADY_VOTED: '本任期的票已投给别人',
  REJECT_ALREADY_HAS_LEADER: '票已投给别人，并且已有 Leader',
  REJECT_TERM_NOT_READY: '自己的任期较旧，先转为 Candidate，下一轮再提升任期，请对方稍后再问',
  REJECT_TERM_SMALL_THAN_LEDGER: '自己日志的任期更新',
  REJECT_EXPIRED_LEDGER_TERM: '自己日志末尾的任期更新',
  REJECT_SMALL_LEDGER_END_INDEX: '自己的日志更长',
  REJECT_TAKING_LEADERSHIP: '自己正要接任 Leader',
};

const WHY_COMMITTED: Readonly<Record<DLedgerRoleName | 'NONE', string>> = {
  LEADER: '多数成员已有这些条目',
  FOLLOWER: 'Leader 已告知',
  CANDIDATE: 'Leader 此前已告知',
  NONE: '检查点文件如此记录',
};

/** The same as `dledgerInEnglish`, in Simplified Chinese. */
export function dledgerInChinese(
  who: string,
  fact: DLedgerFact,
  ledgerRole: () => DLedgerRoleName | null,
): string {
  switch (fact.kind) {
    case 'dledger-recovered':
      return fact.endIndex === -1
        ? `${who}（${fact.selfId}）打开了空的日志，任期 ${fact.term}。`
        : `${who}（${fact.selfId}）打开日志，任期 ${fact.term}：条目 ${fact.beginIndex} 至 ${fact.endIndex}，${
            fact.committedIndex === -1 ? '尚不知道哪些已提交' : `已知提交到 ${fact.committedIndex}`
          }。`;
    case 'dledger-role-changed':
      if (fact.role === 'LEADER') return `${who} 当选：${fact.selfId} 成为任期 ${fact.term} 的 Leader。`;
      if (fact.role === 'FOLLOWER')
        return `${who} 收到 ${fact.leaderId} 的心跳，在任期 ${fact.term} 跟随它。`;
      return fact.term > fact.currTerm
        ? `${who} 得知任期 ${fact.term}，转为 Candidate；自己的任期仍是 ${fact.currTerm}，下一轮才提升。`
        : `${who} 在任期 ${fact.term} 转为 Candidate。`;
    case 'dledger-term-changed':
      return `${who} 将任期从 ${fact.from} 提升到 ${fact.term}，新任期内尚未投票。`;
    case 'dledger-votes-requested':
      return `${who} 在任期 ${fact.term} 向所有成员拉票；其日志${
        fact.ledgerEndIndex === -1 ? '为空' : `末尾是任期 ${fact.ledgerEndTerm} 的条目 ${fact.ledgerEndIndex}`
      }。`;
    case 'dledger-vote-answered':
      return fact.result === 'ACCEPT'
        ? `${who} 在任期 ${fact.term} 投票给 ${fact.candidate}。`
        : `${who} 在任期 ${fact.term} 拒绝投票给 ${fact.candidate}（${fact.result}）：${REFUSALS[fact.result]}。`;
    case 'dledger-vote-round-ended': {
      const count = `${who} 在任期 ${fact.term} 得到 ${fact.members} 票中的 ${fact.accepted} 票`;
      const again = `${sayDuration(fact.nextInMs * 1000, 'zh-CN')}后再次拉票`;
      switch (fact.result) {
        case 'PASSED':
          return `${count}，已过半数。`;
        case 'REVOTE_IMMEDIATELY':
          return `${count}；另有 ${fact.notReady} 个成员要先提升任期，加上它们就过半数，因此立即再次拉票。`;
        case 'WAIT_TO_VOTE_NEXT':
          return `${count}，未过半数；${again}，并提升任期。`;
        default:
          return fact.alreadyHasLeader
            ? `${count}；有成员已有 Leader，${again}，任期不变。`
            : fact.biggerLedger > 0
              ? `${count}；有 ${fact.biggerLedger} 个成员的日志更新，${again}，任期不变。`
              : `${count}，只有 ${fact.valid} 个成员应答；${again}，任期不变。`;
      }
    }
    case 'dledger-heartbeat-missed':
      return {
        quorum: `${who} 在任期 ${fact.term} 的心跳得到多数应答。`,
        'ask-again': `跟随 ${who} 的成员还要先把任期提升到 ${fact.term}，因此立即再发心跳。`,
        'higher-term': `${who} 从心跳应答中得知有高于 ${fact.term} 的任期。`,
        'inconsistent-leader': `${who} 从心跳应答中得知任期 ${fact.term} 另有 Leader。`,
        missed: `${who} 在任期 ${fact.term} 的心跳没有得到多数应答：只有 ${fact.followers} 个成员跟随。`,
      }[fact.verdict];
    case 'dledger-leader-lost':
      return `${who} 已有 ${sayDuration(fact.silentMs * 1000, 'zh-CN')}没有收到 Leader ${fact.leaderId} 的心跳，不再跟随它。`;
    case 'dledger-appended':
      return fact.as === 'leader'
        ? `${who} 在任期 ${fact.term} 向日志追加条目 ${fact.index}，位置 ${fact.pos}。`
        : `${who} 按 Leader 的内容追加任期 ${fact.term} 的条目 ${fact.index}。`;
    case 'dledger-acknowledged':
      return `${who} 得知 ${fact.peer} 的日志已到条目 ${fact.index}。`;
    case 'dledger-committed':
      return fact.index === -1
        ? `${who} 不再认为自己的日志中有任何已提交的条目。`
        : `${who} 认为条目 ${fact.index} 及之前的日志已提交：${WHY_COMMITTED[ledgerRole() ?? 'NONE']}。`;
    case 'dledger-push-state':
      return {
        COMPARE: `${who} 与 ${fact.peer} 比对日志${fact.index === -1 ? '' : `，从条目 ${fact.index} 接着比`}。`,
        TRUNCATE: `${who} 要 ${fact.peer} 截去条目 ${fact.index} 之后的日志。`,
        APPEND: `${who} 与 ${fact.peer} 在条目 ${fact.index} 上一致，之后的条目依次推送。`,
      }[fact.state];
    case 'dledger-compared':
      return fact.isSame
        ? `${who} 的条目 ${fact.index} 与 ${fact.leaderId} 的相同。`
        : `${who} 没有 ${fact.leaderId} 的条目 ${fact.index}；自己的日志到 ${fact.endIndex} 为止。`;
    case 'dledger-truncated':
      if (fact.fromEndIndex === -1)
        return `${who} 的日志为空，从 ${fact.leaderId} 的条目 ${fact.endIndex} 开始写。`;
      return `${who} 按 ${fact.leaderId} 的要求截断日志：原来到条目 ${fact.fromEndIndex}，现在到 ${fact.endIndex}${
        fact.committedIndex > fact.endIndex ? `，尽管它认为已提交到 ${fact.committedIndex}` : ''
      }。`;
    case 'dledger-append-refused':
      return `${who} 拒绝追加，返回码 ${fact.code}${fact.leaderId === null ? '' : `；它所知的 Leader 是 ${fact.leaderId}`}。`;
    case 'dledger-append-failed':
      return `${who} 对任期 ${fact.term} 的条目 ${fact.index} 返回 ${fact.code}；条目仍在日志中，之后还可能被提交。`;
    case 'dledger-transfer':
      return fact.what === 'begun'
        ? `${who} 请 ${fact.transferee} 接任 Leader，其间拒绝追加。`
        : `${who} 得知向 ${fact.transferee} 移交的结果：返回码 ${fact.code}。`;
    case 'dledger-cut-refused':
      return `${who} 拒绝按 ${fact.leaderId} 的要求截断到条目 ${fact.index}：它知道直到 ${fact.committedIndex} 的条目都已提交。`;
    case 'dledger-trimmed':
      return `${who} 删除了最旧的数据文件：日志原来从条目 ${fact.fromBeginIndex} 开始，现在从 ${fact.beginIndex} 开始${
        fact.committedIndex < fact.beginIndex - 1
          ? `，尽管它只知道直到 ${fact.committedIndex} 的条目已提交`
          : ''
      }。`;
    case 'dledger-thread-blocked':
      return `${who} 的推送队列已满：为其他成员服务的 ${fact.threads} 个线程中有 ${fact.blocked} 个在等待${
        fact.blocked >= fact.threads ? '，投票与心跳从此无人应答' : ''
      }。`;
  }
}
