import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {untilRouted} from './operator.ts';
import {until, waitFor} from './until.ts';

/** Where npm starts whatever uses this; a bundle does not know where it came from. */
export const ROOT = process.cwd();
/** Where tools/interop.mjs puts what it builds. */
export const BUILT = join(ROOT, '.cache/interop');
const JAVA_HOME_FOLDER = join(ROOT, 'test/interop/java/home');

export type Serializer = 'JSON' | 'ROCKETMQ';

/** How a foreign client tells of a send. */
export interface Sent {
  readonly status: string;
  readonly msgId: string;
  readonly offsetMsgId: string;
  readonly brokerName: string;
  readonly queueId: number;
  readonly queueOffset: number;
}

/** How a foreign client tells of a message that it was given. */
export interface Heard {
  readonly topic: string;
  readonly body: string;
  readonly tags: string | null;
  readonly keys: string | null;
  readonly property: string | null;
  readonly msgId: string;
  readonly queueId: number;
  readonly queueOffset: number;
  /** Where a client tells of it. */
  readonly commitLogOffset?: number;
  readonly reconsumeTimes: number;
  readonly bornTimestamp: number;
  readonly storeTimestamp: number;
  readonly heardAt: number;
}

export interface Outgoing {
  readonly body: string;
  readonly tags?: string;
  readonly keys?: string;
  readonly delayLevel?: number;
  readonly property?: string;
  readonly shardingKey?: string;
}

/** How Apache's clients tell that a server did not answer in time. */
export const SLOW = /RemotingTimeoutException/;

const READING: ReadonlySet<string> = new Set(['consume', 'pull', 'poll', 'lite']);

/**
 * A client that we did not write, in a process of its own that is told what to do: a command in JSON per line, an answer per
 * command, and an event per message that one of its consumers was given. It ends when its input does.
 */
export class Driver {
  readonly #child: ChildProcess;
  readonly #namesrvAddr: string;
  readonly #open = new Map<number, (answer: {result?: unknown; error?: string}) => void>();
  readonly #heard = new Map<string, Heard[]>();
  #nextId = 1;
  #isReady = false;
  #complaints = '';

