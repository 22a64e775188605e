import {expect, test} from 'vitest';
import {parsePeers, peersProblems} from '../../../src/rocketmq/dledger/peers.ts';
import {Group} from './group.ts';

const reasons = (peers: string, selfId = 'n0'): string[] =>
  peersProblems({peers, selfId}).map(({severity, at, reason}) => `${severity} at ${at}: ${reason}`);

test('an id ends at the first dash, so that a host may have dashes', () => {
  expect([...parsePeers('n1-broker-b.example:40912;n0-10.0.0.1:40911')]).toEqual([
    ['n0', '10.0.0.1:40911'],
    ['n1', 'broker-b.example:40912'],
  ]);
});

test('members are walked in the order of a Java hash map, whatever the order in the text', () => {
  const ids = Array.from({length: 9}, (_, i) => `n${i}`);
  const text = [...ids]
    .reverse()
    .map((id) => `${id}-10.0.0.1:1`)
    .join(';');
  expect([...parsePeers(text).keys()]).toEqual(ids);
});

test('what is wrong with a list of peers is told, with its place and reason', () => {
  expect(reasons('n0-10.0.0.1:1;n1-10.0.0.2:1;n2-10.0.0.3:1')).toEqual([]);
  expect(reasons('n0-10.0.0.1:1')).toEqual([]);
  expect(reasons('n0-10.0.0.1:1;n1:10.0.0.2:1;n2-10.0.0.3:1')).toEqual([
    'error at 14: "n1:10.0.0.2:1" has no dash between id and address',
    'warning at 0: a group of 2 survives no more failures than one of 1',
  ]);
  expect(reasons('n0-10.0.0.1:1;n0-10.0.0.2:1;n2-10.0.0.3:1;n3-10.0.0.4:1')).toEqual([
    'error at 14: "n0-10.0.0.2:1" and "n0-10.0.0.1:1" have one id, n0',
  ]);
  expect(reasons('n0-10.0.0.1:1;n1-10.0.0.2:1;n2-10.0.0.3:1', 'n7')).toEqual([
    "error at 0: this member's own id, n7, is not among the peers (n0, n1, n2)",
  ]);
  expect(reasons('n0-10.0.0.1;n1-10.0.0.2:http;n2-10.0.0.3:1')).toEqual([
    'error at 0: "n0-10.0.0.1" names no port',
    'error at 12: "n1-10.0.0.2:http" has a port that is none: "http"',
  ]);
  expect(reasons('n0-10.0.0.1:1;n1-10.0.0.1:1;n2-10.0.0.3:1')).toEqual([
    'error at 14: n0 and n1 have one address, 10.0.0.1:1',
  ]);
});

test('a member with peers that are none does not start, and says why', () => {
  const group = new Group({configOf: {n1: {peers: 'n0-10.0.0.1:40911;n2-10.0.0.3:40913'}}}).start();
  expect(group.world.isRunning('n1')).toBe(false);
  expect(group.world.crashes).toEqual([]);
  const [warned] = group.facts('warned').filter(({fact}) => fact.text.includes('own id'));
  expect(warned?.process).toBe('n1');
  // The other two make a majority.
  expect(['n0', 'n2']).toContain(group.toLeader());
});
