import {mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

const FILE = 'serving.pid';

/**
 * Claims a store folder for this OS process, so that no second broker writes into it. A claim outlives a kill -9, and is then
 * seen to be void: it names the process and when that began. The real broker locks the file `lock`, which Node cannot.
 * @returns null, or the pid of the process that has the folder
 */
export function claimStore(folder: string): {readonly takenBy: number} | null {
  mkdirSync(folder, {recursive: true});
  const path = join(folder, FILE);
  const own = `${process.pid} ${beganAt(process.pid)}\n`;
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      writeFileSync(path, own, {flag: 'wx'});
      return null;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = holderOf(path);
    if (holder !== null) return {takenBy: holder};
    rmSync(path, {force: true});
  }
  return {takenBy: 0};
}

export function releaseStore(folder: string): void {
  rmSync(join(folder, FILE), {force: true});
}

/** The process that a claim names, if it is still that process. */
function holderOf(path: string): number | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return null;
  }
  const [pidText = '', began = ''] = text.trim().split(' ');
  const pid = Number(pidText);
  if (!Number.isInteger(pid) || pid <= 0) return null;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return null;
  }
  return beganAt(pid) === began ? pid : null;
}

/** Clock ticks after boot at which a process began: with its pid, its identity. Unknown (`-`) where there is no /proc. */
function beganAt(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses, and may hold blanks.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '-';
  } catch {
    return '-';
  }
}
