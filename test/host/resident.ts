import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';

/** How much memory a process has in RAM, in MiB, as its system tells it. */
export function residentMiB(pid: number): number {
  if (process.platform !== 'linux') {
    return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], {encoding: 'utf8'})) / 1024;
  }
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]) / 1024;
}

/** How many files this process may have open; its children inherit it. Node has raised it as far as it goes. */
export function openFilesMax(): number {
  const report = process.report.getReport() as unknown as {userLimits: {open_files: {soft: number | string}}};
  const soft = Number(report.userLimits.open_files.soft);
  return Number.isFinite(soft) ? soft : 1_000_000;
}
