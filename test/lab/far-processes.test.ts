import {expect, test} from 'vitest';
import {type FarConnection, groupFarSides} from '../../src/lab/recording/far-processes.ts';

let number = 0;

function connection(farAddress: string, told: Partial<FarConnection> = {}): FarConnection {
  return {
    connection: ++number,
    nearSide: 'taking',
    nearProcess: 'broker-a',
    nearAddress: '127.0.0.1:10911',
    farAddress,
    pid: 0,
    command: '',
    clientId: '',
    producerGroup: '',
    consumerGroup: '',
    brokerName: '',
    isNamesrv: false,
    isTool: false,
    ...told,
  };
}

function grouped(connections: readonly FarConnection[]) {
  const machines = [{name: 'box', address: '127.0.0.1'}];
  return groupFarSides(connections, machines, ['namesrv', 'broker-a']);
}

test('two clients of one group on one address are two, each with the connections that are its', () => {
  number = 0;
  const {far, farOf} = grouped([
    connection('10.0.0.7:1001', {clientId: 'one', producerGroup: 'orders'}),
    connection('10.0.0.7:1002', {clientId: 'two', producerGroup: 'orders'}),
    connection('10.0.0.7:1003', {clientId: 'one'}),
  ]);
  expect(far.map(({name, kind, machine}) => [name, kind, machine])).toEqual([
    ['orders', 'producer', '10.0.0.7'],
    ['orders #2', 'producer', '10.0.0.7'],
  ]);
  expect([1, 2, 3].map((connection) => farOf.get(connection))).toEqual([0, 1, 0]);
});

test('a connection on which nobody says who it is goes to the one client of its OS process, and to none of two', () => {
  const one = [
    connection('127.0.0.1:1', {pid: 7, clientId: 'c', consumerGroup: 'g'}),
    connection('127.0.0.1:2', {pid: 7}),
  ];
  expect(grouped(one).far.map(({name, kind, machine}) => [name, kind, machine])).toEqual([
    ['g', 'consumer', 'box'],
  ]);
  const two = [
    ...one,
    connection('127.0.0.1:3', {pid: 7, clientId: 'd', producerGroup: 'p'}),
    connection('127.0.0.1:4', {pid: 7, command: 'java'}),
  ];
  expect(grouped(two).far.map(({name}) => name)).toEqual(['g', 'java 7', 'p']);
});

test('brokers, NameServers and tools are told by what they ask and are asked; a name that is taken gets a number', () => {
  const {far} = grouped([
    connection('10.0.0.8:1', {brokerName: 'broker-a'}),
    connection('10.0.0.9:9876', {nearSide: 'asking', isNamesrv: true}),
    connection('10.0.0.9:2', {pid: 12, command: 'java', isTool: true}),
  ]);
  expect(far.map(({name, kind}) => [name, kind])).toEqual([
    ['broker-a #2', 'broker'],
    ['10.0.0.9:9876', 'namesrv'],
    ['java 12', 'console'],
  ]);
});

test('strangers are shown one by one while they are few, and as a crowd when they are many', () => {
  const strangers = (count: number) => Array.from({length: count}, (_, i) => connection(`10.0.0.1:${i + 1}`));
  expect(grouped(strangers(3)).far).toHaveLength(3);
  const {far, farOf} = grouped(strangers(10_000));
  expect(far.map(({name, kind}) => [name, kind])).toEqual([['10.0.0.1 (10000)', 'other']]);
  expect(farOf.size).toBe(10_000);
});
