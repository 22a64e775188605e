import {describe, expect, test} from 'vitest';
import {encodeDataVersion} from '../../../src/rocketmq/remoting/bodies/data-version.ts';
import {encodeTopicConfigSerializeWrapper} from '../../../src/rocketmq/remoting/bodies/topic-config.ts';
import {decodeTopicRouteData} from '../../../src/rocketmq/remoting/bodies/topic-route-data.ts';
import {RequestCode} from '../../../src/rocketmq/remoting/codes.ts';
import {request} from '../../../src/rocketmq/remoting/command.ts';
import {NamesrvWorld, registration, type TestBroker, told, type Wire} from './namesrv-world.ts';

const FAQ = '\nSee http://rocketmq.apache.org/docs/faq/ for further details.';
const A: TestBroker = {name: 'a', address: 'a:1', haServer: 'a:2', topics: [{topicName: 'T'}]};
const A_SLAVE: TestBroker = {...A, id: 1, address: 's:1', haServer: 's:2'};

/** A topic's route in one line: `a[0=a:1] 4/4 rw`. */
function route(wire: Wire, topic = 'T'): string {
  const answer = wire.ask(request(RequestCode.GET_ROUTEINFO_BY_TOPIC, {topic}))!;
  if (answer.code !== 0) return String(answer.code);
  const {brokerDatas, queueDatas} = decodeTopicRouteData(answer.body!)!;
  return queueDatas
    .map((queue) => {
      const members = brokerDatas.find((broker) => broker.brokerName === queue.brokerName);
      const addresses = [...(members?.brokerAddrs ?? [])].map(([id, address]) => `${id}=${address}`);
      const perm = `${queue.perm & 4 ? 'r' : '-'}${queue.perm & 2 ? 'w' : '-'}`;
      return `${queue.brokerName}[${addresses}] ${queue.readQueueNums}/${queue.writeQueueNums} ${perm}`;
    })
    .join(', ');
}

function unregister(wire: Wire, broker: TestBroker, changes: Record<string, string> = {}): string {
  const fields = {
    brokerName: broker.name,
    brokerAddr: broker.address,
    clusterName: broker.cluster ?? 'C',
    brokerId: String(broker.id ?? 0),
  };
  return told(wire.ask(request(RequestCode.UNREGISTER_BROKER, {...fields, ...changes})));
}

