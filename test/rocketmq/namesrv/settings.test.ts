import {describe, expect, test} from 'vitest';
import {namesrvProgram} from '../../../src/rocketmq/namesrv/namesrv.ts';
import {RequestCode} from '../../../src/rocketmq/remoting/codes.ts';
import {request} from '../../../src/rocketmq/remoting/command.ts';
import {program, startedWorld} from '../../sim/worlds.ts';
import {NamesrvWorld, told, type Wire} from './namesrv-world.ts';

const KV_FILE = '/root/namesrv/kvConfig.json';
const SETTINGS_FILE = '/root/namesrv/namesrv.properties';

function kv(wire: Wire, code: number, fields: Record<string, string>): string {
  return told(wire.ask(request(code, fields)));
}

function file(world: NamesrvWorld, path: string): string | null {
  const bytes = world.world.readFile('m1', path);
  return bytes === null ? null : new TextDecoder().decode(bytes);
}

describe('KV configuration', () => {
  test('what is put is found, listed, and written down with the version before it', () => {
    const world = new NamesrvWorld();
    const wire = world.connect();
    expect(kv(wire, RequestCode.PUT_KV_CONFIG, {namespace: 'N', key: 'k', value: 'v'})).toBe('0');
    expect(kv(wire, RequestCode.PUT_KV_CONFIG, {namespace: 'N', key: 'l', value: 'w'})).toBe('0');
    expect(kv(wire, RequestCode.GET_KV_CONFIG, {namespace: 'N', key: 'k'})).toBe('0 {"value":"v"}');
    expect(kv(wire, RequestCode.GET_KVLIST_BY_NAMESPACE, {namespace: 'N'})).toBe(
      '0 {"table":{"k":"v","l":"w"}}',
    );
    expect(file(world, KV_FILE)).toBe('{"configTable":{"N":{"k":"v","l":"w"}}}');
    expect(file(world, `${KV_FILE}.bak`)).toBe('{"configTable":{"N":{"k":"v"}}}');
  });

  test('a deleted key leaves an empty namespace', () => {
    const wire = new NamesrvWorld().connect();
    kv(wire, RequestCode.PUT_KV_CONFIG, {namespace: 'N', key: 'k', value: 'v'});
    expect(kv(wire, RequestCode.DELETE_KV_CONFIG, {namespace: 'N', key: 'k'})).toBe('0');
    expect(kv(wire, RequestCode.DELETE_KV_CONFIG, {namespace: 'X', key: 'k'})).toBe('0');
    expect(kv(wire, RequestCode.GET_KVLIST_BY_NAMESPACE, {namespace: 'N'})).toBe('0 {"table":{}}');
    expect(kv(wire, RequestCode.GET_KVLIST_BY_NAMESPACE, {namespace: 'X'})).toBe(
      '22 No config item, Namespace: X',
    );
  });

  test('a NameServer that is killed finds it again', () => {
    const world = new NamesrvWorld();
    kv(world.connect(), RequestCode.PUT_KV_CONFIG, {namespace: 'N', key: 'k', value: 'v'});
    world.world.intervene({kind: 'kill', process: 'namesrv'});
    world.world.intervene({kind: 'start', process: 'namesrv'});
    world.runMs(10);
    expect(kv(world.connect(), RequestCode.GET_KV_CONFIG, {namespace: 'N', key: 'k'})).toBe(
      '0 {"value":"v"}',
    );
  });

  test('with a file that makes no sense it does not start', () => {
    const world = startedWorld({
      programs: {
        writer: program((host) => {
          host.disk.makeFolders('/root/namesrv');
          host.disk.open(KV_FILE, 'create').writeAt(0, new TextEncoder().encode('{broken'));
        }),
        namesrv: () => namesrvProgram(),
      },
      machineCount: 1,
    });
    world.runUntil(100_000);
    expect(world.isRunning('namesrv')).toBe(false);
  });
});

