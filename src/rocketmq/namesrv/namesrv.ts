import type {Timer} from '../../ports/clock.ts';
import type {Host, Program, RunningProgram} from '../../ports/host.ts';
import {readTextFile} from '../config/config-file.ts';
import {parseProperties} from '../config/java-properties.ts';
import {report} from '../facts.ts';
import type {RemotingServer} from '../remoting/remoting.ts';
import {createRemotingServer} from '../remoting/server.ts';
import {KvConfigManager} from './kv-config-manager.ts';
import {
  DEFAULT_NAMESRV_SETTINGS,
  type NamesrvConfig,
  type NamesrvSettings,
  withProperties,
} from './namesrv-config.ts';
import {NamesrvConfiguration} from './namesrv-configuration.ts';
import {namesrvProcessor} from './request-processor.ts';
import {RouteInfoManager} from './route-info-manager.ts';

export type {NamesrvConfig} from './namesrv-config.ts';

const EXPIRY_SCAN_FIRST_MS = 5_000;
const EXPIRY_SCAN_PERIOD_MS = 10_000;
/** Java's pool has a queue without bound. */
const UNBOUNDED = Number.MAX_SAFE_INTEGER;
const EXIT_FAILED = -1;

/** A NameServer. Source: RocketMQ 4.9.1 `namesrv.NamesrvStartup`, `namesrv.NamesrvController`. */
export function namesrvProgram(config: NamesrvConfig = {}): Program {
  return {start: (host) => start(host, config)};
}

function start(host: Host, config: NamesrvConfig): RunningProgram {
  const loaded = loadSettings(host, config);
  if (loaded === null) {
    return failed(
      host,
      EXIT_FAILED,
      `java.io.FileNotFoundException: ${config.configFile} (No such file or directory)`,
    );
  }
  const configuration = new NamesrvConfiguration(host, loaded.settings, loaded.extra);
  const kvConfig = new KvConfigManager(host, () => configuration.settings.kvConfigPath);
  if (!kvConfig.load()) {
    return failed(host, EXIT_FAILED, `com.alibaba.fastjson.JSONException: ${loaded.settings.kvConfigPath}`);
  }
  const routes = new RouteInfoManager(host);
  const {settings} = loaded;
  const server = createRemotingServer(
    host,
    {
      port: settings.listenPort,
      idleMs: settings.serverChannelMaxIdleTimeSeconds * 1000,
      serializer: config.serializeType ?? 'JSON',
      onewayPermits: settings.serverOnewaySemaphoreValue,
    },
    // Any connection that ends may be a broker's. Source: `namesrv.routeinfo.BrokerHousekeepingService`.
    {
      closed: (channel) => routes.channelGone(channel.remoteAddress, channel, 'connection-closed'),
      exception: (channel) => routes.channelGone(channel.remoteAddress, channel, 'connection-closed'),
      idle: (channel) => routes.channelGone(channel.remoteAddress, channel, 'connection-idle'),
    },
  );
  const pool = host.cpu.pool('RemotingExecutorThread_', settings.serverWorkerThreads, UNBOUNDED);
  server.registerDefaultProcessor(pool, namesrvProcessor({host, routes, kvConfig, configuration}));
  const failure = server.start();
  if (failure !== null) {
    return failed(
      host,
      EXIT_FAILED,
      `java.net.BindException: Address already in use (${settings.listenPort})`,
    );
  }
  report(host.journal, {
    kind: 'printed',
    line: `The Name Server boot success. serializeType=${config.serializeType ?? 'JSON'}`,
  });
  report(host.journal, {kind: 'namesrv-booted', port: server.port});
  return new RunningNamesrv(host, server, routes);
}

class RunningNamesrv implements RunningProgram {
  private readonly host: Host;
  private readonly server: RemotingServer;
  private readonly routes: RouteInfoManager;
  private scan: Timer;

  constructor(host: Host, server: RemotingServer, routes: RouteInfoManager) {
    this.host = host;
    this.server = server;
    this.routes = routes;
    this.scan = this.scanIn(EXPIRY_SCAN_FIRST_MS);
  }

  stop(done: () => void): void {
    this.scan.cancel();
    this.server.shutdown();
    this.host.clock.after(0, done);
  }

  /** At its period even when nobody is there: the wall clock, by which brokers expire, may jump at any time. */
  private scanIn(delayMs: number): Timer {
    return this.host.clock.after(delayMs, () => {
      this.scan = this.scanIn(EXPIRY_SCAN_PERIOD_MS);
      this.routes.expireSilentBrokers();
    });
  }
}

function failed(host: Host, code: number, reason: string): RunningProgram {
  host.exit(code, reason);
  return {stop: (done) => done()};
}

/** The settings and, from a properties file, what else stands in it. Null if the file is not there. */
function loadSettings(
  host: Host,
  config: NamesrvConfig,
): {settings: NamesrvSettings; extra: ReadonlyMap<string, string>} | null {
  const {configFile, serializeType: _, ...given} = config;
  const settings: NamesrvSettings = {...DEFAULT_NAMESRV_SETTINGS, ...given};
  if (configFile === undefined) return {settings, extra: new Map()};
  const text = readTextFile(host.disk, configFile);
  if (text === null) return null;
  const extra = new Map(parseProperties(text).entries.map(({key, value}) => [key, value]));
  report(host.journal, {kind: 'printed', line: `load config properties file OK, ${configFile}`});
  return {settings: {...withProperties(settings, extra), configStorePath: configFile}, extra};
}
