import {readFileSync, writeSync} from 'node:fs';

/** Where a command speaks to: lines of standard output and standard error, and what comes in. */
export interface Output {
  out(line: string): void;
  err(line: string): void;
  /** Lines of standard output may wait for more of them; this sends them now. */
  flush?(): void;
  /** Shows a line in the place of the one that it showed before; absent where nobody looks on. */
  redraw?(line: string): void;
  /** How wide the terminal is that `redraw` draws on. */
  columns?(): number;
  readInput(): string;
  readFile(path: string): string;
  /** Milliseconds of the wall clock, for durations. */
  nowMs(): number;
}

const FLUSH_AT = 1 << 16;

export function processOutput(): Output {
  let pending = '';
  let broken = false;
  const flush = (): void => {
    const text = pending;
    pending = '';
    if (!broken && text !== '') broken = !writeAll(1, text);
  };
  process.on('exit', flush);
  return {
    out(line) {
      pending += `${line}\n`;
      if (pending.length >= FLUSH_AT) flush();
    },
    err(line) {
      flush();
      writeAll(2, `${line}\n`);
    },
    flush,
    ...(process.stderr.isTTY
      ? {
          redraw: (line: string) => void writeAll(2, `\r\x1b[K${line}`),
          columns: () => process.stderr.columns || 80,
        }
      : {}),
    readInput: () => readFileSync(0, 'utf8'),
    readFile: (path) => readFileSync(path, 'utf8'),
    nowMs: () => performance.now(),
  };
}

/** False where the reader is gone: `lab trace … | head` is no error. */
function writeAll(fd: number, text: string): boolean {
  const bytes = Buffer.from(text, 'utf8');
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      const {code} = error as NodeJS.ErrnoException;
      if (code === 'EAGAIN') continue;
      if (code === 'EPIPE') return false;
      throw error;
    }
  }
  return true;
}