describe('settings', () => {
  test('are told as key=value lines, and changed where they are known', () => {
    const world = new NamesrvWorld();
    const wire = world.connect();
    const lines = () =>
      new TextDecoder()
        .decode(wire.ask(request(RequestCode.GET_NAMESRV_CONFIG))!.body!)
        .split('\n')
        .filter((line) => line !== '')
        .sort();
    expect(lines()).toMatchInlineSnapshot(`
      [
        "clusterTest=false",
        "configStorePath=/root/namesrv/namesrv.properties",
        "kvConfigPath=/root/namesrv/kvConfig.json",
        "listenPort=9876",
        "orderMessageEnable=false",
        "productEnvName=center",
        "serverAsyncSemaphoreValue=64",
        "serverCallbackExecutorThreads=0",
        "serverChannelMaxIdleTimeSeconds=120",
        "serverOnewaySemaphoreValue=256",
        "serverPooledByteBufAllocatorEnable=true",
        "serverSelectorThreads=3",
        "serverSocketRcvBufSize=65535",
        "serverSocketSndBufSize=65535",
        "serverWorkerThreads=8",
        "useEpollNativeSelector=false",
      ]
    `);
    const change =
      'orderMessageEnable=true\nserverWorkerThreads=many\nnobodyKnows=this\nproductEnvName=caf\\u00e9\n';
    const body = new TextEncoder().encode(change);
    expect(told(wire.ask(request(RequestCode.UPDATE_NAMESRV_CONFIG, null, body)))).toBe('0');
    expect(lines()).toEqual(
      expect.arrayContaining(['orderMessageEnable=true', 'serverWorkerThreads=8', 'productEnvName=café']),
    );
    expect(lines().join()).not.toContain('nobodyKnows');
    expect(file(world, SETTINGS_FILE)).toContain('orderMessageEnable=true\n');
  });

  test('a text that breaks the syntax of properties is refused', () => {
    const wire = new NamesrvWorld().connect();
    const body = new TextEncoder().encode('a=\\uXYZ');
    expect(told(wire.ask(request(RequestCode.UPDATE_NAMESRV_CONFIG, null, body)))).toBe(
      '1 string2Properties error',
    );
  });

  test('a properties file given at start is taken over, and printed', () => {
    const path = '/conf/namesrv.conf';
    const world = startedWorld({
      programs: {
        writer: program((host) => {
          host.disk.makeFolders('/conf');
          host.disk.open(path, 'create').writeAt(0, new TextEncoder().encode('listenPort=9999\nmine=1\n'));
        }),
        namesrv: () => namesrvProgram({configFile: path}),
        without: () => namesrvProgram({configFile: '/conf/missing.conf', listenPort: 9998}),
      },
      machineCount: 1,
    });
    world.runUntil(100_000);
    const facts = world.trace.entries.flatMap((entry) => (entry.kind === 'fact' ? [entry.fact] : []));
    expect(facts).toEqual([
      {kind: 'printed', line: `load config properties file OK, ${path}`},
      {kind: 'printed', line: 'The Name Server boot success. serializeType=JSON'},
      {kind: 'namesrv-booted', port: 9999},
    ]);
    expect(world.isRunning('without')).toBe(false);
  });
});

describe('the process', () => {
  test('a second one on the same port ends', () => {
    const world = startedWorld({
      programs: {one: () => namesrvProgram(), two: () => namesrvProgram()},
      machineCount: 1,
    });
    world.runUntil(100_000);
    expect([world.isRunning('one'), world.isRunning('two')]).toEqual([true, false]);
  });

  test('stopping closes its connections in order', () => {
    const world = new NamesrvWorld();
    const wire = world.connect();
    world.world.intervene({kind: 'stop', process: 'namesrv'});
    world.runMs(10);
    expect(world.world.isRunning('namesrv')).toBe(false);
    expect(wire.closed).toBe('ended');
  });
});
