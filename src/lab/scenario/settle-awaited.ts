import {reportUnknown} from './references.ts';
import type {AwaitedMoment} from './scenario.ts';
import type {FaultFile} from './schema.ts';
import {readDuration} from './units.ts';
import type {Path, YamlSource} from './yaml-source.ts';

/** The moment that a fault waits for; null where it strikes at its time. */
export function readAwaited(
  {at, when, after}: FaultFile,
  path: Path,
  processes: readonly string[],
  source: YamlSource,
): AwaitedMoment | null {
  if (when === undefined) {
    if (at === undefined) {
      source.report(path, {found: 'neither at nor when', expected: 'a time, or a moment to wait for'});
    }
    if (after !== undefined) {
      source.report([...path, 'after'], {found: 'after without when', expected: 'a moment to come after'});
    }
    return null;
  }
  const {fact, entry, process, where, nth} = when;
  if ((fact === undefined) === (entry === undefined)) {
    source.report([...path, 'when'], {
      found: fact === undefined ? 'nothing to wait for' : 'fact and entry at once',
      expected: 'exactly one of fact, entry',
    });
  }
  if (process !== undefined)
    reportUnknown(process, processes, 'process', [...path, 'when', 'process'], source);
  return {
    fact: fact ?? null,
    entry: entry ?? null,
    process: process ?? null,
    where: where ?? {},
    nth: nth ?? 1,
    afterUs: readDuration(after ?? '0s') ?? 0,
  };
}
