// Commands are imported when they are called: `lab schema` need not load a broker.
import {Command, CommanderError} from 'commander';
import {EXIT} from './exit.ts';
import {type Output, processOutput} from './output.ts';
import type {Served, ServeOptions} from './serve-command.ts';

const MQADMIN_EXAMPLES = `
Examples:
  lab mqadmin -n 127.0.0.1:9876 clusterList
  lab mqadmin scenario.yaml --until 10s queryMsgByKey -t TopicTest -k order-7

Commands: topicRoute, topicStatus, queryMsgById, queryMsgByKey, queryMsgByUniqueKey, queryMsgByOffset, consumerProgress and
clusterList, with the options of RocketMQ 4.9.1. Times are printed in UTC.`;

/** Runs one command line; answers the exit code. Never throws for what a person typed. */
export async function main(args: readonly string[], output: Output = processOutput()): Promise<number> {
  let code: number = EXIT.ok;
  const program = new Command('lab')
    .description('Runs whole Apache RocketMQ 4.9.1 clusters in a deterministic simulator.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => output.out(text.trimEnd()),
      writeErr: (text) => output.err(text.trimEnd()),
    })
    .showHelpAfterError();
  program
    .command('run')
    .description('run a scenario to its end and print a report')
    .argument('<file>', 'scenario.yaml')
    .option('--seed <seed>', 'instead of the seed of the scenario')
    .option('--until <time>', 'stop at this virtual time, e.g. 10s')
    .option('--json', 'print one JSON object')
    .option(
      '--sweep-faults <level>',
      'with the faults that `lab sweep` draws for the seed: none, light, heavy or swarm',
    )
    .option(
      '--fix <names>',
      'with these remedies on in every broker, e.g. compare-afresh,match-first; all, or none',
    )
    .action(async (file: string, options) => {
      const {runCommand} = await import('./run-command.ts');
      code = runCommand(file, options, output);
    });
  program
    .command('trace')
    .description('run a scenario and print its history, a line per entry; or print that of a recording')
    .argument('<file>', 'scenario.yaml, or a recording of `lab serve`')
    .option('--seed <seed>', 'instead of the seed of the scenario')
    .option('--until <time>', 'stop at this virtual time, e.g. 10s')
    .option('--kind <kind>', 'only entries or facts of this kind, e.g. send-acknowledged')
    .option('--lang <language>', 'en or zh-CN', 'en')
    .action(async (file: string, options) => {
      const {traceCommand} = await import('./trace-command.ts');
      code = traceCommand(file, options, output);
    });
  program
    .command('compare')
    .description('run a scenario in variants with one seed, and print the runs side by side')
    .argument('<file>', 'scenario.yaml')
    .requiredOption(
      '--vary <key=values>',
      'a key of broker.conf, network or disk, and what it shall be, e.g. brokerRole=ASYNC_MASTER,SYNC_MASTER; several give every combination',
      (text: string, earlier: readonly string[] = []) => [...earlier, text],
    )
    .option('--seed <seed>', 'instead of the seed of the scenario')
    .option('--until <time>', 'stop at this virtual time, e.g. 10s')
    .option('--json', 'print one JSON object')
    .action(async (file: string, options) => {
      const {compareCommand} = await import('./compare-command.ts');
      code = compareCommand(file, options, output);
    });
  program
    .command('mqadmin')
    .description(
      "print what RocketMQ's console tool prints: of servers that run, or at a moment of a scenario",
    )
    .argument(
      '<words...>',
      'a scenario.yaml where a moment of it is asked; then a command and its options, e.g. clusterList or topicStatus -t TopicTest',
    )
    .option(
      '-n, --namesrvAddr <addresses>',
      'NameServers of the servers to ask, e.g. 127.0.0.1:9876; $NAMESRV_ADDR unless told',
    )
    .option('--seed <seed>', 'with a scenario: instead of its seed')
    .option('--until <time>', 'with a scenario: the moment, e.g. 10s; its end unless told')
    .allowUnknownOption()
    .addHelpText('after', MQADMIN_EXAMPLES)
    .action(async (words: string[], options) => {
      const {mqadminCommand} = await import('./mqadmin-command.ts');
      code = await mqadminCommand(words, options, output);
    });
  program
    .command('sweep')
    .description(
      'run a scenario with many seeds and faults drawn at random for each, and tell which broke what',
    )
    .argument('<file>', 'scenario.yaml')
    .option('--seeds <seeds>', 'e.g. 1..1000, or 7,42', '1..100')
    .option('--faults <level>', 'none, light, heavy or swarm', 'swarm')
    .option('--workers <count>', 'how many run at once; as many as there are processors, unless told')
    .option(
      '--fix <names>',
      'remedies that are on in every broker, e.g. compare-afresh,match-first; all, none, or all-but:durable-vote',
    )
    .option(
      '--each-fix-off',
      'find, for each remedy (or each of --fix), a seed that turns red by its flaw when it is off and the others are on',
    )
    .option('--until <time>', 'how long each run lasts, e.g. 60s, instead of the duration of the scenario')
    .option('--json', 'print one JSON object')
    .action(async (file: string, options) => {
      const {sweepCommand} = await import('./sweep-command.ts');
      code = await sweepCommand(file, options, output);
    });
  program
    .command('report')
    .description('print what a recording of `lab serve --record` holds')
    .argument('<recording>')
    .option('--json', 'print one JSON object')
    .action(async (file: string, options) => {
      const {reportCommand} = await import('./report-command.ts');
      code = reportCommand(file, options, output);
    });
  program
    .command('frame')
    .description('read frames in hex, one a line, from standard input and print each as one line of JSON')
    .action(async () => {
      const {frameCommand} = await import('./frame-command.ts');
      code = frameCommand(output);
    });
  program
    .command('store')
    .description('print what a store folder holds and what a start would do to it, changing nothing')
    .argument('<folder>', 'storePathRootDir of a broker, or the dledger-n0 in it')
    .option(
      '-c, --config <file>',
      'broker.conf, where sizes or paths in it are not to be found out from the files',
    )
    .option('--json', 'print each record of the commit log, or entry of the ledger, as one line of JSON')
    .action(async (folder: string, options) => {
      const {storeCommand} = await import('./store-command.ts');
      code = storeCommand(folder, options, output);
    });
  program
    .command('schema')
    .description('print the JSON Schema of scenario files')
    .action(async () => {
      const {scenarioJsonSchema} = await import('../lab/scenario/schema.ts');
      output.out(JSON.stringify(scenarioJsonSchema(), null, 2));
    });
  program
    .command('lesson')
    .description('work on lessons')
    .command('check')
    .description('check texts and claims of one lesson, or of all')
    .argument('[name]', 'name of a folder in lessons/')
    .option('--seeds <count>', 'how many seeds each claim is tried with', '20')
    .action(async (name: string | undefined, options) => {
      const {lessonCheckCommand} = await import('./lesson-command.ts');
      code = lessonCheckCommand(name, options, output);
    });
  addServe(program, async (served, options) => {
    const {serveCommand} = await import('./serve-command.ts');
    code = await serveCommand(served, options, output);
  });
  try {
    await program.parseAsync([...args], {from: 'user'});
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    code = error.exitCode === 0 ? EXIT.ok : EXIT.badInput;
  }
  return code;
}