describe('registration', () => {
  test('a master brings its topics, a slave learns of its master and brings none', () => {
    const wire = new NamesrvWorld().connect();
    expect(told(wire.ask(registration({...A_SLAVE, topics: [{topicName: 'OfSlave'}]})))).toBe('0 {}');
    expect(route(wire, 'OfSlave')).toBe('17');
    expect(told(wire.ask(registration(A)))).toBe('0 {}');
    expect(told(wire.ask(registration(A_SLAVE)))).toBe('0 {"haServerAddr":"a:2","masterAddr":"a:1"}');
    expect(route(wire)).toBe('a[0=a:1,1=s:1] 4/4 rw');
  });

  test('the same version again is a mere heartbeat; a new one replaces, and never removes', () => {
    const wire = new NamesrvWorld().connect();
    wire.ask(registration(A));
    wire.ask(registration({...A, topics: [{topicName: 'T', readQueueNums: 8}]}));
    expect(route(wire)).toBe('a[0=a:1] 4/4 rw');
    wire.ask(registration({...A, version: 2, topics: [{topicName: 'U'}]}));
    expect([route(wire, 'T'), route(wire, 'U')]).toEqual(['a[0=a:1] 4/4 rw', 'a[0=a:1] 4/4 rw']);
    wire.ask(registration({...A, version: 3, topics: [{topicName: 'T', readQueueNums: 8}]}));
    expect(route(wire)).toBe('a[0=a:1] 8/4 rw');
  });

  test('what changes moves to the end of the list', () => {
    const wire = new NamesrvWorld().connect();
    wire.ask(registration(A));
    wire.ask(registration({...A, name: 'b', address: 'b:1'}));
    wire.ask(registration({...A, version: 2, topics: [{topicName: 'T', perm: 4}]}));
    expect(route(wire)).toBe('b[0=b:1] 4/4 rw, a[0=a:1] 4/4 r-');
  });

  test('a slave promoted under its own address brings its topics even with an old version', () => {
    const wire = new NamesrvWorld().connect();
    wire.ask(registration(A_SLAVE));
    expect(route(wire)).toBe('17');
    wire.ask(registration({...A_SLAVE, id: 0}));
    expect(route(wire)).toBe('a[0=s:1] 4/4 rw');
    // And back: queues stay, only a slave serves them.
    wire.ask(registration(A_SLAVE));
    expect(route(wire)).toBe('a[1=s:1] 4/4 rw');
  });

  test('the last writer wins an id', () => {
    const wire = new NamesrvWorld().connect();
    wire.ask(registration(A));
    wire.ask(registration({...A, address: 'x:1'}));
    expect(route(wire)).toBe('a[0=x:1] 4/4 rw');
  });

  test('a name keeps its first cluster, and is listed under every one it came with', () => {
    const wire = new NamesrvWorld().connect();
    wire.ask(registration(A));
    wire.ask(registration({...A, cluster: 'D'}));
    expect(told(wire.ask(request(RequestCode.GET_BROKER_CLUSTER_INFO)))).toBe(
      '0 {"brokerAddrTable":{"a":{"brokerAddrs":{0:"a:1"},"brokerName":"a","cluster":"C"}},"clusterAddrTable":{"C":["a"],"D":["a"]}}',
    );
  });

  test('an old broker sends its topics bare', () => {
    const wire = new NamesrvWorld().connect();
    const command = registration(A);
    command.version = 36;
    const topicConfigTable = new Map([
      [
        'Old',
        {
          order: false,
          perm: 6,
          readQueueNums: 2,
          topicFilterType: 'SINGLE_TAG' as const,
          topicName: 'Old',
          topicSysFlag: 0,
          writeQueueNums: 2,
        },
      ],
    ]);
    command.body = encodeTopicConfigSerializeWrapper({
      dataVersion: {counter: 9, timestamp: 9},
      topicConfigTable,
    });
    expect(told(wire.ask(command))).toBe('0 {}');
    expect(route(wire, 'Old')).toBe('a[0=a:1] 2/2 rw');
  });

  test('without a body nothing is served, and nothing forgotten', () => {
    const wire = new NamesrvWorld().connect();
    wire.ask(registration(A));
    const command = registration(A);
    command.body = null;
    expect(told(wire.ask(command))).toBe('0 {}');
    expect(route(wire)).toBe('a[0=a:1] 4/4 rw');
  });

  test.each([
    [
      'a body that is none',
      {},
      '{"topicConfigSerializeWrapper":3}',
      /^1 .*Failed to decode RegisterBrokerBody/,
    ],
    ['a wrong checksum', {bodyCrc32: '5'}, '{}', /^1 crc32 not match {}$/],
    ['no broker id', {brokerId: 'none'}, '{}', /^1 java\.lang\.NullPointerException/],
  ])('%s is refused and changes nothing', (_, fields, body, answer) => {
    const wire = new NamesrvWorld().connect();
    const command = registration(A);
    command.extFields = {...command.extFields, ...fields};
    command.body = new TextEncoder().encode(body);
    expect(told(wire.ask(command))).toMatch(answer);
    expect(told(wire.ask(request(RequestCode.GET_ALL_TOPIC_LIST_FROM_NAMESERVER)))).toBe(
      '0 {"topicList":[]}',
    );
  });

  test('an address that is missing is refused, where 4.9.1 would stumble later', () => {
    const wire = new NamesrvWorld().connect();
    const command = registration(A);
    delete command.extFields!['brokerAddr'];
    expect(wire.ask(command)!.code).toBe(1);
  });

  test('order topics come with the answer once there ever were any', () => {
    const wire = new NamesrvWorld().connect();
    const namespace = 'ORDER_TOPIC_CONFIG';
    wire.ask(request(RequestCode.PUT_KV_CONFIG, {namespace, key: 'T', value: 'a:4'}));
    expect(told(wire.ask(registration(A)))).toBe('0 {} {"table":{"T":"a:4"}}');
    wire.ask(request(RequestCode.DELETE_KV_CONFIG, {namespace, key: 'T'}));
    expect(told(wire.ask(registration(A)))).toBe('0 {} {"table":{}}');
  });

  test('order configuration is in the route only where it is switched on', () => {
    for (const orderMessageEnable of [false, true]) {
      const wire = new NamesrvWorld({orderMessageEnable}).connect();
      wire.ask(registration(A));
      wire.ask(request(RequestCode.PUT_KV_CONFIG, {namespace: 'ORDER_TOPIC_CONFIG', key: 'T', value: 'a:4'}));
      const answer = wire.ask(request(RequestCode.GET_ROUTEINFO_BY_TOPIC, {topic: 'T'}));
      expect(told(answer).includes('"orderTopicConf":"a:4"')).toBe(orderMessageEnable);
    }
  });
});

