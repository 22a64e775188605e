import {setTimeout as sleep} from 'node:timers/promises';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {Driver} from './support/driver.ts';
import {LedgerTrio, MEMBERS, type Member} from './support/ledger-trio.ts';
import {bodiesOf, numbered, outgoing, sorted, until} from './support/until.ts';

// Two brokers that are Apache's 4.9.1 and one that is ours, in one DLedger group; ours is preferred as leader.

const TOPIC = 'Agreed';
const OURS: Member = 'n2';
let trio: LedgerTrio;
let driver: Driver;
const sent: string[] = [];

beforeAll(async () => {
  trio = await LedgerTrio.started({ours: [OURS], preferredLeader: OURS});
});
afterAll(async () => {
  await driver?.end();
  await trio?.end();
});

/**
 * Sends until the group has taken all of it. What is not acknowledged is sent again, as any producer has to: while a group elects,
 * and also later, since a lonely entry may be acknowledged with the next one only, and after seconds not at all.
 */
async function send(count: number, word: string): Promise<void> {
  let open = numbered(count, word).map((text) => text.padEnd(700, '.'));
  let last = '';
  const next = async (): Promise<void> => {
    const some = open.slice(0, 10);
    const answers = await driver
      .send('producer', TOPIC, 'sync', outgoing(some))
      .catch((error: Error) => some.map(() => ({status: error.message})));
    const taken = some.filter((_, i) => answers[i]!.status === 'SEND_OK');
    sent.push(...taken);
    open = open.filter((body) => !taken.includes(body));
    last = answers.at(-1)!.status;
    if (taken.length === 0) await sleep(500);
  };
  while (open.length > 0) {
    const before = open.length;
    await until(
      () => open.length < before,
      () => `a group that takes messages; the last answer was ${last}`,
      next,
    );
  }
}

/** The logs of some members are the same to the byte, once the slowest has caught up. */
async function sameLedgers(members: readonly Member[]): Promise<void> {
  await until(
    () => new Set(members.map((member) => trio.ledger(member).toString('latin1'))).size === 1,
    () => `the same logs; they have ${members.map((member) => trio.ledger(member).length)} bytes`,
    () => sleep(300),
  );
}

test('ours is made the leader, and the table shows 0, 1 and 2', async () => {
  const table = await trio.untilTable(
    (rows) => rows[OURS] === 0 && rows.n0 !== undefined && rows.n1 !== undefined,
    'ours leads, and the others are known',
  );
  expect(table).toEqual({n0: 1, n1: 2, n2: 0});
});

test("Apache's brokers take what ours appends, to the byte", async () => {
  driver = await Driver.java(trio.namesrvAddr, 'JSON', trio.clientHome);
  await driver.produce('producer', 'senders', 10_000);
  await send(200, 'ours leads');
  await sameLedgers(MEMBERS);
});

test('ours is killed: one of theirs takes over, and messages go on', async () => {
  await trio.kill(OURS);
  const table = await trio.untilTable((rows) => rows.n0 === 0 || rows.n1 === 0, "one of Apache's leads");
  expect([table.n0, table.n1].filter((id) => id === 0)).toHaveLength(1);
  await send(100, 'theirs leads');
  await sameLedgers(['n0', 'n1']);
});

test('ours comes back, takes what it lacks from theirs, and is handed the lead again', async () => {
  await trio.start(OURS);
  await trio.untilTable((rows) => rows[OURS] === 0, 'ours leads again');
  await send(50, 'ours again');
  await sameLedgers(MEMBERS);
});

test('a consumer gets everything that was acknowledged', async () => {
  const heard = await driver.consume('consumer', 'listeners', TOPIC);
  const missing = (): string[] => {
    const got = new Set(heard.map(({body}) => body));
    return sent.filter((body) => !got.has(body));
  };
  await until(
    () => missing().length === 0,
    () => `all of ${sent.length}; ${missing().length} are missing`,
    () => sleep(200),
  );
  expect(sorted(sent).every((body) => bodiesOf(heard).includes(body))).toBe(true);
});
