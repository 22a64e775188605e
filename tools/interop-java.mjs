// Builds test/interop/java (Apache's client, tools and servers by Maven, and our drivers of them) when its sources are newer.
import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {root} from './ensure-installed.mjs';
import {isFresh} from './fresh.mjs';

const sources = 'test/interop/java';
const built = '.cache/interop/java';

/** Where `classes` and the text `classpath` are, or null if they could not be made. */
export function buildJava() {
  const mark = `${built}/built`;
  const classpath = join(root, built, 'classpath');
  if (isFresh(mark, [sources]) && existsSync(classpath)) return join(root, built);
  rmSync(join(root, mark), {force: true});
  mkdirSync(join(root, built), {recursive: true});
  const args = [
    ...['-q', '-B', '-f', `${sources}/pom.xml`, 'compile', 'dependency:build-classpath'],
    `-Dmdep.outputFile=${classpath}`,
  ];
  console.error(`> mvn ${args.join(' ')}`);
  const {status} = spawnSync('mvn', args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0 || !existsSync(classpath)) return null;
  writeFileSync(join(root, mark), ''); // Last, so that what broke off half way is built again.
  return join(root, built);
}
