import {expect, test} from 'vitest';
import {extentInLanes, extentOf, scrolledTo} from '../../../src/viz/stage/in-sight.ts';
import type {Lane} from '../../../src/viz/stage/lanes-geometry.ts';

const cards = new Map([
  ['a', {y: 30, height: 100}],
  ['b', {y: 700, height: 100}],
]);
const plates = [
  {machine: 'm1', y: 20, height: 120},
  {machine: 'm2', y: 690, height: 120},
];
const entries = [
  {id: 1, atUs: 0, cause: 0, kind: 'process-ended', process: 'b', why: 'killed', reason: ''},
  {id: 2, atUs: 0, cause: 0, kind: 'machine-power-lost', machine: 'm1'},
] as const;

test('whatever is selected has a place on the stage, or none, and then nothing moves', () => {
  const of = (selection: Parameters<typeof extentOf>[0]) => extentOf(selection, {cards, plates}, {entries});
  expect(of({kind: 'process', name: 'b'})).toEqual({y: 700, height: 100});
  expect(of({kind: 'queue', broker: 'a', topic: 'T', queueId: 0})).toEqual({y: 30, height: 100});
  expect(of({kind: 'machine', name: 'm2'})).toEqual({y: 690, height: 120});
  expect(of({kind: 'link', from: 'm2', to: 'm1'})).toEqual({y: 20, height: 790});
  expect(of({kind: 'entry', id: 1})).toEqual({y: 700, height: 100});
  expect(of({kind: 'entry', id: 2})).toEqual({y: 20, height: 120});
  expect([of(null), of({kind: 'process', name: 'gone'}), of({kind: 'entry', id: 9})]).toEqual([
    null,
    null,
    null,
  ]);
});

test('it is scrolled no further than needed; what has no room is shown from its top', () => {
  expect(scrolledTo({y: 100, height: 100}, 0, 400)).toBe(0);
  expect(scrolledTo({y: 700, height: 100}, 0, 400)).toBe(424);
  expect(scrolledTo({y: 30, height: 100}, 424, 400)).toBe(6);
  expect(scrolledTo({y: 10, height: 100}, 424, 400)).toBe(0);
  expect(scrolledTo({y: 200, height: 790}, 0, 400)).toBe(176);
});

test('a lane is found by its process, and a machine by its first', () => {
  const lane = (process: string, machine: string, top: number): Lane => {
    return {process, machine, kind: 'broker', top, height: 20, y: top + 12, leads: true};
  };
  const lanes = [lane('a', 'm1', 6), lane('b', 'm2', 26), lane('c', 'm2', 46)];
  expect(extentInLanes({kind: 'process', name: 'c'}, lanes, {entries})).toEqual({y: 46, height: 20});
  expect(extentInLanes({kind: 'machine', name: 'm2'}, lanes, {entries})).toEqual({y: 26, height: 20});
});
