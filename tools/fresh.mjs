// Whether something built is newer than what it was built from.
import {existsSync, readdirSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {root} from './ensure-installed.mjs';

function newestMs(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}

/** Is `built` there, and not older than any of `sources` (files or folders, from the project's root; missing ones don't count)? */
export function isFresh(built, sources) {
  const path = join(root, built);
  if (!existsSync(path)) return false;
  const paths = sources.map((name) => join(root, name)).filter(existsSync);
  return Math.max(...paths.map(newestMs)) < statSync(path).mtimeMs;
}
