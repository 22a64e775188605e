import {html, nothing, type TemplateResult} from 'lit';
import {sayCount, sayDuration, sayMoment} from '../../lab/say-duration.ts';
import type {
  BrokerView,
  ConsumerView,
  LogView,
  NamesrvView,
  ProcessView,
  ProducerView,
  RouteView,
} from '../../lab/view/view-state.ts';
import type {AllWords} from '../i18n/panel-words.ts';
import {SelectEvent} from '../selection.ts';
import {memberState} from './member-state.ts';
import {type StateContext, table} from './state-table.ts';

/** Everything that the view state knows of a process at the moment shown, as tables. */
export function processState(process: ProcessView, context: StateContext): TemplateResult {
  return html`${process.namesrv ? namesrvState(process.namesrv, context) : nothing}
  ${process.broker ? brokerState(process, process.broker, context) : nothing}
  ${process.foreign ? foreignClient(process, context) : ownClient(process, context)}`;
}

function section(title: string, empty: string, isEmpty: boolean, body: unknown, note = ''): TemplateResult {
  return html`<h3>${title}${note === '' ? nothing : html`<small>${note}</small>`}</h3>
    ${isEmpty ? html`<p class="empty">${empty}</p>` : body}`;
}

/** `perm` as RocketMQ prints it: 4 reads, 2 writes. */
export function permText(perm: number): string {
  return `${(perm & 4) !== 0 ? 'R' : '-'}${(perm & 2) !== 0 ? 'W' : '-'} (${perm})`;
}

function namesrvState(state: NamesrvView, {t, language, nowUs}: StateContext): TemplateResult {
  return html`${section(
    t.registeredBrokers,
    t.noBrokers,
    state.brokers.size === 0,
    table(
      ['brokerName', 'brokerId', 'address', ''],
      [...state.brokers.values()].map((broker) => [
        broker.brokerName,
        broker.brokerId,
        broker.address,
        t.forDuration(sayDuration(Math.max(0, Math.floor(nowUs) - broker.lastRegisteredUs), language)),
      ]),
    ),
  )}
  ${section(
    t.routesKnown,
    t.noTopics,
    state.topics.size === 0,
    table(
      ['topic', 'brokerName', 'r', 'w', 'perm'],
      [...state.topics].flatMap(([topic, brokers]) =>
        brokers.map((data) => [
          topic,
          data.brokerName,
          data.readQueueNums,
          data.writeQueueNums,
          permText(data.perm),
        ]),
      ),
    ),
    String(state.topics.size),
  )}
  ${
    state.kv.size === 0
      ? nothing
      : section(
          t.kvConfig,
          '',
          false,
          table(
            ['key', 'value'],
            [...state.kv].map(([key, value]) => [key, value]),
          ),
        )
  }`;
}

