import type {Host, Program, RunningProgram} from '../../ports/host.ts';
import type {ClientError, MessageListenerConcurrently} from '../../rocketmq/client/api.ts';
import {createPushConsumer} from '../../rocketmq/client/default-mq-push-consumer.ts';
import {report} from '../../rocketmq/facts.ts';
import {printReceivedMessages} from '../../rocketmq/message/print.ts';
import type {ConsumerScenario} from '../scenario/scenario.ts';
import {printedUncaught} from './java-exceptions.ts';

/**
 * A push consumer with the listener that its scenario asks for. `quickstart` prints every message as the example of the
 * real one does (Source: RocketMQ 4.9.1 `example.quickstart.Consumer`); `service` works on each batch for a time and
 * fails some of them.
 */
export function pushConsumer(scenario: ConsumerScenario): Program {
  return {
    start(host: Host): RunningProgram {
      const consumer = createPushConsumer(host, {
        ...scenario.settings,
        group: scenario.group,
        namesrvAddr: scenario.namesrvAddr,
      });
      const print = (line: string): void => report(host.journal, {kind: 'printed', line});
      const uncaught = (failure: ClientError): void => {
        for (const line of printedUncaught(failure)) print(line);
      };
      // A start that finds no NameServer ends `main`, but not the process: the threads of the client live on, and consume once
      // there is a NameServer.
      const started = (failure: ClientError | null): void => {
        if (failure === null) print('Consumer Started.');
        else uncaught(failure);
      };
      const refused = consumer.subscribe(scenario.topic, scenario.expression);
      consumer.registerMessageListener(listenerOf(host, scenario, print));
      const failure = refused ?? consumer.start(started);
      if (failure !== null) {
        uncaught(failure);
        host.exit(1, failure.message);
      }
      return {stop: (done) => consumer.shutdown(done)};
    },
  };
}

function listenerOf(
  host: Host,
  scenario: ConsumerScenario,
  print: (line: string) => void,
): MessageListenerConcurrently {
  const {program} = scenario;
  if (program.kind === 'quickstart') {
    return (messages, context, finish) => {
      print(printReceivedMessages(context.threadName, messages));
      finish('CONSUME_SUCCESS');
    };
  }
  const chance = host.random.stream('listener');
  return (_messages, _context, finish) => {
    const fails = program.failPerMille > 0 && chance.below(1000) < program.failPerMille;
    const answer = (): void => finish(fails ? 'RECONSUME_LATER' : 'CONSUME_SUCCESS');
    if (program.serviceUs === 0) answer();
    else host.clock.after(program.serviceUs / 1000, answer);
  };
}