describe('leaving', () => {
  test('a broker that unregisters is forgotten with its topics', () => {
    const world = new NamesrvWorld();
    const wire = world.connect();
    wire.ask(registration(A));
    expect(unregister(wire, A)).toBe('0');
    expect(route(wire)).toBe('17');
    expect(told(wire.ask(request(RequestCode.GET_BROKER_CLUSTER_INFO)))).toBe(
      '0 {"brokerAddrTable":{},"clusterAddrTable":{}}',
    );
    expect(world.facts('broker-removed').map((fact) => fact.why)).toEqual(['unregistered']);
  });

  test('with a wrong id the route is left over, and no clean-up finds it', () => {
    const world = new NamesrvWorld();
    const broker = world.connect();
    broker.ask(registration(A));
    expect(unregister(broker, A, {brokerId: '7'})).toBe('0');
    broker.end();
    world.runMs(200_000);
    expect(route(world.connect())).toBe('a[0=a:1] 4/4 rw');
  });

  test('a connection that ends, however, takes its broker with it at once', () => {
    for (const end of ['end', 'abort'] as const) {
      const world = new NamesrvWorld();
      const asker = world.connect();
      const master = world.connect();
      const slave = world.connect();
      master.ask(registration(A));
      slave.ask(registration(A_SLAVE));
      master[end]();
      expect(route(asker)).toBe('a[1=s:1] 4/4 rw');
      slave[end]();
      expect(route(asker)).toBe('17');
      expect(world.facts('broker-removed').map((fact) => [fact.address, fact.why])).toEqual([
        ['a:1', 'connection-closed'],
        ['s:1', 'connection-closed'],
      ]);
    }
  });

  test('an old connection that ends does not harm a broker that has come back over another', () => {
    const world = new NamesrvWorld();
    const old = world.connect();
    old.ask(registration(A));
    const fresh = world.connect();
    fresh.ask(registration(A));
    old.end();
    expect(route(fresh)).toBe('a[0=a:1] 4/4 rw');
  });

  test('malformed bytes close the connection, and the broker behind it is gone', () => {
    const world = new NamesrvWorld();
    const broker = world.connect();
    broker.ask(registration(A));
    broker.write(Uint8Array.of(255, 255, 255, 255));
    expect(broker.closed).toBe('ended');
    expect(route(world.connect())).toBe('17');
  });
});

describe('time', () => {
  test('a silent connection is closed after 120 s, and its broker is gone', () => {
    const world = new NamesrvWorld();
    const broker = world.connect();
    broker.ask(registration(A));
    world.runMs(119_900);
    expect(broker.closed).toBeNull();
    world.runMs(200);
    expect(broker.closed).toBe('ended');
    expect(world.facts('broker-removed').map((fact) => fact.why)).toEqual(['connection-idle']);
  });

  test('a broker that speaks but does not register is dropped at the first scan after 120 s', () => {
    const world = new NamesrvWorld();
    const broker = world.connect();
    broker.ask(registration(A));
    for (let second = 0; second < 124; second++) {
      world.runMs(990);
      broker.ask(request(RequestCode.GET_ALL_TOPIC_LIST_FROM_NAMESERVER));
    }
    // Started at 0, scans at 5, 15, ... 125 s; registered shortly after 0.
    expect(world.facts('broker-removed')).toEqual([]);
    world.runMs(2_000);
    expect(world.facts('broker-removed').map((fact) => fact.why)).toEqual(['expired']);
    expect(broker.closed).toBe('ended');
  });

  test('registering again, or asking whether anything is new, keeps a broker', () => {
    const version = encodeDataVersion({counter: 1, timestamp: 1});
    const ask = () => request(RequestCode.QUERY_DATA_VERSION, {brokerAddr: 'a:1'}, version);
    for (const command of [() => registration(A), ask]) {
      const world = new NamesrvWorld();
      const broker = world.connect();
      broker.ask(registration(A));
      for (let minute = 0; minute < 5; minute++) {
        world.runMs(60_000);
        expect(broker.ask(command())!.code).toBe(0);
      }
      expect(route(broker)).toBe('a[0=a:1] 4/4 rw');
    }
  });

  test('a jump of the clock expires everybody at the next scan', () => {
    const world = new NamesrvWorld();
    const broker = world.connect();
    broker.ask(registration(A));
    world.world.intervene({kind: 'jump-clock', machine: 'm1', byMs: 121_000});
    world.runMs(5_100);
    expect(route(world.connect())).toBe('17');
  });
});