  private constructor(child: ChildProcess, namesrvAddr: string) {
    this.#child = child;
    this.#namesrvAddr = namesrvAddr;
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#complaints = (this.#complaints + text).slice(-4000);
    });
    createInterface({input: child.stdout!}).on('line', (line) => this.#line(line));
    child.on('exit', () => {
      for (const answer of this.#open.values()) answer({error: `the driver ended: ${this.#complaints}`});
      this.#open.clear();
    });
  }

  /** Apache's Java client. `home` takes its logs and the offsets of broadcast groups. */
  static java(namesrvAddr: string, serializer: Serializer, home: string): Promise<Driver> {
    return Driver.#start(namesrvAddr, 'java', [...javaFlags(home, serializer), 'lab.Driver', namesrvAddr]);
  }

  /** Apache's Go client. */
  static go(namesrvAddr: string, home: string): Promise<Driver> {
    return Driver.#start(namesrvAddr, join(BUILT, 'go/driver'), [namesrvAddr], home);
  }

  /** ali-ons, for Node. `home` takes the offsets of broadcast groups. */
  static node(namesrvAddr: string, home: string): Promise<Driver> {
    const script = join(ROOT, 'test/interop/node/driver.mjs');
    return Driver.#start(namesrvAddr, process.execPath, [script, join(BUILT, 'node'), namesrvAddr], home);
  }

  static async #start(
    namesrvAddr: string,
    command: string,
    args: readonly string[],
    home?: string,
  ): Promise<Driver> {
    if (home !== undefined) mkdirSync(home, {recursive: true});
    const env = home === undefined ? process.env : {...process.env, HOME: home, USERPROFILE: home};
    const driver = new Driver(spawn(command, args, {stdio: ['pipe', 'pipe', 'pipe'], env}), namesrvAddr);
    await until(
      () => driver.#isReady || driver.#child.exitCode !== null || driver.#child.signalCode !== null,
      () => `ready: ${driver.#complaints}`,
    );
    if (!driver.#isReady) throw new Error(`the driver did not start: ${driver.#complaints}`);
    return driver;
  }

  /** What the consumer of that name has been given, in the order of its telling; the array grows. */
  heard(name: string): Heard[] {
    const known = this.#heard.get(name);
    if (known !== undefined) return known;
    const fresh: Heard[] = [];
    this.#heard.set(name, fresh);
    return fresh;
  }

  /** What reads a topic is ordered when the NameServer can tell where that is. */
  async order<Result = null>(what: string, details: Readonly<Record<string, unknown>>): Promise<Result> {
    const {topic} = details as {topic?: string};
    if (topic !== undefined && READING.has(what)) {
      await untilRouted(this.#namesrvAddr, topic);
    }
    const id = this.#nextId++;
    const answer = new Promise<{result?: unknown; error?: string}>((resolve) => this.#open.set(id, resolve));
    this.#child.stdin!.write(`${JSON.stringify({id, do: what, ...details})}\n`);
    const {result, error} = await answer;
    if (error !== undefined) throw new Error(`${what}: ${error}`);
    return result as Result;
  }

  /** What is not acknowledged in time fails, and may be there nevertheless; a client may have sent it again by then, twice stored. */
  produce(name: string, group: string, sendTimeoutMs = 120_000): Promise<null> {
    return this.order('produce', {name, group, sendTimeoutMs});
  }

  /**
   * What one of Apache's commands printed; of the Java driver. Its clients wait three to six seconds for an answer: whatever only
   * asks is asked again where a server was slower.
   */
  async mqadmin(...words: string[]): Promise<string> {
    let printed = '';
    await waitFor(
      async () => !SLOW.test((printed = await this.order<string>('mqadmin', {words}))),
      () => `an answer to ${words}: ${printed}`,
    );
    return printed;
  }

  send(
    from: string,
    topic: string,
    how: 'sync' | 'async' | 'one-way' | 'batch' | 'selector',
    messages: readonly Outgoing[],
    queue?: number,
  ): Promise<Sent[]> {
    return this.order('send', {from, topic, how, messages, queue});
  }

  /** Starts a push consumer from the first offset; answers what it hears, growing. */
  async consume(
    name: string,
    group: string,
    topic: string,
    options: {
      expression?: string;
      broadcasting?: boolean;
      orderly?: boolean;
      fails?: boolean;
      maxReconsumeTimes?: number;
    } = {},
  ): Promise<Heard[]> {
    const heard = this.heard(name);
    await this.order('consume', {name, group, topic, expression: '*', ...options});
    return heard;
  }

  stop(name: string): Promise<null> {
    return this.order('stop', {name});
  }

  /** Ends the process, whatever it does. */
  async end(): Promise<void> {
    await endChild(this.#child);
  }

  #line(line: string): void {
    if (!line.startsWith('{')) return;
    const said = JSON.parse(line);
    if (said.ready === true) this.#isReady = true;
    else if (said.on !== undefined) this.heard(said.on).push(said);
    else {
      this.#open.get(said.id)?.(said);
      this.#open.delete(said.id);
    }
  }
}

/** For programs that live for seconds: start quickly, on little memory, and stay out of the person's home. */
export function javaFlags(home: string, serializer: Serializer): string[] {
  mkdirSync(home, {recursive: true});
  return [
    '-XX:TieredStopAtLevel=1',
    '-XX:+UseSerialGC',
    '-Xshare:auto',
    '-Xmx512m',
    // Newer machines refuse a broker of 4.9.1 to unmap its files, without which it does not end as it should; older do not know this.
    '-XX:+IgnoreUnrecognizedVMOptions',
    '--add-opens=java.base/java.nio=ALL-UNNAMED',
    '--add-opens=java.base/sun.nio.ch=ALL-UNNAMED',
    '--add-opens=java.base/jdk.internal.ref=ALL-UNNAMED',
    `-Duser.home=${home}`,
    `-Drocketmq.home.dir=${JAVA_HOME_FOLDER}`,
    `-Drocketmq.serialize.type=${serializer}`,
    '-cp',
    `${join(BUILT, 'java/classes')}:${readFileSync(join(BUILT, 'java/classpath'), 'utf8').trim()}`,
  ];
}

/** Ends a child of this process, by force if asking does not do, and waits until it is gone. */
export async function endChild(
  child: ChildProcess,
  signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM',
  patienceMs = 3000,
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.stdin?.end();
  child.kill(signal);
  const byForce = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  await gone;
  clearTimeout(byForce);
}
