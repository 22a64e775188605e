/** `npm run bench`: what things cost on this machine, beside the figures we promise. Prints a table; asserts nothing. */
import {benchDLedger} from './dledger.ts';
import {benchKernel} from './kernel.ts';
import {tellLeaderless} from './leaderless.ts';
import {benchIdle, benchMemory, benchPath, benchSeek} from './path.ts';
import {benchRecovery} from './recovery.ts';
import {benchReplication} from './replication.ts';
import {benchSweep, sweepApart} from './sweep.ts';

/** One measured figure. `ok` compares it with the target in the direction that the unit implies. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly target: number;
  readonly ok: boolean;
}

const parts: Record<string, () => Figure | readonly Figure[] | Promise<Figure | readonly Figure[]>> = {
  kernel: benchKernel,
  path: benchPath,
  idle: benchIdle,
  recovery: benchRecovery,
  seek: benchSeek,
  memory: benchMemory,
  replication: benchReplication,
  dledger: benchDLedger,
  sweep: benchSweep,
  // Loaded when asked for: its browser and builder are large, and would lie in the heap of what is measured here.
  page: async () => (await import('./page.ts')).benchPage(),
};

/** Tables of their own, of virtual time, printed when asked for by name. */
const tables: Record<string, () => void> = {leaderless: tellLeaderless};

function shown(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(3);
}

/** Runs the parts named, or all; answers the exit code. */
export async function main(asked: readonly string[]): Promise<number> {
  if (asked[0] === 'sweep-apart') {
    await sweepApart();
    return 0;
  }
  const known = [...Object.keys(parts), ...Object.keys(tables)];
  const unknown = asked.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    console.error(`bench: unknown part ${unknown}; expected one of ${known.join(', ')}`);
    return 2;
  }
  for (const [name, tell] of Object.entries(tables)) if (asked.includes(name)) tell();
  if (asked.length > 0 && !asked.some((name) => name in parts)) return 0;
  console.log('| what | measured | at least / at most | unit | |\n| --- | ---: | ---: | --- | --- |');
  for (const [name, run] of Object.entries(parts)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    for (const figure of [await run()].flat()) {
      const verdict = figure.ok ? 'met' : `missed: ${(figure.value / figure.target).toFixed(2)} of it`;
      console.log(
        `| ${figure.name} | ${shown(figure.value)} | ${shown(figure.target)} | ${figure.unit} | ${verdict} |`,
      );
    }
  }
  return 0;
}
