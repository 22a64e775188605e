import type {Host, Program, RunningProgram} from '../../ports/host.ts';
import type {ClientError, SendOutcome} from '../../rocketmq/client/api.ts';
import {createProducer} from '../../rocketmq/client/default-mq-producer.ts';
import {newMessage} from '../../rocketmq/client/message-builder.ts';
import {report} from '../../rocketmq/facts.ts';
import type {ProducerProgram, ProducerScenario} from '../scenario/scenario.ts';
import {printedException, printedUncaught} from './java-exceptions.ts';

type RateProgram = Extract<ProducerProgram, {kind: 'rate'}>;

/**
 * A producer that sends at a rate. A synchronous one has one send under way at a time for each of its threads: it begins the
 * next when the interval has passed and the answer is there. An asynchronous or one-way one begins every interval, whatever became of those before.
 * It prints what failed, and a closing line.
 */
export function rateProducer(scenario: ProducerScenario, program: RateProgram): Program {
  return {
    start(host: Host): RunningProgram {
      const producer = createProducer(host, {
        ...scenario.settings,
        group: scenario.group,
        namesrvAddr: scenario.namesrvAddr,
      });
      const print = (line: string): void => report(host.journal, {kind: 'printed', line});
      const intervalMs = program.intervalUs / 1000;
      let stopping = false;
      let begun = 0;
      let ended = 0;
      let failed = 0;
      const finishIfAllEnded = (): void => {
        if (stopping || begun !== program.count || ended !== begun) return;
        stopping = true;
        print(`${begun} messages sent, ${failed} failed`);
        producer.shutdown(() => host.exit(0, 'everything is sent'));
      };
      const told = (error: ClientError | null): void => {
        ended += 1;
        if (error !== null) {
          failed += 1;
          for (const line of printedException(error)) print(line);
        }
        finishIfAllEnded();
      };
      const begin = (): void => {
        if (stopping || begun === program.count) return;
        const number = begun;
        begun += 1;
        const beganNs = host.clock.monotonicNs();
        const tag = program.tags.length === 0 ? null : program.tags[number % program.tags.length]!;
        const key = program.keys === 0 ? null : `key-${number % program.keys}`;
        const message = newMessage(program.topic, tag, key, bodyOf(number, program.bodyBytes));
        const outcome = (result: SendOutcome): void => told(result.ok ? null : result.error);
        switch (program.mode) {
          case 'sync':
            producer.send(message, (result) => {
              outcome(result);
              const passedMs = (host.clock.monotonicNs() - beganNs) / 1e6;
              if (intervalMs <= passedMs) begin();
              else host.clock.after(intervalMs - passedMs, begin);
            });
            return;
          case 'async':
            producer.sendAsync(message, outcome);
            break;
          case 'oneway':
            producer.sendOneway(message, told);
            break;
        }
        host.clock.after(intervalMs, begin);
      };
      const started = (failure: ClientError | null): void => {
        if (failure === null) {
          for (let thread = 0; thread < program.threads; thread += 1) begin();
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

/** `number` and a blank, repeated and cut to size: readable in a hex view, different for each message. */
function bodyOf(number: number, bodyBytes: number): Uint8Array {
  const word = `${number} `;
  const body = new Uint8Array(bodyBytes);
  const wordBytes = Math.min(word.length, bodyBytes);
  for (let i = 0; i < wordBytes; i += 1) body[i] = word.charCodeAt(i);
  for (let filled = wordBytes; filled < bodyBytes; filled *= 2) body.copyWithin(filled, 0, filled);
  return body;
}
