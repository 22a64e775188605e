import {type BrokerConfig, parseBrokerConf} from '../../rocketmq/broker/broker-conf.ts';
import {parseProperties} from '../../rocketmq/config/java-properties.ts';
import {type Path, quote, type YamlSource} from './yaml-source.ts';

/** Reads a file that a scenario names, by its path from the scenario's folder; null where there is none. */
export type FileReader = (path: string) => string | null;

/** A place that a problem can be told with. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly path: Path;
}

/** The configuration of one broker of a scenario, and where its keys stand: in the scenario itself, or in a file of its own. */
export interface BrokerFile {
  readonly conf: string;
  readonly config: BrokerConfig;
  /** Where the value of a key stands; of one that is not written down, where the broker is. */
  placeOf(key: string): Place;
  has(key: string): boolean;
}

/** Reads what `config` or `configFile` of a broker says; everything that is wrong with it is noted. */
export function readBrokerFile(
  broker: {readonly config?: string | undefined; readonly configFile?: string | undefined},
  path: Path,
  source: YamlSource,
  readConf: FileReader | null,
): BrokerFile {
  const isFile = broker.configFile !== undefined;
  const confPath = [...path, isFile ? 'configFile' : 'config'];
  const conf = isFile ? readFile(broker.configFile!, confPath, source, readConf) : (broker.config ?? '');
  if (isFile && broker.config !== undefined) {
    source.report(confPath, {found: 'config and configFile', expected: 'one of them'}, {atKey: true});
  }
  const file = isFile ? beside(source.file, broker.configFile!) : source.file;
  const place = (line: number, column: number): Place => {
    if (isFile) return {file, line, column, path: confPath};
    return {file, ...source.positionInScalar(confPath, line, column), path: confPath};
  };
  const {config, problems} = parseBrokerConf(conf);
  const lines = conf.split('\n');
  for (const problem of problems) {
    const at = place(problem.line, problem.column);
    const what = {
      found: quote((lines[problem.line - 1] ?? '').trim()),
      expected: 'a key=value line of broker.conf',
      text: problem.message,
    };
    source.reportAt(at.line, at.column, confPath, what, problem.severity, at.file);
  }
  const entries = new Map(parseProperties(conf).entries.map((entry) => [entry.key, entry]));
  return {
    conf,
    config,
    has: (key) => entries.has(key),
    placeOf(key) {
      const entry = entries.get(key);
      if (entry !== undefined) return place(entry.valueLine, entry.valueColumn);
      const position = source.position(source.node(confPath) === null ? path : confPath);
      return {file: source.file, ...position, path: source.node(confPath) === null ? path : confPath};
    },
  };
}

function readFile(name: string, path: Path, source: YamlSource, readConf: FileReader | null): string {
  const text = readConf === null ? null : readConf(name);
  if (text !== null) return text;
  const expected =
    readConf === null
      ? 'its text under config: files are read on the command line only'
      : 'a file in broker.conf syntax, by its path from the folder of the scenario';
  source.report(path, {
    found: `${quote(name)}${readConf === null ? '' : ', which cannot be read'}`,
    expected,
  });
  return '';
}

/** The path of a file that lies beside another, as a person would type it. */
function beside(file: string, name: string): string {
  const folder = file.slice(0, Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  return name.startsWith('/') ? name : folder + name;
}
