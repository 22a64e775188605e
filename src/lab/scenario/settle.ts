import type {BrokerConfig} from '../../rocketmq/broker/broker-conf.ts';
import {parsePeers} from '../../rocketmq/dledger/peers.ts';
import type {MachineSpec} from '../../sim/api.ts';
import {DEFAULT_COSTS} from '../../sim/presets.ts';
import {type BrokerFile, type FileReader, type Place, readBrokerFile} from './broker-file.ts';
import {checkDeployment} from './check-deployment.ts';
import {EPOCH_MS} from './presets.ts';
import {closest} from './problem.ts';
import {reportUnknown} from './references.ts';
import type {
  BrokerScenario,
  ConsumerProgram,
  ConsumerScenario,
  NamesrvScenario,
  ProducerProgram,
  ProducerScenario,
  Scenario,
  TopicScenario,
} from './scenario.ts';
import type {ScenarioFile} from './schema.ts';
import {settleChosen} from './settle-chosen.ts';
import {settleFaults} from './settle-faults.ts';
import {reportTwins, settleMachine, settleNetwork} from './settle-machines.ts';
import {given, readDuration, readPercent, readSize} from './units.ts';
import {type Path, quote, show, type YamlSource} from './yaml-source.ts';

const NAMESRV_PORT = 9876;
const QUICKSTART_TOPIC = 'TopicTest';

/** Fills in defaults, makes units plain and follows every name and address; what leads nowhere is noted in `source`. */
export function settle(file: ScenarioFile, source: YamlSource, readConf: FileReader | null = null): Scenario {
  const machines = entriesOf(file.machines).map(([name, machine]) => settleMachine(name, machine, source));
  if (machines.length === 0) {
    source.report(['machines'], {found: 'no machine', expected: 'at least one machine'});
  }
  reportTwins(machines, source);
  const settled = new Settler(file, machines, source, readConf);
  const namesrvs = settled.namesrvs();
  settled.rememberNamesrvs(namesrvs);
  const brokers = settled.brokers();
  const producers = settled.producers();
  const consumers = settled.consumers();
  settled.reportPortClashes(namesrvs, brokers);
  settled.checkDeployment(brokers);
  const topics = settled.topics(brokers);
  settled.reportSameNames();
  const processes = [...namesrvs, ...brokers, ...producers, ...consumers].map((process) => process.name);
  const machineNames = machines.map((machine) => machine.name);
  const durationUs = readDuration(file.duration) ?? 0;
  const chosen = settleChosen(
    file.chosen,
    {brokers, taken: [...processes, ...machineNames], durationUs},
    source,
  );
  return {
    name: file.name,
    title: file.title ?? {en: file.name, 'zh-CN': file.name},
    seed: String(file.seed ?? 1),
    epochMs: file.epoch === undefined ? EPOCH_MS : Date.parse(file.epoch),
    durationUs,
    machines,
    network: settleNetwork(file.network, machineNames, source),
    costs: DEFAULT_COSTS,
    namesrvs,
    brokers,
    topics,
    producers,
    consumers,
    chosen,
    faults: settleFaults(
      file.faults ?? [],
      {processes, brokers: brokers.map(({name}) => name), machines: machineNames, chosen, durationUs},
      source,
    ),
    checks: file.checks ?? [],
  };
}

function entriesOf<T>(map: Readonly<Record<string, T>> | undefined): [string, T][] {
  return Object.entries(map ?? {});
}

interface PortUse {
  readonly port: number;
  readonly process: string;
  readonly use: string;
  readonly path: Path;
  readonly place?: Place;
}

class Settler {
  readonly #file: ScenarioFile;
  readonly #machines: readonly MachineSpec[];
  readonly #source: YamlSource;
  #namesrvs: readonly NamesrvScenario[] = [];
  #allNamesrvs = '';
  readonly #readConf: FileReader | null;
  readonly #files = new Map<string, BrokerFile>();

