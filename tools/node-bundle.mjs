// Bundles a TypeScript entry for Node into .cache, when its sources are newer. What runs is what a page would run: the
// loaders that compile module by module wrap every function to keep its name, which costs hot code most of its speed.
import {basename, join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {root} from './ensure-installed.mjs';
import {isFresh} from './fresh.mjs';

/**
 * Builds `entry` if need be and imports it.
 * @param name folder under .cache
 * @param entry from the project's root
 * @param sources what the bundle depends on, besides `src` and the lock file
 * @param alone whether packages go into the bundle too, for a quick start
 */
export async function importBundled(name, entry, {sources = [], alone = false} = {}) {
  const folder = `.cache/${name}`;
  const file = `${basename(entry, '.ts')}.js`;
  if (!isFresh(`${folder}/${file}`, ['src', 'package-lock.json', 'tools/node-bundle.mjs', ...sources])) {
    const {build} = await import('vite');
    await build({
      root,
      configFile: false,
      publicDir: false,
      logLevel: 'error',
      ssr: {noExternal: alone ? true : undefined},
      build: {
        ssr: entry,
        outDir: join(root, folder),
        emptyOutDir: true,
        target: 'node20',
        minify: false,
        rollupOptions: {output: {entryFileNames: file}},
      },
    });
  }
  return import(pathToFileURL(join(root, folder, file)).href);
}
