/** Kinds of fault that a sweep can draw. */
export const FAULT_MENU = [
  'halves',
  'isolate',
  'bridge',
  'ring',
  'one-way',
  'kill',
  'stop',
  'pause',
  'power',
  'disk-slow',
  'disk-stalled',
  'disk-full',
  'disk-sync-errors',
  'disk-write-errors',
  'disk-lost',
  'bad-sector',
  'clock',
] as const;
export type SweepFault = (typeof FAULT_MENU)[number];

/**
 * How much is broken in a run of a sweep. `none`: what the scenario itself breaks, and nothing else. `light`: one to three faults of
 * the mild kinds, one at a time. `heavy`: every kind, several at once. `swarm`: each run draws which kinds it has at all, and how often
 * they come, so that faults meet that a mixture of all of them would always keep apart.
 */
export const SWEEP_LEVELS = ['none', 'light', 'heavy', 'swarm'] as const;
export type SweepLevel = (typeof SWEEP_LEVELS)[number];

export function isSweepLevel(text: string): text is SweepLevel {
  return (SWEEP_LEVELS as readonly string[]).includes(text);
}
