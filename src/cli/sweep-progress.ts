import {sayDuration} from '../lab/say-duration.ts';
import type {TimedRun} from '../lab/sweep/summary.ts';
import type {Output} from './output.ts';

const COLUMNS_UNLESS_TOLD = 80;
const BAR_MOST = 40;
const BAR_LEAST = 8;
const BAR_EVERY_MS = 100;
/** Before that a rate says nothing. */
const RATE_AFTER_MS = 2000;

/** A bar that stays on one line of a terminal, as wide as that allows, and above it each run that fails; nothing where nobody looks on. */
export class SweepProgress {
  private readonly total: number;
  private readonly output: Output;
  private readonly beganMs: number;
  private done = 0;
  private failing = 0;
  private drawnMs = Number.NEGATIVE_INFINITY;

  constructor(total: number, output: Output) {
    this.total = total;
    this.output = output;
    this.beganMs = output.nowMs();
    this.draw();
  }

  note({run}: TimedRun): void {
    this.done += 1;
    if (run.verdict === 'defect' || run.verdict === 'known-flaw') {
      this.failing += 1;
      this.tell(`seed ${run.seed}: ${run.verdict}, ${whatFailed(run)}`);
    }
    if (this.output.nowMs() - this.drawnMs >= BAR_EVERY_MS || this.done === this.total) this.draw();
  }

  clear(): void {
    this.output.redraw?.('');
  }

  private tell(line: string): void {
    if (this.output.redraw === undefined) return;
    this.output.redraw('');
    this.output.err(line);
    this.draw();
  }

  private draw(): void {
    const {output, done, total} = this;
    if (output.redraw === undefined) return;
    this.drawnMs = output.nowMs();
    const columns = output.columns?.() ?? COLUMNS_UNLESS_TOLD;
    output.redraw(progressLine(done, total, this.failing, this.drawnMs - this.beganMs, columns));
  }
}

/** One line, shorter than the terminal is wide: what does not fit is left out, the least needed first. */
export function progressLine(
  done: number,
  total: number,
  failing: number,
  passedMs: number,
  columns: number,
): string {
  const room = columns - 1;
  const count = `${String(done).padStart(String(total).length)}/${total}`;
  const bad = failing === 0 ? '' : `, ${failing} failing`;
  let rest = '';
  if (done > 0 && passedMs >= RATE_AFTER_MS && done < total) {
    const perSecond = done / (passedMs / 1000);
    const leftUs = Math.ceil((total - done) / perSecond) * 1_000_000;
    rest = `, ${perSecond.toFixed(1)} runs/s, ${sayDuration(leftUs, 'en')} left`;
  }
  for (const text of [`${count}${bad}${rest}`, `${count}${bad}`]) {
    const cells = Math.min(BAR_MOST, room - text.length - 1);
    if (cells < BAR_LEAST) continue;
    const full = Math.floor((done * cells) / total);
    return `${'█'.repeat(full)}${'░'.repeat(cells - full)} ${text}`;
  }
  return `${count}${bad}`.slice(0, Math.max(0, room));
}

function whatFailed({verdict, checks, crashes}: TimedRun['run']): string {
  const names = checks
    .filter((check) => check.verdict === verdict)
    .map(({name, flaw}) => (flaw === null ? name : `${flaw} by ${name}`));
  const [first, ...more] = crashes.length > 0 ? [`crashed: ${crashes[0]}`] : names;
  return more.length === 0 ? `${first}` : `${first} and ${more.length} more`;
}
