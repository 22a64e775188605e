import * as fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {ViewTimeline} from '../../../src/lab/view/view-timeline.ts';
import {type Box, intersects} from '../../../src/viz/stage/box.ts';
import {BrokerNames} from '../../../src/viz/stage/broker-names.ts';
import type {LayoutProcess} from '../../../src/viz/stage/layout-parts.ts';
import {pointAt} from '../../../src/viz/stage/link-path.ts';
import {linksOf} from '../../../src/viz/stage/links.ts';
import {layoutProcesses, layoutTopology} from '../../../src/viz/stage/topology-layout.ts';
import {indexOf, syntheticTrace} from './synthetic.ts';

const machines = new Map([
  ['worker1', {address: '192.168.232.128'}],
  ['worker2', {address: '192.168.232.129'}],
]);

function cast(namesrvs: number, brokers: number, producers: number, consumers: number): LayoutProcess[] {
  const process = (
    name: string,
    kind: LayoutProcess['kind'],
    machine: string,
    brokerName = name,
  ): LayoutProcess => ({
    name,
    kind,
    machine,
    brokerName,
    brokerId: 0,
    cluster: '',
  });
  const times = (count: number, make: (i: number) => LayoutProcess) =>
    Array.from({length: count}, (_, i) => make(i));
  return [
    ...times(namesrvs, (i) => process(`n${i}`, 'namesrv', 'worker1')),
    ...times(brokers, (i) => process(`b${i}`, 'broker', 'worker1', `group${i >> 1}`)),
    ...times(producers, (i) => process(`p${i}`, 'producer', 'worker2')),
    ...times(consumers, (i) => process(`c${i}`, 'consumer', 'worker2')),
  ];
}

const quickstart = cast(1, 1, 1, 1);

