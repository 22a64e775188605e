import fc from 'fast-check';
import {expect, test} from 'vitest';
import {ledgerFilesIn, ledgerItems} from '../../../src/host/ledger-log.ts';
import type {Disk} from '../../../src/ports/disk.ts';
import {DLedgerError} from '../../../src/rocketmq/dledger/codes.ts';
import {Group} from './group.ts';

// Whatever a power cut, a sick disk or a person has done to a member's files: a start takes the entries that follow each other from
// the first one on, or ends the process with a reason, as the real one does. Nothing is thrown, then or later.

const SIZES = {mappedFileSizeForEntryData: 256, mappedFileSizeForEntryIndex: 128};
const FOLDER = '/store/dledger-n0';
const DATA = ['00000000000000000000', '00000000000000000256', '00000000000000000512'].map(
  (name) => `data/${name}`,
);
const INDEX = ['00000000000000000000', '00000000000000000128'].map((name) => `index/${name}`);
const ENTRIES = 8;

type Damage =
  | {readonly kind: 'write'; readonly path: string; readonly at: number; readonly bytes: Uint8Array}
  | {
      readonly kind: 'copy';
      readonly from: string;
      readonly path: string;
      readonly source: number;
      readonly at: number;
      readonly length: number;
    }
  | {readonly kind: 'length'; readonly path: string; readonly length: number}
  | {readonly kind: 'remove'; readonly path: string}
  | {readonly kind: 'text'; readonly path: string; readonly text: string};

const path = fc.constantFrom(...DATA, ...INDEX);
/** What is likely to mean something where a field is. */
const bytes = fc.oneof(
  fc.uint8Array({minLength: 1, maxLength: 24}),
  fc.constantFrom(0, 1, -1, 48, 2 ** 31 - 1, -(2 ** 31)).map((value) => {
    const word = new Uint8Array(4);
    new DataView(word.buffer).setInt32(0, value);
    return word;
  }),
  fc.constantFrom(0n, 1n, -1n, 2n ** 53n, 2n ** 62n, -(2n ** 63n)).map((value) => {
    const word = new Uint8Array(8);
    new DataView(word.buffer).setBigInt64(0, value);
    return word;
  }),
  fc.nat(250).map((length) => new Uint8Array(length)),
);
const damage: fc.Arbitrary<Damage> = fc.oneof(
  {weight: 6, arbitrary: fc.record({kind: fc.constant('write' as const), path, at: fc.nat(250), bytes})},
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('copy' as const),
      from: path,
      path,
      source: fc.nat(250),
      at: fc.nat(250),
      length: fc.nat(128),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('length' as const),
      path,
      length: fc.constantFrom(0, 1, 128, 255, 4096),
    }),
  },
  {weight: 1, arbitrary: fc.record({kind: fc.constant('remove' as const), path})},
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('text' as const),
      path: fc.constantFrom(
        'currterm',
        'checkpoint',
        'data/00000000000000000768',
        'index/00000000000000000256',
        'data/notes',
      ),
      text: fc.constantFrom(
        '',
        'currTerm=7',
        'currTerm=-3\nvoteLeader=n9',
        'currTerm=9223372036854775807',
        'currTerm=\\u00zz',
        'committedIndex=3',
        'committedIndex=99999',
        'committedIndex=-7',
        'committedIndex=x',
        '\u0000\u0000',
        'x'.repeat(256),
      ),
    }),
  },
);

function suffer(disk: Disk, what: Damage): void {
  const full = `${FOLDER}/${what.path}`;
  if (what.kind === 'remove') {
    disk.remove(full);
    return;
  }
  const file = disk.open(full, 'create');
  if (what.kind === 'write') file.writeAt(what.at, what.bytes.subarray(0, file.sizeBytes() - what.at));
  else if (what.kind === 'copy') {
    const source = disk.open(`${FOLDER}/${what.from}`, 'create');
    const taken = source.readAt(what.source, what.length).slice(0, Math.max(0, file.sizeBytes() - what.at));
    file.writeAt(what.at, taken);
  } else if (what.kind === 'length') file.truncate(what.length);
  else {
    const text = new TextEncoder().encode(what.text);
    file.truncate(0);
    file.writeAt(0, text);
  }
  file.close();
}

/** Where the log ends by the rules of recovery, read by other code: -1 for nowhere. */
function endByTheRules(disk: Disk): number {
  const host = {disk} as never;
  let end = -1;
  for (const item of ledgerItems(ledgerFilesIn(host, FOLDER, SIZES.mappedFileSizeForEntryData))) {
    if (item.kind === 'entry') end = item.header.index;
    else if (item.how !== 'blank') break;
  }
  return end;
}

function stoppedGroup(): Group {
  const group = new Group({size: 1, seed: 'corrupt', config: SIZES}).start();
  group.toLeader();
  group.append('n0', ...Array.from({length: ENTRIES}, (_, i) => `an entry, ${i}`));
  group.run(4000).do({kind: 'stop', process: 'n0'});
  return group.runTo('it has stopped', () => !group.world.isRunning('n0'), 1000);
}

test('a start says what it found or why it ends, and whatever follows, nothing is thrown', () => {
  let refused = 0;
  let shorter = 0;
  fc.assert(
    fc.property(fc.array(damage, {minLength: 1, maxLength: 4}), (damages) => {
      const group = stoppedGroup();
      const {disk} = group.meddler();
      for (const one of damages) suffer(disk, one);
      const expected = endByTheRules(disk);
      group.start('n0').run(10);
      if (!group.world.isRunning('n0')) {
        const ends = group.world.trace.entries.filter(({kind}) => kind === 'process-ended');
        expect(ends.at(-1)).toMatchObject({
          process: 'n0',
          why: 'exited',
          reason: expect.stringMatching(/\S/),
        });
        refused++;
      } else {
        const {store} = group.server('n0');
        expect(store.ledgerEndIndex).toBe(expected);
        if (expected < ENTRIES - 1) shorter++;
        for (let index = store.ledgerBeginIndex; index >= 0 && index <= store.ledgerEndIndex; index++) {
          try {
            expect(store.get(index)?.index).toBe(index);
          } catch (error) {
            if (!(error instanceof DLedgerError)) throw error;
          }
        }
        group.run(1500);
        if (group.leader === 'n0') group.append('n0', 'and one more');
        group.run(3500);
      }
      expect(group.world.crashes).toEqual([]);
    }),
    {seed: 1, numRuns: 200},
  );
  // Each kind of outcome came up.
  expect(refused).toBeGreaterThan(20);
  expect(shorter).toBeGreaterThan(20);
});
