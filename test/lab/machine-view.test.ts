import {expect, test} from 'vitest';
import {storeOf} from '../../src/lab/trace-store.ts';
import {momentsOf} from '../../src/lab/view/moments.ts';
import {TraceIndex} from '../../src/lab/view/trace-index.ts';
import {ViewTimeline} from '../../src/lab/view/view-timeline.ts';
import type {Intervention} from '../../src/sim/intervention.ts';
import {talk} from '../sim/talk.ts';

test('the view shows which machines have power, what is wrong with their disks, and which links are changed', () => {
  const t = talk();
  let atMs = 20;
  const moments: number[] = [];
  const then = (intervention: Intervention): void => {
    t.to(atMs);
    t.world.intervene(intervention);
    moments.push(t.world.trace.entries.length);
    atMs += 10;
  };
  const machine = 'm1';
  then({kind: 'disk-fault', machine, fault: {kind: 'full'}});
  then({kind: 'disk-fault', machine, fault: {kind: 'slow', factor: 2}});
  then({kind: 'disk-fault', machine, fault: {kind: 'slow', factor: 5}});
  then({kind: 'heal-disk', machine, fault: 'full'});
  then({kind: 'set-link', from: 'm1', to: 'm2', direction: 'both', link: {latencyUs: 9}});
  then({kind: 'set-link', from: 'm2', to: 'm1', direction: 'one-way', link: null});
  then({kind: 'lose-power', machine});
  then({kind: 'restore-power', machine});
  then({kind: 'destroy-disk', machine, replace: false});
  then({kind: 'replace-disk', machine});
  const store = storeOf(t.world.trace);
  const index = new TraceIndex(store);
  index.update();
  const views = new ViewTimeline(store, index);
  const states = moments.map((entry) => views.stateAt(entry));
  const faultsAt = (i: number): unknown => states[i]!.machines.get('m1')!.disk.faults;
  const full = {name: 'full', fault: {kind: 'full'}, sinceUs: 20_000};
  expect(states[0]!.machines.get('m1')).toEqual({
    name: 'm1',
    address: '10.0.0.1',
    hasPower: true,
    powerSinceUs: 0,
    disk: {status: 'in-place', statusSinceUs: 0, faults: [full]},
  });
  expect(faultsAt(1)).toEqual([full, {name: 'slow', fault: {kind: 'slow', factor: 2}, sinceUs: 30_000}]);
  const slow = {name: 'slow', fault: {kind: 'slow', factor: 5}, sinceUs: 40_000};
  expect(faultsAt(2)).toEqual([full, slow]);
  expect(faultsAt(3)).toEqual([slow]);
  const there = {from: 'm1', to: 'm2', change: {latencyUs: 9}, sinceUs: 60_000};
  expect(states[4]!.changedLinks).toEqual([there, {...there, from: 'm2', to: 'm1'}]);
  expect(states[5]!.changedLinks).toEqual([there]);
  expect(states[6]!.machines.get('m1')).toMatchObject({hasPower: false, powerSinceUs: 80_000});
  expect(states[6]!.processes.get('server')!.status).toBe('power-lost');
  // The client does not know yet.
  expect([...states[6]!.connections.values()]).toMatchObject([{process: 'client', status: 'open'}]);
  expect(states[7]!.machines.get('m1')).toMatchObject({hasPower: true, powerSinceUs: 90_000});
  expect(states[8]!.machines.get('m1')!.disk).toMatchObject({status: 'destroyed', statusSinceUs: 100_000});
  expect(states[9]!.machines.get('m1')!.disk).toEqual({
    status: 'in-place',
    statusSinceUs: 110_000,
    faults: [],
  });
  // Each of them gets a mark of its own on the seek bar, and what it does to the machine, the disk or the link another.
  const marks = momentsOf(index).filter(({atUs, sign}) => atUs >= 20_000 && sign !== 'process');
  expect(marks.filter(({kind}) => kind !== 'intervened').map(({kind, tone}) => `${kind} ${tone}`)).toEqual([
    'disk-fault-struck struck',
    'disk-fault-struck struck',
    'disk-fault-struck struck',
    'disk-fault-lifted mended',
    'link-changed struck',
    'link-changed mended',
    'machine-power-lost struck',
    'machine-power-restored mended',
    'disk-destroyed struck',
    'disk-fault-lifted mended',
    'disk-replaced mended',
  ]);
});
