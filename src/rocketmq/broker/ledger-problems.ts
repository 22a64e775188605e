import {type PeersProblem, peersProblems} from '../dledger/peers.ts';
import {slaveBrokerIdOf} from '../store/dledger/slave-broker-id.ts';
import type {BrokerConfig} from './broker-config.ts';

export interface LedgerProblem {
  readonly key: 'dLegerGroup' | 'dLegerPeers' | 'dLegerSelfId' | 'preferredLeaderId';
  /** An error keeps the broker from starting, or from what was meant. */
  readonly severity: 'error' | 'warning';
  readonly reason: string;
  /** Where it begins in the key's value; 0 for what concerns all of it. */
  readonly at: number;
}

type LedgerSettings = Pick<
  BrokerConfig,
  'dLegerGroup' | 'dLegerPeers' | 'dLegerSelfId' | 'preferredLeaderId' | 'brokerName'
>;

/**
 * What is wrong with the settings of a broker on DLedger. Of a missing or misshapen value 4.9.1 dies in a NullPointerException
 * or NumberFormatException; of some it starts, and is never what was meant.
 */
export function ledgerProblems(config: LedgerSettings): LedgerProblem[] {
  const {dLegerGroup, dLegerPeers, dLegerSelfId, preferredLeaderId} = config;
  const problems: LedgerProblem[] = [];
  const add = (
    key: LedgerProblem['key'],
    severity: LedgerProblem['severity'],
    reason: string,
    at = 0,
  ): void => void problems.push({key, severity, reason, at});
  const missing = 'is needed with enableDLegerCommitLog=true';
  if (!dLegerGroup) add('dLegerGroup', 'error', missing);
  if (!dLegerSelfId) add('dLegerSelfId', 'error', missing);
  if (!dLegerPeers) add('dLegerPeers', 'error', missing);
  if (dLegerSelfId && slaveBrokerIdOf(dLegerSelfId) === null) {
    add(
      'dLegerSelfId',
      'error',
      `found "${dLegerSelfId}", expected one character and a whole number, like n0: the brokerId of a follower is made of it`,
    );
  }
  if (dLegerPeers && dLegerSelfId) {
    for (const problem of peersProblems({peers: dLegerPeers, selfId: dLegerSelfId})) {
      add(keyOf(problem), problem.severity, problem.reason, problem.at);
    }
    if (preferredLeaderId && !new RegExp(`(^|;)${escaped(preferredLeaderId)}-`).test(dLegerPeers)) {
      add(
        'preferredLeaderId',
        'warning',
        `${preferredLeaderId} is not among the peers, and nobody is preferred`,
      );
    }
  }
  if (dLegerGroup && config.brokerName && dLegerGroup !== config.brokerName) {
    add(
      'dLegerGroup',
      'warning',
      `"${dLegerGroup}" is not the brokerName "${config.brokerName}", as it is by convention`,
    );
  }
  return problems;
}

function keyOf({kind}: PeersProblem): LedgerProblem['key'] {
  return kind === 'self-missing' ? 'dLegerSelfId' : 'dLegerPeers';
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
