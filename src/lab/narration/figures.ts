/** Bytes per second as a rate of bits: `100 Mbit/s`. */
export function rateText(bytesPerSecond: number): string {
  const bits = bytesPerSecond * 8;
  for (const [unit, size] of [
    ['Gbit/s', 1_000_000_000],
    ['Mbit/s', 1_000_000],
    ['kbit/s', 1_000],
  ] as const) {
    if (bits >= size) return `${Math.round((bits * 100) / size) / 100} ${unit}`;
  }
  return `${bits} bit/s`;
}

/** Parts in a million as a percentage: `0.5%`. */
export function sharePercent(perMillion: number): string {
  return `${perMillion / 10_000}%`;
}
