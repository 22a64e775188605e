import {readFileSync} from 'node:fs';
import {gunzipSync} from 'node:zlib';
import {expect, test} from 'vitest';
import {type RemotingCommand, request} from '../../src/rocketmq/remoting/command.ts';
import {decodeFrame} from '../../src/rocketmq/remoting/frame.ts';
import {BrokerWorld} from '../rocketmq/broker/broker-world.ts';
import {essenceOf} from './answers.ts';
import {bodyBytes, probes} from './probes.ts';
import {type Compared, conformanceTable, purposeOf} from './table.ts';

interface RecordedAnswer {
  readonly server: string;
  readonly code: number;
  readonly variant: string;
  /** The frame; null where none came. */
  readonly hex: string | null;
}

function recordedAnswers(): RecordedAnswer[] {
  const path = new URL('../fixtures/conformance/answers.ndjson.gz', import.meta.url);
  return gunzipSync(readFileSync(path))
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

function commandOf(hex: string): RemotingCommand {
  const command = decodeFrame(Uint8Array.from(Buffer.from(hex, 'hex')));
  if ('error' in command) throw new Error(command.error);
  return command;
}

/** Asks ours what 4.9.1 was asked, in the same order, on one connection to each server. */
function compare(): Compared[] {
  const recorded = recordedAnswers();
  const world = new BrokerWorld({address: '127.0.0.1', port: 36_911});
  const wires = {namesrv: world.connect(9876), broker: world.connect()};
  const compared = probes().map((probe, at): Compared => {
    const {server, code, variant, fields, body} = probe;
    const {hex, ...asked} = recorded[at]!;
    expect(asked, 'the recording is of these probes').toEqual({server, code, variant});
    const opaque = wires[server].send(request(code, fields, bodyBytes(body)));
    world.runMs(20);
    const ours = wires[server].answerTo(opaque);
    return {probe, theirs: essenceOf(hex === null ? null : commandOf(hex)), ours: essenceOf(ours)};
  });
  expect(world.world.crashes).toEqual([]);
  expect([wires.namesrv.closed, wires.broker.closed]).toEqual([null, null]);
  return compared;
}

test('docs/conformance.md says what our servers answer, beside what 4.9.1 answered', async () => {
  const compared = compare();
  expect(compared.length).toBeGreaterThan(1000);
  await expect(conformanceTable(compared)).toMatchFileSnapshot('../../docs/conformance.md');
});

test('well-formed, every code gets the response code of 4.9.1', () => {
  const wellFormed = compare().filter(({probe}) => /^(well-formed|without fields)$/.test(probe.variant));
  expect(wellFormed.length).toBeGreaterThan(150);
  const differing = wellFormed.filter(({theirs, ours}) => theirs.split(' ')[0] !== ours.split(' ')[0]);
  expect(
    differing.map(({probe, theirs, ours}) => `${probe.server} ${probe.code}: ${theirs} / ${ours}`),
  ).toEqual([]);
});

test('whatever is answered otherwise has its reason', () => {
  const differing = compare().filter(({theirs, ours}) => theirs !== ours);
  expect(differing.filter(({probe}) => purposeOf(probe) === undefined)).toEqual([]);
});
