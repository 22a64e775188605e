import {describe, expect, test} from 'vitest';
import {type MakeFixture, withFixture} from './fixture.ts';

export function journalContract(name: string, make: MakeFixture): void {
  describe(`journal of ${name}`, () => {
    test('facts are kept in their order, each in the journal of its own process', () =>
      withFixture(make, async ({a, b, recorded}) => {
        const first = {kind: 'printed', line: 'one'};
        const second = {kind: 'rebalanced', clientIds: ['x', 'y'], allocated: [{queueId: 1}], note: null};
        const elsewhere = {kind: 'printed', line: 'elsewhere'};
        a.journal.record(first);
        b.journal.record(elsewhere);
        a.journal.record(second);
        expect(recorded(a)).toEqual([first, second]);
        expect(recorded(b)).toEqual([elsewhere]);
      }));
  });
}
