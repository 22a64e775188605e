import {expect, test} from 'vitest';
import {TraceIndex} from '../../src/lab/view/trace-index.ts';
import type {ViewState} from '../../src/lab/view/view-state.ts';
import {ViewTimeline} from '../../src/lab/view/view-timeline.ts';
import {request, response} from '../../src/rocketmq/remoting/command.ts';
import {encodeFrame} from '../../src/rocketmq/remoting/frame.ts';
import {
  acknowledged,
  appended,
  begun,
  delivered,
  flushed,
  type HandTrace,
  smallCluster,
} from './synthetic.ts';

function busyTrace(): HandTrace {
  const trace = smallCluster();
  trace.fact('consumer', {
    kind: 'queue-taken',
    group: 'cg',
    topic: 'T',
    brokerName: 'b',
    queueId: 0,
    queueOffset: 0,
  });
  for (let number = 0; number < 700; number += 1) {
    const id = `M${number}`;
    trace.fact('producer', begun(id));
    trace.fact('producer', {
      kind: 'send-attempted',
      msgId: id,
      attempt: 1,
      brokerName: 'b',
      queueId: 0,
      address: 'a',
    });
    const ask = {...request(310, {b: 'T', e: '0'}), opaque: number};
    const sent = trace.send(1, 'producer', 'broker', encodeFrame(ask));
    trace.add({kind: 'bytes-arrived', connection: 1, process: 'broker', peer: 'producer', sent}, sent);
    trace.fact('broker', appended(id, number));
    trace.fact('broker', {kind: 'log-dispatched', physicalOffset: (number + 1) * 100});
    const answer = {...response(0, null, {queueId: '0', queueOffset: String(number)}), opaque: number};
    trace.send(1, 'broker', 'producer', encodeFrame(answer));
    trace.fact('producer', acknowledged(id, number));
    if (number % 10 === 0) trace.fact('broker', flushed(number * 100));
    trace.fact('consumer', delivered(id, number));
  }
  return trace;
}

function timelineOver(trace: HandTrace, chunk?: number): ViewTimeline {
  const store = trace.store(chunk);
  return new ViewTimeline(store, new TraceIndex(store));
}

test('a state is the same whichever way one comes to it, and however the trace arrived', () => {
  const trace = busyTrace();
  const stepped = timelineOver(trace, 97);
  const sought = timelineOver(trace);
  const last = trace.entries.length;
  const stops = [1, 9, 511, 512, 513, 1024, 2000, 2001, last - 1, last];
  const bySteps = new Map<number, ViewState>();
  for (let id = 0; id <= last; id += 1) {
    const state = stepped.stateAt(id);
    if (stops.includes(id)) bySteps.set(id, structuredClone(state));
  }
  for (const stop of [...stops].reverse()) expect(sought.stateAt(stop)).toEqual(bySteps.get(stop));
});

test('a state that was handed out does not change when the timeline moves on', () => {
  const views = timelineOver(busyTrace());
  const early = views.stateAt(300);
  const copy = structuredClone(early);
  views.stateAt(301);
  views.stateAt(4000);
  expect(early).toEqual(copy);
});

test('the broker shows its log, its queue and its marks; frames in flight have names', () => {
  const trace = busyTrace();
  const views = timelineOver(trace);
  const state = views.stateAt(trace.entries.length);
  const {broker} = state.processes.get('broker')!;
  expect(broker!.log).toMatchObject({written: 70_000, dispatched: 70_000, flushed: 69_000, messages: 700});
  expect(broker!.log.tail).toHaveLength(64);
  expect(broker!.queues.get('T 0')).toMatchObject({maxOffset: 700});
  expect(state.processes.get('consumer')!.consumer!.queues.get('T b 0')!.nextOffset).toBe(700);
  const names = new Set([...state.flights.values()].map((flight) => flight.frame.name));
  expect(names).toEqual(new Set(['SEND_MESSAGE_V2 → SUCCESS']));
});

test('what was in memory only is gone when its process ends; what is on disk stays', () => {
  const trace = smallCluster();
  const commit = (queueOffset: number) =>
    trace.fact('broker', {kind: 'offset-committed', group: 'cg', topic: 'T', queueId: 0, queueOffset});
  trace.fact('broker', appended('A', 0));
  commit(5);
  trace.fact('broker', {kind: 'config-persisted', path: '/root/store/config/consumerOffset.json'});
  commit(9);
  trace.fact('broker', {
    kind: 'pull-held',
    group: 'cg',
    topic: 'T',
    queueId: 0,
    queueOffset: 1,
    why: 'nothing-new',
  });
  const before = trace.entries.length;
  trace.add({kind: 'process-ended', process: 'broker', why: 'killed', reason: ''});
  const views = timelineOver(trace);
  const alive = views.stateAt(before).processes.get('broker')!.broker!;
  expect(alive.queues.get('T 0')!.committed.get('cg')).toBe(9);
  expect(alive.heldPulls.size).toBe(1);
  const dead = views.stateAt(before + 1).processes.get('broker')!;
  expect(dead.status).toBe('killed');
  expect(dead.broker!.heldPulls.size).toBe(0);
  expect(dead.broker!.queues.get('T 0')!.committed.get('cg')).toBe(5);
  expect(dead.broker!.log.messages).toBe(1);
});

test('a response is told with the name of the request it answers, in both directions', () => {
  const trace = smallCluster();
  const ask = trace.send(7, 'producer', 'broker', encodeFrame({...request(105, {topic: 'T'}), opaque: 3}));
  // The broker may ask on the same connection with the same number: the two must not be mixed up.
  const notice = trace.send(7, 'broker', 'producer', encodeFrame({...request(221), opaque: 3}));
  const answer = trace.send(7, 'broker', 'producer', encodeFrame({...response(17, null), opaque: 3}));
  const other = trace.send(7, 'producer', 'broker', encodeFrame({...response(0, null), opaque: 3}));
  const index = new TraceIndex(trace.store());
  index.update();
  expect(index.frame(answer).name).toBe('GET_ROUTEINFO_BY_TOPIC → TOPIC_NOT_EXIST');
  expect(index.frame(other).name).toBe('GET_CONSUMER_STATUS_FROM_CLIENT → SUCCESS');
  expect([index.partnerOf(ask), index.partnerOf(answer), index.partnerOf(notice)]).toEqual([
    answer,
    ask,
    other,
  ]);
});

test('causes lead to the root, effects lead away from it', () => {
  const trace = smallCluster();
  const a = trace.fact('producer', begun('A'), 2);
  const b = trace.fact('broker', appended('A', 0), a);
  const c = trace.fact('producer', acknowledged('A', 0), a);
  const index = new TraceIndex(trace.store());
  index.update();
  expect(index.causesOf(b)).toEqual([a, 2, 1]);
  expect(index.effectsOf(a)).toEqual([b, c]);
  expect(index.messageEntries('A')).toEqual([a, b, c]);
});

test('a broker is shown at the address that it tells, not at the port on which it happens to listen first', () => {
  const trace = smallCluster();
  trace.add({kind: 'listening', process: 'broker', port: 10912}, 0);
  const at = (timeline: ViewTimeline) =>
    timeline.stateAt(trace.store().lastId).processes.get('broker')!.address;
  expect(at(timelineOver(trace))).not.toContain(':');
});
