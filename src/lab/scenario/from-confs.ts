import {type BrokerConfig, parseBrokerConf} from '../../rocketmq/broker/broker-conf.ts';
import {parsePeers} from '../../rocketmq/dledger/peers.ts';
import {DLEDGER_CHECK_NAMES} from '../checks/check-names.ts';
import {mostCommon} from './check-groups.ts';

/** One broker.conf of those that were pasted. */
interface PastedFile {
  readonly conf: string;
  readonly config: BrokerConfig;
}

interface Placed extends PastedFile {
  readonly process: string;
  readonly address: string;
}

const SETTING = /^\s*([A-Za-z][\w.]*)\s*=/;
/** What tells a broker's file from some lines of settings that happen to stand above it. */
const NAMING_KEYS = ['brokerName', 'brokerClusterName', 'brokerRole', 'dLegerSelfId', 'listenPort'];
const IPV4 = /^(?:\d{1,3}\.){3}\d{1,3}$/;
const FIRST_FREE = 11;

/**
 * The files of a cluster's brokers, pasted one after the other, as a scenario to play: a machine for each address that they name, a
 * NameServer where they look for one, a producer and a consumer. The files stay as they are, and what they say against each
 * other is told when the scenario is read. Null where the text is anything else.
 */
export function scenarioOfConfs(text: string): string | null {
  if (/^(?:name|machines|brokers):/m.test(text)) return null;
  const files = splitFiles(text);
  return files.length === 0 ? null : write(place(files));
}

/** A file ends where a key comes a second time, and where the fence of a code block stands. What is no setting is left out. */
function splitFiles(text: string): PastedFile[] {
  const files: PastedFile[] = [];
  let lines: string[] = [];
  let comments: string[] = [];
  let keys = new Set<string>();
  const end = (): void => {
    const conf = lines.join('\n');
    if (NAMING_KEYS.some((key) => keys.has(key))) files.push({conf, config: parseBrokerConf(conf).config});
    lines = [];
    keys = new Set();
  };
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.trim();
    if (line.startsWith('```')) end();
    const key = SETTING.exec(line)?.[1];
    if (key === undefined) {
      if (line.startsWith('#')) comments.push(line);
      continue;
    }
    if (keys.has(key)) end();
    // What stands above the first setting is of no file in particular.
    if (keys.size > 0) lines.push(...comments);
    comments = [];
    keys.add(key);
    lines.push(line);
  }
  end();
  return files;
}

/** Each file on the machine where most files of its group look for it; else on one of its own. */
function place(files: readonly PastedFile[]): Placed[] {
  const peersOf = (group: string | null): ReadonlyMap<string, string> => {
    const members = files.filter(({config}) => config.enableDLegerCommitLog && config.dLegerGroup === group);
    return parsePeers(mostCommon(members.map(({config}) => config.dLegerPeers ?? '')));
  };
  const taken = new Set(files.flatMap(({config}) => namesrvsOf(config)).map((at) => at.split(':')[0]!));
  const shared = new Map<string, string>();
  const placed: Placed[] = [];
  for (const file of files) {
    const {config} = file;
    const {dLegerGroup, dLegerSelfId, brokerIP1} = config;
    const isMember = config.enableDLegerCommitLog && dLegerSelfId !== null;
    const told = isMember ? peersOf(dLegerGroup).get(dLegerSelfId)?.split(':')[0] : brokerIP1;
    let address = told != null && IPV4.test(told) && !isLoopback(told) ? told : null;
    // Members that find each other on 127.0.0.1 are on one machine.
    const together = isMember && told !== undefined && isLoopback(told ?? '') ? `${dLegerGroup}` : null;
    address ??= together === null ? null : (shared.get(together) ?? null);
    address ??= freeAddress(taken);
    taken.add(address);
    if (together !== null) shared.set(together, address);
    const role = config.brokerRole === 'SLAVE' && !config.enableDLegerCommitLog ? '-s' : '';
    const process = unique(
      (isMember ? dLegerSelfId : `${config.brokerName ?? 'broker'}${role}`) ?? 'broker',
      placed.map((one) => one.process),
    );
    placed.push({...file, process, address});
  }
  return placed;
}

