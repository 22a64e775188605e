import {expect, test} from 'vitest';
import {parseScenario, problemLine} from '../../src/lab/scenario/parse.ts';
import type {Intervention} from '../../src/sim/intervention.ts';

const HEAD = `name: s
duration: 60s
machines:
  worker1: {address: 192.168.232.128}
  worker2: {address: 192.168.232.129}
faults:
`;

function read(fault: string): {intervention: Intervention | undefined; problems: string[]} {
  const {scenario, problems} = parseScenario(`${HEAD}  - {at: 1s, ${fault}}\n`, 's.yaml');
  return {intervention: scenario?.faults[0]?.intervention, problems: problems.map(problemLine)};
}

test.each<[string, Intervention]>([
  ['power-off: worker1', {kind: 'lose-power', machine: 'worker1'}],
  ['power-on: {machine: worker1}', {kind: 'restore-power', machine: 'worker1'}],
  ['disk-full: worker1', {kind: 'disk-fault', machine: 'worker1', fault: {kind: 'full'}}],
  ['disk-full: {machine: worker1}', {kind: 'disk-fault', machine: 'worker1', fault: {kind: 'full'}}],
  [
    'disk-slow: {machine: worker1, factor: 20}',
    {kind: 'disk-fault', machine: 'worker1', fault: {kind: 'slow', factor: 20}},
  ],
  ['disk-stalled: worker2', {kind: 'disk-fault', machine: 'worker2', fault: {kind: 'stalled'}}],
  ['disk-write-errors: worker1', {kind: 'disk-fault', machine: 'worker1', fault: {kind: 'write-errors'}}],
  ['disk-sync-errors: worker1', {kind: 'disk-fault', machine: 'worker1', fault: {kind: 'sync-errors'}}],
  [
    'disk-bad-sector: {machine: worker1, path: /a, position: 4KiB}',
    {kind: 'disk-fault', machine: 'worker1', fault: {kind: 'bad-sector', path: '/a', positionBytes: 4096}},
  ],
  [
    'disk-bit-rot: {machine: worker1, path: /a, position: 17, bit: 3}',
    {kind: 'disk-fault', machine: 'worker1', fault: {kind: 'bit-rot', path: '/a', positionBytes: 17, bit: 3}},
  ],
  ['heal-disk: worker1', {kind: 'heal-disk', machine: 'worker1', fault: 'all'}],
  [
    'heal-disk: {machine: worker1, fault: stalled}',
    {kind: 'heal-disk', machine: 'worker1', fault: 'stalled'},
  ],
  [
    'heal-disk: {machine: worker1, fault: "bit-rot /a:17.3"}',
    {kind: 'heal-disk', machine: 'worker1', fault: 'bit-rot /a:17.3'},
  ],
  ['destroy-disk: worker1', {kind: 'destroy-disk', machine: 'worker1', replace: false}],
  [
    'destroy-disk: {machine: worker1, replace: true}',
    {kind: 'destroy-disk', machine: 'worker1', replace: true},
  ],
  ['replace-disk: worker1', {kind: 'replace-disk', machine: 'worker1'}],
  [
    'set-link: {between: [worker1, worker2], latency: 200ms, loss: 5%}',
    {
      kind: 'set-link',
      from: 'worker1',
      to: 'worker2',
      direction: 'both',
      link: {latencyUs: 200_000, lossPerMillion: 50_000},
    },
  ],
  [
    'set-link: {from: worker2, to: worker1, preset: zones, bandwidth: 1Mbit/s}',
    {
      kind: 'set-link',
      from: 'worker2',
      to: 'worker1',
      direction: 'one-way',
      link: {latencyUs: 700, jitterUs: 200, bandwidthBytesPerSecond: 125_000, lossPerMillion: 0},
    },
  ],
  [
    'reset-link: [worker1, worker2]',
    {kind: 'set-link', from: 'worker1', to: 'worker2', direction: 'both', link: null},
  ],
])('%s', (fault, intervention) => {
  expect(read(fault)).toEqual({intervention, problems: []});
});

test.each<[string, string]>([
  [
    'power-off: worker3',
    'faults.0.power-off: found unknown machine "worker3", expected a machine: worker1, worker2; did you mean worker1?',
  ],
  [
    'disk-full: {machine: x}',
    'faults.0.disk-full.machine: found unknown machine "x", expected a machine: worker1, worker2',
  ],
  ['disk-stalled: 3', "faults.0.disk-stalled: found 3, expected a machine's name"],
  [
    'disk-slow: {machine: worker1, factor: 1}',
    'faults.0.disk-slow.factor: found 1, expected a whole factor of at least 2',
  ],
  ['disk-slow: worker1', 'faults.0.disk-slow: found "worker1", expected a mapping (key: value)'],
  [
    'disk-bad-sector: {machine: worker1, path: a, position: 0}',
    'faults.0.disk-bad-sector.path: found "a", expected an absolute path on the machine',
  ],
  [
    'disk-bad-sector: {machine: worker1, path: /a, position: -1}',
    'faults.0.disk-bad-sector.position: found -1, expected a position in the file: a number of bytes, or a size such as 128B, 4KiB, 512MiB or 1GiB',
  ],
  [
    'disk-bit-rot: {machine: worker1, path: /a, position: 0, bit: 8}',
    'faults.0.disk-bit-rot.bit: found 8, expected a bit from 0, the least, to 7',
  ],
  [
    'disk-bit-rot: {machine: worker1, path: /a, positon: 0}',
    'faults.0.disk-bit-rot.positon: found unknown key "positon", expected one of machine, path, position, bit; did you mean position?',
  ],
  [
    'heal-disk: {machine: worker1, fault: slwo}',
    'faults.0.heal-disk.fault: found "slwo", expected all, full, slow, stalled, write-errors, sync-errors, bad-sector, bit-rot, or the place of a fault: bad-sector /file:512, bit-rot /file:512.7; did you mean slow?',
  ],
  [
    'destroy-disk: {machine: worker1, replace: maybe}',
    'faults.0.destroy-disk.replace: found "maybe", expected true or false',
  ],
  [
    'set-link: {between: [worker1, worker2]}',
    'faults.0.set-link: found nothing to change, expected at least one of preset, latency, jitter, bandwidth, loss',
  ],
  [
    'set-link: {from: worker1, latency: 1ms}',
    'faults.0.set-link: found no link, or more than one, expected between: two machines, or from: one and to: another',
  ],
  [
    'set-link: {between: [worker1, worker1], latency: 1ms}',
    'faults.0.set-link.between: found worker1 twice, expected two different machines',
  ],
  [
    'set-link: {between: [worker1, worker2], loss: 101%}',
    'faults.0.set-link.loss: found "101%", expected a percentage from 0% to 100%, such as 0.5%',
  ],
  [
    'set-link: {between: [worker1, worker2], bandwidth: 0MB/s}',
    'faults.0.set-link.bandwidth: found "0MB/s", expected some bandwidth; a link without is a cut',
  ],
  [
    'reset-link: [worker1, nobody]',
    'faults.0.reset-link.1: found unknown machine "nobody", expected a machine: worker1, worker2',
  ],
  ['power-off: worker1, power-on: worker1', 'faults.0: found power-off and power-on at once'],
])('misused: %s', (fault, problem) => {
  const {intervention, problems} = read(fault);
  expect(intervention).toBeUndefined();
  expect(problems.join('\n')).toContain(problem);
});
