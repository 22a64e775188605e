import {expect, test} from 'vitest';
import {type Reader, Readers, type Takes, taking} from '../../src/lab/readers.ts';
import {TraceStore} from '../../src/lab/trace-store.ts';
import type {Fact} from '../../src/rocketmq/facts.ts';
import {smallCluster} from './synthetic.ts';

const warned = (text: string): Fact => ({kind: 'warned', text});

/** Takes one kind of entry, one of fact, and whatever comes. */
class Witness implements Reader {
  readonly told: string[] = [];
  readonly takes = [taking(this, Witness.first), taking(this, Witness.second)];

  private static readonly first: Takes<Witness> = {
    before: ({told}, {id}) => told.push(`${id}`),
    entries: {'process-paused': ({told}, {process}) => told.push(`paused ${process}`)},
    facts: {warned: ({told}, {process}, {text}) => told.push(`${process} warned ${text}`)},
  };
  private static readonly second: Takes<Witness> = {
    facts: {warned: ({told}) => told.push('second table')},
    after: ({told}) => told.push('.'),
  };
}

function history() {
  const trace = smallCluster();
  trace.fact('broker', warned('one'));
  trace.add({kind: 'process-paused', process: 'broker'});
  trace.fact('broker', {kind: 'printed', line: 'nobody asks for it'});
  trace.fact('broker', warned('two'));
  return trace;
}

const FROM_9 = [
  ...['9', 'broker warned one', 'second table', '.'],
  ...['10', 'paused broker', '.'],
  ...['11', '.'],
  ...['12', 'broker warned two', 'second table', '.'],
];

test('each entry comes to every table that names its kind, in the order of the history, one by one or all at once', () => {
  const [one, all] = [new Witness(), new Witness()];
  const trace = history();
  const readers = new Readers(one);
  for (const entry of trace.entries) readers.take(entry);
  expect(one.told.slice(-FROM_9.length)).toEqual(FROM_9);
  new Readers(all).takeAll(trace.store());
  expect(all.told).toEqual(one.told);
});

test('what a store got later is handed out later, and nothing twice', () => {
  const trace = history();
  const store = new TraceStore();
  const witness = new Witness();
  const readers = new Readers(witness);
  for (const entry of trace.entries) {
    store.append({fromEntry: entry.id, entries: [entry], bytesFrom: 0, bytes: new Uint8Array(0)});
    readers.takeAll(store);
    expect(readers.at).toBe(store.lastId);
  }
  expect(witness.told.slice(-FROM_9.length)).toEqual(FROM_9);
  expect(store.pick({facts: ['warned']}).map(({fact}) => fact.text)).toEqual(['one', 'two']);
});

test('a table with a kind that there is not, or for somebody else, does not compile', () => {
  const lists: Takes<string[]> = {facts: {warned: (list, _entry, {text}) => list.push(text)}};
  // @ts-expect-error there is no such kind
  const misspelt: Takes<string[]> = {...lists, entries: {'process-pausd': (list) => list.push('paused')}};
  const told: string[] = [];
  // @ts-expect-error a set is no list
  const misfit = taking(new Set<string>(), {} as Takes<string[]>);
  new Readers({takes: [taking(told, misspelt), misfit]}).takeAll(history().store());
  expect(told).toEqual(['one', 'two']);
});

test('a fact that is named like an entry, or like what every object has, comes to nobody', () => {
  // Recordings are files that anybody can write.
  const trace = smallCluster();
  for (const kind of ['process-paused', 'constructor', '__defineGetter__', '__proto__'])
    trace.fact('broker', {kind} as unknown as Fact);
  const witness = new Witness();
  new Readers(witness).takeAll(trace.store());
  for (const entry of trace.entries) new Readers(witness).take(entry);
  expect(witness.told.filter((line) => !/^(\d+|\.)$/.test(line))).toEqual([]);
  expect(trace.store().pick({entries: ['process-paused']})).toEqual([]);
});

test('a store picks entries and facts of some kinds in one order, and who looks for another kind does not compile', () => {
  const store = history().store();
  const seen: string[] = [];
  for (const entry of store.pick({entries: ['process-paused'], facts: ['warned', 'printed']})) {
    // @ts-expect-error it was not asked for
    if (entry.kind === 'process-ended') seen.push('ended');
    if (entry.kind === 'process-paused') seen.push(entry.kind);
    // @ts-expect-error it was not asked for
    else if (entry.fact.kind === 'log-flushed') seen.push('flushed');
    else seen.push(entry.fact.kind === 'warned' ? entry.fact.text : entry.fact.line);
  }
  expect(seen).toEqual(['one', 'process-paused', 'nobody asks for it', 'two']);
  expect(new TraceStore().pick({entries: ['process-paused']})).toEqual([]);
});

test('a pick of one name of a type that has two leaves the other out', () => {
  const trace = smallCluster();
  for (const kind of ['link-cut', 'link-healed', 'link-cut'] as const)
    trace.add({kind, from: 'm', to: 'n', direction: 'both'});
  const cuts: 'link-cut'[] = trace
    .store()
    .pick({entries: ['link-cut']})
    .map(({kind}) => kind);
  expect(cuts).toEqual(['link-cut', 'link-cut']);
});
