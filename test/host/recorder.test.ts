import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {connect} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {createHost, type NodeHost} from '../../src/host/host.ts';
import {Recorder} from '../../src/host/recorder.ts';
import {runProgram} from '../../src/host/run-program.ts';
import {placeStore, readBrokerConf, serve} from '../../src/host/serving.ts';
import {LedgerTrack} from '../../src/lab/ledger.ts';
import {type ReadRecording, readRecording} from '../../src/lab/recording/read-recording.ts';
import type {TraceStore} from '../../src/lab/trace-store.ts';
import {TraceIndex} from '../../src/lab/view/trace-index.ts';
import type {Program} from '../../src/ports/host.ts';
import {brokerProgram} from '../../src/rocketmq/broker/broker.ts';
import {createProducer} from '../../src/rocketmq/client/default-mq-producer.ts';
import {createPushConsumer} from '../../src/rocketmq/client/default-mq-push-consumer.ts';
import {newMessage} from '../../src/rocketmq/client/message-builder.ts';
import {namesrvProgram} from '../../src/rocketmq/namesrv/namesrv.ts';
import {FrameDecoder} from '../../src/rocketmq/remoting/frame.ts';
import {Cluster, clusterPorts, exitOf, PATIENT, SEND_TIMEOUT_MS, until} from './serving-fixture.ts';

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'lab-record-'));
  try {
    await body(folder);
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
}

function opened(file: string): ReadRecording {
  const bytes = Uint8Array.from(readFileSync(file));
  const read = readRecording(() => [bytes]);
  if ('kind' in read) throw new Error(`not read: ${read.kind}`);
  return read;
}

test('a live cluster with our own clients, all recorded, makes the account that its clients make themselves', () =>
  inFolder(async (folder) => {
    const file = join(folder, 'run.rec');
    const ports = await clusterPorts();
    const namesrvAddr = `127.0.0.1:${ports.namesrv}`;
    const recorder = new Recorder(file, (why) => expect.unreachable(why));
    let pid = 60_000;
    const hostOf = (name: string, kind: 'namesrv' | 'broker' | 'producer' | 'consumer'): NodeHost =>
      createHost({
        name,
        kind,
        recorder,
        address: '127.0.0.1',
        hostName: 'box',
        pid: pid++,
        storeRoot: folder,
      });
    const start = (name: string, kind: 'namesrv' | 'broker', program: Program) =>
      runProgram(hostOf(name, kind), program);

    const namesrv = start('namesrv', 'namesrv', namesrvProgram({listenPort: ports.namesrv}));
    const conf = [
      'brokerName=broker-a',
      `listenPort=${ports.broker}`,
      `namesrvAddr=${namesrvAddr}`,
      ...PATIENT,
    ];
    const config = placeStore(
      readBrokerConf(`${conf.join('\n')}\nflushDiskType=SYNC_FLUSH\n`).config,
      join(folder, 'store'),
    );
    const broker = start('broker-a', 'broker', brokerProgram(config));

    const producerHost = hostOf('producer', 'producer');
    let acknowledged = 0;
    producerHost.run(() => {
      producerHost.recorder!.started(producerHost.identity.pid);
      const producer = createProducer(producerHost, {
        group: 'p',
        namesrvAddr,
        sendMsgTimeoutMs: SEND_TIMEOUT_MS,
      });
      const sendNext = (left: number): void => {
        if (left === 0) return;
        producer.send(newMessage('Recorded', 'tag', null, `message ${left}`), (outcome) => {
          if (outcome.ok) acknowledged += 1;
          sendNext(left - 1);
        });
      };
      producer.start(() => sendNext(25));
    });
    await until(() => acknowledged === 25, 'acknowledged');

    const consumerHost = hostOf('consumer', 'consumer');
    let heard = 0;
    consumerHost.run(() => {
      consumerHost.recorder!.started(consumerHost.identity.pid);
      const consumer = createPushConsumer(consumerHost, {
        group: 'c',
        namesrvAddr,
        consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
      });
      consumer.subscribe('Recorded', '*');
      consumer.registerMessageListener((messages, _context, finish) => {
        heard += messages.length;
        finish('CONSUME_SUCCESS');
      });
      consumer.start();
    });
    await until(() => heard === 25, 'heard');
    producerHost.end();
    consumerHost.end();
    await new Promise<void>((done) => broker.stop(done));
    await new Promise<void>((done) => namesrv.stop(done));
    recorder.close();

    const {survey, store} = opened(file);
    expect(survey.isOver).toBe(true);
    expect(survey.far).toEqual([]);
    expect(survey.own.map(({name}) => name)).toEqual(['namesrv', 'broker-a', 'producer', 'consumer']);
    const ledger = new LedgerTrack(store);
    ledger.update();
    expect(ledger.counts).toMatchObject({
      sent: 25,
      acked: 25,
      durable: 25,
      delivered: 25,
      duplicated: 0,
      lost: 0,
    });

    // Both ends are recorded: what is sent arrives, when it arrived, and is the cause of what comes of it.
    const index = new TraceIndex(store);
    index.update();
    let answered = 0;
    for (const id of index.frames) {
      const outcome = store.entry(index.outcomeOf(id));
      const sent = store.entry(id)!;
      if (outcome?.kind === 'bytes-arrived' && sent.kind === 'bytes-sent')
        expect(outcome.atUs).toBe(sent.arrivesUs);
      if (index.frame(id).requestCode === 310 && index.frame(id).form === 'response') answered += 1;
    }
    expect(answered).toBe(25);
    for (const id of index.factEntries('send-acknowledged')) {
      const causes = index.causesOf(id).map((cause) => store.entry(cause)!);
      expect(causes.some((cause) => cause.kind === 'bytes-sent' && cause.process === 'producer')).toBe(true);
      // SYNC_FLUSH: the answer waited for a sync.
      expect(causes.some((cause) => cause.kind === 'disk-synced')).toBe(true);
    }
  }));

