import {type MqadminOrder, mqadminProgram} from '../rocketmq/admin/mqadmin.ts';
import {createHost, type LifeEnd} from './host.ts';
import {runProgram} from './run-program.ts';

/** Where the lines of a console program go. */
export interface ConsoleSinks {
  print(line: string): void;
  printError(line: string): void;
}

/**
 * Carries out an order of mqadmin on NameServers and brokers over real connections. `done` hears how it ended: with code 0, as the
 * real tool's, also where the command failed, which standard error tells.
 * @param namesrvAddr `a:9876;b:9876`, unless the order names others
 */
export function askServer(
  order: MqadminOrder,
  namesrvAddr: string,
  sinks: ConsoleSinks,
  done: (end: LifeEnd) => void,
): void {
  const host = createHost({
    name: 'mqadmin',
    print: (line) => sinks.print(line),
    warn: (line) => sinks.printError(line),
    ended: done,
  });
  runProgram(host, mqadminProgram(order, namesrvAddr));
}