describe('the layout of the topology', () => {
  test('no two cards overlap and none leaves the stage, whoever is on it and however wide it is', () => {
    fc.assert(
      fc.property(
        fc.integer({min: 1, max: 3}),
        fc.integer({min: 1, max: 4}),
        fc.integer({min: 0, max: 3}),
        fc.integer({min: 0, max: 3}),
        fc.integer({min: 360, max: 1900}),
        fc.integer({min: 260, max: 1000}),
        (namesrvs, brokers, producers, consumers, width, height) => {
          const layout = layoutTopology({
            processes: cast(namesrvs, brokers, producers, consumers),
            machines,
            width,
            height,
          });
          const cards: Box[] = [...layout.cards.values()];
          expect(cards).toHaveLength(namesrvs + brokers + producers + consumers);
          cards.forEach((a, i) => {
            expect(a.x).toBeGreaterThanOrEqual(0);
            expect(a.x + a.width).toBeLessThanOrEqual(width);
            expect(a.y).toBeGreaterThanOrEqual(0);
            expect(a.y + a.height).toBeLessThanOrEqual(layout.height);
            for (const b of cards.slice(i + 1)) expect(intersects(a, b)).toBe(false);
          });
        },
      ),
      {seed: 4, numRuns: 300},
    );
  });

  test.each([
    [811, 374],
    [811, 350],
    [1000, 520],
    [1290, 470],
    [390, 415],
    [700, 420],
  ])('the quickstart fits %i × %i without scrolling', (width, height) => {
    expect(layoutTopology({processes: quickstart, machines, width, height}).height).toBe(height);
  });

  describe('a DLedger group', () => {
    const ringOf = (count: number): LayoutProcess[] => {
      const one = (name: string, kind: LayoutProcess['kind'], machine: string): LayoutProcess => ({
        name,
        kind,
        machine,
        brokerName: kind === 'broker' ? 'RaftNode00' : name,
        brokerId: 0,
        cluster: '',
      });
      const members = Array.from({length: count}, (_, i) => one(`n${i}`, 'broker', `vm${i}`));
      const namesrvs = Array.from({length: 3}, (_, i) => one(`namesrv${i}`, 'namesrv', `vm${i}`));
      return [...namesrvs, ...members, one('p', 'producer', 'shop'), one('c', 'consumer', 'shop')];
    };
    const ground = new Map(
      [...Array.from({length: 9}, (_, i) => `vm${i}`), 'shop'].map((name, i) => [
        name,
        {address: `10.0.0.${i}`},
      ]),
    );

    test.each([
      [3, 800, 368],
      [5, 800, 368],
      [7, 800, 368],
      [3, 640, 368],
      [3, 700, 366],
      [3, 390, 380],
      [5, 1290, 470],
    ])('of %i stands in one row of %i × %i, with nothing below the fold', (count, width, height) => {
      const layout = layoutTopology({processes: ringOf(count), machines: ground, width, height});
      expect(layout.height).toBe(height);
      const members = Array.from({length: count}, (_, i) => layout.cards.get(`n${i}`)!);
      expect(new Set(members.map(({y}) => y)).size).toBe(1);
      const cards = [...layout.cards.values()];
      cards.forEach((a, i) => {
        expect(a.x).toBeGreaterThanOrEqual(0);
        expect(a.x + a.width).toBeLessThanOrEqual(width);
        expect(a.y + a.height).toBeLessThanOrEqual(height);
        for (const b of cards.slice(i + 1)) expect(intersects(a, b)).toBe(false);
      });
    });

    test('has a NameServer over the member on its machine, on one ground', () => {
      const layout = layoutTopology({processes: ringOf(3), machines: ground, width: 800, height: 368});
      expect(layout.plates.map(({machine}) => machine)).toEqual(['vm0', 'vm1', 'vm2', 'shop']);
    });

    test('has ways between members that pass under those in between', () => {
      const layout = layoutTopology({processes: ringOf(5), machines: ground, width: 800, height: 368});
      for (const {a, b, path} of linksOf(layout).values()) {
        if (layout.cards.get(a)!.kind !== 'broker' || layout.cards.get(b)!.kind !== 'broker') continue;
        for (const part of [0.2, 0.5, 0.8]) {
          const {x, y} = pointAt(path, part);
          const dot = {x: x - 1, y: y - 1, width: 2, height: 2};
          for (const card of layout.cards.values()) expect(intersects(dot, card)).toBe(false);
        }
      }
    });
  });

  describe('a crowd of several clusters', () => {
    const clusters = new Map([
      ['single', ['a']],
      ['twin', ['a', 'b']],
      ['async', ['a', 'a', 'b', 'b']],
      ['sync', ['a', 'a', 'b', 'b']],
      ['raft', ['n', 'n', 'n']],
    ]);
    const one = (name: string, kind: LayoutProcess['kind'], group = name, cluster = ''): LayoutProcess => ({
      name,
      kind,
      machine: `m-${name}`,
      brokerName: group,
      brokerId: 0,
      cluster,
    });
    const processes = [
      one('names', 'namesrv'),
      ...[...clusters].flatMap(([cluster, names]) =>
        names.map((name, i) => one(`${cluster}-${i}`, 'broker', `${cluster}-${name}`, cluster)),
      ),
      ...[...clusters.keys()].flatMap((name) => [
        one(`to-${name}`, 'producer'),
        one(`of-${name}`, 'consumer'),
      ]),
    ];
    const ground = new Map(processes.map(({machine}, i) => [machine, {address: `10.0.0.${i}`}]));

    test.each([
      [390, 380],
      [700, 420],
      [800, 368],
      [1280, 470],
    ])('stands on shelves of %i × %i, each cluster in its own box', (width, height) => {
      const layout = layoutTopology({processes, machines: ground, width, height});
      const cards = [...layout.cards.values()];
      cards.forEach((a, i) => {
        expect(a.x).toBeGreaterThanOrEqual(0);
        expect(a.x + a.width).toBeLessThanOrEqual(width);
        expect(a.y + a.height).toBeLessThanOrEqual(layout.height);
        for (const b of cards.slice(i + 1)) expect(intersects(a, b)).toBe(false);
      });
      for (const {label, ...box} of layout.groups) {
        const inside = cards.filter((card) => intersects(box, card)).map(({name}) => name);
        expect(inside.every((name) => name.startsWith(label))).toBe(true);
        if (width < 800) continue;
        expect(inside).toHaveLength(clusters.get(label)!.length);
      }
      layout.plates.forEach((a, i) => {
        for (const b of layout.plates.slice(i + 1)) expect(intersects(a, b)).toBe(false);
      });
    });

    test('has ways that lead through aisles, and across nobody’s card', () => {
      const layout = layoutTopology({processes, machines: ground, width: 800, height: 368});
      for (const {path} of linksOf(layout).values()) {
        for (let part = 0.05; part < 0.96; part += 0.05) {
          const {x, y} = pointAt(path, part);
          if (path.length * Math.min(part, 1 - part) < 3) continue;
          for (const card of layout.cards.values()) {
            expect(intersects({x: x - 0.5, y: y - 0.5, width: 1, height: 1}, card)).toBe(false);
          }
          expect(x).toBeGreaterThan(0);
          expect(x).toBeLessThan(layout.width);
        }
      }
    });

    test('stands where it will stand before a broker has told its name', () => {
      const store = syntheticTrace();
      const names = new BrokerNames(store);
      names.readTo(4);
      expect(names.of('broker-a')).toEqual({cluster: '', brokerName: 'broker-a'});
      names.readTo(store.entries.length);
      const view = new ViewTimeline(store, indexOf(store).traceIndex).stateAt(8);
      expect(view.processes.get('broker-a')!.broker!.cluster).toBe('');
      const broker = layoutProcesses(view, names).find(({name}) => name === 'broker-a');
      expect(broker).toMatchObject({brokerName: 'broker-a', cluster: 'DefaultCluster'});
    });
  });

  test('two masters with a slave each stand in one row, with their clients in sight', () => {
    const layout = layoutTopology({processes: cast(1, 4, 1, 1), machines, width: 800, height: 368});
    expect(layout.height).toBe(368);
    expect(new Set(['b0', 'b1', 'b2', 'b3'].map((name) => layout.cards.get(name)!.y)).size).toBe(1);
  });

  test('each machine is one ground under its own cards, and under nobody else’s', () => {
    const {cards, plates} = layoutTopology({processes: quickstart, machines, width: 1000, height: 560});
    expect(plates.map(({machine}) => machine)).toEqual(['worker1', 'worker2']);
    for (const card of cards.values()) {
      for (const plate of plates) expect(intersects(plate, card)).toBe(plate.machine === card.machine);
    }
  });

  test('every pair that may talk has a way, from the edge of one card to the edge of the other', () => {
    const layout = layoutTopology({processes: cast(2, 2, 1, 1), machines, width: 1290, height: 620});
    const links = linksOf(layout);
    expect(links.size).toBe(4 + 1 + 4 + 4);
    for (const {a, b, path} of links.values()) {
      for (const [name, part] of [
        [a, 0],
        [b, 1],
      ] as const) {
        const {x, y} = pointAt(path, part);
        const card = layout.cards.get(name)!;
        const touch = {x: x - 12, y: y - 1, width: 24, height: 2};
        expect(intersects(touch, card)).toBe(true);
      }
    }
  });
});
