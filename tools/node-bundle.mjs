// Bundles a TypeScript entry for Node into .cache, when its sources are newer. What runs is what a page would run: the
// loaders that compile module by module wrap every function to keep its name, which costs hot code most of its speed.
import {spawnSync} from 'node:child_process';
import {existsSync, renameSync, rmSync} from 'node:fs';
import {basename, join} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {root} from './ensure-installed.mjs';
import {isFresh} from './fresh.mjs';

const self = fileURLToPath(import.meta.url);

/**
 * Puts a new folder in the place of an old one. Several processes may do so at once, and others be starting from what is there:
 * where there is nothing, that is one step, and whoever comes later leaves in its place what is as new as its own.
 */
function takePlace(fresh, folder, isThereFresh) {
  for (;;) {
    try {
      renameSync(fresh, folder);
      return;
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES'].includes(error.code) || !existsSync(folder))
        throw error;
    }
    if (isThereFresh()) {
      rmSync(fresh, {recursive: true, force: true});
      return;
    }
    const old = `${fresh}.old`;
    try {
      renameSync(folder, old);
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
    rmSync(old, {recursive: true, force: true});
  }
}

/** Builds beside the old bundle and takes its place. */
async function buildBundle(folder, entry, file, alone, sources) {
  const {build} = await import('vite');
  const fresh = `${folder}.${process.pid}`;
  await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    ssr: {noExternal: alone ? true : undefined},
    build: {
      ssr: entry,
      outDir: join(root, fresh),
      emptyOutDir: true,
      target: 'node20',
      minify: false,
      // Constants of modules stay constants: an engine builds their values into its code, and reads a `var` at each use.
      rollupOptions: {output: {entryFileNames: file, topLevelVar: false}},
    },
  });
  takePlace(join(root, fresh), join(root, folder), () => isFresh(`${folder}/${file}`, sources));
}

/**
 * Builds `entry` if need be, in a process of its own whose memory ends with it, and imports it.
 * @param name folder under .cache
 * @param entry from the project's root
 * @param sources what the bundle depends on, besides `src` and the lock file
 * @param alone whether packages go into the bundle too, for a quick start
 */
export async function importBundled(name, entry, {sources = [], alone = false} = {}) {
  const folder = `.cache/${name}`;
  const file = `${basename(entry, '.ts')}.js`;
  const built = `${folder}/${file}`;
  const from = ['src', 'package-lock.json', 'tools/node-bundle.mjs', ...sources];
  if (!isFresh(built, from)) {
    const {status} = spawnSync(process.execPath, [self, folder, entry, file, String(alone), ...from], {
      stdio: ['ignore', 2, 2],
    });
    // Two processes may build at once; whoever loses the race finds the winner's bundle.
    if (status !== 0 && !isFresh(built, from)) {
      console.error(`${entry} could not be bundled.`);
      process.exit(2);
    }
  }
  return import(pathToFileURL(join(root, built)).href);
}

if (process.argv[1] === self) {
  const [folder, entry, file, alone, ...sources] = process.argv.slice(2);
  await buildBundle(folder, entry, file, alone === 'true', sources);
}
