// Commands are imported when they are called: `lab schema` need not load a broker.
import {Command, CommanderError} from 'commander';
import {EXIT} from './exit.ts';
import {type Output, processOutput} from './output.ts';

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
    .action(async (file: string, options) => {
      const {runCommand} = await import('./run-command.ts');
      code = runCommand(file, options, output);
    });
  program
    .command('trace')
    .description('run a scenario and print its history, a line per entry')
    .argument('<file>', 'scenario.yaml')
    .option('--seed <seed>', 'instead of the seed of the scenario')
    .option('--until <time>', 'stop at this virtual time, e.g. 10s')
    .option('--kind <kind>', 'only entries or facts of this kind, e.g. send-acknowledged')
    .option('--lang <language>', 'en or zh-CN', 'en')
    .action(async (file: string, options) => {
      const {traceCommand} = await import('./trace-command.ts');
      code = traceCommand(file, options, output);
    });
  program
    .command('frame')
    .description('read frames in hex, one a line, from standard input and print each as one line of JSON')
    .action(async () => {
      const {frameCommand} = await import('./frame-command.ts');
      code = frameCommand(output);
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
  try {
    await program.parseAsync([...args], {from: 'user'});
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    code = error.exitCode === 0 ? EXIT.ok : EXIT.badInput;
  }
  return code;
}