  constructor(
    file: ScenarioFile,
    machines: readonly MachineSpec[],
    source: YamlSource,
    readConf: FileReader | null,
  ) {
    this.#file = file;
    this.#machines = machines;
    this.#source = source;
    this.#readConf = readConf;
  }

  namesrvs(): NamesrvScenario[] {
    return entriesOf(this.#file.nameservers).map(([name, namesrv]) => ({
      ...this.#process(['nameservers', name], name, namesrv),
      port: namesrv.port ?? NAMESRV_PORT,
    }));
  }

  rememberNamesrvs(namesrvs: readonly NamesrvScenario[]): void {
    this.#namesrvs = namesrvs;
    this.#allNamesrvs = namesrvs
      .map((namesrv) => `${this.#addressOf(namesrv.machine)}:${namesrv.port}`)
      .join(';');
  }

  brokers(): BrokerScenario[] {
    return entriesOf(this.#file.brokers).map(([name, broker]) => {
      const path = ['brokers', name];
      const file = readBrokerFile(broker, path, this.#source, this.#readConf);
      const {conf, config} = file;
      this.#files.set(name, file);
      if (config.namesrvAddr) this.#checkNamesrvAddr(config.namesrvAddr, broker.machine, path, file);
      return {
        ...this.#process(path, name, broker),
        conf,
        namesrvAddr: config.namesrvAddr || this.#allNamesrvs,
        port: config.listenPort,
        brokerName: config.brokerName ?? broker.machine,
      };
    });
  }

  producers(): ProducerScenario[] {
    return entriesOf(this.#file.producers).map(([name, producer]) => {
      const path = ['producers', name];
      const kind = producer.program ?? 'rate';
      if (kind === 'quickstart')
        this.#refuse(path, producer, ['keys', 'body', 'mode', 'every', 'threads'], 'the quickstart program');
      if (Array.isArray(producer.tags) && kind === 'quickstart') {
        this.#source.report([...path, 'tags'], {
          found: 'a list',
          expected: 'one tag, as the quickstart program sends',
        });
      }
      const tags = typeof producer.tags === 'string' ? [producer.tags] : producer.tags;
      const topic = producer.topic ?? QUICKSTART_TOPIC;
      const program: ProducerProgram =
        kind === 'quickstart'
          ? {kind, topic, tags: tags?.[0] ?? 'TagA', count: producer.count ?? 1000}
          : {
              kind,
              topic,
              tags: tags ?? [],
              keys: producer.keys ?? 0,
              bodyBytes: given(producer.body, readSize) ?? 128,
              mode: producer.mode ?? 'sync',
              intervalUs: given(producer.every, readDuration) ?? 100_000,
              count: producer.count ?? -1,
              threads: producer.threads ?? 1,
            };
      if (program.kind === 'rate' && program.mode !== 'sync' && program.intervalUs === 0) {
        this.#source.report([...path, 'every'], {
          found: '0',
          expected: `more than 0 for mode ${program.mode}, which does not wait for answers`,
        });
      }
      return {
        ...this.#process(path, name, producer),
        ...this.#client(path, producer.machine, producer.namesrvAddr),
        group:
          producer.group ?? (kind === 'quickstart' ? 'please_rename_unique_group_name' : `${name}_group`),
        program,
        settings: producer.settings ?? {},
      };
    });
  }

  consumers(): ConsumerScenario[] {
    return entriesOf(this.#file.consumers).map(([name, consumer]) => {
      const path = ['consumers', name];
      const kind = consumer.program ?? 'service';
      if (kind === 'quickstart') this.#refuse(path, consumer, ['service', 'fail'], 'the quickstart program');
      const program: ConsumerProgram =
        kind === 'quickstart'
          ? {kind}
          : {
              kind,
              serviceUs: given(consumer.service, readDuration) ?? 0,
              failPerMille: Math.round((given(consumer.fail, readPercent) ?? 0) / 1000),
            };
      const first = kind === 'quickstart' ? {consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET'} : {};
      return {
        ...this.#process(path, name, consumer),
        ...this.#client(path, consumer.machine, consumer.namesrvAddr),
        group:
          consumer.group ?? (kind === 'quickstart' ? 'please_rename_unique_group_name_4' : `${name}_group`),
        topic: consumer.topic ?? QUICKSTART_TOPIC,
        expression: consumer.tags ?? '*',
        program,
        settings: {...first, ...consumer.settings},
      };
    });
  }

  topics(brokers: readonly BrokerScenario[]): TopicScenario[] {
    const names = brokers.map((broker) => broker.name);
    return entriesOf(this.#file.topics).map(([name, topic]) => {
      for (const [position, broker] of (topic.brokers ?? []).entries()) {
        reportUnknown(broker, names, 'broker', ['topics', name, 'brokers', position], this.#source);
      }
      const queues = topic.queues ?? 4;
      return {
        name,
        brokers: topic.brokers ?? names,
        readQueueNums: topic.readQueues ?? queues,
        writeQueueNums: topic.writeQueues ?? queues,
        perm: topic.perm ?? 6,
      };
    });
  }

  reportPortClashes(namesrvs: readonly NamesrvScenario[], brokers: readonly BrokerScenario[]): void {
    const stores = new Map<string, string>();
    const uses = new Map<string, PortUse>();
    const take = (machine: string, use: PortUse): void => {
      const key = `${machine} ${use.port}`;
      const other = uses.get(key);
      if (other === undefined) uses.set(key, use);
      else {
        this.#reportAtPlace(
          use.place ?? {...this.#source.position(use.path), file: this.#source.file, path: use.path},
          {
            found: `port ${use.port} (${use.use} of ${use.process}), which ${other.process} uses on ${machine} too (${other.use})`,
            expected: 'ports of its own on one machine',
          },
        );
      }
    };
    for (const {name, machine, port} of namesrvs) {
      take(machine, {
        port,
        process: name,
        use: 'listenPort',
        path: this.#lastPresent(['nameservers', name], 'port'),
      });
    }
    for (const {name, machine, port} of brokers) {
      const file = this.#files.get(name)!;
      const place = file.placeOf('listenPort');
      const {path} = place;
      take(machine, {port, process: name, use: 'listenPort', path, place});
      take(machine, {port: port - 2, process: name, use: 'fast port, listenPort - 2', path, place});
      const ledgerPort = ledgerPortOf(file.config);
      if (ledgerPort === null) {
        take(machine, {port: port + 1, process: name, use: 'HA port, listenPort + 1', path, place});
      } else {
        const of = file.placeOf('dLegerPeers');
        const use = `port of ${file.config.dLegerSelfId} in dLegerPeers`;
        take(machine, {port: ledgerPort, process: name, use, path: of.path, place: of});
      }
      const root = file.config.storePathRootDir ?? '/root/store';
      const owner = stores.get(`${machine} ${root}`);
      if (owner !== undefined) {
        this.#reportAtPlace(file.placeOf('storePathRootDir'), {
          found: `store folder ${root}, which ${owner} uses on ${machine} too`,
          expected: 'storePathRootDir of its own on one machine',
        });
      } else stores.set(`${machine} ${root}`, name);
    }
  }

  checkDeployment(brokers: readonly BrokerScenario[]): void {
    const deployed = brokers.map(({name, machine, brokerName}) => {
      return {name, machine, brokerName, file: this.#files.get(name)!};
    });
    checkDeployment(deployed, this.#machines, this.#source);
  }

  reportSameNames(): void {
    const owners = new Map<string, string>();
    for (const section of ['nameservers', 'brokers', 'producers', 'consumers'] as const) {
      for (const name of Object.keys(this.#file[section] ?? {})) {
        const owner = owners.get(name);
        if (owner === undefined) owners.set(name, section);
        else {
          this.#source.report(
            [section, name],
            {
              found: `${quote(name)}, which is also in ${owner}`,
              expected: 'a name of its own for each process',
            },
            {atKey: true},
          );
        }
      }
    }
  }

  #process(
    path: Path,
    name: string,
    process: {readonly machine: string; readonly start?: string | undefined},
  ): {name: string; machine: string; startUs: number} {
    const machines = this.#machines.map((machine) => machine.name);
    reportUnknown(process.machine, machines, 'machine', [...path, 'machine'], this.#source);
    const startUs = process.start === 'never' ? -1 : (given(process.start, readDuration) ?? 0);
    return {name, machine: process.machine, startUs};
  }

  #client(path: Path, on: string, namesrvAddr: string | undefined): {namesrvAddr: string} {
    if (namesrvAddr === undefined) {
      if (this.#allNamesrvs === '') {
        this.#source.report(
          path,
          {found: 'no NameServer in the scenario', expected: 'one under nameservers, or a namesrvAddr'},
          {atKey: true},
        );
      }
      return {namesrvAddr: this.#allNamesrvs};
    }
    this.#checkNamesrvAddr(namesrvAddr, on, [...path, 'namesrvAddr']);
    return {namesrvAddr};
  }

  /**
   * Every address of a `a:9876;b:9876` list must be of a machine; 127.0.0.1 is the one that the process is `on`. A port at which
   * no NameServer listens is only odd.
   */
  #checkNamesrvAddr(list: string, on: string, path: Path, file?: BrokerFile): void {
    const place =
      file === undefined
        ? {...this.#source.position(path), file: this.#source.file, path}
        : file.placeOf('namesrvAddr');
    for (const address of list.split(';')) {
      const [host = '', port = ''] = address.trim().split(':');
      const machine = this.#machines.find(({name, address}) =>
        host.startsWith('127.') ? name === on : address === host,
      );
      const known = this.#machines.map((candidate) => candidate.address);
      if (machine === undefined) {
        const what = {
          found: `address ${quote(host)}, which no machine has`,
          expected: `an address of a machine: ${known.join(', ')}`,
          didYouMean: closest(host, known),
        };
        this.#reportAtPlace(place, what);
      } else if (
        !this.#namesrvs.some((namesrv) => namesrv.machine === machine.name && String(namesrv.port) === port)
      ) {
        const what = {
          found: `${host}:${port}, where no NameServer listens`,
          expected: `one of ${this.#allNamesrvs || 'none'}`,
        };
        this.#reportAtPlace(place, what, 'warning');
      }
    }
  }

  #reportAtPlace(
    {file, line, column, path}: Place,
    what: {readonly found: string; readonly expected: string; readonly didYouMean?: string | null},
    severity: 'error' | 'warning' = 'error',
  ): void {
    this.#source.reportAt(line, column, path, what, severity, file);
  }

  #refuse(path: Path, given: object, keys: readonly string[], what: string): void {
    const values = given as Record<string, unknown>;
    for (const key of keys) {
      if (values[key] === undefined) continue;
      this.#source.report(
        [...path, key],
        {found: `${key}: ${show(values[key])}`, expected: `no ${key} with ${what}`},
        {atKey: true},
      );
    }
  }

  #lastPresent(path: Path, key: string): Path {
    return this.#source.node([...path, key]) === null ? path : [...path, key];
  }

  #addressOf(machine: string): string {
    return this.#machines.find((candidate) => candidate.name === machine)?.address ?? machine;
  }
}

/** Where a member of a DLedger group listens for the others, on all addresses of its machine; null for other brokers. */
function ledgerPortOf({enableDLegerCommitLog, dLegerPeers, dLegerSelfId}: BrokerConfig): number | null {
  if (!enableDLegerCommitLog) return null;
  const port = Number(
    parsePeers(dLegerPeers ?? '')
      .get(dLegerSelfId ?? '')
      ?.split(':')[1],
  );
  return Number.isInteger(port) ? port : null;
}
