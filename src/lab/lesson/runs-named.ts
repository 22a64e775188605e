import type {Path, YamlSource} from '../scenario/yaml-source.ts';
import type {LessonFile} from './schema.ts';

/** By which a condition, or a figure with bounds of its own, is known. */
const MOMENT_KEYS = ['fact', 'entry', 'frame', 'time', 'ledger', 'sendLatency'];
const BOUNDS = ['after', 'before', 'leadsTo', 'at', 'process'];

/**
 * Notes where a plan speaks of a run that is not there, and where it asks what cannot be told: `in: beside` within a condition
 * that names its run already, or an order among moments of two runs.
 */
export function checkRuns(plan: LessonFile, source: YamlSource): void {
  const walk = (node: unknown, path: Path, isNamed: boolean): void => {
    if (node === null || typeof node !== 'object') return;
    if (Array.isArray(node)) {
      for (const [i, part] of node.entries()) walk(part, [...path, i], isNamed);
      return;
    }
    const here = node as Record<string, unknown>;
    if (here['in'] !== undefined) {
      if (plan.beside === undefined) {
        source.report([...path, 'in'], {
          found: 'a run beside',
          expected: 'a lesson that opens with two runs: `beside: key=value`',
        });
      } else if (isNamed) {
        source.report([...path, 'in'], {
          found: 'a run within a condition',
          expected: 'the run named once, outside: the moments within are of the same run',
        });
      }
    }
    const names = here['in'] !== undefined || MOMENT_KEYS.some((key) => key in here);
    for (const [key, part] of Object.entries(here)) {
      walk(part, [...path, key], isNamed || (names && (here['in'] !== undefined || BOUNDS.includes(key))));
      if (key !== 'inOrder' || !Array.isArray(part)) continue;
      const runs = new Set(part.map((condition: {in?: string}) => condition.in));
      if (runs.size > 1) {
        source.report([...path, key], {
          found: 'moments of two runs',
          expected: 'moments of one run: each has an order of its own',
        });
      }
    }
  };
  walk(plan.values, ['values'], false);
  walk(plan.steps, ['steps'], false);
  walk(plan.claims, ['claims'], false);
}
