import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {TestProject} from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the built page. */
    readonly builtPage: string;
  }
}

/** Builds the page once, into a folder of its own, for all files of tests. */
export default function buildPage(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'rocketmq-lab-site-'));
  const remove = (): void => rmSync(folder, {recursive: true, force: true});
  // As `npm run build` does, in a process of its own: a test's NODE_ENV would build the libraries' development versions.
  const words = ['node_modules/vite/bin/vite.js', 'build', '--outDir', folder, '--emptyOutDir'];
  const built = spawnSync(process.execPath, [...words, '--logLevel', 'error'], {
    env: {...process.env, NODE_ENV: 'production'},
    encoding: 'utf8',
  });
  if (built.status !== 0) {
    remove();
    throw new Error(`the page does not build: ${built.stderr}`);
  }
  project.provide('builtPage', folder);
  return remove;
}
