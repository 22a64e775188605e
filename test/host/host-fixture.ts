import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setImmediate, setTimeout} from 'node:timers/promises';
import {createHost} from '../../src/host/host.ts';
import {Recorder} from '../../src/host/recorder.ts';
import type {Host} from '../../src/ports/host.ts';
import type {FactShape} from '../../src/ports/journal.ts';
import type {PortFixture} from '../ports/fixture.ts';

/** Only what never comes takes so long, also on a machine that does other things as well. */
const PATIENCE_MS = 240_000;

/** Two hosts in this process, each with a loopback address of its own. */
export function hostFixture(): Promise<PortFixture> {
  return fixture(false);
}

/** The same while all that they do is recorded. */
export function recordedHostFixture(): Promise<PortFixture> {
  return fixture(true);
}

async function fixture(isRecorded: boolean): Promise<PortFixture> {
  const folder = mkdtempSync(join(tmpdir(), 'lab-host-'));
  const recordings = mkdtempSync(join(tmpdir(), 'lab-host-rec-'));
  const recorder = isRecorded ? new Recorder(join(recordings, 'run.rec'), (why) => crashes.push(why)) : null;
  const crashes: unknown[] = [];
  const facts = new Map<Host, FactShape[]>();
  const make = (name: string, address: string, pid: number) => {
    const told: FactShape[] = [];
    const host = createHost({
      ...(recorder === null ? {} : {recorder}),
      name,
      address,
      pid,
      storeRoot: folder,
      record: (fact) => told.push(fact),
      ended: (end) => {
        if (end.kind === 'crashed') crashes.push(end.error);
      },
    });
    facts.set(host, told);
    return host;
  };
  const a = make('a', '127.0.0.1', 101);
  const b = make('b', '127.0.0.2', 102);
  const check = (): void => {
    if (crashes.length > 0) throw crashes[0];
  };
  return {
    a,
    b,
    folder,
    async until(isDone) {
      const untilMs = performance.now() + PATIENCE_MS;
      while (!isDone()) {
        if (performance.now() > untilMs) throw new Error('it never happened');
        await setImmediate();
        check();
      }
    },
    async pass(ms) {
      await setTimeout(ms);
      check();
    },
    recorded: (host) => facts.get(host) ?? [],
    async close() {
      recorder?.close();
      rmSync(recordings, {recursive: true, force: true});
      a.end();
      b.end();
      rmSync(folder, {recursive: true, force: true});
    },
  };
}