function brokerState(process: ProcessView, broker: BrokerView, context: StateContext): TemplateResult {
  const {t, language, nowUs} = context;
  const since = (us: number): string => sayDuration(Math.max(0, Math.floor(nowUs) - us), language);
  const groups = new Set<string>();
  for (const queue of broker.queues.values()) for (const group of queue.committed.keys()) groups.add(group);
  // A broker that has not booted yet has not said who it is.
  const identity = html`<dl class="fields">
      <dt>brokerClusterName</dt>
      <dd>${broker.cluster}</dd>
      <dt>brokerName</dt>
      <dd>${broker.brokerName}</dd>
      <dt>brokerId</dt>
      <dd>${broker.brokerId}</dd>
      <dt>brokerRole</dt>
      <dd>${broker.role}</dd>
      <dt>flushDiskType</dt>
      <dd>${broker.flush}</dd>
    </dl>`;
  return html`${broker.brokerName === '' ? nothing : identity}
    ${broker.member === undefined ? nothing : memberState(process.name, broker.member, context)} ${commitLog(broker.log, t)}
    ${section(
      t.consumeQueues,
      t.noQueues,
      broker.queues.size === 0,
      html`<table>
        <thead>
          <tr>
            <th scope="col">topic</th>
            <th scope="col">queueId</th>
            <th scope="col">maxOffset</th>
            ${[...groups].map((group) => html`<th scope="col">${group}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${[...broker.queues.values()].map(
            (queue) =>
              html`<tr>
                <td>${queue.topic}</td>
                <td>
                  <button
                    class="link"
                    aria-label=${t.queueOf(queue.topic, queue.queueId)}
                    @click=${(event: Event) =>
                      event.target?.dispatchEvent(
                        new SelectEvent({
                          kind: 'queue',
                          broker: process.name,
                          topic: queue.topic,
                          queueId: queue.queueId,
                        }),
                      )}
                  >
                    ${queue.queueId}
                  </button>
                </td>
                <td>${sayCount(queue.maxOffset)}</td>
                ${[...groups].map((group) => {
                  const offset = queue.committed.get(group);
                  return html`<td>${offset === undefined ? '–' : html`${sayCount(offset)} <span class="muted">${t.lag(sayCount(queue.maxOffset - offset))}</span>`}</td>`;
                })}
              </tr>`,
          )}
        </tbody>
      </table>`,
    )}
    ${section(
      t.heldPulls,
      t.noHeldPulls,
      broker.heldPulls.size === 0,
      table(
        ['group', t.queue, 'offset', ''],
        [...broker.heldPulls.values()].map((pull) => [
          pull.group,
          `${pull.topic}#${pull.queueId}`,
          sayCount(pull.queueOffset),
          t.heldFor(since(pull.sinceUs)),
        ]),
      ),
      broker.heldPulls.size === 0 ? '' : String(broker.heldPulls.size),
    )}
    ${section(
      t.topics,
      t.noTopics,
      broker.topics.size === 0,
      table(
        ['topic', 'r', 'w', 'perm', ''],
        [...broker.topics.values()].map((topic) => [
          topic.topic,
          topic.readQueueNums,
          topic.writeQueueNums,
          permText(topic.perm),
          topic.why,
        ]),
      ),
      String(broker.topics.size),
    )}
    ${section(
      t.clients,
      t.noClients,
      broker.clients.size === 0,
      table(
        ['group', 'clientId', ''],
        [...broker.clients.values()].map((client) => [client.group, client.clientId, client.role]),
      ),
    )}
    ${section(
      t.registrations,
      t.noBrokers,
      broker.registrations.size === 0,
      table(
        ['NameServer', '', ''],
        [...broker.registrations].map(([namesrv, outcome]) => [
          namesrv,
          outcome.error === null ? t.registered : html`<span class="bad">${outcome.error}</span>`,
          t.forDuration(since(outcome.atUs)),
        ]),
      ),
    )}`;
}

function commitLog(log: LogView, t: AllWords): TemplateResult {
  const marks: readonly (readonly [string, number])[] = [
    [t.markWritten, log.written],
    [t.markFlushed, log.flushed],
    [t.markReplicated, log.replicated],
    [t.markDispatched, log.dispatched],
  ];
  return html`<h3>${t.commitLog}<small>${t.recordCount(sayCount(log.messages))}</small></h3>
    <dl class="fields">
      ${marks.map(
        ([name, offset]) =>
          html`<dt>${name}</dt>
            <dd>${offset < 0 ? html`<span class="muted">${t.notReplicated}</span>` : sayCount(offset)}</dd>`,
      )}
    </dl>
    ${
      log.tail.length === 0
        ? nothing
        : html`<h3>${t.recentMessages}</h3>
            ${table(
              ['physicalOffset', t.queue, 'queueOffset', 'size'],
              log.tail
                .slice(-8)
                .reverse()
                .map((cell) => [
                  html`<button
                    class="link"
                    @click=${(event: Event) =>
                      event.target?.dispatchEvent(new SelectEvent({kind: 'entry', id: cell.entryId}))}
                  >
                    ${sayCount(cell.physicalOffset)}
                  </button>`,
                  `${cell.topic}#${cell.queueId}`,
                  sayCount(cell.queueOffset),
                  html`<span class="whole">${cell.sizeBytes}</span>`,
                ]),
            )}`
    }`;
}

/** What a client knows is in its journal; of a foreign one, only what it told on its connections is known. */
function ownClient(process: ProcessView, context: StateContext) {
  return html`${process.producer ? producerState(process.producer, context) : nothing}
  ${process.consumer ? consumerState(process.consumer, context) : nothing}
  ${process.kind === 'producer' || process.kind === 'consumer' ? clientRoutes(process.routes, context) : nothing}`;
}