function write(brokers: readonly Placed[]): string {
  const namesrvs = new Set<string>();
  for (const {config, address} of brokers) {
    for (const at of namesrvsOf(config)) {
      const [host = '', port = ''] = at.split(':');
      if (IPV4.test(host)) namesrvs.add(`${isLoopback(host) ? address : host}:${port}`);
    }
  }
  const addresses = new Set(brokers.map(({address}) => address));
  if (namesrvs.size === 0) namesrvs.add(`${freeAddress(addresses)}:9876`);
  for (const at of namesrvs) addresses.add(at.split(':')[0]!);
  const machines = new Map<string, string>();
  for (const address of [...addresses].sort(byNumber)) {
    machines.set(address, unique(`vm${address.split('.')[3]}`, [...machines.values()]));
  }
  machines.set(freeAddress(addresses), 'apps');
  const names: string[] = [];
  const namesrvLines = [...namesrvs].sort(byNumber).map((at) => {
    const [address = '', port = ''] = at.split(':');
    names.push(unique(`namesrv-${address.split('.')[3]}`, names));
    return `  ${names.at(-1)}: { machine: ${machines.get(address)}${port === '9876' ? '' : `, port: ${port}`} }`;
  });
  const hasLedger = brokers.some(({config}) => config.enableDLegerCommitLog);
  const checks = ['durable-as-promised', 'queue-order-kept', ...(hasLedger ? DLEDGER_CHECK_NAMES : [])];
  return `# ${brokers.length} broker.conf, pasted; on machines at the addresses that most of them name. Break whatever you like.
# 粘贴的 ${brokers.length} 个 broker.conf，放在多数文件所写的地址上。想弄坏什么都可以。
name: pasted
duration: 90s

machines:
${[...machines].map(([address, name]) => `  ${name}: { address: ${address} }`).join('\n')}

nameservers:
${namesrvLines.join('\n')}

brokers:
${brokers.map((broker) => brokerLines(broker, machines.get(broker.address)!)).join('\n')}

topics:
  Orders: { queues: 4 }

producers:
  orders: { machine: apps, start: 10s, topic: Orders, every: 100ms, body: 200B }

consumers:
  accounts:
    machine: apps
    start: 10s
    topic: Orders
    settings: { consumeFromWhere: CONSUME_FROM_FIRST_OFFSET }

checks: [${checks.join(', ')}]
`;
}

function brokerLines({process, conf}: Placed, machine: string): string {
  const lines = conf.split('\n').map((line) => `      ${line}`);
  return [`  ${process}:`, `    machine: ${machine}`, '    config: |', ...lines].join('\n');
}

function namesrvsOf({namesrvAddr}: BrokerConfig): string[] {
  return (namesrvAddr ?? '')
    .split(';')
    .map((address) => address.trim())
    .filter((address) => address !== '');
}

function isLoopback(host: string): boolean {
  return host.startsWith('127.') || host === 'localhost';
}

/** In the network of those that are taken. */
function freeAddress(taken: ReadonlySet<string>): string {
  const known = [...taken].find((address) => IPV4.test(address) && !isLoopback(address)) ?? '192.168.0.1';
  const network = known.slice(0, known.lastIndexOf('.'));
  let last = FIRST_FREE;
  while (taken.has(`${network}.${last}`)) last += 1;
  return `${network}.${last}`;
}

function unique(wanted: string, taken: readonly string[]): string {
  const name = wanted.replace(/[^\w.-]/g, '-').replace(/^[^A-Za-z]/, 'b$&');
  let free = name;
  for (let n = 2; taken.includes(free); n += 1) free = `${name}-${n}`;
  return free;
}

/** Addresses in the order of their numbers. */
function byNumber(a: string, b: string): number {
  const [left, right] = [a, b].map((address) => address.split(/[.:]/).map(Number));
  const at = left!.findIndex((part, i) => part !== right![i]);
  return at === -1 ? left!.length - right!.length : left![at]! - (right![at] ?? -1);
}
