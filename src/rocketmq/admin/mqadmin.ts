import {DiskError} from '../../ports/disk.ts';
import type {Host, Program} from '../../ports/host.ts';
import {report} from '../facts.ts';
import {createRemotingClient} from '../remoting/client.ts';
import {AdminApi} from './admin-api.ts';
import {clusterList} from './cluster-list.ts';
import {consumerProgress} from './consumer-progress.ts';
import {queryMsgById, queryMsgByKey, queryMsgByOffset, queryMsgByUniqueKey} from './query-messages.ts';
import type {AdminCommand, AdminOption} from './tools.ts';
import {topicRoute} from './topic-route.ts';
import {topicStatus} from './topic-status.ts';

/** In the order of the real tool's help. */
const ADMIN_COMMANDS: readonly AdminCommand[] = [
  topicRoute,
  topicStatus,
  queryMsgById,
  queryMsgByKey,
  queryMsgByUniqueKey,
  queryMsgByOffset,
  consumerProgress,
  clusterList,
];

const NAMESRV: AdminOption = {letter: 'n', word: 'namesrvAddr', takesValue: true, required: false};

export interface MqadminOrder {
  readonly command: AdminCommand;
  /** By letter. */
  readonly options: ReadonlyMap<string, string>;
}

/** Reads `clusterList -m`; a text is what is wrong with it, in one line. */
export function parseMqadmin(words: readonly string[]): MqadminOrder | string {
  const [name = '', ...rest] = words;
  const command = ADMIN_COMMANDS.find((each) => each.name.toLowerCase() === name.toLowerCase());
  if (command === undefined) {
    const known = ADMIN_COMMANDS.map((each) => each.name).join(', ');
    return name === ''
      ? `expected a command, one of ${known}`
      : `The sub command ${name} not exist. Known here: ${known}`;
  }
  const known = [...command.options, NAMESRV];
  const options = new Map<string, string>();
  for (let i = 0; i < rest.length; i += 1) {
    const word = rest[i]!;
    const option = known.find(({letter, word: long}) => word === `-${letter}` || word === `--${long}`);
    if (option === undefined) return `${command.name} knows no ${word}; it takes ${usage(known)}`;
    if (!option.takesValue) {
      options.set(option.letter, '');
      continue;
    }
    i += 1;
    const value = rest[i];
    if (value === undefined) return `${command.name}: ${word} wants a value`;
    options.set(option.letter, value);
  }
  const missing = command.options.find(({letter, required}) => required && !options.has(letter));
  return missing === undefined
    ? {command, options}
    : `${command.name} needs -${missing.letter} <${missing.word}>; it takes ${usage(known)}`;
}

function usage(options: readonly AdminOption[]): string {
  return options
    .map(({letter, word, takesValue, required}) => {
      const text = takesValue ? `-${letter} <${word}>` : `-${letter}`;
      return required ? text : `[${text}]`;
    })
    .join(' ');
}

/**
 * RocketMQ's console tool: asks NameServers and brokers over connections of its own, prints what the real one prints, and ends.
 * @param namesrvAddr `a:9876;b:9876`, unless the order names others
 */
export function mqadminProgram(order: MqadminOrder, namesrvAddr: string): Program {
  return {
    start(host) {
      const remoting = createRemotingClient(host);
      const addresses = (order.options.get('n') ?? namesrvAddr).split(';').filter((each) => each !== '');
      remoting.updateNameServerAddressList(addresses);
      /** A line that is begun. */
      let begun = '';
      const print = (line: string): void => {
        report(host.journal, {kind: 'printed', line: begun + line});
        begun = '';
      };
      const finish = (failure: string | null): void => {
        if (begun !== '') print('');
        if (failure !== null) printFailure(host, order.command, failure);
        remoting.shutdown();
        host.exit(0, '');
      };
      order.command.run(
        {
          api: new AdminApi(remoting),
          print,
          write: (text) => {
            begun += text;
          },
          printError: (line) => report(host.journal, {kind: 'warned', text: line}),
          saveFile: (path, bytes) => saveFile(host, path, bytes),
          nowMs: () => host.clock.nowMs(),
          after: (delayMs, run) => host.clock.after(delayMs, run),
        },
        order.options,
        finish,
      );
      return {
        stop(done) {
          remoting.shutdown();
          done();
        },
      };
    },
  };
}

function saveFile({disk}: Host, path: string, bytes: Uint8Array): string | null {
  try {
    const file = disk.open(path, 'create');
    file.truncate(0);
    file.writeAt(0, bytes);
    file.close();
    return null;
  } catch (error) {
    if (error instanceof DiskError) return error.message;
    throw error;
  }
}

/** As a stack trace begins; the exit code stays 0. */
function printFailure(host: Host, command: AdminCommand, cause: string): void {
  const type = `${command.name.slice(0, 1).toUpperCase()}${command.name.slice(1)}SubCommand`;
  const text = `org.apache.rocketmq.tools.command.SubCommandException: ${type} command failed`;
  report(host.journal, {kind: 'warned', text});
  report(host.journal, {kind: 'warned', text: `Caused by: ${cause}`});
}
