import type {Host, Program, RunningProgram} from '../../ports/host.ts';
import type {ClientError} from '../../rocketmq/client/api.ts';
import {createProducer} from '../../rocketmq/client/default-mq-producer.ts';
import {newMessage} from '../../rocketmq/client/message-builder.ts';
import {report} from '../../rocketmq/facts.ts';
import {printSendResult} from '../../rocketmq/message/print.ts';
import type {ProducerScenario} from '../scenario/scenario.ts';
import {printedException, printedUncaught} from './java-exceptions.ts';

const PAUSE_AFTER_EXCEPTION_MS = 1000;

/**
 * The producer of the quickstart: sends `Hello RocketMQ 0`, `Hello RocketMQ 1`, ... one after the other and prints each
 * result. A send that throws is printed, followed by a pause of one second and the next message: the failed one is not sent
 * again. At its end the Java program shuts its producer down and then hangs in a timer thread that nobody stops; here
 * the process ends.
 * Source: RocketMQ 4.9.1 `example.quickstart.Producer`.
 */
export function quickstartProducer(
  scenario: ProducerScenario,
  settings: {readonly topic: string; readonly tags: string; readonly count: number},
): Program {
  return {
    start(host: Host): RunningProgram {
      const {topic, tags, count} = settings;
      const producer = createProducer(host, {
        ...scenario.settings,
        group: scenario.group,
        namesrvAddr: scenario.namesrvAddr,
      });
      const print = (line: string): void => report(host.journal, {kind: 'printed', line});
      let stopping = false;
      const sendFrom = (number: number): void => {
        if (stopping) return;
        if (number === count) {
          stopping = true;
          producer.shutdown(() => host.exit(0, 'everything is sent'));
          return;
        }
        const message = newMessage(topic, tags, null, `Hello RocketMQ ${number}`);
        producer.send(message, (outcome) => {
          if (outcome.ok) {
            print(printSendResult(outcome.result));
            sendFrom(number + 1);
            return;
          }
          for (const line of printedException(outcome.error)) print(line);
          host.clock.after(PAUSE_AFTER_EXCEPTION_MS, () => sendFrom(number + 1));
        });
      };
      const started = (failure: ClientError | null): void => {
        if (failure === null) {
          sendFrom(0);
          return;
        }
        for (const line of printedUncaught(failure)) print(line);
        host.exit(1, failure.message);
      };
      const failure = producer.start(started);
      if (failure !== null) started(failure);
      return {
        stop(done) {
          if (stopping) return done();
          stopping = true;
          producer.shutdown(done);
        },
      };
    },
  };
}
