const SEEDS_MOST = 1_000_000;
export const SEEDS_EXPECTED = 'one seed, a range such as 1..1000, or several of these with commas';

/** Seeds named by a text: `7`, `1..1000`, `1..10,42`; null where it names none or too many. In the order given, each once. */
export function parseSeeds(text: string): string[] | null {
  const seeds = new Set<string>();
  for (const part of text.split(',')) {
    const range = /^\s*(\d{1,15})(?:\.\.(\d{1,15}))?\s*$/.exec(part);
    if (range === null) return null;
    const from = Number(range[1]);
    const to = range[2] === undefined ? from : Number(range[2]);
    if (to < from || SEEDS_MOST < to - from + 1 + seeds.size) return null;
    for (let seed = from; seed <= to; seed += 1) seeds.add(String(seed));
  }
  return [...seeds];
}
