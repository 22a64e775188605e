import {describe, expect, test} from 'vitest';
import type {RemotingCommand} from '../../../src/rocketmq/remoting/command.ts';
import {decodeFrame} from '../../../src/rocketmq/remoting/frame.ts';
import {fromHex, type RecordedLine, recordedSession, type SESSIONS} from '../remoting/recorded-frames.ts';
import {NamesrvWorld, told, type Wire} from './namesrv-world.ts';

function commandOf(line: RecordedLine): RemotingCommand {
  const command = decodeFrame(fromHex(line.hex!));
  if ('error' in command) throw new Error(command.error);
  return command;
}

/**
 * Sends our NameServer what the real one received, over as many connections, in the order recorded, and puts beside each
 * other what both answered.
 */
function replay(session: (typeof SESSIONS)[number]): {theirs: string[]; ours: string[]; unanswered: number} {
  const world = new NamesrvWorld({serializeType: session === 'c-binary-header' ? 'ROCKETMQ' : 'JSON'});
  const wires = new Map<number, Wire>();
  const theirs: string[] = [];
  const ours: string[] = [];
  const asked = new Set<string>();
  for (const line of recordedSession(session)) {
    if (line.direction === 'client->namesrv') {
      // A connection made before the recording began shows itself by its first frame.
      if (line.event !== 'close' && !wires.has(line.conn)) wires.set(line.conn, world.connect());
      if (line.event === 'close') wires.get(line.conn)?.end();
      if (line.hex !== undefined) {
        wires.get(line.conn)!.write(fromHex(line.hex));
        if (line.code !== null && !line.oneway) asked.add(`${line.conn}/${line.opaque}`);
      }
    } else if (line.direction === 'namesrv->client' && line.hex !== undefined) {
      const theirAnswer = commandOf(line);
      const wire = wires.get(line.conn)!;
      const answer = wire.received.find(({opaque}) => opaque === theirAnswer.opaque) ?? null;
      theirs.push(`${line.note}: ${told(theirAnswer)}`);
      ours.push(`${line.note}: ${told(answer)}`);
      asked.delete(`${line.conn}/${line.opaque}`);
    }
  }
  return {theirs, ours, unanswered: asked.size};
}

describe('asked what the real 4.9.1 was asked, our NameServer answers the same', () => {
  test.each([
    ['a-quickstart', 6],
    ['b-features', 20],
    ['c-binary-header', 10],
    ['d-mqadmin', 100],
    ['e-errors', 9],
  ] as const)('%s', (session, atLeast) => {
    const {theirs, ours} = replay(session);
    expect(theirs.length).toBeGreaterThan(atLeast);
    expect(ours).toEqual(theirs);
  });

  test('the one request without an answer is the one of unknown code', () => {
    expect(replay('e-errors').unanswered).toBe(1);
  });
});
