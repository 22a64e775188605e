import fc from 'fast-check';
import {expect, test} from 'vitest';
import {DiskPages, DiskPagesTrack} from '../../src/lab/view/disk-pages.ts';
import type {DiskFile} from '../../src/ports/disk.ts';
import {PAGE_BYTES} from '../../src/sim/page-stock.ts';
import {DiskWorld, refusal} from '../sim/disk-worlds.ts';

const PATHS = ['/a', '/b', '/d/a', '/d/b', '/e/a'];
const FAULTS = ['sync-errors', 'write-errors', 'stalled', 'full'] as const;
const path = fc.constantFrom(...PATHS);
const at = fc.nat(5 * PAGE_BYTES);

type Step =
  | {readonly do: 'write'; readonly path: string; readonly at: number; readonly length: number}
  | {readonly do: 'truncate'; readonly path: string; readonly at: number}
  | {readonly do: 'sync' | 'remove' | 'close'; readonly path: string}
  | {readonly do: 'rename'; readonly path: string; readonly to: string}
  | {readonly do: 'wait'; readonly ms: number}
  | {readonly do: 'strike' | 'heal'; readonly fault: (typeof FAULTS)[number]}
  | {readonly do: 'lose-power' | 'kill' | 'destroy' | 'replace' | 'compare'};

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      path,
      at,
      length: fc.oneof(fc.nat(300), fc.nat(4 * PAGE_BYTES)),
    }),
  },
  {weight: 2, arbitrary: fc.record({do: fc.constant('truncate' as const), path, at})},
  {weight: 6, arbitrary: fc.record({do: fc.constantFrom('sync' as const, 'remove', 'close'), path})},
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('rename' as const),
      path: fc.constantFrom(...PATHS, '/d'),
      to: fc.constantFrom(...PATHS, '/e'),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({do: fc.constant('wait' as const), ms: fc.constantFrom(0.5, 1, 2, 35_000)}),
  },
  {
    weight: 2,
    arbitrary: fc.record({do: fc.constantFrom('strike' as const, 'heal'), fault: fc.constantFrom(...FAULTS)}),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('lose-power' as const, 'lose-power' as const, 'kill', 'destroy', 'replace'),
    }),
  },
  {weight: 8, arbitrary: fc.record({do: fc.constant('compare' as const)})},
);

test('reduced from the trace, the pages of a disk are at every moment what the world says', () => {
  const seen = {compared: 0, dirty: 0, 'going-out': 0, failed: 0, clean: 0};
  fc.assert(
    fc.property(fc.array(step, {minLength: 10, maxLength: 60, size: 'max'}), fc.nat(1000), (list, seed) => {
      const w = new DiskWorld({seed: String(seed)});
      const open = new Map<string, DiskFile>();
      const file = (name: string): DiskFile => {
        const known = open.get(name) ?? w.open(name);
        open.set(name, known);
        return known;
      };
      const pages = new DiskPages();
      let taken = 0;
      const compare = (): void => {
        const {entries} = w.world.trace;
        for (; taken < entries.length; taken++) pages.take(entries[taken]!);
        const wanted = w.world.diskPages('m1');
        expect(pages.files('m1')).toEqual(wanted);
        seen.compared++;
        for (const {runs} of wanted) for (const {state} of runs) seen[state]++;
      };
      const act = (one: Step): void => {
        switch (one.do) {
          case 'write':
            file(one.path).writeAt(one.at, new Uint8Array(one.length).fill(7));
            return;
          case 'truncate':
            file(one.path).truncate(one.at);
            return;
          case 'sync':
            w.sync(file(one.path));
            return;
          case 'remove':
            w.disk.remove(one.path);
            return;
          case 'close':
            open.get(one.path)?.close();
            open.delete(one.path);
            return;
          case 'rename':
            w.disk.rename(one.path, one.to);
            return;
          case 'wait':
            w.run(one.ms);
            return;
          case 'strike':
            w.strike({kind: one.fault});
            return;
          case 'heal':
            w.heal(one.fault);
            return;
          case 'destroy':
            w.world.intervene({kind: 'destroy-disk', machine: 'm1', replace: true});
            open.clear();
            return;
          case 'replace':
            w.world.intervene({kind: 'replace-disk', machine: 'm1'});
            open.clear();
            return;
          case 'kill':
            w.world.intervene({kind: 'kill', process: 'p'});
            w.boot();
            open.clear();
            return;
          case 'lose-power':
            w.losePower();
            compare();
            w.boot();
            open.clear();
            return;
          case 'compare':
            compare();
        }
      };
      // What a disk refuses, and what its state makes impossible, is part of the game.
      for (const one of list) refusal(() => act(one));
      compare();
      const last = w.world.trace.entries.length;
      const track = new DiskPagesTrack(w.world.trace.entries);
      track.at(Math.floor(last / 2));
      const wanted = w.world.diskPages('m1');
      expect(track.at(last).files('m1')).toEqual(wanted);
      track.at(1);
      expect(track.at(last).files('m1')).toEqual(wanted);
      for (const one of wanted) expect(track.at(last).files('m1', one.path)).toEqual([one]);
    }),
    {seed: 491, numRuns: 250},
  );
  expect(seen.compared).toBeGreaterThan(1000);
  for (const state of ['clean', 'dirty', 'going-out', 'failed'] as const) {
    expect([state, seen[state] > 50]).toEqual([state, true]);
  }
});
