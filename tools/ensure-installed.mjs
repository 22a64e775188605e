// Makes sure that node_modules holds what package-lock.json names, installing it where not. Speaks on standard error
// only, so that a command whose standard output is data stays clean. Plain Node: nothing may be installed yet.
import {spawnSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Ends the process with one line if this Node is too old. */
function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`RocketMQ Lab needs Node 20.19 or later; this is ${process.versions.node}.`);
  process.exit(2);
}

/** Is every package of the lock file there, in its version? Optional ones (other platforms' binaries) may be missing. */
function isInstalled() {
  const hidden = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(hidden)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const found = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, {version, optional, peer}]) =>
      path === '' || optional || (peer && !found[path]) || found[path]?.version === version,
  );
}

export function ensureInstalled() {
  checkNode();
  if (isInstalled()) return;
  console.error('Installing packages from the lock file…');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const {status} = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error('npm ci failed; RocketMQ Lab cannot go on without its packages.');
    process.exit(2);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) ensureInstalled();
