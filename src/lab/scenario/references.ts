import {closest, type Path} from './problem.ts';
import {quote, type YamlSource} from './yaml-source.ts';

/** Notes a name that nothing has; answers whether it is known. */
export function reportUnknown(
  name: string,
  known: readonly string[],
  what: string,
  path: Path,
  source: YamlSource,
): boolean {
  if (known.includes(name)) return true;
  const expected = known.length === 0 ? `a ${what}, but there is none` : `a ${what}: ${known.join(', ')}`;
  source.report(path, {found: `unknown ${what} ${quote(name)}`, expected, didYouMean: closest(name, known)});
  return false;
}
