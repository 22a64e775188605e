import {afterAll, beforeAll, expect, test} from 'vitest';
import {RequestCode} from '../../src/rocketmq/remoting/codes.ts';
import {decodeFrame} from '../../src/rocketmq/remoting/frame.ts';
import {essenceOf} from '../conformance/answers.ts';
import {type Probe, probes, type ServerKind} from '../conformance/probes.ts';
import {Asking} from '../conformance/record.ts';
import {purposeOf} from '../conformance/table.ts';
import {RunningCluster} from './support/clusters.ts';

/** Many requests are not answered at all. */
const SILENCE_MS = 150;

/** Whether the delayed messages of earlier probes have been looked at yet, which one server does sooner than the other. */
const OF_THE_MOMENT: ReadonlySet<number> = new Set([RequestCode.GET_ALL_DELAY_OFFSET]);

let ours: RunningCluster;
let apaches: RunningCluster;

beforeAll(async () => {
  [ours, apaches] = await Promise.all([RunningCluster.ours(), RunningCluster.apaches('JSON')]);
});
afterAll(async () => {
  await Promise.all([ours?.end(), apaches?.end()]);
});

/** The answer to every probe in order, as far as a client can rely on it. */
async function answersOf({ports}: RunningCluster): Promise<string[]> {
  const asking: Record<ServerKind, Asking> = {
    namesrv: new Asking(ports.namesrv, RequestCode.GET_NAMESRV_CONFIG, SILENCE_MS),
    broker: new Asking(ports.broker, RequestCode.GET_BROKER_CONFIG, SILENCE_MS),
  };
  const answers: string[] = [];
  for (const probe of probes()) answers.push(settled(essence(await asking[probe.server].ask(probe))));
  for (const one of Object.values(asking)) one.end();
  return answers;
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
  const [mine, theirs] = await Promise.all([answersOf(ours), answersOf(apaches)]);
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
}, 900_000);
