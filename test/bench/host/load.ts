import {type ChildProcess, spawn} from 'node:child_process';
import {createInterface} from 'node:readline';
import {classpathOf, endChild, type Places} from './servers.ts';

export interface SendFigures {
  readonly failed: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Apache's Java client under load: `lab.Bench` in a process of its own, for both clusters alike. */
export class Load {
  readonly #child: ChildProcess;
  readonly #waiting: ((line: string | null) => void)[] = [];
  #complaints = '';

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#complaints = (this.#complaints + text).slice(-4000);
    });
    createInterface({input: child.stdout!})
      .on('line', (line) => this.#waiting.shift()?.(line))
      .on('close', () => {
        for (const answer of this.#waiting.splice(0)) answer(null);
      });
  }

  static async start(places: Places, home: string): Promise<Load> {
    const flags = ['-Xmx1g', `-Duser.home=${home}`, '-cp', classpathOf(places)];
    const load = new Load(spawn('java', [...flags, 'lab.Bench'], {stdio: ['pipe', 'pipe', 'pipe']}));
    await load.#line();
    return load;
  }

  send(namesrv: string, topic: string, threads: number, millis: number): Promise<SendFigures> {
    return this.#order<SendFigures>({do: 'send', namesrv, topic, threads, millis});
  }

  async fill(namesrv: string, topic: string, count: number): Promise<void> {
    await this.#order({do: 'fill', namesrv, topic, count});
  }

  async consume(namesrv: string, topic: string, count: number): Promise<number> {
    return (await this.#order<{perSecond: number}>({do: 'consume', namesrv, topic, count})).perSecond;
  }

  end(): Promise<void> {
    return endChild(this.#child);
  }

  async #order<Answer>(order: object): Promise<Answer> {
    this.#child.stdin!.write(`${JSON.stringify(order)}\n`);
    const answer = JSON.parse(await this.#line());
    if (answer.error !== undefined) throw new Error(`${JSON.stringify(order)}: ${answer.error}`);
    return answer;
  }

  async #line(): Promise<string> {
    const line = await new Promise<string | null>((resolve) => this.#waiting.push(resolve));
    if (line === null) throw new Error(`the client has ended: ${this.#complaints}`);
    return line;
  }
}