function foreignClient({producer, consumer}: ProcessView, {t}: StateContext) {
  const client = producer ?? consumer;
  if (client === undefined) return nothing;
  return html`<dl class="fields">
    <dt>group</dt>
    <dd>${client.group}</dd>
    <dt>clientId</dt>
    <dd>${client.clientId}</dd>
    ${
      producer === undefined
        ? nothing
        : html`<dt>${t.sent}</dt>
            <dd>${sayCount(producer.begun)}</dd>
            <dt>${t.acknowledged}</dt>
            <dd>${sayCount(producer.acknowledged)}</dd>`
    }
    ${consumer === undefined ? nothing : html`<dt>${t.receivedMessages}</dt><dd>${sayCount(consumer.delivered)}</dd>`}
  </dl>`;
}

function producerState(producer: ProducerView, {t, language, nowUs}: StateContext): TemplateResult {
  return html`<dl class="fields">
      <dt>group</dt>
      <dd>${producer.group}</dd>
      <dt>clientId</dt>
      <dd>${producer.clientId}</dd>
    </dl>
    <h3>${t.sends}</h3>
    <dl class="fields">
      <dt>${t.sendsBegun}</dt>
      <dd>${sayCount(producer.begun)}</dd>
      <dt>${t.sendsAcknowledged}</dt>
      <dd>${sayCount(producer.acknowledged)}</dd>
      <dt>${t.sendsGivenUp}</dt>
      <dd>${sayCount(producer.givenUp)}</dd>
      <dt>${t.sendsWaiting}</dt>
      <dd>${sayCount(producer.waitingCount)}</dd>
    </dl>
    ${
      producer.waiting.length === 0
        ? nothing
        : table(
            ['msgId', t.queue, '', ''],
            producer.waiting.map((send) => [
              html`<span title=${send.msgId}>…${send.msgId.slice(-8)}</span>`,
              send.brokerName === '' ? '–' : `${send.brokerName}#${send.queueId}`,
              t.attempt(send.attempt),
              sayDuration(Math.max(0, Math.floor(nowUs) - send.sinceUs), language),
            ]),
          )
    }
    ${errorNote(producer.lastError, t)}`;
}

function consumerState(consumer: ConsumerView, {t}: StateContext): TemplateResult {
  return html`<dl class="fields">
      <dt>group</dt>
      <dd>${consumer.group}</dd>
      <dt>clientId</dt>
      <dd>${consumer.clientId}</dd>
      <dt>${t.delivered}</dt>
      <dd>${sayCount(consumer.delivered)}</dd>
    </dl>
    ${section(
      t.queuesHeld,
      t.noQueuesHeld,
      consumer.queues.size === 0,
      table(
        [t.queue, 'broker', 'nextOffset', 'reported'],
        [...consumer.queues.values()].map((queue) => [
          `${queue.topic}#${queue.queueId}`,
          queue.brokerName,
          sayCount(queue.nextOffset),
          queue.reportedOffset < 0 ? '–' : sayCount(queue.reportedOffset),
        ]),
      ),
    )}
    ${errorNote(consumer.lastError, t)}`;
}

function errorNote(error: {readonly atUs: number; readonly text: string} | null, t: AllWords) {
  if (error === null) return nothing;
  return html`<h3>${t.lastError}<small>${sayMoment(error.atUs)}</small></h3>
    <pre class="bad">${error.text}</pre>`;
}

function clientRoutes(routes: ReadonlyMap<string, RouteView>, {t}: StateContext): TemplateResult {
  return section(
    t.routesKnown,
    t.noRoutes,
    routes.size === 0,
    table(
      ['topic', 'broker', 'r', 'w', 'address'],
      [...routes.values()].flatMap((route) =>
        route.brokers.map((broker) => [
          route.topic,
          broker.brokerName,
          broker.readQueueNums,
          broker.writeQueueNums,
          broker.addresses.map(({brokerId, address}) => `${brokerId}: ${address}`).join(', '),
        ]),
      ),
    ),
  );
}
