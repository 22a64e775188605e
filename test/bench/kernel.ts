import {Kernel, WORLD} from '../../src/sim/kernel.ts';

const PENDING = 1000;
const EVENTS_PER_ROUND = 2_000_000;
const ROUNDS = 7;
const TARGET_PER_SECOND = 5_000_000;

export interface BenchResult {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly target: number;
  readonly ok: boolean;
}

/** Events a second of the kernel alone: a thousand pending events, each of which schedules itself again when it runs. */
export function benchKernel(): BenchResult {
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) rates.push(oneRound());
  rates.sort((a, b) => a - b);
  const value = Math.round(rates[ROUNDS >> 1]!);
  return {
    name: `kernel alone, ${PENDING} pending, median of ${ROUNDS}`,
    value,
    unit: 'events/s',
    target: TARGET_PER_SECOND,
    ok: value >= TARGET_PER_SECOND,
  };
}

function oneRound(): number {
  const kernel = new Kernel((_owner, error) => {
    throw error;
  });
  // A cheap generator of its own, so that chance is not what is measured.
  let state = 12345;
  const again = (): void => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    kernel.schedule(kernel.nowUs + 1 + (state >> 16), WORLD, again);
  };
  for (let i = 0; i < PENDING; i++) again();
  const began = performance.now();
  kernel.runSome(Number.MAX_SAFE_INTEGER, EVENTS_PER_ROUND);
  return (EVENTS_PER_ROUND * 1000) / (performance.now() - began);
}
