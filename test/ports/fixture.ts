import type {Host} from '../../src/ports/host.ts';
import type {FactShape} from '../../src/ports/journal.ts';

/**
 * Two processes on some adapter of the ports, and a way to let its time pass. The suites beside this file run against any
 * adapter that can offer this: the simulator, or a real machine.
 */
export interface PortFixture {
  readonly a: Host;
  /** On another machine than `a` if the adapter knows of several. */
  readonly b: Host;
  /** Lets things happen until `isDone` holds; rejects when it never does. */
  until(isDone: () => boolean): Promise<void>;
  /** Lets this much of the adapter's own time pass. */
  pass(ms: number): Promise<void>;
  /** What a host's journal was told so far. */
  recorded(host: Host): readonly FactShape[];
  /** Where files may be made. */
  readonly folder: string;
  close(): Promise<void>;
}

export type MakeFixture = () => Promise<PortFixture>;

/** Runs `body` against a fixture of its own. */
export async function withFixture(
  make: MakeFixture,
  body: (fixture: PortFixture) => Promise<void>,
): Promise<void> {
  const fixture = await make();
  try {
    await body(fixture);
  } finally {
    await fixture.close();
  }
}