type ServeAction = (served: Served, options: ServeOptions) => Promise<void>;

/** `serve` alone is a command, and has two below it. */
function addServe(program: Command, action: ServeAction): void {
  const withPlace = (command: Command): Command =>
    command
      .option('--store <folder>', 'where files go, unless the configuration says otherwise', './store')
      .option('--bind <address>', 'accept connections here; 0.0.0.0 is every address', '127.0.0.1')
      .option('--record <file>', 'record the run into a new file, for the page and for `lab trace`');
  const serve = withPlace(program.command('serve'))
    .description('serve a NameServer and a broker on real sockets and files')
    .option('-c, --config <file>', 'broker.conf')
    .option('--namesrv-port <port>', 'port of the NameServer', '9876')
    .action((options) => action('both', {...options, port: options.namesrvPort}));
  withPlace(serve.command('namesrv'))
    .description('serve a NameServer')
    .option('-p, --port <port>', 'its port', '9876')
    .action((_options, command: Command) => action('namesrv', command.optsWithGlobals()));
  withPlace(serve.command('broker'))
    .description('serve a broker')
    .option('-c, --config <file>', 'broker.conf')
    .option('-n, --namesrv <addresses>', 'NameServers to register with, e.g. 127.0.0.1:9876')
    .action((_options, command: Command) => action('broker', command.optsWithGlobals()));
}