test('requests that come in one packet are the causes of one answer each', () =>
  inFolder(async (folder) => {
    const file = join(folder, 'run.rec');
    const {namesrv: port} = await clusterPorts();
    let code: number | null = null;
    const printed: string[] = [];
    const serving = serve(
      {namesrv: {port, folder}, broker: null, bindAddress: '127.0.0.1', recordFile: file},
      {
        print: (line) => printed.push(line),
        warn: (line) => printed.push(line),
        over: (result) => (code = result),
      },
    );
    await until(() => printed.length > 0, 'booted');
    const requests = Buffer.concat([1, 2, 3].map((opaque) => request(opaque)));
    let answers = 0;
    const decoder = new FrameDecoder();
    const socket = connect(port, '127.0.0.1', () => {
      // Three frames, cut in the middle of the second.
      socket.write(requests.subarray(0, requests.length / 2));
      setTimeout(() => socket.write(requests.subarray(requests.length / 2)), 30);
    });
    socket.on('data', (bytes) => {
      answers += decoder.push(new Uint8Array(bytes)).length;
    });
    socket.on('error', () => {}); // It is cut off, perhaps, when its server ends.
    await until(() => answers === 3, 'answered');
    socket.end();
    serving.stop();
    await until(() => code !== null, 'stopped');
    const {store} = opened(file);
    const index = new TraceIndex(store);
    index.update();
    const frames = index.frames.map((id) => ({frame: index.frame(id), entry: store.entry(id)!}));
    expect(frames.filter(({frame}) => frame.form === 'request').map(({frame}) => frame.opaque)).toEqual([
      1, 2, 3,
    ]);
    for (const {frame, entry} of frames.filter(({frame: {form}}) => form === 'response')) {
      const arrived = store.entry(entry.cause)!;
      const asked = index.partnerOf(entry.id);
      expect(index.frame(asked).opaque).toBe(frame.opaque);
      expect(index.causesOf(entry.id)).toContain(asked);
      expect(arrived.kind === 'bytes-arrived' || arrived.kind === 'fact').toBe(true);
    }
  }));

function request(opaque: number): Buffer {
  const header = Buffer.from(
    JSON.stringify({
      code: 105,
      extFields: {topic: `T${opaque}`},
      flag: 0,
      language: 'JAVA',
      opaque,
      serializeTypeCurrentRPC: 'JSON',
      version: 395,
    }),
  );
  const head = Buffer.alloc(8);
  head.writeUInt32BE(header.length + 4, 0);
  head.writeUInt32BE(header.length, 4);
  return Buffer.concat([head, header]);
}

test('kill -9 takes no more from a recording than its last moments', () =>
  Cluster.on(async (cluster) => {
    const file = join(cluster.folder, 'run.rec');
    const conf = join(cluster.folder, 'broker.conf');
    writeFileSync(conf, cluster.conf);
    const ports = ['--namesrv-port', String(cluster.ports.namesrv)];
    const child = await cluster.spawn([...ports, '-c', conf, '--store', cluster.store, '--record', file], 2);
    const bodies = Array.from({length: 50}, (_, i) => `message ${i}`);
    const {acknowledged} = await cluster.send('Killed', bodies);
    expect(acknowledged.size).toBe(50);
    const appended = (store: TraceStore): number =>
      store.entries.filter((entry) => entry.kind === 'fact' && entry.fact.kind === 'message-appended').length;
    // By itself, a moment after it happened, and not at an end.
    await until(
      () => appended(opened(file).store) === 50,
      'all of it in the file',
      () => sleep(50),
    );
    child.kill('SIGKILL');
    await exitOf(child);
    const {survey, store} = opened(file);
    expect(survey.isOver).toBe(false);
    expect(appended(store)).toBe(50);
    expect(store.entries.some((entry) => entry.kind === 'process-ended')).toBe(false);
  }));

test('a file that is there already is not written over, and nothing is started', () =>
  inFolder(async (folder) => {
    const file = join(folder, 'precious.txt');
    writeFileSync(file, 'precious');
    const warned: string[] = [];
    let code: number | null = null;
    serve(
      {namesrv: {port: 1, folder}, broker: null, bindAddress: '127.0.0.1', recordFile: file},
      {print: () => {}, warn: (line) => warned.push(line), over: (result) => (code = result)},
    );
    await until(() => code !== null, 'over');
    expect(code).toBe(1);
    expect(warned.join()).toMatch(/precious\.txt cannot be recorded into: EEXIST/);
    expect(readFileSync(file, 'utf8')).toBe('precious');
  }));
