import {setTimeout as sleep} from 'node:timers/promises';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {RequestCode} from '../../src/rocketmq/remoting/codes.ts';
import {decodeFrame} from '../../src/rocketmq/remoting/frame.ts';
import {essenceOf} from '../conformance/answers.ts';
import {type Probe, probes, type ServerKind} from '../conformance/probes.ts';
import {Asking} from '../conformance/record.ts';
import {purposeOf} from '../conformance/table.ts';
import {RunningCluster} from './support/clusters.ts';

/** Many requests are not answered at all: so long each is waited for before the next is asked. */
const SILENCE_MS = 150;

/** For an answer that one of them has given, and the other not. */
const LATE_MS = 60_000;

const NO_ANSWER = essenceOf(null);

/** Whether the delayed messages of earlier probes have been looked at yet, which one server does sooner than the other. */
const OF_THE_MOMENT: ReadonlySet<number> = new Set([RequestCode.GET_ALL_DELAY_OFFSET]);

let ours: RunningCluster;
let apaches: RunningCluster;

beforeAll(async () => {
  [ours, apaches] = await Promise.all([RunningCluster.ours(), RunningCluster.apaches('JSON')]);
  // Asked for its rates in its first second, a broker of 4.9.1 answers with an exception.
  await apaches.untilRates();
});
afterAll(async () => {
  await Promise.all([ours?.end(), apaches?.end()]);
});

/** Everybody has been asked everything; what each has answered, as far as a client can rely on it, can be looked up, and grows. */
interface Asked {
  answers(): string[];
  end(): void;
}

async function askAll({ports}: RunningCluster): Promise<Asked> {
  const asking: Record<ServerKind, Asking> = {
    namesrv: new Asking(ports.namesrv, RequestCode.GET_NAMESRV_CONFIG, SILENCE_MS),
    broker: new Asking(ports.broker, RequestCode.GET_BROKER_CONFIG, SILENCE_MS),
  };
  const all = probes();
  const asked: number[] = [];
  for (const probe of all) asked.push(await asking[probe.server].ask(probe));
  return {
    answers: () => all.map(({server}, at) => settled(essence(asking[server].answerTo(asked[at]!)))),
    end: () => {
      for (const one of Object.values(asking)) one.end();
    },
  };
}

function essence(hex: string | null): string {
  if (hex === null) return essenceOf(null);
  const command = decodeFrame(Uint8Array.from(Buffer.from(hex, 'hex')));
  if ('error' in command) throw new Error(command.error);
  return essenceOf(command);
}

/** How a virtual machine explains a null depends on its version, and on how often it has had to. */
function settled(answer: string): string {
  return answer.replace(/"java\.lang\.NullPointerException.*"$/s, '"java.lang.NullPointerException"');
}

const comparable = (code: number, answer: string): string =>
  OF_THE_MOMENT.has(code) ? answer.replace(/\{offsetTable: .*$/, '{offsetTable') : answer;

test('every request code, well-formed and with each field missing or wrong, is answered as Apache answers it now', async () => {
  const asked = await Promise.all([askAll(ours), askAll(apaches)]);
  // What one of them alone has not answered yet may be late: for that there is time.
  const isOneSilent = (): boolean => {
    const [mine, theirs] = asked.map((one) => one.answers());
    return probes().some(
      (probe, at) =>
        purposeOf(probe) === undefined && (mine![at] === NO_ANSWER) !== (theirs![at] === NO_ANSWER),
    );
  };
  const untilMs = performance.now() + LATE_MS;
  while (isOneSilent() && performance.now() < untilMs) await sleep(500);
  const [mine, theirs] = asked.map((one) => one.answers()) as [string[], string[]];
  for (const one of asked) one.end();
  // Not two servers that are silent alike.
  expect(theirs.filter((answer) => answer !== 'no answer').length).toBeGreaterThan(900);
  expect(new Set(theirs).size).toBeGreaterThan(150);
  const differing = probes()
    .map((probe, at): [Probe, string, string] => [probe, mine[at]!, theirs[at]!])
    .filter(([{code}, own, their]) => comparable(code, own) !== comparable(code, their))
    .filter(([probe]) => purposeOf(probe) === undefined)
    .map(
      ([{server, code, variant}, own, their]) =>
        `${server} ${code} ${variant}\n  4.9.1: ${their}\n  ours: ${own}`,
    );
  expect(differing).toEqual([]);
});
