import {javaHashMapOrder} from '../message/java-hash.ts';
import type {DLedgerConfig} from './config.ts';

/** The members of a group, address by id, in the order in which Java's `HashMap` walks them. */
export type Peers = ReadonlyMap<string, string>;

export interface PeersProblem {
  readonly kind:
    | 'no-dash'
    | 'empty-id'
    | 'no-port'
    | 'bad-port'
    | 'repeated-id'
    | 'self-missing'
    | 'repeated-address'
    | 'even-group';
  /** With an error the real one does not start, or not as meant; a warning it does not even mention. */
  readonly severity: 'error' | 'warning';
  /** The item of the list, as written; the self id where that is what is missing. */
  readonly item: string;
  /** Where the item begins in the text; 0 for what concerns the whole. */
  readonly at: number;
  readonly reason: string;
}

const PORT_MAX = 65_535;

/**
 * Reads `n0-host:port;n1-host:port`. The id ends at the first dash, so the host may have dashes and the id may not.
 * Of two members with one id the later counts, as in Java's map.
 * Source: DLedger 0.2.2 `MemberState#MemberState`, `DLedgerRpcNettyService`.
 */
export function parsePeers(text: string): Peers {
  const addresses = new Map<string, string>();
  for (const {text: item} of itemsOf(text)) {
    const id = item.split('-')[0]!;
    addresses.set(id, item.slice(id.length + 1));
  }
  return new Map(javaHashMapOrder(addresses.keys()).map((id) => [id, addresses.get(id)!]));
}

/** What is wrong with a list of peers, in the order in which it stands there. */
export function peersProblems(config: Pick<DLedgerConfig, 'peers' | 'selfId'>): PeersProblem[] {
  const problems: PeersProblem[] = [];
  const ids = new Map<string, string>();
  const addresses = new Map<string, string>();
  for (const {text: item, at} of itemsOf(config.peers)) {
    const error = (kind: PeersProblem['kind'], reason: string): void => {
      problems.push({kind, severity: 'error', item, at, reason});
    };
    const dash = item.indexOf('-');
    if (dash < 0) {
      error('no-dash', `"${item}" has no dash between id and address`);
      continue;
    }
    const id = item.slice(0, dash);
    const address = item.slice(dash + 1);
    const port = address.split(':')[1];
    if (id === '') error('empty-id', `"${item}" has no id before the dash`);
    if (port === undefined || port === '') error('no-port', `"${item}" names no port`);
    else if (!/^\d{1,5}$/.test(port) || Number(port) > PORT_MAX)
      error('bad-port', `"${item}" has a port that is none: "${port}"`);
    const earlier = ids.get(id);
    if (earlier !== undefined) error('repeated-id', `"${item}" and "${earlier}" have one id, ${id}`);
    const twin = addresses.get(address);
    if (twin !== undefined && twin !== id)
      error('repeated-address', `${twin} and ${id} have one address, ${address}`);
    ids.set(id, item);
    addresses.set(address, id);
  }
  if (!ids.has(config.selfId)) {
    const known = [...ids.keys()].join(', ');
    problems.push({
      kind: 'self-missing',
      severity: 'error',
      item: config.selfId,
      at: 0,
      reason: `this member's own id, ${config.selfId}, is not among the peers (${known})`,
    });
  }
  if (ids.size % 2 === 0) {
    problems.push({
      kind: 'even-group',
      severity: 'warning',
      item: config.peers,
      at: 0,
      reason: `a group of ${ids.size} survives no more failures than one of ${ids.size - 1}`,
    });
  }
  return problems;
}

/** As Java splits: empty items at the end are dropped, others count. */
function itemsOf(peers: string): {readonly text: string; readonly at: number}[] {
  const items: {text: string; at: number}[] = [];
  let at = 0;
  for (const text of peers.split(';')) {
    items.push({text, at});
    at += text.length + 1;
  }
  while (items.length > 1 && items[items.length - 1]!.text === '') items.pop();
  return items;
}