describe('asking', () => {
  test('whether a version is known', () => {
    const wire = new NamesrvWorld().connect();
    const ask = (counter: number) =>
      told(
        wire.ask(
          request(
            RequestCode.QUERY_DATA_VERSION,
            {brokerAddr: 'a:1'},
            encodeDataVersion({counter, timestamp: 1}),
          ),
        ),
      );
    expect(ask(1)).toBe('0 {"changed":"true"}');
    wire.ask(registration(A));
    expect(ask(1)).toBe('0 {"changed":"false"} {"counter":1,"timestamp":1}');
    expect(ask(2)).toBe('0 {"changed":"true"} {"counter":1,"timestamp":1}');
  });

  test('lists of topics', () => {
    const wire = new NamesrvWorld().connect();
    const topics = [
      {topicName: 'Plain'},
      {topicName: 'Unit', topicSysFlag: 1},
      {topicName: 'Sub', topicSysFlag: 2},
      {topicName: 'Both', topicSysFlag: 3},
    ];
    wire.ask(registration({...A, topics}));
    wire.ask(registration({name: 'b', address: 'b:1', cluster: 'D', topics: [{topicName: 'Other'}]}));
    const list = (code: number, fields = {}) => told(wire.ask(request(code, fields)));
    expect(list(RequestCode.GET_TOPICS_BY_CLUSTER, {cluster: 'D'})).toBe('0 {"topicList":["Other"]}');
    expect(list(RequestCode.GET_TOPICS_BY_CLUSTER, {cluster: 'X'})).toBe('0 {"topicList":[]}');
    expect(list(RequestCode.GET_UNIT_TOPIC_LIST)).toBe('0 {"topicList":["Unit","Both"]}');
    expect(list(RequestCode.GET_HAS_UNIT_SUB_TOPIC_LIST)).toBe('0 {"topicList":["Sub","Both"]}');
    expect(list(RequestCode.GET_HAS_UNIT_SUB_UNUNIT_TOPIC_LIST)).toBe('0 {"topicList":["Sub"]}');
    expect(list(RequestCode.GET_SYSTEM_TOPIC_LIST_FROM_NS)).toBe(
      '0 {"brokerAddr":"a:1","topicList":["a","b","C","D"]}',
    );
  });

  test('wiping write permission lasts until the broker brings a full table anew', () => {
    const world = new NamesrvWorld();
    const wire = world.connect();
    wire.ask(registration(A));
    const wipe = () => told(wire.ask(request(RequestCode.WIPE_WRITE_PERM_OF_BROKER, {brokerName: 'a'})));
    expect(wipe()).toBe('0 {"wipeTopicCount":"1"}');
    expect(wipe()).toBe('0 {"wipeTopicCount":"1"}');
    wire.ask(registration(A));
    expect(route(wire)).toBe('a[0=a:1] 4/4 r-');
    wire.ask(registration({...A, version: 2}));
    expect(route(wire)).toBe('a[0=a:1] 4/4 rw');
  });

  test('a deleted topic comes back with the next change of the broker that has it', () => {
    const wire = new NamesrvWorld().connect();
    wire.ask(registration(A));
    expect(told(wire.ask(request(RequestCode.DELETE_TOPIC_IN_NAMESRV, {topic: 'T'})))).toBe('0');
    expect(told(wire.ask(request(RequestCode.GET_ROUTEINFO_BY_TOPIC, {topic: 'T'})))).toBe(
      `17 No topic route info in name server for the topic: T${FAQ}`,
    );
    wire.ask(registration(A));
    expect(route(wire)).toBe('17');
    wire.ask(registration({...A, version: 2}));
    expect(route(wire)).toBe('a[0=a:1] 4/4 rw');
  });

  test('facts tell who came, what changed, and who asked in vain', () => {
    const world = new NamesrvWorld();
    const wire = world.connect();
    wire.ask(registration(A));
    wire.ask(registration(A));
    route(wire, 'T');
    route(wire, 'U');
    wire.end();
    expect(
      world.facts('broker-registered', 'route-changed', 'route-asked', 'broker-removed').map((fact) => {
        switch (fact.kind) {
          case 'broker-registered':
            return `${fact.brokerName} registered${fact.isNew ? ', new' : ''}`;
          case 'route-changed':
            return `${fact.topic}: ${fact.brokers.map((broker) => broker.brokerName)}`;
          case 'route-asked':
            return `${fact.topic}? ${fact.found}`;
          default:
            return `${fact.brokerName} removed: ${fact.why}`;
        }
      }),
    ).toEqual([
      'T: a',
      'a registered, new',
      'a registered',
      'T? true',
      'U? false',
      'a removed: connection-closed',
      'T: ',
    ]);
  });
});
